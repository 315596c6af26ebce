"""A log that was put back to an older state: seen, brought on by the entries it lost or by its operator's word, and never on the sly."""

import json
import os
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from onething.core.clock import now
from onething.core.db import Database
from onething.core.errors import Problem
from onething.core.settings import get_settings
from onething.trust.credentials import log_recovery, trustlist
from onething.trust.credentials.evidence import CertificateLog, hold_mark, included, lost_here
from onething.trust.credentials.signing import ROOT, ensure_signer
from onething.trust.log.monitor import Remembered, Watched, monitor
from onething.trust.log.notes import Checkpoint, NoteError
from onething.trust.log.policy import LogPolicy
from onething.trust.log.recovery import Recovery, parse_recovery, signed, successor_of
from onething.trust.log.store import FileLogStore
from onething.trust.log.witness import WitnessRefusal
from onething.trust.models import Algorithm
from trust.log_world import ORIGIN, World, fresh_signer

WITNESSES = ("health", "medins", "police")


@pytest.fixture(autouse=True)
def _passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONETHING_TRUST_PASSPHRASE", "only-for-tests")
    get_settings.cache_clear()


class City:
    """An installation's log over a database file that can be put back to what it was."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.file = folder, folder / "onething.db"
        self.db = Database(f"sqlite:///{self.file}")
        self.db.create_all()
        self.log = self.opened()

    def opened(self) -> CertificateLog:
        return CertificateLog(self.db, "shanghai", WITNESSES, self.folder / "witnesses", 2)

    def issue(self, count: int) -> list[tuple[bytes, dict[str, Any]]]:
        digests = [os.urandom(32) for _ in range(count)]
        indices = self.log.append([(f"certificate:{digest.hex()}", digest) for digest in digests])
        return list(zip(digests, self.log.prove(indices), strict=True))

    def copy(self, name: str) -> Path:
        to = self.folder / name
        with sqlite3.connect(self.file) as source, sqlite3.connect(to) as target:
            source.backup(target)
        return to

    def put_back(self, copy: Path) -> None:
        """What an administrator does with yesterday's file."""
        self.db.dispose()
        for end in ("", "-wal", "-shm"):
            Path(f"{self.file}{end}").unlink(missing_ok=True)
        self.file.write_bytes(copy.read_bytes())
        self.db = Database(f"sqlite:///{self.file}")
        self.log = self.opened()


@pytest.fixture
def city(tmp_path: Path) -> City:
    return City(tmp_path)


def states(city: City) -> set[str]:
    return {one.state for one in log_recovery.diagnose(city.log).survey.witnesses}


def test_a_healthy_log_is_well(city: City) -> None:
    city.issue(3)
    assert states(city) == {"even"}
    city.log.append([("later", b"l" * 32)])
    found = log_recovery.diagnose(city.log)
    assert found.well
    assert states(city) == {"behind"}


@pytest.mark.parametrize("more", [1, 260, 600])
def test_missing_entries_are_put_back_from_a_later_copy_and_the_log_goes_on_under_its_name(
    city: City, more: int
) -> None:
    city.issue(5)
    yesterday = city.copy("yesterday.db")
    known = city.issue(more)
    later = city.copy("later.db")
    city.put_back(yesterday)
    city.log.append([("of the older state", b"o" * 32)])  # rounds went on until the witnesses refused
    with pytest.raises(Problem, match=r"trust\.not_enough_witnesses"):
        city.log.prove([5])
    assert states(city) == {"ahead"}
    found, _ = log_recovery.recover(city.db, city.log, source=log_recovery.source_of(str(later), city.log.origin))
    assert found.way == "replay"
    assert city.log.origin == "onething/shanghai/certificates"
    digest, proof = city.issue(1)[0]
    assert proof["index"] == 5 + more
    assert all(included(city.log.policy(), each, of) for of, each in [*known, (digest, proof)])
    assert city.log.append([("of the older state", b"o" * 32)]) == [6 + more], (
        "what nobody had cosigned is appended again"
    )
    assert monitor(Watched(city.log.log.store.published, city.log.log.store.read), city.log.policy(), full=True)[
        0
    ].clean


def test_a_copy_that_lacks_entries_or_holds_others_changes_nothing(city: City, tmp_path: Path) -> None:
    city.issue(5)
    yesterday = city.copy("yesterday.db")
    city.issue(5)
    city.put_back(yesterday)
    other = FileLogStore(tmp_path / "other")
    from onething.trust.log.transparency_log import Log, NewEntry

    stranger = Log("stranger", lambda: fresh, other) if (fresh := fresh_signer()) else None
    assert stranger is not None
    stranger.append_many([NewEntry(os.urandom(32)) for _ in range(10)])
    before = city.log.log.store.head()
    for place in (yesterday, other.folder):
        with pytest.raises(Problem, match=r"trust\.recovery_source"):
            log_recovery.recover(city.db, city.log, source=log_recovery.source_of(str(place), city.log.origin))
        assert city.log.log.store.head() == before


def test_lost_entries_are_owned_up_to_and_the_log_goes_on_under_its_next_name(city: City) -> None:
    kept = city.issue(5)
    yesterday = city.copy("yesterday.db")
    lost = city.issue(4)
    city.put_back(yesterday)
    found, _ = log_recovery.recover(city.db, city.log, reason="disk of the database lost")
    assert found.way == "new_epoch"
    policy = city.log.policy()
    assert policy.origin == "onething/shanghai/certificates#2"
    (said,) = policy.recoveries
    assert (said.last.size, said.kept, said.lost, said.reason) == (9, 5, 4, "disk of the database lost")
    assert city.log.log.reader().entry(0) == said.note, "the statement is the new log's first entry"
    fresh = city.issue(2)
    assert [proof["index"] for _, proof in fresh] == [1, 2]
    assert all(included(policy, proof, digest) for digest, proof in [*kept, *lost, *fresh])
    assert [lost_here(policy, proof) for _, proof in [*kept, *lost, *fresh]] == [False] * 5 + [True] * 4 + [False] * 2
    assert log_recovery.diagnose(city.log).well
    assert LogPolicy.from_json(json.loads(json.dumps(policy.as_json()))) == policy


def test_witnesses_cosign_the_closed_name_no_more(city: City) -> None:
    city.issue(5)
    yesterday = city.copy("yesterday.db")
    city.issue(1)
    whole = city.copy("whole.db")
    city.put_back(yesterday)
    log_recovery.recover(city.db, city.log)
    city.put_back(whole)  # somebody puts the longer log back after all
    with pytest.raises(Problem, match=r"410"):
        city.issue(1)
    assert log_recovery.diagnose(city.log).newest_name == "onething/shanghai/certificates#2"


def test_a_recovery_that_is_itself_lost_is_followed_by_a_third_name_that_names_both(city: City) -> None:
    city.issue(5)
    yesterday = city.copy("yesterday.db")
    city.issue(1)
    city.put_back(yesterday)
    log_recovery.recover(city.db, city.log)
    proven = city.issue(3)
    city.put_back(yesterday)
    found, _ = log_recovery.recover(city.db, city.log)
    assert found.newest_name == "onething/shanghai/certificates#2"
    policy = city.log.policy()
    assert [one.origin for one in policy.recoveries] == [
        "onething/shanghai/certificates",
        "onething/shanghai/certificates#2",
    ]
    assert policy.origin == "onething/shanghai/certificates#3"
    assert all(included(policy, proof, digest) for digest, proof in [*proven, *city.issue(1)])


def test_while_too_few_witnesses_are_there_nothing_is_begun_and_the_second_attempt_says_the_same(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    city.issue(5)
    yesterday = city.copy("yesterday.db")
    city.issue(1)
    city.put_back(yesterday)
    clients = list(city.log.clients)

    def away(_note: bytes) -> None:
        raise OSError("away")

    for one in clients[1:]:
        monkeypatch.setattr(one, "recover", away)
    with pytest.raises(Problem, match=r"trust\.not_enough_witnesses"):
        log_recovery.recover(city.db, city.log, reason="first words")
    assert city.log.origin == "onething/shanghai/certificates"
    monkeypatch.undo()
    monkeypatch.setenv("ONETHING_TRUST_PASSPHRASE", "only-for-tests")
    monkeypatch.setenv("ONETHING_DATA_DIR", str(city.folder / "var"))
    get_settings.cache_clear()
    log_recovery.recover(city.db, city.log, reason="other words")
    assert city.log.policy().recoveries[0].reason == "first words"


def test_restored_and_not_compared_the_log_takes_nothing(city: City) -> None:
    city.issue(5)
    log_recovery.mark_restored(get_settings().data_dir, {}, now())
    with pytest.raises(Problem, match=r"trust\.log_held"):
        city.issue(1)
    found = log_recovery.diagnose(city.log)
    assert (found.held, found.way) == (True, "new_epoch"), "witnesses whose memory was restored too prove nothing"
    assert log_recovery.diagnose(city.log, nothing_since=True).way == "go_on"
    log_recovery.recover(city.db, city.log, nothing_since=True)
    assert not hold_mark().exists()
    assert city.issue(1)[0][1]["index"] == 5


# -- the statement itself


def statement(world: World, size: int, root: bytes, **changes: Any) -> Recovery:
    said = Recovery(
        Checkpoint(ORIGIN, size, root), 0, successor_of(ORIGIN), datetime(2026, 11, 30, tzinfo=UTC), "a test"
    )
    return signed(replace(said, **changes), world.log_signer)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Witnesses that know the operator's key."""
    made = World(tmp_path)
    made.policy = replace(made.policy, operators=(made.log_signer.public_key,))
    made.witnesses = [made.make_witness(name) for name in made.signers]
    return made


def test_a_witness_takes_only_a_statement_that_owns_up_to_what_it_cosigned(world: World) -> None:
    world.fill(5)
    world.publish()
    head, one = world.log.head()[0], world.witnesses[0]
    with pytest.raises(WitnessRefusal, match="owns up"):
        one.recover(statement(world, 4, head.root).note)
    with pytest.raises(WitnessRefusal, match="forked"):
        one.recover(statement(world, 5, b"x" * 32).note)
    one.recover(statement(world, 5, head.root).note)
    one.recover(statement(world, 5, head.root).note)
    with pytest.raises(WitnessRefusal, match="another statement"):
        one.recover(statement(world, 5, head.root, reason="other words").note)


def test_a_statement_of_anybody_else_or_altered_is_refused(world: World) -> None:
    world.fill(5)
    world.publish()
    good = statement(world, 5, world.log.head()[0].root)
    stranger = signed(replace(good, note=b""), fresh_signer())
    with pytest.raises(WitnessRefusal, match="operator"):
        world.witnesses[0].recover(stranger.note)
    for at in range(0, len(good.note), 7):
        altered = good.note[:at] + bytes([good.note[at] ^ 1]) + good.note[at + 1 :]
        with pytest.raises((NoteError, ValueError)):
            parse_recovery(altered, world.policy.operators)


def test_a_checkpoint_beyond_what_the_statement_owns_up_to_does_not_count(city: City) -> None:
    city.issue(5)
    yesterday = city.copy("yesterday.db")
    digest, proof = city.issue(1)[0]
    city.put_back(yesterday)
    log_recovery.recover(city.db, city.log)
    policy = city.log.policy()
    root = ensure_signer("platform", ROOT, Algorithm.ED25519)
    (said,) = policy.recoveries
    shorter = signed(replace(said, last=Checkpoint(said.origin, 5, said.last.root), kept=5, note=b""), root)
    assert included(policy, proof, digest)
    assert not included(replace(policy, recoveries=(shorter,)), proof, digest)


def test_a_monitor_tells_a_recovery_from_a_roll_back(city: City) -> None:
    city.issue(5)
    yesterday = city.copy("yesterday.db")
    city.issue(3)
    log = city.log.log
    _, memory = monitor(Watched(log.store.published, log.store.read), city.log.policy())
    assert memory is not None
    city.put_back(yesterday)
    log_recovery.recover(city.db, city.log)
    log, policy = city.log.log, city.log.policy()
    report, after = monitor(Watched(log.store.published, log.store.read), policy, memory)
    assert [one.kind for one in report.findings] == ["recovered"]
    assert report.clean
    assert after is not None
    more = Remembered(99, memory.root, memory.note)
    assert [one.kind for one in monitor(Watched(log.store.published, log.store.read), policy, more)[0].findings] == [
        "rollback"
    ]


def test_the_trust_list_carries_the_statements_and_refuses_those_of_another_root(city: City) -> None:
    city.issue(1)
    yesterday = city.copy("yesterday.db")
    city.issue(1)
    city.put_back(yesterday)
    log_recovery.recover(city.db, city.log)
    policy, root = city.log.policy(), ensure_signer("platform", ROOT, Algorithm.ED25519)
    made = trustlist.sign([], root, now(), policy)
    assert made.log == policy
    with pytest.raises(Problem, match=r"credentials\.broken"):
        trustlist.sign([], fresh_signer(), now(), policy)
