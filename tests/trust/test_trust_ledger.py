"""The ledger: saved with the case, in the log once, proven, without personal data; an erased person is gone, proofs stay."""

import contextlib
from pathlib import Path

import pytest
from log_world import ORIGIN, World
from sqlalchemy import event, select, text

from onething.core.db import Database
from onething.core.errors import Problem
from onething.trust.keys.store import FileKeyStore
from onething.trust.ledger.ledger import RECORD_KEY, Ledger
from onething.trust.ledger.records import parse_record
from onething.trust.log.database import DatabaseLogStore
from onething.trust.models import Algorithm, CipherName, HashName
from onething.trust.sealing.subject_keys import SubjectSealer, blind_index, remember
from onething.trust.service import make_verifier
from onething.trust.tables import SubjectKeyRow

NAME, CITIZEN = "王小明", "310101202611010012"


@pytest.fixture
def keys(tmp_path: Path) -> FileKeyStore:
    store = FileKeyStore(tmp_path / "keys", "pass", cost=2**10)
    store.create(RECORD_KEY, Algorithm.SM2, signer_id=b"civil@city")
    return store


@pytest.fixture
def ledger(db: Database, tmp_path: Path, keys: FileKeyStore) -> Ledger:
    world = World(tmp_path, HashName.SM3, store=DatabaseLogStore(db, ORIGIN))
    return Ledger("civil", db, keys, world.log, world.policy, world.witnesses)


def write(ledger: Ledger, about: str = "case_1", record_id: str = "") -> str:
    fields = {"name": NAME, "citizen_id": CITIZEN, "fee": 0}
    with ledger.db.transaction() as session:
        return ledger.record(session, "birth.registered", about, fields, subject_id="sub_1", record_id=record_id).id


def test_a_record_is_proven_once_published_and_not_before(ledger: Ledger) -> None:
    record_id = write(ledger)
    with pytest.raises(Problem, match=r"trust\.not_in_log"):
        ledger.prove(record_id)
    ledger.publish()
    proof = ledger.prove(record_id)
    checkpoint = ledger.policy.check(proof.checkpoint).checkpoint
    tree = ledger.log.tree
    assert tree.includes(tree.leaf(proof.entry), proof.index, proof.size, proof.path, checkpoint.root)
    record = parse_record(proof.entry)
    key = ledger.keys.records(RECORD_KEY)[0].public_key
    from onething.trust.ledger.canonical import canonical

    assert make_verifier(key).verify(record.signature, canonical(record.unsigned()))
    commitments, openings = ledger.openings(ledger.find(record_id))
    assert commitments.digest() == record.digest
    assert {one.field: one.value for one in openings if commitments.opens(one)}["name"] == NAME


def test_a_record_rolls_back_with_its_case(ledger: Ledger) -> None:
    class CaseError(Exception):
        pass

    with contextlib.suppress(CaseError), ledger.db.transaction() as session:
        ledger.record(session, "birth.registered", "case_1", {"name": NAME}, subject_id="sub_1")
        raise CaseError
    assert ledger.flush() == 0
    assert ledger.about("case_1") == []


def test_flushing_twice_or_after_a_crash_makes_one_entry(ledger: Ledger) -> None:
    record_id = write(ledger, record_id="rec_fixed")
    assert write(ledger, record_id="rec_fixed") == record_id
    assert ledger.flush() == 1
    with ledger.db.transaction() as session:  # as if killed between the log and the row
        session.execute(text("UPDATE trust_record SET position = NULL"))
    assert ledger.flush() == 1
    assert ledger.log.head()[0].size == 1
    assert ledger.find(record_id).position == 0


def test_nothing_personal_is_in_the_database_or_the_log(ledger: Ledger, tmp_path: Path) -> None:
    write(ledger)
    ledger.publish()
    with ledger.db.reading() as session:
        session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"birth.registered" in written
    for secret in (NAME, CITIZEN):
        assert secret.encode() not in written


def test_erasing_a_person_erases_her_values_and_leaves_every_proof(ledger: Ledger) -> None:
    record_id = write(ledger)
    ledger.publish()
    with ledger.db.transaction() as session:
        assert ledger.erase(session, "sub_1")
        assert not ledger.erase(session, "sub_1")
    with pytest.raises(Problem, match=r"trust\.erased"):
        ledger.openings(ledger.find(record_id))
    proof = ledger.prove(record_id)
    assert parse_record(proof.entry).id == record_id
    with pytest.raises(Problem, match=r"trust\.erased"):
        write(ledger)


@pytest.mark.parametrize("cipher", list(CipherName))
def test_sealed_values_open_for_their_person_and_use_only(db: Database, keys: FileKeyStore, cipher: CipherName) -> None:
    sealer = SubjectSealer(keys, cipher)
    with db.transaction() as session:
        sealed = sealer.seal(session, "sub_1", NAME.encode(), "person.name")
        sealer.seal(session, "sub_2", b"x", "person.name")
        assert sealer.open(session, "sub_1", sealed, "person.name").decode() == NAME
        for subject, use in (("sub_2", "person.name"), ("sub_1", "person.phone"), ("sub_3", "person.name")):
            with pytest.raises(Problem, match=r"trust\.altered"):
                sealer.open(session, subject, sealed, use)
        with pytest.raises(Problem, match=r"trust\.altered"):
            sealer.open(session, "sub_1", b"\x09" + sealed[1:], "person.name")


def test_two_who_seal_first_use_one_key(db: Database, keys: FileKeyStore) -> None:
    sealer = SubjectSealer(keys)
    with db.transaction() as session:
        sealer._make(session, ["sub_1"])  # pyright: ignore
        sealed = sealer.seal(session, "sub_1", b"x", "t")
        sealer._make(session, ["sub_1"])  # pyright: ignore
        assert sealer.open(session, "sub_1", sealed, "t") == b"x"


def test_a_blind_index_finds_equals_within_one_column_only() -> None:
    assert blind_index("person.citizen_id", CITIZEN) == blind_index("person.citizen_id", CITIZEN)
    assert blind_index("person.citizen_id", CITIZEN) != blind_index("person.phone", CITIZEN)
    assert CITIZEN not in blind_index("person.citizen_id", CITIZEN)


def test_a_key_that_was_rolled_back_with_its_savepoint_seals_nothing_more(db: Database, keys: FileKeyStore) -> None:
    """What a transaction remembers of keys must not outlive them, or what is sealed next could never be opened."""
    sealer = SubjectSealer(keys)
    with db.transaction() as session:
        savepoint = session.begin_nested()
        sealer.seal(session, "sub_1", b"lost", "t")
        sealer.seal(session, "sub_1", b"lost too", "t")
        savepoint.rollback()
        sealed = sealer.seal(session, "sub_1", NAME.encode(), "t")
    with db.transaction() as session:
        assert sealer.open(session, "sub_1", sealed, "t").decode() == NAME


def test_an_erased_key_opens_nothing_in_the_very_transaction_that_had_used_it(db: Database, keys: FileKeyStore) -> None:
    sealer = SubjectSealer(keys)
    with db.transaction() as session:
        sealed = sealer.seal(session, "sub_1", NAME.encode(), "t")
    with db.transaction() as session:
        assert sealer.open(session, "sub_1", sealed, "t")
        sealer.erase(session, "sub_1")
        for attempt in (
            lambda: sealer.open(session, "sub_1", sealed, "t"),
            lambda: sealer.seal(session, "sub_1", b"x", "t"),
        ):
            with pytest.raises(Problem, match=r"trust\.erased"):
                attempt()


def test_keys_are_asked_for_once_a_transaction(db: Database, keys: FileKeyStore) -> None:
    sealer = SubjectSealer(keys)
    with db.transaction() as session:
        sealed = [sealer.seal(session, "sub_1", b"x", "t") for _ in range(3)]
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))

    def keys_asked_for() -> int:
        return sum("trust_subject_key" in each for each in asked)

    with db.reading() as session:
        assert [sealer.open(session, "sub_1", each, "t") for each in sealed] == [b"x"] * 3
    assert keys_asked_for() == 1
    with db.reading() as session:
        remember(session, {"sub_1": (session.scalars(select(SubjectKeyRow.wrapped)).one(), None)})
        asked.clear()
        assert sealer.open(session, "sub_1", sealed[0], "t") == b"x"
        assert keys_asked_for() == 0
