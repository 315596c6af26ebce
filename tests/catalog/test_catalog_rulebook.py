"""Officials' versions of rules: who may write and approve, from which day one decides, and that cases are decided by it."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from onething.casework.decisions import law
from onething.catalog.models import City
from onething.catalog.rulebook import rule_desk, rulebook
from onething.catalog.rulebook.rulebook import RuleEntry
from onething.catalog.service import find_event, load_city
from onething.core.access import Principal, Role
from onething.core.clock import today
from onething.core.db import Database
from onething.core.errors import Problem
from onething.rules.editing import grid as rule_grid

SHANGHAI = Path(__file__).parents[2] / "cities" / "shanghai"
AUTHOR = Principal(Role.OFFICER, "u1", agency_id="medins")
COLLEAGUE = Principal(Role.OFFICER, "u2", agency_id="medins")
ADMIN = Principal(Role.ADMIN, "boss")
FACTS = {
    "mother_insurance": {"scheme": "employee", "status": "paused"},
    "maternity_stay": {"settlement_number": "1"},
}
OLD, NEW = 'mother_insurance.status = "active"', 'mother_insurance.status in ("active", "paused")'
TABLE = """rules_version: 1
parameters:
  门槛:
    unit: 月
    versions: [{value: 12, valid_from: 2020-01-01}]
rulesets:
  - id: rate
    kind: table
    table:
      hit: U
      inputs: [{expression: mother_insurance.months_paid, name: 缴费月数}]
      outputs: [{name: 比例, type: number}]
      rows:
        - {id: low, when: ["< 门槛"], then: ["0"]}
        - {id: high, when: [">= 门槛"], then: ["1"]}
"""


@pytest.fixture
def city() -> City:
    return load_city(SHANGHAI)


@pytest.fixture
def claim(city: City) -> RuleEntry:
    return rule_desk.entry_by_slug(city, "newborn.decisions.maternity_claim")


@pytest.fixture
def following(db: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setattr(rulebook, "FRESH_SECONDS", -1.0)
    rulebook.follow_versions(db)
    yield db
    rulebook.follow_versions(None)


def approved(db: Database, city: City, entry: RuleEntry, text: str, days: int = 0) -> None:
    with db.transaction() as session:
        draft = rule_desk.start(session, AUTHOR, city, entry, text)
        rule_desk.submit(session, AUTHOR, city, entry, draft.id)
        rule_desk.approve(session, COLLEAGUE, entry, draft.id, "", today() + timedelta(days=days))


def decided(city: City, days: int = 0) -> tuple[str, str]:
    event = find_event(city, "newborn")
    service = event.service("maternity_claim")
    assert service
    decision, version = law.decision_on(city, event, service, FACTS, today() + timedelta(days=days))
    findings = law.findings_of(decision, version)
    assert {finding["rules"] for finding in findings} == {version}
    return decision.outcome, version.rpartition("@")[2]


def test_an_approved_version_decides_from_its_day(following: Database, city: City, claim: RuleEntry) -> None:
    text = rulebook.package_text(city, claim)
    assert decided(city) == ("no", "0")
    approved(following, city, claim, text.replace(OLD, NEW), days=3)
    assert decided(city) == ("no", "0")
    assert decided(city, days=3) == ("yes", "1")
    approved(following, city, claim, text.replace(OLD, NEW))
    assert decided(city) == ("yes", "2")
    with following.transaction() as session:
        back = rule_desk.roll_back(session, AUTHOR, city, claim, 0, "停止试行")
        rule_desk.approve(session, ADMIN, claim, back.id, "", None)
    assert decided(city) == ("no", "3")
    assert decided(city, days=9) == ("no", "3"), "a later decision takes the place of one that had not begun"


def test_nobody_approves_her_own_and_strangers_write_nothing(db: Database, city: City, claim: RuleEntry) -> None:
    police = Principal(Role.OFFICER, "u3", agency_id="police")
    with db.transaction() as session:
        for stranger in (police, ADMIN, Principal(Role.AUDITOR, "a"), Principal(Role.CITIZEN, "c")):
            with pytest.raises(Problem):
                rule_desk.start(session, stranger, city, claim)
        draft = rule_desk.start(session, AUTHOR, city, claim)
        rule_desk.submit(session, AUTHOR, city, claim, draft.id)
        for nobody in (AUTHOR, police, Principal(Role.AUDITOR, "a")):
            with pytest.raises(Problem):
                rule_desk.approve(session, nobody, claim, draft.id, "", None)
        assert rule_desk.approve(session, COLLEAGUE, claim, draft.id, "", None).status == "approved"


def test_a_text_with_errors_is_kept_but_not_submitted(db: Database, city: City, claim: RuleEntry) -> None:
    with db.transaction() as session:
        broken = rulebook.package_text(city, claim).replace("mother_insurance.status", "mother_insurance.statsu")
        draft = rule_desk.start(session, AUTHOR, city, claim, broken)
        with pytest.raises(Problem) as caught:
            rule_desk.submit(session, AUTHOR, city, claim, draft.id)
        assert caught.value.extra["problems"][0]["suggestion"] == "mother_insurance.status"
        assert rule_desk.version_of(session, AUTHOR, claim, draft.id).content == broken


# -- the grid -----------------------------------------------------------------------------------------------------


@pytest.fixture
def table(tmp_path: Path) -> tuple[City, RuleEntry]:
    folder = tmp_path / "shanghai"
    shutil.copytree(SHANGHAI, folder)
    (folder / "newborn" / "rules" / "rate.yaml").write_text(TABLE, encoding="utf-8")
    city = load_city(folder)
    return city, rule_desk.entry_by_slug(city, "newborn.rate.rate")


def test_a_table_is_edited_with_its_parameters(table: tuple[City, RuleEntry]) -> None:
    city, entry = table
    text = rulebook.package_text(city, entry)
    grids = rule_grid.grids_of(text, rulebook.compiled(text, entry.name))
    rows, parameters = grids
    assert [row["in0"] for row in rows.rows] == ["< 门槛", ">= 门槛"]
    assert rule_desk.check_grids(city, entry, text, grids) == []
    parameters.rows[0]["amount"] = "6"
    rows.rows[1]["in0"] = "> 门槛"
    notes = rule_desk.check_grids(city, entry, text, grids)
    assert any("6" in note.what.zh and "没有行覆盖" in note.what.zh for note in notes), notes
    rows.rows.append({**rows.rows[1], "at": "", "id": "same", "in0": "6", "out0": "2"})
    changed = rulebook.compiled(rule_grid.text_of(text, grids), entry.name)
    assert changed.spec.parameters["门槛"].versions[0].value == 6
    assert [row.id for row in changed.table.rows] == ["low", "high", "same"]  # type: ignore[union-attr]
    rows.rows[2]["in0"] = "> 5"
    notes = rule_desk.check_grids(city, entry, text, grids)
    assert any(note.cell.startswith("rows.2") or note.cell.startswith("rows.1") for note in notes), notes


def test_each_message_stands_at_its_cell(city: City, claim: RuleEntry) -> None:
    text = rulebook.package_text(city, claim)
    grid = rule_grid.grids_of(text, rulebook.compiled(text, claim.name))[0]
    grid.rows[0]["require"] = "mother_insurance.scheme = = 1"
    grid.rows[1]["valid_from"] = "soon"
    grid.rows[2]["en"] = ""
    grid.rows.append({"at": "", **dict.fromkeys(grid.rows[0], ""), "value": "1 +", "article": "第一条"})
    found = {note.cell for note in rule_desk.check_grids(city, claim, text, [grid])}
    assert found == {
        "rules.0.require", "rules.1.valid_from", "rules.2.en", "rules.3.id", "rules.3.value", "rules.3.require", "rules.3.law",
    }  # fmt: skip


def test_what_the_grid_does_not_show_stays_with_its_row(city: City) -> None:
    entry = rule_desk.entry_by_slug(city, "newborn.review.newborn_review")
    text = rulebook.package_text(city, entry)
    grid = rule_grid.grids_of(text, rulebook.compiled(text, entry.name))[0]
    grid.rows = [grid.rows[1], grid.rows[0]]
    grid.rows[0]["zh"] = "请核对号码。"
    made = rulebook.compiled(rule_grid.text_of(text, [grid]), entry.name)
    assert [rule.id for rule in made.rules] == ["parents_changed_places", "applicant_is_a_parent"]
    assert made.rules[0].rule.attributes["field"] == "mother_id_number"
    assert made.rules[0].rule.text.zh == "请核对号码。"  # type: ignore[union-attr]
