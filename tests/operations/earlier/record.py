"""Writes a database of the code it is run under (see README.md): `record.py NNNN FOLDER`, from the root of that code."""

import asyncio
import gzip
import os
import sqlite3
import sys
import tarfile
import tempfile
from pathlib import Path

PASSPHRASE, LOOKUP_KEY = "an old passphrase for tests", "an old lookup key for tests"


def record(name: str, into: Path, work: Path) -> None:
    os.environ |= {
        "ONETHING_DATA_DIR": str(work / "var"), "ONETHING_DATABASE_URL": f"sqlite:///{work}/one.db",
        "ONETHING_TRUST_PASSPHRASE": PASSPHRASE, "ONETHING_LOOKUP_KEY": LOOKUP_KEY,
    }  # fmt: skip
    from casework_world import FakeAgencies, opened, submission, tasks_of, until, working

    from onething.core import migrating
    from onething.core.db import Database

    db = Database(f"sqlite:///{work}/one.db")
    migrating.upgrade(db)
    _subscribe()

    async def cases() -> None:
        agencies = FakeAgencies()
        agencies.down = {"medins"}
        first = opened(db, submission(db))

        def stands() -> bool:
            states = [state for state, _ in tasks_of(db, first.id).values()]
            return states.count("done") >= 8 and "running" not in states

        async with working(db, agencies):
            await until(stands, 60)
            await asyncio.sleep(1.0)
        opened(db, submission(db, 1))

    asyncio.run(cases())
    db.dispose()
    with sqlite3.connect(work / "one.db") as link, gzip.open(into / f"{name}.sql.gz", "wt", encoding="utf-8") as out:
        out.writelines(line + "\n" for line in link.iterdump())
    if (work / "var/trust").exists():
        with tarfile.open(into / f"{name}.keys.tar.gz", "w:gz") as keys:
            keys.add(work / "var/trust", "trust")


def _subscribe() -> None:
    try:
        from onething.host.assembling import subscribe
    except ImportError:  # before there was a host, notices were installed by hand
        from onething.notices import service

        getattr(service, "install")()  # noqa: B009
    else:
        subscribe()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        record(sys.argv[1], Path(sys.argv[2]), Path(folder))
