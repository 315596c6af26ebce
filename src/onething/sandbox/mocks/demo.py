"""A package tried by hand: its mocked agencies, people and officials, and the product beside them, until Ctrl-C."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from onething.catalog.models import City
from onething.sandbox.demo import Demo, DemoError, Options, until_stopped
from onething.sandbox.mocks.server import PORTS


def run(city: City, port: int, base_port: int, folder: Path, once: bool, say: Callable[[str], None]) -> int:
    """Until Ctrl-C, or until everything answers when `once`; 0 when all went well, 1 when not, 4 when a port is taken."""
    options = Options(port=port, base_port=base_port, folder=folder)

    def work(demo: Demo) -> int:
        # A folder of its own for every start: the sandbox begins anew each time, so must the product's memory of it.
        home = (options.folder / time.strftime("%Y%m%d-%H%M%S")).resolve()
        home.mkdir(parents=True)
        try:
            return _inside(demo, city, home, once)
        finally:
            demo.stop()

    return until_stopped(options, PORTS.values(), say, work)


def _inside(demo: Demo, city: City, home: Path, once: bool) -> int:
    demo.say(f"模拟{city.name.zh}的 {len(city.agencies)} 个部门 · mocking the agencies")
    options = orjson.dumps(
        {"city": str(city.folder), "folder": str(home), "base_port": demo.options.base_port}
    ).decode()
    world = subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "onething.sandbox.mocks.server", options], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        line = world.stdout.readline() if world.stdout else b""
        if not line:
            raise DemoError(f"沙盒没有启动 · the sandbox did not start (exit {world.wait(10)})")
        card = orjson.loads(line)
        environment = environment_of(city, card, home, demo.product, demo.options.port)
        demo.make_database(environment)
        demo.start_product(environment)
        _show(demo, city, card)
        while not once:
            demo.check_alive()
            time.sleep(0.5)
        return 0
    finally:
        world.terminate()
        world.wait(10)
        for pipe in (world.stdin, world.stdout):
            if pipe is not None:
                pipe.close()


def environment_of(city: City, card: dict[str, Any], home: Path, product: str, port: int) -> dict[str, str]:
    """The product's settings beside a package's sandbox."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("ONETHING_")},
        "ONETHING_CITY": city.folder.name, "ONETHING_CITIES_DIR": str(city.folder.parent), "ONETHING_DATABASE_URL": f"sqlite:///{home}/onething.db",
        "ONETHING_DATA_DIR": str(home / "data"), "ONETHING_PUBLIC_URL": product, "ONETHING_SESSION_COOKIE": f"onething_{port}",
        "ONETHING_GATEWAYS": orjson.dumps(card["gateways"]).decode(), "ONETHING_GATEWAYS_MOCKED": "true", "ONETHING_OIDC_ISSUER": card["issuer"],
        "ONETHING_SMS_SANDBOX_URL": card["phone_url"], "ONETHING_LOG_LEVEL": "WARNING",
    }  # fmt: skip


def _show(demo: Demo, city: City, card: dict[str, Any]) -> None:
    lines = [
        "", "一切就绪 · everything is ready",
        f"  网站 portal           {demo.product}",
        f"  工作台 officials      {demo.product}/console",
        f"  手机短信 phone        {card['phone_url']}",
        "", "演示账号 · demo accounts (no passwords)",
    ]  # fmt: skip
    lines += [f"  {each.name}  {each.phone}  {each.title.zh} · {each.title.en}" for each in city.sandbox.people]
    lines += [f"  {each.name}  {each.title.zh} · {each.title.en}" for each in city.sandbox.officials]
    for line in [*lines, "", "Ctrl-C 停止 · stops everything"]:
        demo.say(line)
