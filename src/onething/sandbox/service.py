"""The door for tests and benchmarks: a running sandbox as a context manager.

with running(people=300) as city:
    settings.gateways = city.gateways
    birth = city.births(plain=True)[0]
"""

import contextlib
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from onething.sandbox import registers as store
from onething.sandbox.population.officials import OFFICIALS
from onething.sandbox.population.personas import table


@dataclass(frozen=True)
class CityHandles:
    """Where a running sandbox is reached, and who lives in it."""

    gateways: dict[str, str]
    """Agency id → base address; what `ONETHING_GATEWAYS` wants."""
    issuer: str
    phone_url: str
    folder: Path
    pid: int
    """Of the supervisor; the agencies are its children."""

    @property
    def urls(self) -> dict[str, str]:
        """All addresses by name: the agencies, `identity` and `phone`."""
        return {**self.gateways, "identity": self.issuer, "phone": self.phone_url}

    @property
    def environment(self) -> dict[str, str]:
        """Settings that point the product at this sandbox."""
        return {
            "ONETHING_GATEWAYS": orjson.dumps(self.gateways).decode(),
            "ONETHING_OIDC_ISSUER": self.issuer,
            "ONETHING_SMS_SANDBOX_URL": self.phone_url,
        }

    def _rows(self, query: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        with contextlib.closing(sqlite3.connect(f"file:{self.folder / store.DIRECTORY}?mode=ro", uri=True)) as db:
            return db.execute(query, values).fetchall()

    def births(self, *, plain: bool | None = None, limit: int = 100_000, offset: int = 0) -> list[dict[str, Any]]:
        """Certificates waiting to be registered, in a fixed order, as `store.birth_body` describes them.

        `plain`: only those that run by themselves (True) or only the others (False); personas' births are not among them.
        """
        rows = self._rows(
            "SELECT body FROM birth WHERE persona = '' AND plain = coalesce(?, plain) ORDER BY position LIMIT ? OFFSET ?",
            (plain, limit, offset),
        )
        return [orjson.loads(row[0]) for row in rows]

    def persona(self, name: str) -> dict[str, Any]:
        """A persona: {id, title, mother: {sub, id_number, name, phone}, father?, births: […]}. Raises KeyError."""
        entry = next((entry for entry in table() if entry["id"] == name), None)
        if entry is None:
            raise KeyError(name)
        people = {row[3]: dict(zip(("sub", "id_number", "name", "sex", "phone", "born"), row, strict=True)) for row in self._rows(
            "SELECT sub, id_number, name, sex, phone, born FROM person WHERE persona = ?", (name,)
        )}  # fmt: skip
        births = [
            orjson.loads(r[0])
            for r in self._rows("SELECT body FROM birth WHERE persona = ? ORDER BY position", (name,))
        ]
        found = {"id": name, "title": entry["title"], "mother": people["female"], "births": births}
        return found | ({"father": people["male"]} if "male" in people else {})

    def personas(self) -> list[dict[str, Any]]:
        """All of them, in the table's order."""
        return [self.persona(entry["id"]) for entry in table()]

    def people(self, limit: int = 1000, offset: int = 0) -> list[dict[str, Any]]:
        """Grown-ups of the city: {sub, id_number, name, sex, phone, born}."""
        names = ("sub", "id_number", "name", "sex", "phone", "born")
        rows = self._rows(
            "SELECT sub, id_number, name, sex, phone, born FROM person ORDER BY sub LIMIT ? OFFSET ?", (limit, offset)
        )
        return [dict(zip(names, row, strict=True)) for row in rows]

    @property
    def officials(self) -> list[dict[str, str]]:
        """{sub, name, role, agency}."""
        return [{"sub": o.sub, "name": o.name, "role": o.role, "agency": o.agency} for o in OFFICIALS]


@contextlib.contextmanager
def running(
    people: int = 300,
    seed: int = 1,
    births: int | None = None,
    *,
    folder: Path | None = None,
    base_port: int = 0,
    only: tuple[str, ...] = (),
) -> Iterator[CityHandles]:
    """A sandbox in its own processes until the block ends; free ports unless `base_port` is given.

    `folder` keeps made cities for the next time (worth it for large ones); without it everything is temporary. `only`
    starts some services (agency ids, `identity`, `phone`). If this process is killed, the sandbox ends too. Raises
    RuntimeError with the sandbox's own words when it does not start.
    """
    options = {
        "people": people, "seed": seed, "births": births, "folder": str(folder) if folder else None, "base_port": base_port,
        "only": list(only), "with_parent": True,
    }  # fmt: skip
    command = [sys.executable, "-m", "onething.sandbox.supervisor", orjson.dumps(options).decode()]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, start_new_session=True
        )
        try:
            line = process.stdout.readline() if process.stdout else b""
            if not line:
                process.wait(10)
                said.seek(0)
                raise RuntimeError(f"the sandbox did not start: {said.read().decode(errors='replace')[-2000:]}")
            card = orjson.loads(line)
            yield CityHandles(card["gateways"], card["issuer"], card["phone_url"], Path(card["folder"]), card["pid"])
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()
            process.communicate()
