"""Names, words and traces of cases lie sealed: officers find and read them, whoever reads the database does not."""

from collections.abc import Iterable, Sequence

import pytest
from casework_world import (
    FakeAgencies,
    citizen_of,
    officer_of,
    opened,
    status_of,
    submission,
    until,
    working,
)
from sqlalchemy import MetaData, func, select, update
from sqlalchemy.orm import Session
from test_casework_people import low_income, one_item

from onething.casework.cases import applicant_names
from onething.casework.certificates import lifecycle
from onething.casework.decisions import checks
from onething.casework.models import CaseRef, Submission
from onething.casework.officers.service import decide, inbox, work_item
from onething.casework.service import answer_supplement, case_view, search
from onething.casework.tables import CaseNameRow, CaseRow, CheckRunRow
from onething.core.access import Principal, Role
from onething.core.clock import now, today
from onething.core.db import Database
from onething.core.errors import Problem
from onething.core.ids import new_id
from onething.core.manifests.house import get_house
from onething.host.worker import sealed_columns
from onething.payments import service as payments
from onething.payments.models import NewOrder, Payee
from onething.trust import errors
from onething.trust.sealing.backfill import LiesOpen, seal_up

NAME = "欧阳秋实"
AUDITOR, AUDITOR_READS = Principal(Role.AUDITOR, "a"), Principal(Role.SYSTEM, "s")


def tables_that_tell(db: Database, secrets: Iterable[str]) -> dict[str, set[str]]:
    """Table → what of this stands in it for whoever reads the database."""
    told: dict[str, set[str]] = {}
    with db.reading() as session:
        meta = MetaData()
        meta.reflect(session.connection())
        for name, table in meta.tables.items():
            whole = "\n".join(str(tuple(row)) for row in session.execute(select(table)))
            found = {each for each in secrets if each in whole or each.encode("unicode_escape").decode() in whole}
            if found:
                told[name] = found
    return told


def filed(db: Database, n: int = 0, name: str = NAME) -> tuple[Submission, CaseRef]:
    filing = submission(db, n)
    filing.facts["applicant"]["name"] = name
    return filing, opened(db, filing)


def found(db: Database, text: str, who: Principal = AUDITOR) -> list[str]:
    with db.reading() as session:
        return [line.id for line in search(session, who, text).items]


def test_a_case_is_found_by_beginnings_of_a_name_that_nobody_can_read(db: Database) -> None:
    _, first = filed(db)
    _, second = filed(db, 1, "欧阳秋")
    _, foreign = filed(db, 2, "Anna-Maria O'Neill")
    assert tables_that_tell(db, [NAME, "欧阳", "Anna", "Neill"]) == {}
    assert found(db, "欧阳") == [second.id, first.id], "the newest first"
    assert found(db, "欧阳秋实") == [first.id]
    assert found(db, "欧陽") == found(db, "秋实") == found(db, "欧") == []
    assert found(db, "anna maria o") == found(db, "ANNA-MARIA O’NEILL") == [foreign.id]
    assert found(db, "欧阳", officer_of("nobody")) == []
    with db.reading() as session:
        assert [line.applicant for line in search(session, AUDITOR, NAME).items] == ["***实"]


def test_erasing_a_person_takes_her_name_and_what_it_was_found_by(db: Database) -> None:
    filing, ref = filed(db)
    other_filing, other = filed(db, 1)
    with db.transaction() as session:
        session.execute(update(CaseRow).values(status="done"))
        assert lifecycle.erase(session, filing.subject_id)
    assert found(db, NAME) == [other.id]
    with db.reading() as session:
        assert set(session.scalars(select(CaseNameRow.case_id))) == {other.id}
        assert case_view(session, AUDITOR_READS, ref.id).summary.applicant == ""
        assert case_view(session, citizen_of(other_filing), other.id).summary.applicant == NAME


async def test_names_from_before_are_sealed_when_a_worker_starts(db: Database) -> None:
    refs = [filed(db, n)[1] for n in range(3)]
    with db.transaction() as session:
        session.execute(update(CaseRow).where(CaseRow.id == refs[1].id).values(applicant_name="诸葛长青"))
        session.query(CaseNameRow).filter(CaseNameRow.case_id == refs[1].id).delete()
    assert found(db, "诸葛") == []
    async with working(db, FakeAgencies(), sealed_columns=sealed_columns(get_house())):
        await until(lambda: found(db, "诸葛长青") == [refs[1].id])
    assert tables_that_tell(db, ["诸葛长青", NAME]) == {}


@pytest.mark.slow
async def test_what_officials_write_is_read_by_those_it_is_for_only(db: Database) -> None:
    agencies, (filing, ref) = FakeAgencies(), filed(db)
    agencies.script = low_income
    civil = officer_of("civil")
    asked, refused = f"请{NAME}写明门牌号", f"{NAME}的家庭收入已超过标准"
    async with working(db, agencies):
        item = await one_item(db)
        with db.transaction() as session:
            asks = [{"kind": "answer", "slot": "choices", "field": "home_address"}]
            decide(session, civil, item.id, "ask_supplement", asked, asks=asks)
            decide_more(session, item.id)
        assert tables_that_tell(db, [asked, NAME]) == {}
        with db.reading() as session:
            supplement = case_view(session, citizen_of(filing), ref.id).supplement
        assert supplement is not None
        assert asked in supplement.message.zh
        with db.transaction() as session:
            answer_supplement(session, citizen_of(filing), supplement.id, {"choices": {"home_address": "南京路1号"}})
        item = await one_item(db)
        with db.transaction() as session:
            assert work_item(session, civil, item.id).reason == asked
            assert inbox(session, civil).items[0].applicant == "***实"
            decide(session, civil, item.id, "refuse", refused)
        await until(lambda: status_of(db, ref.id).over)
    assert tables_that_tell(db, [asked, refused, NAME]) == {}
    with db.reading() as session:
        view = case_view(session, citizen_of(filing), ref.id)
    assert any(refused in reason.zh for reason in view.reasons)
    with db.transaction() as session:
        assert lifecycle.erase(session, filing.subject_id)
    with db.reading() as session:
        reasons = case_view(session, AUDITOR_READS, ref.id).reasons
    assert [reason.zh for reason in reasons if "低保" in reason.zh or "救助" in reason.zh]
    assert not any(NAME in reason.zh for reason in reasons)


def decide_more(session: object, item_id: str) -> None:
    """An item that waits for the applicant cannot be decided meanwhile."""
    with pytest.raises(Problem):
        decide(session, officer_of("civil"), item_id, "approve")  # type: ignore[arg-type]


def test_traces_of_checks_are_read_back_whole_and_are_gone_with_their_person(db: Database) -> None:
    filing, ref = filed(db)
    trace = [
        {"id": "id_valid", "outcome": "pass", "inputs": {"known": [{"name": NAME, "id_number": "310101199001011234"}]}}
    ]
    row = {
        "id": new_id("chk"), "case_id": ref.id, "filing_id": None, "task_id": "", "at": now(), "day": today(),
        "subject_id": filing.subject_id, "life_event": "newborn", "catalog_version": "1", "outcome": "pass", "results": trace,
    }  # fmt: skip
    with db.transaction() as session:
        checks.keep_runs(session, [row])
    assert tables_that_tell(db, [NAME, "310101199001011234"]) == {}
    with db.transaction() as session:
        (run,) = checks.runs_of(session, ref.id)
        assert list(run.results) == trace
        session.execute(update(CaseRow).values(status="done"))
        assert lifecycle.erase(session, filing.subject_id)
    with db.reading() as session:
        (run,) = checks.runs_of(session, ref.id)
        assert (run.outcome, run.results) == ("pass", ())
        assert session.scalar(select(func.count()).select_from(CheckRunRow)) == 1


@pytest.mark.slow
def test_a_person_is_not_erased_while_money_is_on_its_way_to_her(db: Database) -> None:
    filing, _ = filed(db)
    payee = Payee(filing.subject_id, NAME, "6222000011112222", "上海银行")
    with db.transaction() as session:
        session.execute(update(CaseRow).values(status="done"))
        payments.appropriate(session, "birth", 100_000, "沪财〔2026〕1号")
        (booked,) = payments.book(session, [NewOrder("birth:1", "birth", payee, 50_000, "生育津贴")])
    with db.transaction() as session, pytest.raises(Problem, match="money_under_way"):
        lifecycle.erase(session, filing.subject_id)
    with db.transaction() as session:
        payments.cancel(session, booked.order_id)
        assert lifecycle.erase(session, filing.subject_id)
    assert tables_that_tell(db, [NAME, payee.account]) == {}


def test_what_cannot_be_sealed_up_does_not_keep_the_rest_open(db: Database) -> None:
    _, ref = filed(db)
    with db.transaction() as session:
        session.execute(update(CaseRow).values(applicant_name="诸葛长青"))

    def broken(_session: Session, _ids: Sequence[str]) -> None:
        raise Problem(errors.ALTERED)

    seal_up(
        db,
        [
            LiesOpen("broken", applicant_names.OPEN.ids, applicant_names.OPEN.where, broken),
            *sealed_columns(get_house()),
        ],
    )
    assert found(db, "诸葛长青") == [ref.id]
    assert tables_that_tell(db, ["诸葛长青"]) == {}
