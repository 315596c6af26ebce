"""Founders without a citizen id: passport, travel permits, residence permit and permanent residence, from the form to the licence."""

import re
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from startup_world import Startup

from onething.casework import service as casework
from onething.casework.certificates.service import certificate_pdf
from onething.core.access import Principal, Role
from onething.core.db import Database, get_database
from onething.core.settings import get_settings
from onething.exchange.service import messages_about
from onething.host.assembling import subscribe
from onething.intake import service as intake
from onething.notices.service import messages_for
from onething.sandbox.startup.service import NAMES, TownHandles, running, write_register
from onething.sandbox.startup.town import Townsman
from onething.subjects.service import find_person
from stores import with_tables

pytestmark = pytest.mark.slow
OFFICER = Principal(Role.OFFICER, "amr.he", agency_id="amr")


@pytest.fixture(scope="module")
def town() -> Iterator[TownHandles]:
    with running(people=14, robots=False) as handles:
        yield handles


@pytest.fixture
def world(town: TownHandles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Startup:
    for name, value in town.environment.items():
        monkeypatch.setenv(name, value)
    get_settings.cache_clear()
    write_register(get_settings().data_dir, NAMES)
    db: Database = get_database()
    with_tables(db)
    subscribe()
    return Startup(db, town)


def from_abroad(world: Startup, *personas: str) -> tuple[Townsman, ...]:
    return tuple(world.town.town.persona(name) for name in personas)


def home_of(world: Startup, person: Townsman) -> int:
    return world.town.town.people.index(person)


def printed(world: Startup, who: Principal, case: str) -> str:
    with world.db.reading() as session:
        (licence,) = casework.case_view(session, who, case).certificates
    pages = pypdfium2.PdfDocument(certificate_pdf(world.db, who, licence.id))
    return re.sub(r"\s+", "", "".join(page.get_textpage().get_text_range() for page in pages))


def test_an_investor_with_a_passport_and_her_partners_of_every_paper_found_a_company(world: Startup) -> None:
    founders = from_abroad(world, "passport", "hong_kong", "taiwan", "resident_foreigner")
    who, filing = world.filled(founders, "海峤帆", home_of(world, founders[0]))
    assert set(world.refusals(who, filing)) == {"will_confirmed"}, "all is well but for the signatures"
    world.sign_all(who, filing, founders)
    assert world.refusals(who, filing) == {}
    case = world.submit(who, filing)
    assert world.carry_on(case) == "done"
    text = printed(world, who, case)
    assert "Anne-MarieO'Neil" in text.replace("’", "'"), (
        "the licence prints the representative's name as her passport has it"
    )
    with world.db.reading() as session:
        view = casework.case_view(session, who, case)
        assert {task.status for task in view.tasks} <= {"done", "skipped"}
        for person in founders[1:]:
            subject = find_person(session, person.id_number)
            assert subject is not None
            told = [message.text for message in messages_for(session, subject.id).messages]
            assert told, "everybody concerned is told"
            assert not any("先生" in each or "女士" in each for each in told), "no sex is guessed from a number"
            asked = {message.operation for message in messages_about(session, subject_id=subject.id)}
            assert {"foreigners", "dishonest", "bars"} <= asked, "her log shows who was asked about her"


def test_one_of_us_and_one_from_abroad_are_each_asked_about_where_they_are_known(world: Startup) -> None:
    here, abroad = world.town.town.people[10], from_abroad(world, "passport")[0]
    who, filing = world.filled((here, abroad), "云栖帆", 10)
    with world.db.reading() as session:
        facts = intake.filing_view(session, who, filing).facts
    asked = {fact.slot for fact in facts}
    assert {"residents", "foreigners"} <= asked
    assert set(world.refusals(who, filing)) == {"will_confirmed"}


def alone(world: Startup, mark: str, **changed: str | None) -> tuple[Principal, str]:
    """A filing of the investor alone, with other words in her row; None takes a cell away."""
    (abroad,) = from_abroad(world, "passport")
    plain = world.answers((abroad,), mark)["founders.people"][0] | changed
    row = {name: value for name, value in plain.items() if value is not None}
    posts = {f"posts__{post}": row["id_number"] for post in ("representative", "director", "manager", "finance")}
    return world.filled((abroad,), mark, home_of(world, abroad), founders__people=[row], posts__supervisor="", **posts)


@pytest.mark.parametrize(
    ("mark", "changed"),
    [
        ("远澜帆", {"id_number": "PASSPORT:CAN:C03005988"}),
        ("屿澜帆", {"birth_date": "1986-04-13"}),
        ("岚屿帆", {"name": "Ann Oneil"}),
    ],
)
def test_another_passport_birth_date_or_name_is_not_confirmed(
    world: Startup, mark: str, changed: dict[str, str]
) -> None:
    assert "id_valid" in world.refusals(*alone(world, mark, **changed))


def test_her_name_in_capitals_and_family_name_first_is_her_name(world: Startup) -> None:
    assert set(world.refusals(*alone(world, "澜汀帆", name="ONEIL ANNE MARIE"))) == {"will_confirmed"}


def test_whoever_gives_no_birth_date_is_looked_at_by_an_officer_and_never_taken_for_grown_up(world: Startup) -> None:
    who, filing = alone(world, "澜庭帆", birth_date=None)
    with world.db.reading() as session:
        found = {each.id: each for each in intake.check_filing(session, who, filing)}
    assert found["shareholders_valid"].outcome == "refer"
    assert found["not_barred"].outcome == "refer"
    assert "没有写出生日期" in (found["not_barred"].ask or found["not_barred"].name).zh


def test_a_number_that_does_not_say_its_paper_is_kept_and_asked_about(world: Startup) -> None:
    (abroad,) = from_abroad(world, "passport")
    who, filing = world.filled((abroad,), "屿安帆", home_of(world, abroad))
    row = world.answers((abroad,), "屿安帆")["founders.people"][0]
    with world.db.transaction() as session:
        saved = intake.set_answers(session, who, filing, {"founders.people": [row | {"id_number": "C03005988"}]})
    (said,) = saved.messages.values()
    assert "哪种证件" in said.what.zh
    assert "证件类型" in said.todo.zh
    with world.db.reading() as session:
        asked = {each.name: each for each in intake.filing_view(session, who, filing).questions}
    assert asked["founders.people"].value[0]["id_number"] == "C03005988", "what she typed is kept"
