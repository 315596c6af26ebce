"""The contracts, on the embedded chain and on an Ethereum node: who may do what, once, and what is refused."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from chain_world import World, anvil, embedded_world, world_on

from onething.core.db import Database
from onething.trust.chain.contracts import FOLDER
from onething.trust.chain.contracts.compiling import compiled
from onething.trust.chain.setup import name_hash

pytestmark = pytest.mark.slow

BIRTH = name_hash("birth")


@pytest.fixture(params=["embedded", "anvil"])
def world(request: pytest.FixtureRequest, db: Database, tmp_path: Path) -> Iterator[World]:
    if request.param == "embedded":
        yield embedded_world(db, tmp_path)
        return
    with anvil() as chain:
        yield world_on(db, chain, tmp_path)


def test_the_artefacts_are_what_the_sources_compile_to() -> None:
    pytest.importorskip("vyper")
    assert json.loads((FOLDER / "artefacts.json").read_text()) == compiled()


def test_a_certificate_lives_and_dies_by_its_agency_alone(world: World) -> None:
    certificate, digest = world.issue()
    assert world.ask("Certificates", "in_force", certificate, digest)
    assert not world.ask("Certificates", "in_force", certificate, b"\x01" * 32)
    refusal = "only the agency that issued it may change it"
    assert world.do("police", "Certificates", "revoke", certificate, b"\0" * 32) == refusal
    assert (
        world.do("bank", "Certificates", "issue", [(b"n" * 32, BIRTH, digest, 0)])
        == "this agency may not issue this kind"
    )
    assert world.ask("Certificates", "in_force", certificate, digest)
    assert world.do("health", "Certificates", "suspend", certificate, b"\0" * 32) == "confirmed"
    assert not world.ask("Certificates", "in_force", certificate, digest)
    assert world.do("health", "Certificates", "reinstate", certificate) == "confirmed"
    assert world.ask("Certificates", "in_force", certificate, digest)
    newer, _ = world.issue()
    assert world.do("health", "Certificates", "supersede", certificate, newer) == "confirmed"
    assert world.ask("Certificates", "state", certificate)[0] == 4
    assert world.do("health", "Certificates", "reinstate", certificate) == "not suspended"
    assert world.do("health", "Certificates", "revoke", newer, b"r" * 32) == "confirmed"
    assert world.do("health", "Certificates", "revoke", newer, b"r" * 32) == "confirmed"  # twice is once
    assert world.ask("Certificates", "state", newer)[0] == 3


def test_a_stranger_and_a_stolen_account_can_do_nothing(world: World) -> None:
    certificate, digest = world.issue()
    stranger = world.accounts.of("stranger").address
    assert world.refused("Certificates", "revoke", certificate, b"\0" * 32, sender=stranger) == "not an agency"
    stolen = world.accounts.of("health").address
    assert world.do("registrar", "Certificates", "enrol", stolen, b"\0" * 32) == "confirmed"
    assert world.do("health", "Certificates", "revoke", certificate, b"\0" * 32) == "not an agency"
    assert world.ask("Certificates", "in_force", certificate, digest)


def test_the_same_identifier_cannot_stand_for_two_documents(world: World) -> None:
    certificate, digest = world.issue()
    again = [(certificate, BIRTH, digest, 0)]
    assert world.do("health", "Certificates", "issue", again) == "confirmed"
    assert world.do("health", "Certificates", "issue", [(certificate, BIRTH, b"2" * 32, 0)]) == "another certificate has this identifier"  # fmt: skip
    assert world.ask("Certificates", "state", certificate)[2] == digest


def test_a_certificate_past_its_last_second_is_not_in_force(world: World) -> None:
    certificate, digest = world.issue(until=1_000)
    assert not world.ask("Certificates", "in_force", certificate, digest)
    later, digest = world.issue(until=int(time.time()) + 86_400)
    assert world.ask("Certificates", "in_force", later, digest)


def test_a_log_can_neither_fork_nor_go_back(world: World) -> None:
    log = name_hash("log-a")
    assert world.do("health", "Anchors", "anchor", log, 10, b"a" * 32) == "confirmed"
    assert world.do("health", "Anchors", "anchor", log, 10, b"a" * 32) == "confirmed"
    assert world.do("health", "Anchors", "anchor", log, 10, b"b" * 32) == "fork: another root for this size"
    assert world.do("health", "Anchors", "anchor", log, 9, b"c" * 32) == "roll-back: smaller than anchored"
    assert world.do("police", "Anchors", "anchor", log, 11, b"c" * 32) == "not the operator of this log"
    assert list(world.ask("Anchors", "latest", log)[:2]) == [10, b"a" * 32]


def test_an_agency_asks_and_the_contract_verifies_the_answer(world: World) -> None:
    certificate, digest = world.issue()
    purpose, request = b"p" * 32, b"q" * 32
    assert world.do("police", "Requests", "ask", [(request, certificate, purpose)]) == "confirmed"
    assert world.do("police", "Requests", "ask", [(request, certificate, purpose)]) == "this request was made before"
    assert world.do("medins", "Requests", "answer", [(request, digest)]) == "not the holder"
    assert (
        world.do("health", "Requests", "answer", [(request, b"x" * 32)]) == "not what was issued, or no longer in force"
    )
    assert world.do("health", "Requests", "answer", [(request, digest)]) == "confirmed"
    assert world.do("medins", "Requests", "verify", [(request, digest)]) == "not the asker"
    assert world.do("police", "Requests", "verify", [(request, digest)]) == "confirmed"
    assert world.ask("Requests", "step", request) == 3


def test_a_forged_or_revoked_answer_is_never_found_genuine(world: World) -> None:
    certificate, digest = world.issue()
    for request in (b"1" * 32, b"2" * 32):
        assert world.do("police", "Requests", "ask", [(request, certificate, b"p" * 32)]) == "confirmed"
        assert world.do("health", "Requests", "answer", [(request, digest)]) == "confirmed"
    assert world.do("police", "Requests", "verify", [(b"1" * 32, b"f" * 32)]) == "confirmed"
    assert world.ask("Requests", "step", b"1" * 32) == 4
    assert world.do("health", "Certificates", "revoke", certificate, b"\0" * 32) == "confirmed"
    assert world.do("police", "Requests", "verify", [(b"2" * 32, digest)]) == "confirmed"
    assert world.ask("Requests", "step", b"2" * 32) == 4


def test_c_is_released_once_and_only_while_a_and_b_hold(world: World) -> None:
    a, b = world.issue(), world.issue("police", "household")
    step, action = b"s" * 32, b"pay 3600.00"[:32].ljust(32, b"\0")
    conditions = [(1, *a), (1, *b)]
    assert world.do("medins", "Conditions", "open", step, action, conditions, 0) == "confirmed"
    assert world.ask("Conditions", "proven", step) == [True, True]
    assert world.do("police", "Certificates", "suspend", b[0], b"\0" * 32) == "confirmed"
    assert world.do("medins", "Conditions", "release", step) == "not all is proven"
    assert world.ask("Conditions", "proven", step) == [True, False]
    assert world.do("police", "Certificates", "reinstate", b[0]) == "confirmed"
    assert world.do("medins", "Conditions", "cancel", b"0" * 32) == "not open"
    assert world.do("police", "Conditions", "cancel", step) == "not the opener"
    assert world.do("medins", "Conditions", "release", step) == "confirmed"
    assert world.do("medins", "Conditions", "release", step) == "not open"
    assert world.ask("Conditions", "state_of", step) == 2
