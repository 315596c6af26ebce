"""What became of an application is told as it is: in the SMS, on the page, and in what can be done next."""

from datetime import timedelta

import pytest
from casework_world import FakeAgencies, citizen, citizen_of, opened, status_of, submission, tasks_of, until, working
from sqlalchemy import select
from test_casework_people import low_income, one_item

from onething.casework.models import CaseStatus, CaseView, Submission
from onething.casework.officers.service import decide, refusal_preview
from onething.casework.service import case_view, story, withdraw
from onething.casework.tables import CaseRow
from onething.catalog.service import find_event, get_city
from onething.core import events
from onething.core.access import Principal, Role
from onething.core.clock import today
from onething.core.db import Database
from onething.core.errors import Problem
from onething.exchange.models import Answer, Call, Outcome
from onething.notices.models import Message
from onething.notices.service import install, messages_for

WHY = "母亲的户口已经迁出本市，不能在此办理"
DEPENDANTS = {"申领社会保障卡", "缴纳首年居民医保费"}


@pytest.fixture(autouse=True)
def told() -> None:
    """People are told, as in a process of an installation."""
    install()


def not_by_the_police(call: Call) -> Answer | None:
    if call.operation == "police.register_birth":
        return Answer(Outcome.REFUSED, reason=WHY, code="2007")
    return None


async def end_of(db: Database, filing: Submission, agencies: FakeAgencies) -> CaseView:
    ref = opened(db, filing)
    async with working(db, agencies):
        await until(lambda: status_of(db, ref.id).over, 90)
    return seen(db, filing, ref.id)


def seen(db: Database, filing: Submission, case_id: str) -> CaseView:
    with db.reading() as session:
        return case_view(session, citizen_of(filing), case_id)


def messages(db: Database, filing: Submission) -> list[Message]:
    """Oldest first."""
    with db.reading() as session:
        return list(messages_for(session, filing.subject_id, size=100).messages)[::-1]


def sms(db: Database, filing: Submission) -> list[str]:
    return [each.text for each in messages(db, filing) if each.channel == "sms"]


async def test_a_refused_household_registration_is_told_as_a_refusal(db: Database) -> None:
    agencies, filing = FakeAgencies(), submission(db)
    agencies.script = not_by_the_police
    view = await end_of(db, filing, agencies)
    assert view.summary.status is CaseStatus.PARTLY_DONE

    texts = sms(db, filing)
    (refusal,) = [text for text in texts if "没有通过" in text]
    assert "出生户口登记" in refusal
    assert WHY in refusal
    assert view.summary.reference in refusal
    assert texts[-1].startswith("李女士，出生户口登记等 ")
    assert "没有办成。详见：" in texts[-1]
    everything = " ".join(each.text for each in messages(db, filing))
    for untruth in ("都办完了", "全部办完", "工作人员会接着处理", "不用再跑腿"):
        assert untruth not in everything
    assert "“申领社会保障卡”办不了，因为“出生户口登记”没有通过。" in everything

    (refused,) = view.refused
    assert refused.name.zh == "出生户口登记"
    assert [each.zh for each in refused.reasons] == [f"公安局答复：“{WHY}”"]
    assert {each.zh for each in refused.held_up} >= DEPENDANTS
    assert refused.phone
    ways = {each.name.zh: each for each in refused.ways_out}
    assert ways["行政复议"].until == today() + timedelta(days=60)
    assert ways["行政复议"].to.zh == "上海市人民政府"
    assert 180 <= (ways["行政诉讼"].until - today()).days <= 184
    assert refused.decision in {each.id for each in view.certificates}
    assert view.may_file_again

    states = {task.name.zh: (task.state.zh, task.explanation.zh if task.explanation else "") for task in view.tasks}
    assert states["申领社会保障卡"] == ("办不了", "因为“出生户口登记”没有通过，这一项办不了")
    assert states["出生户口登记"][0] == "没有通过"
    lines = [(each.text.zh, each.kind) for each in story(view.timeline)]
    assert ("公安局没有通过“出生户口登记”", "bad") in lines
    assert lines[-1 if lines[-1][0].startswith("办结") else 0] == ("办结：有的办好了，有的没有办成", "bad")
    assert ("全部办结", "good") not in lines


async def test_what_services_gave_is_told_to_the_applicant_in_words(db: Database) -> None:
    """Numbers and days that stand on no certificate; nobody else reads them here."""
    filing = submission(db)
    view = await end_of(db, filing, FakeAgencies())
    assert view.summary.status is CaseStatus.DONE
    city, event = get_city(), find_event(get_city(), "newborn")
    done = {task.service for task in view.tasks if task.status == "done" and task.service}
    plain = {
        service.id
        for service in event.services
        if service.id in done and all((kind := city.type_of(event.slot(slot))) and not kind.certificate for slot in service.outputs)
    }  # fmt: skip
    assert plain, "the life event has a service without a certificate"
    assert {each.service for each in view.given} == plain
    for each in view.given:
        assert each.told
        assert all(name.zh and name.en and value.zh not in ("", "None") for name, value in each.told)
    declared = next(
        {name.zh: value.zh for name, value in each.told} for each in view.given if each.service == "infant_deduction"
    )
    assert any(value.startswith("D") for value in declared.values())
    with db.transaction() as session:
        assert case_view(session, Principal(Role.OFFICER, "o1", agency_id="tax"), view.summary.id).given == ()


async def test_what_was_refused_is_filed_again_and_goes_on_from_what_was_done(db: Database) -> None:
    agencies, filing = FakeAgencies(), submission(db)
    agencies.script = not_by_the_police
    first = await end_of(db, filing, agencies)
    done = {task.id for task in first.tasks if task.kind == "service" and task.status == "done"}
    assert "service:birth_certificate_issue" in done
    performed = len(agencies.effects)
    agencies.script = None
    second = await end_of(db, submission(db, key="once more"), agencies)
    assert second.summary.status is CaseStatus.DONE
    assert second.follows == first.summary.reference
    again = {task.id for task in second.tasks if task.kind == "service" and task.status == "done"}
    assert "service:household_registration" in again
    assert not again & done, "nothing is done twice"
    assert len(agencies.effects) - performed == len(again)
    with pytest.raises(Problem) as duplicate:
        opened(db, submission(db, key="a third time"))
    assert duplicate.value.kind.code == "casework.duplicate_case"


async def test_refused_twice_it_may_be_filed_a_third_time_and_what_was_done_still_stands(db: Database) -> None:
    agencies, filing = FakeAgencies(), submission(db)
    agencies.script = not_by_the_police
    first = await end_of(db, filing, agencies)
    second = await end_of(db, submission(db, key="second"), agencies)
    assert second.summary.status is CaseStatus.REFUSED
    agencies.script = None
    third = await end_of(db, submission(db, key="third"), agencies)
    assert third.summary.status is CaseStatus.DONE
    done = {task.id for task in first.tasks if task.kind == "service" and task.status == "done"}
    assert not done & {task.id for task in third.tasks}


async def test_somebody_else_does_not_go_on_from_her_case(db: Database) -> None:
    agencies, filing = FakeAgencies(), submission(db)
    agencies.script = not_by_the_police
    await end_of(db, filing, agencies)
    other = submission(db, 1, key="other")
    mine = filing.facts | {"applicant": other.facts["applicant"]}
    with pytest.raises(Problem) as problem:
        opened(db, submission(db, key="not hers", subject_id=other.subject_id, facts=mine))
    assert problem.value.kind.code == "casework.filed_by_another"
    assert problem.value.what.zh == "这件事已经由材料上的妈妈申报过了，不是您申报的。"
    assert "“Mother”" in problem.value.what.en
    told = " ".join([str(problem.value.extra), *problem.value.next.model_dump().values()])
    with db.reading() as session:
        hers = session.scalars(select(CaseRow)).one()
    assert not [each for each in (hers.reference, hers.id, "李梅", citizen(2)) if each in told]


async def test_a_withdrawal_says_what_was_taken_back_and_why(db: Database) -> None:
    agencies, filing = FakeAgencies(), submission(db)
    agencies.script = low_income
    ref = opened(db, filing)
    async with working(db, agencies):
        await one_item(db)
        await until(lambda: status_of(db, ref.id) is CaseStatus.WAITING)
        with db.transaction() as session:
            withdraw(session, citizen_of(filing), ref.id)
        await until(lambda: status_of(db, ref.id).over)
    everything = [each.text for each in messages(db, filing)]
    assert "“出生户口登记”已撤销，因为您撤回了申请。" in everything
    assert sms(db, filing)[-1].startswith("李女士，“新生儿出生一件事”已按您的要求撤回。")
    assert not any("没有办成" in text or "全部办完" in text for text in everything)
    kinds = {each.text.zh: each.kind for each in story(seen(db, filing, ref.id).timeline)}
    assert kinds["办件已撤回"] == "plain"
    assert kinds["公安局撤回了“出生户口登记”"] == "plain"


async def test_when_every_part_is_refused_the_message_says_so_and_nobody_reads_success(db: Database) -> None:
    agencies, filing = FakeAgencies(), submission(db)
    agencies.script = lambda call: (
        Answer(Outcome.REFUSED, reason="该证号已被注销", code="R07")
        if call.operation == "health.issue_birth_certificate" else None
    )  # fmt: skip
    view = await end_of(db, filing, agencies)
    assert view.summary.status is CaseStatus.REFUSED
    texts = sms(db, filing)
    assert any("“签发出生医学证明电子证照”没有通过：卫健委答复：“该证号已被注销”。" in text for text in texts)
    assert texts[-1].startswith("李女士，“新生儿出生一件事”没有办成。详见：")


async def test_an_officer_sees_before_the_second_press_what_her_refusal_means(db: Database) -> None:
    agencies, filing = FakeAgencies(), submission(db)
    agencies.script = low_income
    ref = opened(db, filing)
    officer = Principal(Role.OFFICER, "o1", agency_id="civil")
    async with working(db, agencies):
        item = await one_item(db)
        with db.reading() as session:
            preview = refusal_preview(session, officer, item.id)
        assert preview.name.zh == "低保家庭增加家庭成员"
        assert [each.name.zh for each in preview.ways_out] == ["行政复议", "行政诉讼"]
        with db.transaction() as session:
            decide(session, officer, item.id, "refuse", "家庭收入已超过标准")
        await until(lambda: status_of(db, ref.id).over)
    assert any("“低保家庭增加家庭成员”没有通过：家庭收入已超过标准。" in text for text in sms(db, filing))
    with db.reading() as session:
        log = [(each.type, each.data) for each in events.of_stream(session, ref.id)]
    assert not any("家庭收入" in str(data) for _, data in log), "reasons stay out of the event log"
    assert tasks_of(db, ref.id)["service:low_income_family_update"] == ("refused", "officer")
