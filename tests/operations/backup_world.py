"""A small installation with everything a backup has to hold, and a second, empty place to restore it to."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.event_samples import event

from onething.core.blobs import get_blobs
from onething.core.db import Database
from onething.core.events import append
from onething.core.migrating import upgrade
from onething.core.private import keyed_hash
from onething.core.settings import get_settings
from onething.operations.service import Done, back_up, restore
from onething.trust.chain.accounts import get_accounts
from onething.trust.credentials.evidence import CertificateLog
from onething.trust.service import key_store

WITNESSES = ("health", "medins", "police")
PASSPHRASE = "only-for-tests"


def quiet(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody looks at."""


def at(folder: Path, url: str = "", **more: str) -> None:
    """This process's installation is the one in `folder`."""
    os.environ["ONETHING_DATA_DIR"] = str(folder / "var")
    os.environ["ONETHING_DATABASE_URL"] = url or f"sqlite:///{folder}/onething.db"
    os.environ["ONETHING_TRUST_PASSPHRASE"] = PASSPHRASE
    for name, value in more.items():
        os.environ[name] = value
    get_settings.cache_clear()


@dataclass
class Installation:
    folder: Path
    url: str = ""

    def __post_init__(self) -> None:
        at(self.folder, self.url)
        self.db = Database(get_settings().database_url)

    def filled(self) -> "Installation":
        """Tables, an event, files, keys, a log with cosigned entries, an account of the chain."""
        upgrade(self.db)
        self.known().note()
        self.proven(5)
        return self.known()

    def known(self) -> "Installation":
        """What tests compare with."""
        self.blob = get_blobs().put(b"a photographed paper")
        self.mark = keyed_hash("test", "a person")
        self.account = get_accounts().of("health").address
        self.log = self.opened()
        self.keys = key_store("health").records()
        return self

    def opened(self) -> CertificateLog:
        return CertificateLog(self.db, "shanghai", WITNESSES, get_settings().data_dir / "trust", 2)

    def note(self) -> None:
        with self.db.transaction() as session:
            append(session, event("case_1", "case.submitted"))

    def proven(self, count: int) -> list[dict[str, Any]]:
        digests = [os.urandom(32) for _ in range(count)]
        return self.log.prove(self.log.append([(f"certificate:{one.hex()}", one) for one in digests]))

    def back_up(self, name: str = "backup", **more: Any) -> Path:
        at(self.folder, self.url)
        to = self.folder / name
        back_up(to, quiet, **more)
        return to


def restored(source: Path, folder: Path, url: str = "", **more: Any) -> tuple[Installation, Done]:
    """The installation that a backup becomes in an empty folder."""
    folder.mkdir(exist_ok=True)
    at(folder, url)
    done = restore(source, quiet, **more)
    return Installation(folder, url), done
