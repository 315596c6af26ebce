"""Event types are declared; what is not as declared is never written, and what was written long ago is read as it is now."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from tests.conftest import ROOT
from tests.event_samples import event, said
from tests.ocel_judge import must_be_ocel
from typer.testing import CliRunner

from onething.core import events
from onething.core.cli import app
from onething.core.db import Database, get_database
from onething.core.events import STREAM, BadEventError, Concerns, Event, EventData, ObjectType, Withheld, declare
from onething.core.events.declaring import Declaration, declarations
from onething.core.events.describing import events_page, load_declared, sentences_of
from onething.core.events.ocel import to_ocel
from onething.core.tables import EventRow

BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
TYPES = load_declared()


@declare(
    "sample.happened", zh="试", en="Tried",
    concerns=(
        Concerns(STREAM, ObjectType.CASE, "happened to", prefix="sample:"),
        Concerns("step", ObjectType.TASK, "is about", local=True),
        Concerns("agencies", ObjectType.AGENCY, "asked"),
    ),
)  # fmt: skip
class Sample(EventData):
    step: str
    agencies: tuple[str, ...]
    outcome: Literal["good", "bad"]
    count: int
    share: float
    over: bool
    day: date
    moment: datetime
    number: Withheld[str]
    note: str | None = None


SAMPLE = Sample(
    step="one", agencies=("tax", "police"), outcome="good", count=2, share=0.5, over=False, day=date(2026, 11, 23),
    moment=datetime(2026, 11, 23, tzinfo=UTC), number="CS1",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _no_subscribers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events.log, "_subscribers", {})


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    if request.param == "sqlite":
        yield request.getfixturevalue("db")
        return
    made = Database(request.getfixturevalue("postgres_url"))
    made.create_all()
    yield made
    made.dispose()


_WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": _WORDS,
    "whole number": st.integers(-(2**53), 2**53),
    "number": st.floats(allow_nan=False, allow_infinity=False),
    "yes or no": st.booleans(),
    "day": st.dates(),
    "moment": st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=8))])),
    "list of texts": st.lists(_WORDS, max_size=4).map(tuple),
}


@st.composite
def said_things(draw: st.DrawFn) -> EventData:
    """Anything that any declared type may say."""
    declared = draw(st.sampled_from([*TYPES, Sample.DECLARED]))
    values: dict[str, Any] = {}
    for field in declared.fields:
        words = field.shape.words
        if field.passing:  # told once and never kept: read back as an empty text
            values[field.name] = ""
            continue
        value = _VALUES[words] if words in _VALUES else st.sampled_from(words.removeprefix("one of ").split(", "))
        values[field.name] = draw(st.none() | value if field.optional else value)
    return declared.kind(**values)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(things=st.lists(said_things(), min_size=1, max_size=6), together=st.booleans())
def test_whatever_a_declared_type_says_is_read_back_as_it_was_said(
    database: Database, things: list[EventData], *, together: bool
) -> None:
    with database.transaction() as session:
        before = session.scalar(select(func.max(EventRow.seq))) or 0
        told = [Event.of("sample:1", one) for one in things]
        if together:
            events.append_many(session, told)
        else:
            for each in told:
                events.append(session, each)
    with database.reading() as session:
        found = events.of_stream(session, "sample:1", after=before)
    assert [each.read(type(one)) for each, one in zip(found, things, strict=True)] == things
    assert [(each.id, each.at) for each in found] == [(each.id, each.at) for each in told]


_GOOD = Event.of("sample:1", SAMPLE).data
WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("sample.unheard_of", _GOOD, "is not declared"),
    ("sample.happened", {name: _GOOD[name] for name in _GOOD if name != "step"}, "misses 'step'"),
    ("sample.happened", _GOOD | {"steps": "two"}, "has no field 'steps'"),
    ("sample.happened", _GOOD | {"step": 1}, "'step' must be text, not int"),
    ("sample.happened", _GOOD | {"count": True}, "'count' must be whole number, not bool"),
    ("sample.happened", _GOOD | {"over": 0}, "'over' must be yes or no"),
    ("sample.happened", _GOOD | {"share": "half"}, "'share' must be number"),
    ("sample.happened", _GOOD | {"outcome": "fair"}, "'outcome' must be one of good, bad"),
    ("sample.happened", _GOOD | {"agencies": "tax"}, "'agencies' must be list of texts"),
    ("sample.happened", _GOOD | {"agencies": ["tax", 1]}, "'agencies' must be list of texts"),
    ("sample.happened", _GOOD | {"day": "23/11/2026"}, "'day' must be day"),
    ("sample.happened", _GOOD | {"moment": "2026-11-23T00:00:00"}, "'moment' must be moment"),
    ("sample.happened", _GOOD | {"note": None}, "'note' must be text, not NoneType"),
]


@pytest.mark.parametrize("together", [False, True])
def test_what_is_not_as_declared_is_refused_and_nothing_is_written(db: Database, *, together: bool) -> None:
    good = Event.of("sample:1", SAMPLE)
    for name, data, why in WRONG:
        bad = Event("sample:1", name, data=data)
        with pytest.raises(BadEventError, match=re.escape(why)), db.transaction() as session:
            events.append_many(session, [good, bad]) if together else events.append(session, bad)
    with db.reading() as session:
        assert events.of_stream(session, "sample:1") == []


def test_a_refusal_names_fields_and_never_their_values() -> None:
    with pytest.raises(BadEventError) as refused:
        Sample.DECLARED.check(_GOOD | {"count": "王小宝", "who": "李梅"})
    assert "王小宝" not in str(refused.value)
    assert "李梅" not in str(refused.value)


def test_an_instance_with_a_value_of_another_type_is_refused_too(db: Database) -> None:
    wrong = Sample(**{name: getattr(SAMPLE, name) for name in Sample.__slots__} | {"day": "tomorrow"})
    with pytest.raises(BadEventError, match="'day' must be day"), db.transaction() as session:
        events.append(session, Event.of("sample:1", wrong))


def test_reading_as_another_type_is_refused() -> None:
    with pytest.raises(BadEventError, match=r"sample\.happened is not sample\.grown"):
        Event.of("sample:1", SAMPLE).read(Grown)


# -- versions


def _two(data: dict[str, Any]) -> dict[str, Any]:
    return {"size": data["inches"] * 25, "colour": data["colour"]}


def _three(data: dict[str, Any]) -> dict[str, Any]:
    data["millimetres"] = data.pop("size")
    return data


@declare("sample.grown", zh="长", en="Grown", version=3, upcasts=(_two, _three))
class Grown(EventData):
    millimetres: int
    colour: str


_OLD = """INSERT INTO event_log (id, at, stream, type, actor, data{column})
VALUES ('{id}', '2025-01-01 00:00:00', 'sample:9', 'sample.grown', 'system', '{data}'{version})"""


def test_rows_of_older_versions_are_read_as_the_newest_and_stay_as_they_were(database: Database) -> None:
    with database.transaction() as session:
        # As an installation wrote it that knew no versions yet.
        session.execute(text(_OLD.format(id="evt_1", column="", version="", data=r'{"inches"\: 4, "colour"\: "red"}')))
        session.execute(text(_OLD.format(id="evt_2", column=", version", version=", 2", data=r'{"size"\: 7, "colour"\: "blue"}')))  # fmt: skip
        events.append(session, Event.of("sample:9", Grown(millimetres=1, colour="green")))
    wanted = [Grown(millimetres=100, colour="red"), Grown(millimetres=7, colour="blue"), Grown(millimetres=1, colour="green")]  # fmt: skip
    with database.reading() as session:
        for found in (
            events.of_stream(session, "sample:9"), events.of_type(session, Grown), list(events.since(session, batch=2)),
        ):  # fmt: skip
            assert [each.read(Grown) for each in found] == wanted
        stored = session.execute(text("SELECT version, data FROM event_log ORDER BY seq")).all()
    assert [row.version for row in stored] == [1, 2, 3]
    assert "inches" in str(stored[0].data)


def test_what_a_newer_program_wrote_is_left_as_it_is_and_not_taken_for_ours(db: Database) -> None:
    with db.transaction() as session:
        session.execute(text(_OLD.format(id="evt_1", column=", version", version=", 4", data=r'{"metres"\: 4}')))
    with db.reading() as session:
        (found,) = events.of_stream(session, "sample:9")
    assert found.data == {"metres": 4}
    with pytest.raises(BadEventError, match="misses 'millimetres'"):
        found.read(Grown)


def test_a_suggestion_passed_on_before_fields_were_typed_is_read_today(db: Database) -> None:
    from onething.policy.events import FeedbackPassedOn

    old = _OLD.replace("sample.grown", FeedbackPassedOn.NAME)
    with db.transaction() as session:
        session.execute(
            text(old.format(id="evt_1", column="", version="", data=r'{"from"\: "tax", "agency"\: "hrss"}'))
        )
    with db.reading() as session:
        (found,) = events.of_type(session, FeedbackPassedOn)
    assert found.read(FeedbackPassedOn) == FeedbackPassedOn(from_agency="tax", agency="hrss")


# -- declarations


def test_two_types_of_one_name_are_refused_by_naming_both_modules() -> None:
    elsewhere = type("Sample", (EventData,), {"__module__": "elsewhere", "__annotations__": {}})
    with pytest.raises(BadEventError, match=rf"declared in {Sample.__module__} and in elsewhere"):
        declare("sample.happened", zh="", en="")(elsewhere)


def test_a_declaration_that_contradicts_itself_is_refused() -> None:
    def kind(**fields: Any) -> type[EventData]:
        return type("Odd", (EventData,), {"__module__": __name__, "__annotations__": fields})

    with pytest.raises(BadEventError, match="needs 1 upcasts"):
        declare("sample.odd", zh="", en="", version=2)(kind())
    with pytest.raises(BadEventError, match="concerns"):
        declare("sample.odd", zh="", en="", concerns=(Concerns("case", ObjectType.CASE, "q"),))(kind())
    with pytest.raises(TypeError, match="cannot carry"):
        declare("sample.odd", zh="", en="")(kind(data=dict[str, str]))
    with pytest.raises(TypeError, match="cannot carry"):
        declare("sample.odd", zh="", en="")(kind(data=str | int))


@pytest.mark.parametrize("declared", TYPES, ids=lambda one: one.name)
def test_every_type_is_explained_in_both_languages_and_has_no_personal_data(declared: Declaration) -> None:
    assert re.search(r"[一-鿿]", declared.zh)
    assert re.match(r"[A-Z]", declared.en)
    assert not declared.personal
    assert declared.concerns, "an event that concerns nothing cannot be followed"
    told = sentences_of(declared.kind)
    assert [field.name for field in declared.fields if not told.get(field.name)] == []


def test_every_room_lists_in_its_manifest_all_that_it_declares() -> None:
    ours = [each for each in declarations() if each.kind.__module__.startswith("onething.")]
    assert [each.name for each in ours] == [each.name for each in TYPES]


def test_no_type_is_written_as_a_bare_word_outside_the_module_that_declares_it() -> None:
    names = {each.name for each in TYPES}
    prefixes = {name.partition(".")[0] + "." for name in names}
    found: list[str] = []
    for path in sorted((ROOT / "src").rglob("*.py")):
        where = str(path.relative_to(ROOT))
        if path.name == "events.py" or "migrations" in where:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and node.value in names:
                found.append(f"{where}:{node.lineno} {node.value}")
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant) and len(node.values) == 2:
                start = node.values[0].value
                if start in prefixes and where not in _OTHER_NAMES:
                    found.append(f"{where}:{node.lineno} {start}…")
    assert found == []


_OTHER_NAMES = {"src/onething/policy/amendments/drafting.py"}
"""Files that build names with such a prefix which are not event types (keys of messages, fields)."""


def test_everybody_who_is_written_to_is_told_of_a_declared_event() -> None:
    from onething.notices.texts import defaults

    told = {key.partition(":")[0] for key in defaults()}  # `type:outcome` has words of its own
    assert told - {each.name for each in TYPES} == set()


def test_the_reference_page_is_as_the_code_says() -> None:
    assert (ROOT / "docs" / "reference" / "events.md").read_text() == events_page(), "run `make docs`"


# -- OCEL 2.0


def test_events_become_a_log_of_objects_with_codes_and_no_references() -> None:
    first = Event.of("sample:1", SAMPLE, "officer:police:u17")
    second = Event.of("sample:2", SAMPLE)
    log = to_ocel([first, second, Event("sample:3", "sample.of_the_future", data={"name": "王小宝"})])
    must_be_ocel(log)
    told = {each["id"]: each for each in log["events"]}[first.id]
    assert {(link["objectId"], link["qualifier"]) for link in told["relationships"]} == {
        ("case:1", "happened to"), ("task:sample:1/one", "is about"), ("agency:tax", "asked"), ("agency:police", "asked"),
    }  # fmt: skip
    values = {each["name"]: each["value"] for each in told["attributes"]}
    assert values == {
        "actor_kind": "officer", "outcome": "good", "count": 2, "share": 0.5, "over": False, "day": "2026-11-23",
        "moment": "2026-11-23T00:00:00+00:00",
    }  # fmt: skip
    steps = {each["id"]: each["relationships"] for each in log["objects"] if each["type"] == "task"}
    assert steps == {
        "task:sample:1/one": [{"objectId": "case:1", "qualifier": "part of"}],
        "task:sample:2/one": [{"objectId": "case:2", "qualifier": "part of"}],
    }
    assert not {"CS1", "u17", "王小宝"} & set(re.split(r"[\W]+", str(log)))


def test_a_log_of_every_declared_type_is_valid() -> None:
    must_be_ocel(to_ocel([Event.of("company:c", said(each.kind)) for each in TYPES]))


def test_the_log_is_written_from_the_command_line() -> None:
    database = get_database()
    database.create_all()
    with database.transaction() as session:
        events.append(session, event("case_1", "case.submitted", reference="CS1"))
        events.append(session, event("case_1", "case.finished"))
    run = CliRunner()
    lines = run.invoke(app, ["events"]).output.splitlines()
    whole = run.invoke(app, ["events", "--format", "ocel"]).output
    later = run.invoke(app, ["events", "--since", "2999-01-01"])
    wrong = run.invoke(app, ["events", "--since", "yesterday"])
    import orjson

    assert [orjson.loads(line)["type"] for line in lines] == ["case.submitted", "case.finished"]
    must_be_ocel(orjson.loads(whole))
    assert "CS1" not in whole + "".join(lines)
    assert (later.exit_code, later.output) == (0, "")
    assert wrong.exit_code == 2
