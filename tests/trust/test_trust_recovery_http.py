"""A log put back to an older state, whose witnesses are processes of their own: what they remember no restoring here touches."""

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from tests.conftest import free_port

from onething.core.clock import now
from onething.core.settings import get_settings
from onething.trust.credentials import log_recovery
from onething.trust.credentials.evidence import hold_mark, included, policy_of, witness_name
from onething.trust.log.witness import Witness, WitnessMemory
from onething.trust.log.witness_app import make_app
from trust.log_world import fresh_signer
from trust.test_trust_recovery import WITNESSES, City


@dataclass
class Far:
    """Witness services on ports, each with a key and a memory that the city does not have."""

    urls: dict[str, str]
    witnesses: dict[str, Witness]


@contextlib.contextmanager
def serving(witness: Witness, port: int) -> Iterator[None]:
    server = uvicorn.Server(uvicorn.Config(make_app(witness), port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Far]:
    ports = {agency: free_port() for agency in WITNESSES}
    urls = {agency: f"http://127.0.0.1:{port}" for agency, port in ports.items()}
    monkeypatch.setenv("ONETHING_WITNESSES", json.dumps(urls))
    monkeypatch.setenv("ONETHING_TRUST_PASSPHRASE", "only-for-tests")
    get_settings.cache_clear()
    signers = {agency: fresh_signer() for agency in WITNESSES}
    handed = get_settings().data_dir / "trust" / "witnesses"
    handed.mkdir(parents=True)
    for agency, signer in signers.items():
        (handed / f"{agency}.jwk").write_text(json.dumps(signer.public_key.jwk()))
    policy = policy_of("shanghai", WITNESSES, 2)  # the operator hands it over to them
    made: dict[str, Witness] = {}
    with contextlib.ExitStack() as stack:
        for agency, signer in signers.items():
            memory = WitnessMemory(tmp_path / "far" / agency / "witness.db")
            made[agency] = Witness(witness_name(agency), lambda signer=signer: signer, memory, {policy.origin: policy})
            stack.enter_context(serving(made[agency], ports[agency]))
        yield Far(urls, made)


@pytest.fixture
def city(tmp_path: Path, far: Far) -> City:
    return City(tmp_path)


def test_witnesses_elsewhere_see_a_roll_back_and_a_later_copy_mends_it(city: City) -> None:
    assert city.log.far == {witness_name(agency) for agency in WITNESSES}
    city.issue(4)
    yesterday = city.copy("yesterday.db")
    known = city.issue(3)
    later = city.copy("later.db")
    city.put_back(yesterday)
    found = log_recovery.diagnose(city.log)
    assert {one.state for one in found.survey.witnesses} == {"ahead"}
    assert not found.well
    found, _ = log_recovery.recover(city.db, city.log, source=log_recovery.source_of(str(later), city.log.origin))
    assert found.way == "replay"
    assert all(included(city.log.policy(), proof, digest) for digest, proof in [*known, *city.issue(1)])


def test_entries_that_are_lost_begin_a_new_name_that_every_witness_elsewhere_keeps(city: City, far: Far) -> None:
    city.issue(4)
    yesterday = city.copy("yesterday.db")
    city.issue(3)
    city.put_back(yesterday)
    found, done = log_recovery.recover(city.db, city.log, reason="disk lost")
    assert found.way == "new_epoch"
    assert "3 entries are lost" in done
    assert city.log.origin.endswith("#2")
    said = {witness.statement(city.log.origin) for witness in far.witnesses.values()}
    assert len(said) == 1
    assert None not in said
    digest, proof = city.issue(1)[0]
    assert included(city.log.policy(), proof, digest)
    assert log_recovery.diagnose(city.log).well


def test_after_restoring_the_word_of_witnesses_elsewhere_lets_the_log_go_on_under_its_name(city: City) -> None:
    """Their memory was not restored with us: that they know no more is proof."""
    city.issue(4)
    today = city.copy("today.db")
    city.put_back(today)
    log_recovery.mark_restored(get_settings().data_dir, {"logs": []}, now())
    found, _ = log_recovery.recover(city.db, city.log)
    assert (found.held, found.way) == (True, "go_on")
    assert not hold_mark().exists()
    assert city.log.origin.endswith("/certificates")
    assert city.issue(1)[0][1]["index"] == 4


def test_while_witnesses_elsewhere_are_away_nothing_is_taken_for_certain(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    city.issue(2)
    monkeypatch.setenv("ONETHING_WITNESSES", json.dumps(dict.fromkeys(WITNESSES, "http://127.0.0.1:1")))
    get_settings.cache_clear()
    city.log = city.opened()
    log_recovery.mark_restored(get_settings().data_dir, {"logs": []}, now())
    found = log_recovery.diagnose(city.log)
    assert {one.state for one in found.survey.witnesses} == {"away"}
    assert found.way == "new_epoch"
