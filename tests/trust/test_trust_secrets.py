"""Private keys beside the data are shut under the passphrase, and every secret can be changed while processes run."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from onething.core.errors import Problem
from onething.core.settings import get_settings
from onething.exchange.gateway import setup as members
from onething.exchange.gateway.tls import client_context, in_the_clear, server_context
from onething.host.cli import app
from onething.trust.chain.accounts import Accounts, get_accounts
from onething.trust.keys import store as stores
from onething.trust.keys.passphrases import change_all
from onething.trust.keys.sealed_secrets import lies_open, open_secret, seal_secret
from onething.trust.service import Algorithm, FileKeyStore, key_store

OLD, NEW = "korrekt-horse-9-battery", "another long passphrase 42"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Stretching a passphrase is meant to be slow; these tests open many stores."""
    options: Any = FileKeyStore.__init__.__kwdefaults__
    options["cost"], before = 2**8, options["cost"]
    monkeypatch.setattr(stores, "COST", 2**8)
    monkeypatch.setenv("ONETHING_TRUST_PASSPHRASE", OLD)
    get_settings.cache_clear()
    yield
    options["cost"] = before


def with_passphrase(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("ONETHING_TRUST_PASSPHRASE", value)
    get_settings.cache_clear()


def test_a_chain_account_lies_sealed_and_is_the_same_after_a_restart() -> None:
    address = get_accounts().of("health").address
    file = get_settings().data_dir / "trust" / "accounts" / "health.key"
    assert not lies_open(file)
    assert file.stat().st_mode & 0o077 == 0
    assert get_accounts().of("health").address == address


def test_an_account_that_an_earlier_version_left_open_is_sealed_when_it_is_used(tmp_path: Path) -> None:
    folder = get_settings().data_dir / "trust" / "accounts"
    address = Accounts(folder).of("health").address
    assert lies_open(folder / "health.key")
    answer = CliRunner().invoke(app, ["ledger", "seal-keys"])
    assert address in answer.stdout
    assert not lies_open(folder / "health.key")
    assert get_accounts().of("health").address == address


def test_a_sealed_secret_opens_only_under_its_name_and_its_store(tmp_path: Path) -> None:
    one, other = tmp_path / "a" / "x.key", tmp_path / "a" / "y.key"
    seal_secret(one, b"0123456789abcdef", key_store())
    assert open_secret(one, key_store()) == b"0123456789abcdef"
    other.write_bytes(one.read_bytes())
    for path, store in ((other, key_store()), (one, key_store("health"))):
        with pytest.raises(Problem, match="altered"):
            open_secret(path, store)
    assert b"0123456789abcdef" not in one.read_bytes()


def test_the_passphrase_changes_for_all_owners_and_running_processes_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    running = key_store()
    running.create("k", Algorithm.ED25519)
    key_store("health").create("k", Algorithm.ED25519)
    address = get_accounts().of("health").address
    assert change_all(NEW) == {"health": True, "platform": True}
    assert running.signer("k").sign(b"still")
    assert running.rotate("k")
    assert change_all(NEW) == {"health": False, "platform": False}, "cut off half way, it may be run again"
    home = get_settings().data_dir / "trust" / "platform" / "keys"
    with pytest.raises(Problem, match="passphrase_wrong"):
        FileKeyStore(home, OLD)
    with_passphrase(monkeypatch, NEW)
    assert len(key_store().records("k")) == 2
    assert get_accounts().of("health").address == address


def test_a_weak_passphrase_and_a_store_that_opens_with_neither_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    key_store()
    FileKeyStore(get_settings().data_dir / "trust" / "health" / "keys", "something else entirely")
    with pytest.raises(Problem, match="unfit_passphrase"):
        change_all("short")
    with pytest.raises(Problem, match=r"passphrase_wrong.*health"):
        change_all(NEW)
    FileKeyStore(get_settings().data_dir / "trust" / "platform" / "keys", OLD)


def test_a_trial_becomes_an_installation(monkeypatch: pytest.MonkeyPatch) -> None:
    with_passphrase(monkeypatch, "")
    key_store().create("k", Algorithm.ED25519)
    trial = get_settings().data_dir / "trust" / "platform" / "trial-passphrase"
    assert trial.exists()
    monkeypatch.setenv("ONETHING_NEW_TRUST_PASSPHRASE", NEW)
    answer = CliRunner().invoke(app, ["ledger", "passphrase"])
    assert answer.exit_code == 0, answer.output
    assert NEW not in answer.output
    assert not trial.exists()
    with_passphrase(monkeypatch, NEW)
    assert key_store().records("k")


# -- the exchange


def test_tls_keys_of_members_are_encrypted_and_still_serve(tmp_path: Path) -> None:
    members.setup(tmp_path, {"platform": "", "health": "https://127.0.0.1:1"}, Algorithm.ED25519)
    for key in ("authority.key", "platform/tls.key", "health/tls.key"):
        assert not in_the_clear(tmp_path / key), key
    client_context(tmp_path, "platform")
    server_context(tmp_path, "health")
    members.renew(tmp_path, "health")
    server_context(tmp_path, "health")


def test_production_refuses_a_tls_key_in_the_clear_and_sealing_mends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from onething.exchange.gateway.tls import Authority

    members.setup(tmp_path, {"platform": "", "health": ""}, Algorithm.ED25519)
    (tmp_path / "health" / "tls.pass").unlink()
    Authority.load(tmp_path, key_store()).issue(tmp_path, "health", members.tls_name("health"))
    assert in_the_clear(tmp_path / "health" / "tls.key")
    server_context(tmp_path, "health")  # a trial may
    monkeypatch.setenv("ONETHING_PRODUCTION", "true")
    get_settings.cache_clear()
    with pytest.raises(Problem, match="unfit_open_keys"):
        server_context(tmp_path, "health")
    answer = CliRunner().invoke(app, ["gateway", "seal-keys", "--dir", str(tmp_path)])
    assert "health/tls.key" in answer.stdout
    assert "platform/tls.key" not in answer.stdout
    server_context(tmp_path, "health")


def test_a_members_signing_key_rotates_and_the_old_one_stays_known(tmp_path: Path) -> None:
    from onething.exchange.directory import Directory

    members.setup(tmp_path, {"platform": "", "health": ""}, Algorithm.ED25519)
    before = key_store("health").signer(members.KEY_NAME).key_id
    assert CliRunner().invoke(app, ["gateway", "rotate", "health", "--dir", str(tmp_path)]).exit_code == 0
    entry = Directory(tmp_path).member("health")
    assert entry is not None
    assert entry.keys[0].key_id == before
    assert entry.keys[-1].key_id == key_store("health").signer(members.KEY_NAME).key_id != before


def test_a_far_witness_rotates_and_its_earlier_keys_still_count(capsys: pytest.CaptureFixture[str]) -> None:
    import json

    from onething.trust.credentials.evidence import WITNESS_KEY, policy_of
    from onething.trust.credentials.signing import ensure_signer

    ensure_signer("health", WITNESS_KEY, Algorithm.ED25519)
    key_store("health").rotate(WITNESS_KEY)
    told = CliRunner().invoke(app, ["witness", "key", "--agency", "health", "--all"]).stdout
    folder = get_settings().data_dir / "trust" / "witnesses"
    folder.mkdir(parents=True)
    (folder / "health.jwk").write_text(told.splitlines()[0])
    policy = policy_of("shanghai", ["health"], 1)
    assert len(policy.witnesses) == 2 == len(json.loads(told.splitlines()[0])["keys"])
