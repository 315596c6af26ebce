"""Attacks on what is stored: bits of records and of tiles in a database, keys stolen before and after, histories swapped whole."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from log_world import ORIGIN, World
from sqlalchemy import text, update

from onething.core.db import Database
from onething.core.errors import Problem
from onething.trust.keys.store import FileKeyStore
from onething.trust.ledger.canonical import canonical, parse
from onething.trust.ledger.commitments import Commitments, Opening
from onething.trust.ledger.ledger import RECORD_KEY, Ledger, Proof
from onething.trust.ledger.record_checking import check_record
from onething.trust.log.database import DatabaseLogStore
from onething.trust.log.monitor import Watched, monitor
from onething.trust.log.policy import NotCountingError
from onething.trust.log.transparency_log import NewEntry
from onething.trust.models import Algorithm, HashName, KeyRecord
from onething.trust.tables import LogTileRow, RecordRow

FIELDS = {"name": "王小明", "citizen_id": "310101202611010012", "fee": 0, "children": ["甲", "乙"]}


@pytest.fixture
def keys(tmp_path: Path) -> FileKeyStore:
    store = FileKeyStore(tmp_path / "keys", "pass", cost=2**10)
    store.create(RECORD_KEY, Algorithm.ED25519)
    return store


@pytest.fixture
def world(db: Database, tmp_path: Path) -> World:
    return World(tmp_path, HashName.SHA256, store=DatabaseLogStore(db, ORIGIN))


@pytest.fixture
def ledger(db: Database, world: World, keys: FileKeyStore) -> Ledger:
    made = Ledger("civil", db, keys, world.log, world.policy, world.witnesses)
    world.fill(300)
    return made


def logged(ledger: Ledger) -> str:
    with ledger.db.transaction() as session:
        each = ledger.record(session, "birth.registered", "case_1", FIELDS, subject_id="sub_1").id
    ledger.publish()
    return each


def key_of(ledger: Ledger, agency: str, key_id: str) -> KeyRecord | None:
    """The reader knows the civil affairs' keys and nobody else's."""
    return next((one for one in ledger.keys.records(RECORD_KEY) if agency == "civil" and one.key_id == key_id), None)


def whole(ledger: Ledger, each: str) -> tuple[Proof, Commitments, list[Opening]]:
    return (ledger.prove(each), *ledger.openings(ledger.find(each)))


def step_of(
    ledger: Ledger, proof: Proof, commitments: Commitments | None = None, openings: list[Opening] | None = None
) -> str:
    """The step at which it is refused; empty when all holds."""
    try:
        check_record(ledger.policy, lambda *who: key_of(ledger, *who), proof, commitments, openings or [])
    except NotCountingError as error:
        return error.step
    return ""


def flipped(content: bytes, dice: random.Random, times: int) -> Iterator[bytes]:
    for _ in range(times):
        bent = bytearray(content)
        bent[dice.randrange(len(bent))] ^= 1 << dice.randrange(8)
        yield bytes(bent)


def test_no_bit_of_a_stored_record_can_change(ledger: Ledger) -> None:
    each, dice = logged(ledger), random.Random(3)
    proof, commitments, openings = whole(ledger, each)
    assert step_of(ledger, proof, commitments, openings) == ""
    for bent in flipped(proof.entry, dice, 200):
        assert step_of(ledger, replace(proof, entry=bent)) == "inclusion"
    for bent in flipped(proof.checkpoint[: proof.checkpoint.index(b"\n\n")], dice, 100):
        rest = proof.checkpoint[len(bent) :]
        assert step_of(ledger, replace(proof, checkpoint=bent + rest)) in {
            "checkpoint",
            "origin",
            "log signature",
            "inclusion",
        }
    for number, node in enumerate(proof.path):
        bent = next(flipped(node, dice, 1))
        assert (
            step_of(ledger, replace(proof, path=[*proof.path[:number], bent, *proof.path[number + 1 :]])) == "inclusion"
        )
    for index in (proof.index - 1, proof.index + 1, -1, 10**9):
        assert step_of(ledger, replace(proof, index=index)) == "inclusion"
    for bent in flipped(canonical(commitments.as_json()), dice, 200):
        try:
            other = Commitments.from_json(parse(bent))
        except (Problem, ValueError, KeyError, TypeError, AttributeError):
            continue
        assert step_of(ledger, proof, other) == "commitments"
    for one in openings:
        for salt in flipped(one.salt, dice, 8):
            assert step_of(ledger, proof, commitments, [replace(one, salt=salt)]) == "opening"
        assert step_of(ledger, proof, commitments, [replace(one, value="别的值")]) == "opening"
        assert step_of(ledger, proof, None, [one]) == "opening"


def test_sealed_openings_altered_in_the_database_are_not_opened(ledger: Ledger) -> None:
    each, dice = logged(ledger), random.Random(5)
    sealed = ledger.find(each).openings
    for bent in flipped(sealed, dice, 40):
        with ledger.db.transaction() as session:
            session.execute(update(RecordRow).where(RecordRow.record_id == each).values(openings=bent))
        with pytest.raises(Problem, match=r"trust\.altered"):
            ledger.openings(ledger.find(each))


def test_a_stolen_record_key_makes_nothing_that_counts_after_its_revocation(ledger: Ledger) -> None:
    each = logged(ledger)
    key = ledger.keys.records(RECORD_KEY)[0]
    ledger.keys.rotate(RECORD_KEY)
    # Known to be stolen from now on: what witnesses saw before stays, whatever the thief dates back falls.
    ledger.keys.revoke(key.key_id, since=datetime.now(UTC) + timedelta(minutes=5), reason="stolen")
    assert step_of(ledger, ledger.prove(each)) == ""
    ledger.keys.revoke(key.key_id, since=datetime.now(UTC) - timedelta(minutes=5), reason="stolen earlier than thought")
    assert step_of(ledger, ledger.prove(each)) == "key"
    assert step_of(ledger, ledger.prove(logged(ledger))) == "", "the new key's records count"


def test_a_record_in_another_agencys_name_is_refused(ledger: Ledger) -> None:
    """The log takes what its operator puts in; a reader asks whose key signed it."""
    with ledger.db.transaction() as session:
        record = ledger.record(session, "birth.registered", "case_2", FIELDS)
    stranger = replace(record, by="police").signed(ledger.keys.signer(RECORD_KEY))
    ledger.log.append_many([NewEntry(stranger.encode())])
    ledger.publish()
    size = ledger.log.head()[0].size
    note = ledger.log.store.published()
    assert note is not None
    found = next(index for index, entry in ledger.log.reader().entries() if entry == stranger.encode())
    proof = Proof(stranger.id, stranger.encode(), found, size, ledger.log.reader().inclusion(found), note)
    assert step_of(ledger, proof) == "key"


def test_any_flipped_bit_of_a_tile_in_the_database_is_found_and_stops_the_log(db: Database, world: World) -> None:
    world.fill(600)
    world.publish()
    watched = Watched(world.log.store.published, world.log.store.read, world.witnesses)
    assert monitor(watched, world.policy)[0].clean
    dice = random.Random(11)
    with db.reading() as session:
        tiles = [(row.path, row.content) for row in session.query(LogTileRow)]
    assert len(tiles) >= 7
    for path, content in tiles:
        for bent in flipped(content, dice, 4):
            _write(db, path, bent)
            assert not monitor(watched, world.policy)[0].clean, path
        _write(db, path, content)
    assert monitor(watched, world.policy)[0].clean
    edge = next(path for path, _ in tiles if path.startswith("tile/0/") and ".p/" in path)
    _write(db, edge, next(flipped(dict(tiles)[edge], dice, 1)))
    with pytest.raises(Problem, match=r"trust\.log_inconsistent"):
        world.make_log(DatabaseLogStore(db, ORIGIN)).append_many([NewEntry(b"more")])


def _write(db: Database, path: str, content: bytes) -> None:
    with db.transaction() as session:
        session.execute(update(LogTileRow).where(LogTileRow.path == path).values(content=content))


def test_a_database_put_back_to_yesterday_is_a_roll_back_for_witnesses_and_monitors(db: Database, world: World) -> None:
    world.fill(300)
    world.publish()
    tables = ("trust_log_head", "trust_log_tile", "trust_log_key")
    with db.reading() as session:
        kept = {
            name: [dict(row) for row in session.execute(text(f"SELECT * FROM {name}")).mappings()] for name in tables
        }
    world.fill(50)
    world.publish()
    report, memory = monitor(Watched(world.log.store.published, world.log.store.read), world.policy)
    assert report.clean
    with db.transaction() as session:
        for name, rows in kept.items():
            session.execute(text(f"DELETE FROM {name}"))
            for row in rows:
                session.execute(text(f"INSERT INTO {name} VALUES ({', '.join(f':{column}' for column in row)})"), row)
    older = world.make_log(DatabaseLogStore(db, ORIGIN))
    report, _ = monitor(Watched(older.store.published, older.store.read, world.witnesses), world.policy, memory)
    assert {one.kind for one in report.findings} == {"rollback"}
    older.append_many([NewEntry(b"another history")])
    world.log = older
    with pytest.raises(Problem, match=r"trust\.not_enough_witnesses"):
        world.publish()
