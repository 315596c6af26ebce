"""What the chain holds of the certificates' log: `onething ledger check` asks it too."""

from pathlib import Path
from typing import Any

import pytest
from credential_world import Office, office

from onething.core.db import Database
from onething.core.errors import Problem
from onething.trust.chain.errors import CHAIN_AWAY
from onething.trust.chain.queue import Wanted, queue
from onething.trust.chain.setup import name_hash
from onething.trust.credentials import service
from onething.trust.credentials.anchors import LOG_ID, Anchored, anchored
from onething.trust.credentials.evidence import CertificateLog

WITNESSES = ("health", "medins", "police")


@pytest.fixture
def here(db: Database, tmp_path: Path) -> Office:
    made = office(db, tmp_path)
    log = CertificateLog(db, "shanghai", WITNESSES, tmp_path / "witnesses", 2)
    made.pipeline = service.Pipeline(db, made.keyring, lambda: made.chain, made.pipeline.accounts, evidence=log)
    return made


def asked(here: Office) -> Anchored:
    log: Any = here.pipeline.evidence
    return anchored(here.db, log, lambda: here.chain)


def test_the_chain_and_the_log_are_even_after_the_rounds_and_it_lags_between_them(here: Office) -> None:
    assert asked(here) == Anchored("new")
    here.issue()
    here.settle()
    assert asked(here) == Anchored("even", 1)
    assert here.pipeline.evidence is not None
    here.pipeline.evidence.append([("one more", bytes(32))])
    assert asked(here) == Anchored("behind", 1)
    assert asked(here).well


def test_a_chain_that_knows_more_or_another_log_tells_of_a_roll_back(here: Office) -> None:
    here.issue()
    here.settle()
    for size, state in ((2, "ahead"), (3, "ahead")):
        with here.db.transaction() as session:
            args = [name_hash(LOG_ID), size, bytes([9]) * 32]
            queue(session, Wanted(f"forged:{size}", "platform", "Anchors", "anchor", args))
        here.settle()
        assert asked(here) == Anchored(state, size)
    assert here.pipeline.evidence is not None
    here.pipeline.evidence.append([(f"later {n}", bytes([n]) * 32) for n in range(5)])
    assert asked(here) == Anchored("forked", 3)
    assert not asked(here).well


def test_a_chain_that_is_away_is_said_and_is_no_alarm(here: Office) -> None:
    def away() -> Any:
        raise Problem(CHAIN_AWAY)

    log: Any = here.pipeline.evidence
    found = anchored(here.db, log, away)
    assert (found.state, found.well) == ("away", True)
