"""The door for tests, benchmarks and the demo: the sandbox Shenzhen as a context manager."""

import contextlib
import gzip
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import orjson

from onething.core import clock
from onething.core.persons.numbers import PersonDocument, as_person_number
from onething.sandbox.startup.town import Lease, Place, Town, Townsman, town


@dataclass(frozen=True)
class TownHandles:
    """Where the running sandbox is reached, and who lives there."""

    gateways: dict[str, str]
    issuer: str
    phone_url: str
    folder: Path
    town: Town

    @property
    def environment(self) -> dict[str, str]:
        """Settings that point the product at this sandbox."""
        return {
            "ONETHING_CITY": "shenzhen",
            "ONETHING_GATEWAYS": orjson.dumps(self.gateways).decode(),
            "ONETHING_OIDC_ISSUER": self.issuer,
            "ONETHING_SMS_SANDBOX_URL": self.phone_url,
            "SEAL_ROBOT_PASSWORD": "sandbox",
            "FUND_ROBOT_PASSWORD": "sandbox",
        }

    def turn(self, agency: str, **knobs: Any) -> None:
        """Make an agency or an old web system misbehave."""
        httpx.post(f"{self.gateways[agency]}/_control", json=knobs, timeout=10).raise_for_status()

    def records(self, system: str) -> list[dict[str, Any]]:
        """What stands in an old web system's own database."""
        return httpx.get(f"{self.gateways[system]}/_records", timeout=10).json()["records"]

    def messages(self, phone: str) -> list[str]:
        """Text messages that a phone got, oldest first."""
        found = httpx.get(f"{self.phone_url}/messages", params={"to": phone}, timeout=10).json()["messages"]
        return [each["text"] for each in found]


@contextlib.contextmanager
def running(
    people: int = 400, seed: int = 1, *, robots: bool = True, base_port: int = 0, folder: Path | None = None
) -> Iterator[TownHandles]:
    """The sandbox in processes of its own until the block ends, or this process does."""
    with contextlib.ExitStack() as stack:
        home = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="onething-startup-")))
        options = {"folder": str(home), "people": people, "seed": seed, "robots": robots, "base_port": base_port}
        process = subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-m", "onething.sandbox.startup.server", json.dumps(options)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        try:
            line = process.stdout.readline() if process.stdout else b""
            if not line:
                raise RuntimeError(f"the sandbox did not start (exit {process.wait(10)})")
            told = json.loads(line)
            yield TownHandles(told["gateways"], told["issuer"], told["phone_url"], home, town(people, seed))
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()


def write_register(data_dir: Path, names: Iterable[str]) -> None:
    """The copy of the register's names that checks of likeness read."""
    path = data_dir / "reference" / "shenzhen" / "company_names.txt.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write("\n".join(names) + "\n")


NAMES = ("深圳云海帆科技有限公司", "深圳市南粤餐饮管理有限公司", "深圳天澄信息技术有限公司", "深圳市万禾贸易有限公司")
"""A few names that are taken."""


def is_from_abroad(person: Townsman) -> bool:
    """Whether somebody has another paper than a resident identity card."""
    found = as_person_number(person.id_number)
    return found is not None and found.document is not PersonDocument.CITIZEN_ID


def plain_answers(founders: tuple[Townsman, ...], mark: str, place: Place, lease: Lease) -> dict[str, dict[str, Any]]:
    """Slot → answers of a filing that nothing is wrong with."""
    by = (clock.today() + timedelta(days=700)).isoformat()
    people = [
        {"name": p.name, "id_number": p.id_number, "phone": p.phone, "amount": "500000", "pay_by": by, "pay_form": "cash"}
        | ({"birth_date": p.born.isoformat()} if p.born else {})
        for p in founders
    ]  # fmt: skip
    first, second = founders[0], founders[min(1, len(founders) - 1)]
    return {
        "founders": {"people": people},
        "company": {
            "mark": mark, "trade": "software", "trade_word": "科技", "capital": str(500_000 * len(founders)), "foreign_capital": any(is_from_abroad(p) for p in founders),
            "staff": "3", "fund_rate": "5%",
        },
        "premises": {"address": place.address, "title": "lease", "title_number": lease.number},
        "scope": {"text": "软件开发;信息技术咨询服务"},
        "posts": {
            "representative": first.id_number, "director": first.id_number, "manager": first.id_number,
            "supervisor": second.id_number, "finance": first.id_number,
        },
    }  # fmt: skip
