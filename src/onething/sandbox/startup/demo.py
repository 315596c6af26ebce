"""The start-up demo: the sandbox Shenzhen and the product beside it, one company founded by two people, then all is yours to try."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from onething.sandbox.client import FilingFailedError
from onething.sandbox.demo import Demo, Options, title_of, until_stopped
from onething.sandbox.startup.client import file_company
from onething.sandbox.startup.server import OFFICIALS, PORTS, TITLES
from onething.sandbox.startup.service import NAMES, TownHandles, running, write_register

MARKS = {"done": "✓", "refused": "✗", "waiting": "…"}


def run(port: int, base_port: int, folder: Path, once: bool, robots: bool, say: Callable[[str], None]) -> int:
    """Until Ctrl-C, or until the sample case is done when `once`; 0 when all went well, 1 when not, 4 when a port is taken."""
    options = Options(port=port, base_port=base_port, folder=folder)

    def work(demo: Demo) -> int:
        options.folder.mkdir(parents=True, exist_ok=True)
        say("启动沙盒深圳（八个部门，两套旧网页系统）· starting the sandbox Shenzhen")
        with running(base_port=options.base_port, robots=robots) as town:
            return _inside(demo, town, once)

    return until_stopped(options, PORTS.values(), say, work)


def _environment(demo: Demo, town: TownHandles, folder: Path) -> dict[str, str]:
    return {
        **os.environ, **town.environment, "ONETHING_DATABASE_URL": f"sqlite:///{folder}/onething.db", "ONETHING_DATA_DIR": str(folder / "data"),
        "ONETHING_PUBLIC_URL": demo.product, "ONETHING_CITIES_DIR": str(Path(os.environ.get("ONETHING_CITIES_DIR", "cities")).resolve()), "ONETHING_SESSION_COOKIE": f"onething_{demo.options.port}", "ONETHING_LOG_LEVEL": "WARNING",
    }  # fmt: skip


def _inside(demo: Demo, town: TownHandles, once: bool) -> int:
    # A folder of its own for every start: the sandbox begins anew each time, so must the product's memory of it.
    folder = (demo.options.folder / time.strftime("%Y%m%d-%H%M%S")).resolve()
    folder.mkdir(parents=True)
    environment, failed = _environment(demo, town, folder), False
    try:
        demo.make_database(environment)
        write_register(folder / "data", NAMES)
        demo.start_product(environment)
        case: dict[str, Any] | None = None
        try:
            case = _found(demo, town)
        except (FilingFailedError, httpx.HTTPError) as error:
            failed = True
            demo.say(f"示例公司没有办成 · the sample company could not be founded: {error}")
        _show(demo, town, case)
        while not once:
            demo.check_alive()
            time.sleep(0.5)
        return int(failed)
    finally:
        demo.say("正在停止 · stopping")
        demo.stop()


def _found(demo: Demo, town: TownHandles) -> dict[str, Any]:
    """A sound company of two plain people, from the form to the last registration."""
    made = town.town
    founders = (made.people[10], made.people[11])
    demo.say(f"{founders[0].name}和{founders[1].name}开一家公司 · two people found a company")
    citizen, done = file_company(
        demo.product, town, founders, "示云帆", made.places[10], made.leases[10], lambda text: demo.say(f"  {text}")
    )
    demo.say(f"已提交，办件编号 {done['reference']} · submitted")
    view = citizen.follow(done["case_id"], 120, lambda task: demo.say(f"  {MARKS[task['status']]} {title_of(task)}"))
    return {"reference": done["reference"], "status": view["summary"]["status"]}


def _show(demo: Demo, town: TownHandles, case: dict[str, Any] | None) -> None:
    first, second = town.town.persona("founder"), town.town.persona("partner")
    place, lease = town.town.places[0], town.town.leases[0]
    lines = [
        "", "一切就绪 · everything is ready",
        f"  企业开办 start-up     {demo.product}/do/startup",
        f"  要办什么 advice       {demo.product}/advice",
        f"  工作台 officials      {demo.product}/console   机器人 robots {demo.product}/console/robots",
        f"  手机短信 phones       {town.phone_url}/?to={second.phone}",
        f"  可以用的住所 office   {place.address}   备案号 lease {lease.number}（{first.name}）",
    ]  # fmt: skip
    lines += [f"  旧系统 old system     {town.gateways[name]}" for name in ("seal", "fund") if name in town.gateways]
    if case:
        lines.append(f"  示例公司 sample       {case['reference']}  {case['status']}")
    lines += ["", "演示账号 · demo accounts (no passwords)"]
    people = [town.town.persona(name) for name in TITLES]
    lines += [
        f"  {p.name}  {p.id_number}  {p.phone}  {TITLES[p.persona]['zh']} · {TITLES[p.persona]['en']}" for p in people
    ]
    lines += [f"  {official.name}  {official.title_zh} · {official.title_en}" for official in OFFICIALS]
    for line in [*lines, "", "Ctrl-C 停止 · stops everything"]:
        demo.say(line)
