"""The operator's verbs: policy, checkpoint, monitor, keys; and witnesses that run as processes of their own."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from court_world import WITNESSES, Court, court
from tests.conftest import free_port
from typer.testing import CliRunner

from onething.core.db import Database
from onething.core.errors import Problem
from onething.core.settings import get_settings
from onething.host.servers import witness as witness_app
from onething.trust.cli import app
from onething.trust.commands import log as cli
from onething.trust.credentials.evidence import CertificateLog, policy_of
from onething.trust.log.policy import LogPolicy
from onething.trust.sealing.owners import key_store
from stores import with_tables


@pytest.fixture
def here(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Court]:
    made = court(db, tmp_path)
    monkeypatch.setattr(cli, "source", lambda _db: made.source)
    made.log.append([(f"c{n}", bytes([n]) * 32) for n in range(5)])
    made.log.prove([0])
    yield made
    made.office.chain.web3.provider.close()


def run(*words: str, exit_code: int = 0) -> str:
    done = CliRunner().invoke(app, list(words))
    if isinstance(done.exception, Problem):
        raise done.exception
    assert done.exit_code == exit_code, done.output
    return done.stdout


@pytest.mark.slow
def test_policy_and_checkpoint_can_be_handed_to_others(here: Court) -> None:
    policy = LogPolicy.from_json(json.loads(run("policy")))
    assert policy == here.log.policy()
    told = json.loads(run("checkpoint", "--json"))
    assert told["size"] == 5
    assert set(told["witnesses"]) == {f"{name}-witness" for name in WITNESSES}


@pytest.mark.slow
def test_a_monitor_remembers_and_names_what_was_edited(here: Court, tmp_path: Path) -> None:
    memory = ["--memory", str(tmp_path / "memory.json")]
    assert json.loads(run("monitor", *memory, "--json"))["checked_entries"] == 5
    with here.office.db.transaction() as session:
        from onething.trust.tables import LogTileRow

        row = next(row for row in session.query(LogTileRow) if row.path.startswith("tile/entries"))
        row.content = row.content[:10] + bytes([row.content[10] ^ 1]) + row.content[11:]
    told = json.loads(run("monitor", *memory, "--full", "--json", exit_code=1))
    assert [one["kind"] for one in told["findings"]] == ["edited"]
    assert "tile/entries" in told["findings"][0]["where"]


def test_keys_are_listed_rotated_and_revoked(here: Court) -> None:
    here.office.keyring.signer("health")
    old = next(one for one in json.loads(run("keys", "--owner", "health", "--json")) if one["name"] == "certificates")
    run("rotate", "certificates", "--owner", "health")
    run("revoke", old["id"], "--owner", "health", "--reason", "laptop stolen", "--since", "2026-11-01")
    found = {
        one["id"]: one
        for one in json.loads(run("keys", "--owner", "health", "--json"))
        if one["name"] == "certificates"
    }
    assert found[old["id"]]["status"] == "revoked"
    assert found[old["id"]]["reason"] == "laptop stolen"
    assert sorted(one["status"] for one in found.values()) == ["active", "revoked"]


@contextmanager
def witness_process(agency: str, policy: Path, data: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A witness on a machine of its own: its data folder, its key store, its passphrase."""
    code = "import sys; from onething.host.cli import main; sys.exit(main())"
    command = [
        sys.executable,
        "-c",
        code,
        "witness",
        "serve",
        "--agency",
        agency,
        "--policy",
        str(policy),
        "--port",
        str(port),
    ]
    environment = {
        "PATH": "/usr/bin:/bin",
        "ONETHING_DATA_DIR": str(data),
        "ONETHING_TRUST_PASSPHRASE": f"of {agency} alone",
    }
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 90
        while True:
            try:
                httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=5)
                break
            except httpx.HTTPError:
                assert time.monotonic() < end, "the witness does not start"
                time.sleep(0.1)
        yield process
    finally:
        process.kill()
        process.wait(20)


@pytest.mark.slow
def test_an_agencys_witness_in_a_process_of_its_own_is_needed_and_does_not_sign_a_roll_back(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    far, port = tmp_path / "far", free_port()
    monkeypatch.setenv("ONETHING_DATA_DIR", str(far))
    monkeypatch.setenv("ONETHING_TRUST_PASSPHRASE", "of police alone")
    get_settings.cache_clear()
    told = CliRunner().invoke(witness_app, ["key", "--agency", "police"])
    assert told.exit_code == 0, (told.output, told.exception)
    key = told.stdout.splitlines()[0]
    monkeypatch.setenv("ONETHING_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("ONETHING_TRUST_PASSPHRASE", "of the operator")
    monkeypatch.setenv("ONETHING_WITNESSES", json.dumps({"police": f"http://127.0.0.1:{port}"}))
    get_settings.cache_clear()
    folder = tmp_path / "var" / "trust" / "witnesses"
    folder.mkdir(parents=True)
    (folder / "police.jwk").write_text(key)
    log = CertificateLog(db, "shanghai", WITNESSES, tmp_path / "witnesses", 3)
    file = tmp_path / "policy.json"
    file.write_text(json.dumps(policy_of("shanghai", WITNESSES, 3).as_json()))
    indices = log.append([("c1", b"1" * 32), ("c2", b"2" * 32)])
    with pytest.raises(Problem, match=r"trust\.not_enough_witnesses"):
        log.prove(indices)  # it is away, and three are needed
    with witness_process("police", file, far, port):
        assert "police-witness" in log.prove(indices)[0]["cosigned_by"]
    with witness_process("police", file, far, port):  # killed and started again it remembers
        log.append([("c3", b"3" * 32)])
        assert log.prove([2])[0]["size"] == 3
        other = Database(f"sqlite:///{tmp_path}/other.db")
        with_tables(other)
        forked = CertificateLog(other, "shanghai", WITNESSES, tmp_path / "lying", 3)
        forked.append([("x", b"x" * 32)])
        with pytest.raises(Problem, match=r"trust\.not_enough_witnesses"):
            forked.prove([0])
        other.dispose()
    assert key_store("platform").records("certificates-log"), "the operator has the log's key"
    assert not (tmp_path / "var" / "trust" / "police").exists(), "and no key of the witness"
