"""A served installation with one family's certificates, and a wallet in a process of its own."""

import asyncio
import contextlib
import json
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from casework_world import FakeAgencies, citizen_of, opened, status_of, submission, until, working
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from tests.conftest import free_port

from onething.casework.certificates import service as certificates
from onething.casework.models import CertificateView, Submission
from onething.core.db import Database, get_database
from onething.core.settings import get_settings
from onething.host.web import create_app
from onething.wallets import service as wallets
from onething.wallets.models import Offer
from stores import with_tables

ROOT = Path(__file__).parents[2]
SCRIPT = Path(__file__).parent / "wallet.mjs"


@dataclass
class World:
    """`mine` by kind; `subject` is whose they are."""

    db: Database
    url: str
    filing: Submission
    mine: dict[str, CertificateView]
    root: Path

    @property
    def subject(self) -> str:
        return self.filing.subject_id

    def offer(self, kind: str) -> Offer:
        with self.db.transaction() as session:
            view = certificates.certificate_of(session, citizen_of(self.filing), self.mine[kind].id)
            return wallets.offer(session, view, self.subject)

    def wallet(self, *command: str, held: dict[str, Any] | None = None) -> dict[str, Any]:
        """What the stranger's wallet prints. Raises `AssertionError` with what it said when it failed."""
        done = subprocess.run(
            ["node", str(SCRIPT), *command, str(self.root)],
            input=json.dumps(held or {}), capture_output=True, text=True, timeout=60, check=False, cwd=ROOT,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout)


@contextlib.contextmanager
def world(monkeypatch: Any) -> Iterator[World]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    monkeypatch.setenv("ONETHING_PUBLIC_URL", url)
    monkeypatch.setattr("onething.wallets.status_lists.KEEP", 0.0)
    get_settings.cache_clear()
    db = get_database()
    with_tables(db)
    filing = submission(db)
    ref = opened(db, filing)

    async def carried_out() -> None:
        async with working(db, FakeAgencies()):
            await until(lambda: status_of(db, ref.id).over, 90)

    asyncio.run(carried_out())
    with db.reading() as session:
        mine = {view.evidence_type: view for view in certificates.certificates_of(session, citizen_of(filing))}
    root = get_settings().data_dir / "root.pem"
    root.write_bytes(x509.load_der_x509_certificate(certificates.keyring().seals.root()).public_bytes(Encoding.PEM))
    server = uvicorn.Server(uvicorn.Config(create_app(with_background=False), port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield World(db, url, filing, mine, root)
    server.should_exit = True
    thread.join(10)
