"""Company start-up as people meet it: the sandbox Shenzhen, the web server and a worker, each in its own process."""

import contextlib
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from web_stack import ROOT, _free_port, _start, _wait_for

from onething.core.db import Database
from onething.sandbox.startup.service import NAMES, TownHandles, running, write_register
from stores import with_tables


@dataclass
class StartupStack:
    """A running product for Shenzhen. `url` has no slash at its end."""

    url: str
    city: TownHandles
    database_url: str
    folder: Path

    def database(self) -> Database:
        return Database(self.database_url)

    def sign_in(self, page: Any, sub: str, next_path: str = "/me") -> None:
        """Sign a Playwright page in as the account `sub` and come out at `next_path`."""
        page.context.clear_cookies(name=re.compile("^onething_sandbox_sso"))
        page.goto(f"{self.url}/sign-in?next={next_path}")
        page.locator(f"button[name=account][value='{sub}'], input[name=account][value='{sub}']").first.click()
        page.wait_for_url(f"{self.url}{next_path}*")


@contextlib.contextmanager
def running_startup(folder: Path, *, robots: bool = True) -> Iterator[StartupStack]:
    """Start everything, end everything."""
    with running(people=40, robots=robots) as city:
        port = _free_port()
        url, database_url = f"http://127.0.0.1:{port}", f"sqlite:///{folder}/onething.db"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ONETHING_")}
        environment |= city.environment | {
            "ONETHING_DATA_DIR": str(folder / "var"), "ONETHING_DATABASE_URL": database_url,
            "ONETHING_CITIES_DIR": str(ROOT / "cities"),
            "ONETHING_PUBLIC_URL": url, "ONETHING_RATE_LIMIT_PER_MINUTE": "6000", "ONETHING_LOG_LEVEL": "WARNING",
        }  # fmt: skip
        write_register(folder / "var", NAMES)
        database = Database(database_url)
        with_tables(database)
        database.dispose()
        web = _start(["serve", "--port", str(port)], environment, folder / "web.log")
        worker = _start(["worker"], environment, folder / "worker.log")
        try:
            _wait_for(url, web, folder / "web.log")
            yield StartupStack(url, city, database_url, folder)
        finally:
            for process in (web, worker):
                process.terminate()
            for process in (web, worker):
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(15)
                process.kill()
