"""The database keeps what it is told and nothing by halves; the event log cannot be rewritten, on either database."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from onething.core import events
from onething.core.db import Database, upsert
from onething.core.events import Event, EventData, declare

BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    if request.param == "sqlite":
        yield request.getfixturevalue("db")
        return
    made = Database(request.getfixturevalue("postgres_url"))
    made.create_all()
    yield made
    made.dispose()


@pytest.fixture(autouse=True)
def _no_subscribers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events.log, "_subscribers", {})


@declare("test.begun", zh="开始", en="Begun")
class Begun(EventData):
    bad: bool | None = None
    n: int | None = None


@declare("test.done", zh="完成", en="Done")
class Done(Begun):
    pass


@declare("test.ended", zh="结束", en="Ended")
class Ended(Begun):
    pass


def add(database: Database, stream: str = "case_1", said: EventData | None = None) -> Event:
    with database.transaction() as session:
        return events.append(session, Event.of(stream, said or Begun()))


def test_events_are_read_in_order_by_stream_and_by_type(database: Database) -> None:
    made = [add(database, said=said) for said in (Begun(), Done(), Ended())]
    add(database, "case_2")
    with database.reading() as session:
        seen = events.of_stream(session, "case_1")
        assert [event.type for event in seen] == ["test.begun", "test.done", "test.ended"]
        assert [event.seq for event in seen] == sorted(event.seq for event in made)
        assert [event.type for event in events.of_stream(session, "case_1", after=seen[0].seq)] == [
            "test.done",
            "test.ended",
        ]
        assert len(events.of_type(session, Begun)) == 2
        assert events.last_seq(session, "case_1") == seen[-1].seq
        assert events.last_seq(session, "nothing") == 0
        assert seen[0].at.tzinfo is not None


@pytest.mark.parametrize("table", ["event_log", "access_log"])
@pytest.mark.parametrize("change", ["UPDATE {table} SET actor = 'nobody'", "DELETE FROM {table}"])
def test_what_happened_cannot_be_rewritten(database: Database, table: str, change: str) -> None:
    add(database)
    with database.transaction() as session:
        events.record_access(session, subject_id="subj_1", actor="officer:police:u1", what="case", ground="duty")
    with pytest.raises(DBAPIError, match="append-only"), database.transaction() as session:
        session.execute(text(change.format(table=table)))
    with database.reading() as session:
        assert session.scalar(text(f"SELECT count(*) FROM {table} WHERE actor <> 'nobody'")) == 1


def test_a_transaction_is_saved_whole_or_not_at_all(database: Database) -> None:
    with pytest.raises(RuntimeError, match="stop"), database.transaction() as session:
        _append_and_stop(session)
    with database.reading() as session:
        assert events.of_stream(session, "case_1") == []


def _append_and_stop(session: object) -> None:
    events.append(session, Event.of("case_1", Begun()))  # type: ignore[arg-type]
    raise RuntimeError("stop")


def test_subscribers_act_in_the_same_transaction_and_once(database: Database) -> None:
    heard: list[str] = []

    def listen(_session: object, happened: Event) -> None:
        heard.append(happened.id)
        if happened.data.get("bad"):
            raise ValueError("the consequence cannot be saved")

    events.subscribe(Begun, listen)
    events.subscribe(Begun, listen)
    good = add(database)
    assert heard == [good.id]
    with pytest.raises(ValueError, match="consequence"):
        add(database, said=Begun(bad=True))
    with database.reading() as session:
        assert [event.id for event in events.of_stream(session, "case_1")] == [good.id]


def test_what_is_gathered_is_written_and_told_at_once(database: Database) -> None:
    heard: list[list[str]] = []
    events.subscribe_to_groups(Begun, lambda _session, happened: heard.append([each.stream for each in happened]))
    with database.transaction() as session, events.gathered(session):
        for stream in ("case_1", "case_2"):
            events.append(session, Event.of(stream, Begun()))
        assert heard == []
    assert heard == [["case_1", "case_2"]]
    with database.transaction() as session:
        events.append(session, Event.of("case_3", Begun()))
    assert heard[1:] == [["case_3"]]
    with database.reading() as session:
        assert [event.stream for event in events.of_type(session, Begun)] == ["case_1", "case_2", "case_3"]


def test_of_a_block_that_fails_nothing_gathered_is_written(database: Database) -> None:
    with pytest.raises(RuntimeError, match="stop"), database.transaction() as session, events.gathered(session):
        _append_and_stop(session)
    with database.transaction() as session:
        events.append(session, Event.of("case_2", Begun()))
    with database.reading() as session:
        assert [event.stream for event in events.of_type(session, Begun)] == ["case_2"]


def test_moments_come_back_aware_whatever_zone_they_came_in(database: Database) -> None:
    there = datetime(2026, 11, 23, 20, 0, tzinfo=timezone(timedelta(hours=8)))
    with database.transaction() as session:
        events.append(session, Event.of("case_1", Begun(), at=there))
    with database.reading() as session:
        (event,) = events.of_stream(session, "case_1")
    assert event.at == there
    assert event.at.utcoffset() == timedelta(0)
    with pytest.raises(StatementError, match="aware"), database.transaction() as session:
        events.append(session, Event.of("case_1", Begun(), at=datetime(2026, 1, 1)))  # noqa: DTZ001


def test_writers_queue_instead_of_failing(database: Database) -> None:
    trouble: list[Exception] = []

    def write(n: int) -> None:
        try:
            for _ in range(10):
                with database.transaction() as session:
                    events.last_seq(
                        session, "case_1"
                    )  # read, then write: the order in which naive SQLite use deadlocks
                    events.append(session, Event.of("case_1", Done(n=n)))
        except Exception as error:  # noqa: BLE001 - told to the test below
            trouble.append(error)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert trouble == []
    with database.reading() as session:
        assert len(events.of_stream(session, "case_1")) == 60


def test_reading_does_not_wait_for_a_writer(database: Database) -> None:
    add(database)
    with database.transaction() as writer:
        events.append(writer, Event.of("case_1", Done()))
        with database.reading() as session:
            assert len(events.of_stream(session, "case_1")) == 1


def test_looks_at_a_persons_data_are_told_newest_first(database: Database) -> None:
    with database.transaction() as session:
        for actor in ("agency:police", "officer:civil:u2"):
            events.record_access(
                session, subject_id="subj_1", actor=actor, what="resident", ground="consent", case_id="c1"
            )
    with database.reading() as session:
        looks = events.accesses_to(session, "subj_1")
        assert list(events.accesses_to(session, "subj_2")) == []
    assert [look.actor for look in looks] == ["officer:civil:u2", "agency:police"]
    assert looks[0].at <= datetime.now(UTC)


def test_several_events_at_once_are_numbered_in_their_order_and_heard(database: Database) -> None:
    heard: list[tuple[int, str]] = []
    events.subscribe("*", lambda _session, happened: heard.append((happened.seq, happened.type)))
    kinds = ["test.begun", "test.ended", "test.done"]
    with database.transaction() as session:
        saved = events.append_many(session, [Event.of("case_1", said) for said in (Begun(), Ended(), Done())])
        assert events.append_many(session, []) == []
    with database.reading() as session:
        assert [(event.seq, event.type) for event in events.of_stream(session, "case_1")] == heard
    assert [event.type for event in saved] == kinds
    assert [event.seq for event in saved] == sorted(event.seq for event in saved)


def _versions(database: Database) -> dict[str, tuple[int, str]]:
    with database.reading() as session:
        rows = session.execute(text("SELECT id, size, note FROM things"))
        return {name: (size, note) for name, size, note in rows}


class _Apart(DeclarativeBase):
    """A small table of these tests' own."""


class ThingRow(_Apart):
    __tablename__ = "things"
    id: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int]
    note: Mapped[str]


def test_of_a_row_that_is_there_only_what_was_asked_for_is_replaced(database: Database) -> None:
    _Apart.metadata.create_all(database.engine)
    with database.transaction() as session:
        upsert(session, ThingRow, [{"id": "a", "size": 1, "note": "first"}])
        upsert(session, ThingRow, [{"id": "a", "size": 2, "note": "second"}, {"id": "b", "size": 3, "note": "new"}])
    assert _versions(database) == {"a": (1, "first"), "b": (3, "new")}
    with database.transaction() as session:
        upsert(session, ThingRow, [{"id": "a", "size": 4, "note": "third"}], keys=["id"], update=["size"])
    assert _versions(database)["a"] == (4, "first")
    with database.transaction() as session:
        rows = [{"id": "a", "size": 5, "note": "fourth"}, {"id": "c", "size": 6, "note": "new"}]
        upsert(session, ThingRow, rows, keys=["id"], update="rest")
    assert _versions(database) == {"a": (5, "fourth"), "b": (3, "new"), "c": (6, "new")}


def test_a_session_writes_what_is_pending_before_it_upserts(database: Database) -> None:
    _Apart.metadata.create_all(database.engine)
    with database.transaction() as session:
        session.add(ThingRow(id="a", size=1, note="pending"))
        upsert(session, ThingRow, [{"id": "a", "size": 2, "note": "later"}])
        upsert(session, ThingRow, [])
    assert _versions(database) == {"a": (1, "pending")}
