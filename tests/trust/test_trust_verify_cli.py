"""`onething ledger verify`: its exit codes are what scripts rely on."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from onething.core.settings import get_settings
from onething.trust.cli import app
from onething.trust.credentials.models import Issue
from onething.trust.credentials.signing import AgencyInfo, Keyring, document, sign
from onething.trust.ledger.canonical import canonical


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Keyring:
    monkeypatch.setenv("ONETHING_TRUST_PASSPHRASE", "only-for-tests")
    get_settings.cache_clear()
    return Keyring({"health": AgencyInfo({"zh": "卫健委", "en": "Health"}, frozenset({"birth"}))})


def signed(ring: Keyring, days: int = 10) -> bytes:
    at = datetime.now(UTC)
    issue = Issue(
        "cert_a", "birth", "health", "N1", {"zh": "证", "en": "c"}, at, at + timedelta(days=days), {"name": "李一诺"}
    )
    credential, seal = sign(issue, ring)
    return document(credential, seal, {}, ring.trust_list())


def verify(path: Path, content: bytes, *options: str) -> tuple[int, dict[str, Any]]:
    file = path / "certificate.json"
    file.write_bytes(content)
    done = CliRunner().invoke(app, ["verify", str(file), "--json", *options])
    return done.exit_code, json.loads(done.stdout)


def test_offline_it_says_what_cannot_be_known(ring: Keyring, tmp_path: Path) -> None:
    code, told = verify(tmp_path, signed(ring), "--offline", "--root", ring.root.key_id)
    assert (code, told["verdict"], told["agency"]) == (10, "status_unknown", "health")
    assert {each["step"]: each["ok"] for each in told["steps"]}["status"] is None
    assert told["fields"] == {"name": "李一诺"}


def test_a_root_that_is_not_the_one_you_know_is_refused(ring: Keyring, tmp_path: Path) -> None:
    code, told = verify(tmp_path, signed(ring), "--offline", "--root", "somebody-elses")
    assert (code, told["verdict"]) == (12, "forged")


def test_far_from_the_installation_the_fingerprint_is_left_to_compare(
    ring: Keyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = signed(ring)
    monkeypatch.setenv("ONETHING_DATA_DIR", str(tmp_path / "elsewhere"))
    get_settings.cache_clear()
    code, told = verify(tmp_path, content, "--offline")
    assert code == 10
    assert told["root"] in str(told["steps"][-1]["words"]["en"])


def test_expired_altered_and_empty_files_have_codes_of_their_own(ring: Keyring, tmp_path: Path) -> None:
    root = ("--offline", "--root", ring.root.key_id)
    assert verify(tmp_path, signed(ring, days=-1), *root)[0] == 11
    altered = json.loads(signed(ring))
    altered["credential"] = altered["credential"].replace(".", ".A", 1)
    assert verify(tmp_path, canonical(altered), *root)[0] == 12
    assert verify(tmp_path, b"a photograph", *root)[0] == 13


def test_a_newer_list_knows_of_a_key_that_was_revoked_since(ring: Keyring, tmp_path: Path) -> None:
    from onething.trust.credentials.signing import SIGNING
    from onething.trust.sealing.owners import key_store

    content, store = signed(ring), key_store("health")
    stolen = store.signer(SIGNING)
    store.rotate(SIGNING)
    store.revoke(stolen.key_id, since=datetime.now(UTC) - timedelta(hours=1), reason="stolen")
    ring.forget()
    newer = tmp_path / "list.json"
    newer.write_text(ring.trust_list().text, encoding="utf-8")
    options = ("--offline", "--root", ring.root.key_id, "--trust", str(newer))
    assert verify(tmp_path, content, *options)[0] == 12
