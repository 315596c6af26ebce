"""A certificate of a real case becomes a court package by the command line, with the steps of its case, and its holder sees that."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pypdfium2
import pytest
import uvicorn
from casework_world import FakeAgencies, citizen_of, opened, status_of, submission, until, working
from tests.conftest import free_port
from typer.testing import CliRunner

from onething.casework.certificates import service as certificates
from onething.casework.certificates import trust_keys
from onething.catalog.service import get_city
from onething.core.db import Database
from onething.core.events import accesses_to
from onething.core.settings import settings_of
from onething.sandbox.justice.authority import make_app
from onething.trust.cli import app
from onething.trust.court import verify
from onething.trust.settings import TrustSettings


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[str]:
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(make_app(tmp_path / "tsa"), port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    for _ in range(600):
        try:
            httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=5)
            break
        except httpx.HTTPError:
            threading.Event().wait(0.1)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(20)


@pytest.mark.slow
async def test_from_a_case_to_a_package(
    db: Database, tmp_path: Path, authority: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onething.core.db.get_database", lambda: db)
    filing = submission(db)
    ref = opened(db, filing)
    async with working(db, FakeAgencies()):
        await until(lambda: status_of(db, ref.id).over, 90)
    rounds = trust_keys.pipeline(db, get_city())
    for _ in range(200):
        if not rounds.round():
            break
    with db.reading() as session:
        made = {view.evidence_type: view for view in certificates.certificates_of(session, citizen_of(filing))}
    birth, out = made["e_birth_certificate"], tmp_path / "birth.zip"
    words = ["package", birth.id, "--ground", "(2026)沪01民初1号", "--out", str(out), "--tsa", authority, "--json"]
    done = CliRunner().invoke(app, [*words, "--tsa-root", str(tmp_path / "tsa" / "root.pem")])
    assert done.exit_code == 0, f"{done.output} {done.exception!r}"
    told = json.loads(done.stdout)
    assert told["root"] == trust_keys.keyring().root.key_id
    checked = CliRunner().invoke(
        app, ["check-package", str(out), "--root", told["root"], "--tsa", told["tsa"], "--json"]
    )
    assert checked.exit_code == 0, checked.output
    found = json.loads(checked.stdout)
    assert found["verdict"] == "genuine"
    assert found["fields"]["child_name"] == "王小宝"
    assert any("核验" in deed["what"] for deed in found["who_did_what"]), "police and insurance fetched it by contract"
    report = pypdfium2.PdfDocument(verify.unzip(out.read_bytes())["report.pdf"])
    text = "".join(page.get_textpage().get_text_range() for page in report)
    assert "姓名" in text, "fields stand under the names people know"
    assert "child_name" not in text
    report.close()
    history = json.loads(verify.unzip(out.read_bytes())["history.json"])
    assert "certificate.issued" in {step["what"] for step in history}
    assert filing.facts["applicant"]["id_number"] not in json.dumps(history)
    with db.reading() as session:
        looked = [(one.what, one.ground) for one in accesses_to(session, str(filing.subject_id))]
    assert ("court package e_birth_certificate", "(2026)沪01民初1号") in looked
    assert settings_of(TrustSettings).tsa_url is None
    none = CliRunner().invoke(app, ["package", birth.id, "--ground", "x"])
    assert "court.no_authority" in str(none.exception)
