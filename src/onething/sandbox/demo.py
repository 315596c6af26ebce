"""`onething sandbox demo`: the sandbox and the product side by side on this machine, with one case filed to look at.

Every run begins anew: the agencies have forgotten earlier runs, so the product's database of earlier runs goes too.
"""

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from onething.sandbox import papers, ports
from onething.sandbox.client import Citizen, FilingFailedError, file_newborn, sign_in
from onething.sandbox.companies.agents import AGENTS
from onething.sandbox.population.officials import OFFICIALS
from onething.sandbox.population.personas import table
from onething.sandbox.service import CityHandles, running
from onething.sandbox.supervisor import PORTS

PERSONA = "happy_mother"
_PR_SET_PDEATHSIG = 1
SETTLED = 3.0
"""Seconds after which a web server that cannot have its port has ended."""


class DemoError(Exception):
    """Something did not start; the message says what and where to read on."""


@dataclass
class Options:
    people: int = 20_000
    port: int = 8000
    base_port: int = 8100
    folder: Path = Path("var/demo-newborn")
    cache: Path = Path("var/sandbox")
    once: bool = False
    """End after the case instead of staying."""

    def settle(self, distances: Iterable[int], say: Callable[[str], None]) -> None:
        """Take the ports, or the next free ones; a folder that is somebody else's demo of the same kind is left alone.
        Raises `ports.NoPortError`."""
        wanted = self.port
        taken = ports.settle(self.port, self.base_port, distances, say)
        self.port, self.base_port = taken.portal, taken.base
        if self.port != wanted:
            self.folder = self.folder.with_name(f"{self.folder.name}-{self.port}")


@dataclass
class Child:
    name: str
    process: subprocess.Popen[bytes]
    log: Path
    needed: bool = True
    """The demo cannot go on without it."""

    def last_words(self) -> str:
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-12:])


@dataclass
class Demo:
    options: Options
    say: Callable[[str], None]
    children: list[Child] = field(default_factory=list)
    bank: str = ""
    """Address of the paying bank, once it runs."""

    @property
    def product(self) -> str:
        return f"http://127.0.0.1:{self.options.port}"

    @property
    def photos(self) -> Path:
        """Photographs of every persona's papers, ready to be dropped into the portal."""
        return self.options.folder / "photos"

    def environment(self, city: CityHandles) -> dict[str, str]:
        """The product's settings: its own database and folder, everything else from the sandbox."""
        folder = self.options.folder.resolve()
        return {
            **os.environ,
            **city.environment,
            "ONETHING_DATABASE_URL": f"sqlite:///{folder}/onething.db",
            "ONETHING_DATA_DIR": str(folder / "data"),
            "ONETHING_PUBLIC_URL": self.product,
            "ONETHING_SESSION_COOKIE": f"onething_{self.options.port}",
            "ONETHING_LOG_LEVEL": "WARNING",
            "ONETHING_POLICY_CITY": "hangzhou",
            **({"ONETHING_BANK_URL": self.bank} if self.bank else {}),
        }

    def start(self, name: str, environment: dict[str, str], *arguments: str) -> Child:
        """A product command as a child whose output goes to a file."""
        log = self.options.folder / "logs" / f"{name}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            process = subprocess.Popen(  # noqa: S603 - our own command
                _command(*arguments), stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env=environment,
                start_new_session=True, preexec_fn=_die_with_parent,
            )  # fmt: skip
        child = Child(name, process, log)
        self.children.append(child)
        return child

    def check_alive(self) -> None:
        for child in self.children:
            if child.process.poll() is not None and child.needed:
                raise DemoError(f"{child.name} 停止了 · has ended ({child.log}):\n{child.last_words()}")

    def await_product(self) -> None:
        begun = told = time.monotonic()
        with httpx.Client(timeout=2) as asking:
            while (now := time.monotonic()) - begun < 180:
                self.check_alive()
                if now - told > 5:
                    self.say("  还在等网站启动 · still waiting for the web server")
                    told = now
                with contextlib.suppress(httpx.HTTPError):
                    if asking.get(f"{self.product}/healthz").status_code == 200 and now - begun > SETTLED:
                        self.check_alive()  # what answers may be another's, who took the port before ours could
                        return
                time.sleep(0.25)
        raise DemoError(f"网站没有启动 · the web server does not answer; see {self.options.folder}/logs/web.log")

    def make_database(self, environment: dict[str, str]) -> None:
        """Raises `DemoError` with what the command said."""
        self.say("建立数据库 · making the database")
        made = subprocess.run(_command("db", "upgrade"), env=environment, capture_output=True, text=True, check=False)  # noqa: S603
        if made.returncode:
            raise DemoError(f"数据库没有建成 · the database could not be made:\n{made.stderr or made.stdout}")

    def start_product(self, environment: dict[str, str]) -> None:
        """Web server and worker, until the portal answers."""
        self.say("启动网站和后台办理 · starting the web server and a worker")
        self.start("web", environment, "serve", "--port", str(self.options.port))
        self.start("worker", environment, "worker")
        self.await_product()

    def stop(self) -> None:
        for child in reversed(self.children):
            with contextlib.suppress(ProcessLookupError):
                child.process.terminate()
        until = time.monotonic() + 15
        for child in self.children:
            try:
                child.process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()
        self.children.clear()


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-c", "from onething.host.cli import main; main()", *arguments]


def _die_with_parent() -> None:
    """On Linux, end when the demo is killed; elsewhere Ctrl-C and SIGTERM still stop everything."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@contextlib.contextmanager
def _stoppable() -> Iterator[None]:
    """SIGTERM ends the demo as Ctrl-C does."""

    def stop(_number: int, _frame: Any) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _start_bank(demo: Demo) -> None:
    """The bank that pays companies; it ends with its standard input, so with the demo however that ends."""
    log = demo.options.folder / "logs" / "bank.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "onething.sandbox.paybank.app", str(demo.options.folder / "bank.db")]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=output)  # noqa: S603
    assert process.stdout is not None  # noqa: S101
    demo.bank = process.stdout.readline().decode().strip()
    demo.children.append(Child("bank", process, log))


def _seed_companies(demo: Demo, environment: dict[str, str]) -> None:
    demo.say("请杭州十二个部门报送三百家企业 · twelve agencies of Hangzhou deliver three hundred companies")
    command = [sys.executable, "-m", "onething.sandbox.companies.seed", "300"]
    made = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if made.returncode:
        raise DemoError(f"企业数据没有报成 · the companies could not be delivered:\n{made.stderr or made.stdout}")


def _start_product(demo: Demo, city: CityHandles) -> None:
    _start_bank(demo)
    environment = demo.environment(city)
    demo.make_database(environment)
    _seed_companies(demo, environment)
    demo.start_product(environment)


def _file_case(demo: Demo, city: CityHandles) -> dict[str, Any]:
    """One newborn case of the happy mother, over the product's API, from photograph to certificates."""
    persona = city.persona(PERSONA)
    mother, birth = persona["mother"], persona["births"][0]
    demo.say(f"以{mother['name']}的身份登录 · signing in as the happy mother")
    citizen = Citizen.at(demo.product, sign_in(city.issuer, mother["sub"], demo.product))
    drawer = papers.Drawer(PERSONA)
    done = file_newborn(citizen, birth, drawer.photo, lambda text: demo.say(f"  {text}"))
    demo.say(f"已提交，办件编号 {done['reference']} · submitted")
    view = citizen.follow(done["case_id"], 60, lambda task: demo.say(f"  {_MARKS[task['status']]} {title_of(task)}"))
    return {"reference": done["reference"], "case_id": done["case_id"], "status": view["summary"]["status"], "certificates": len(view["certificates"])}  # fmt: skip


_MARKS = {"done": "✓", "refused": "✗", "waiting": "…"}


def title_of(task: dict[str, Any]) -> str:
    name = task.get("name")
    return f"{name['zh']} · {name['en']}" if isinstance(name, dict) else task["id"]


def _show(demo: Demo, city: CityHandles, case: dict[str, Any] | None) -> None:
    lines = [
        "",
        "一切就绪 · everything is ready",
        f"  网站 portal           {demo.product}",
        f"  工作台 officials      {demo.product}/console   （用工作人员账号登录 · sign in as an official）",
        f"  手机短信 phone        {city.phone_url}/?to={city.persona(PERSONA)['mother']['phone']}",
        f"  身份认证 identity     {city.issuer}",
        f"  证件照片 photos       {demo.photos}",
        *_knobs(demo.options),
    ]
    if case:
        lines.append(
            f"  办件 case             {case['reference']}  {case['status']}  {case['certificates']} 份证照 certificates"
        )
    lines += ["", "演示账号 · demo accounts (no passwords)"]
    lines += [
        f"  {e['mother']['name']}  {e['mother']['phone']}  {e['title']['zh']} · {e['title']['en']}" for e in table()
    ]
    lines += [f"  {a.name}  {a.phone}  {a.title_zh} · {a.title_en}（{demo.product}/company）" for a in AGENTS]
    lines += [f"  {o.name}  {o.title_zh} · {o.title_en}" for o in OFFICIALS]
    for line in [*lines, "", "Ctrl-C 停止 · stops everything"]:
        demo.say(line)


def _knobs(options: Options) -> list[str]:
    """How the running sandbox is disturbed, where it is not where `onething sandbox turn` looks by itself."""
    if options.base_port in {0, ports.sandbox_port("newborn")}:
        return []
    return [f"  沙盒 sandbox          onething sandbox turn … --base-port={options.base_port}"]


def run(options: Options, say: Callable[[str], None]) -> int:
    """The demo until Ctrl-C; 0 when it ended as asked, 1 when something failed."""

    def work(demo: Demo) -> int:
        shutil.rmtree(options.folder, ignore_errors=True)
        options.folder.mkdir(parents=True)
        say(f"启动沙盒城市（{options.people:,} 人，八个部门）· starting the sandbox city")
        with running(options.people, folder=options.cache, base_port=options.base_port) as city:
            return _inside(demo, city)

    return until_stopped(options, PORTS.values(), say, work)


def until_stopped(
    options: Options, distances: Iterable[int], say: Callable[[str], None], work: Callable[[Demo], int]
) -> int:
    """What every demo has around its own work: ports that are free, an end by Ctrl-C or SIGTERM, failures in words.

    0 when it ended as asked, 1 when something failed, 4 when no ports are free.
    """
    try:
        options.settle(distances, say)
    except ports.NoPortError as error:
        say(str(error))
        return 4
    try:
        with _stoppable():
            return work(Demo(options, say))
    except KeyboardInterrupt:
        return 0
    except (DemoError, RuntimeError) as error:
        say(str(error))
        return 1
    finally:
        say("已停止 · stopped")


def _inside(demo: Demo, city: CityHandles) -> int:
    try:
        _start_product(demo, city)
        case, failed = None, False
        try:
            case = _file_case(demo, city)
        except (FilingFailedError, httpx.HTTPError) as error:
            failed = True
            demo.say(f"示例办件没有办成 · the sample case could not be filed: {error}")
        _show(demo, city, case)
        if not demo.options.once:
            demo.start("photos", dict(os.environ), "sandbox", "papers", "all", str(demo.photos)).needed = False
        while not demo.options.once:
            demo.check_alive()
            time.sleep(0.5)
        return int(failed)
    finally:
        demo.say("正在停止 · stopping")
        demo.stop()
