"""Filing again after a refusal: what was given comes along, what it turned on is asked anew, and why it was refused is told."""

import pytest
from intake_world import BIRTH, STRANGER_CARD, World, document, sign_in
from sqlalchemy import select, update

from onething.casework.decisions import sealed_text
from onething.casework.models import CaseStatus, TaskStatus
from onething.casework.service import case_view
from onething.casework.tables import CaseRow, TaskRow
from onething.core.errors import Problem
from onething.exchange.models import Outcome
from onething.intake import service as intake

TASK = "service:childcare_subsidy"
WHY = {"zh": "卫健委没有收“银行卡号”：填的内容不对", "en": "Health did not take “Card number”"}
CARD = {"payout_account.bank": "工商银行", "payout_account.account_number": "6222020012345678903"}


@pytest.fixture
def refused(world: World) -> str:
    """A case of which the subsidy was refused because of the number of the card."""
    world.exchange.moods["hrss.card_account"] = Outcome.NOT_FOUND
    world.start()
    world.upload(document("birth_certificate", BIRTH))
    world.answer()
    world.consent()
    world.prefill()
    world.answer(**CARD)
    case = world.submit().case_id
    with world.session() as session:
        said = sealed_text.sealed(
            session,
            world.me.subject_id or "",
            case,
            {"words": WHY, "agency_code": "1001", "field": "payout_account.account_number"},
        )
        here = (TaskRow.case_id == case, TaskRow.task_id == TASK)
        session.execute(
            update(TaskRow).where(*here).values(status=TaskStatus.REFUSED.value, code="agency", result=said)
        )
        session.execute(update(CaseRow).where(CaseRow.id == case).values(status=CaseStatus.PARTLY_DONE.value))
    return case


def test_papers_and_answers_come_along_and_what_it_turned_on_is_asked_anew(world: World, refused: str) -> None:
    first = world.view()
    with world.session() as session:
        world.filing = intake.start_filing(session, world.me, "newborn", again=refused).id
    view = world.view()
    assert view.earlier == refused
    assert [(each.type, each.state, len(each.fields)) for each in view.documents] == [
        (each.type, each.state, len(each.fields)) for each in first.documents
    ]
    assert {each.state for each in view.consents} == {"needed"}, "what was allowed before was allowed for that filing"
    world.consent()
    world.prefill()
    view = world.view()
    typed = {each.name: each.value for each in view.questions if each.value is not None}
    assert typed == {
        each.name: each.value
        for each in first.questions
        if each.value is not None and each.name != "payout_account.account_number"
    }
    (card,) = [each for each in view.questions if each.name == "payout_account.account_number"]
    assert not card.answered
    assert not view.may_submit
    with world.session() as session:
        (told,) = case_view(session, world.me, view.earlier).refused
    assert [each.zh for each in told.reasons] == [WHY["zh"]]
    assert told.field == "payout_account.account_number"


def test_nobody_begins_with_what_somebody_else_gave(world: World, refused: str) -> None:
    other = sign_in(world.db, "张三丰", STRANGER_CARD["id_number"])
    with pytest.raises(Problem) as problem, world.session() as session:
        intake.start_filing(session, other, "newborn", again=refused)
    assert problem.value.kind.code == "casework.case_not_found"
    with world.session() as session:
        assert not intake.filings_of(session, other).items


def test_a_filing_begun_without_it_is_empty(world: World, refused: str) -> None:
    with world.session() as session:
        world.filing = intake.start_filing(session, world.me, "newborn").id
    assert world.view().documents == ()
    with world.session() as session:
        assert session.scalar(select(CaseRow.id)) == refused
