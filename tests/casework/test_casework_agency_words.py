"""An agency's refusal reaches people in words: codes, English and the names of its fields never do."""

import pytest
from casework_world import FakeAgencies, citizen_of, opened, submission, tasks_of, until, working
from test_casework_outcomes import end_of, messages, seen

from onething.casework.certificates.service import certificate_pdf
from onething.casework.decisions.agency_words import for_people
from onething.casework.faults.service import open_faults
from onething.casework.models import OUR_FAULT, CaseStatus
from onething.core.access import Principal, Role
from onething.core.db import Database
from onething.documents.service import words_in
from onething.exchange.models import Answer, Call, Outcome
from onething.notices.service import install

MACHINE = ("E_DUP", "RECORD", "Request.Body", "csyxzmbh", "Account.No", "hbase", "4711", "null")


@pytest.mark.parametrize(
    ("answered", "said"),
    [
        ("母亲的户口已经迁出本市", "母亲的户口已经迁出本市"),
        ("[3003] 父母双方均不在该户（HH_MISMATCH）。", "父母双方均不在该户"),
        ("E-1002：户号不存在", "户号不存在"),
        ("父母双方扣除比例合计超过 100%", "父母双方扣除比例合计超过 100%"),
        ("duplicate key value violates unique constraint", ""),
        ("Request.Body.Account.No银行账号校验不通过", ""),
        ("系统异常: NullPointerException", ""),
        ("csyxzmbh不能为空", ""),
        ("失败", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_words_for_people_are_told_from_what_a_machine_says(answered: str, said: str) -> None:
    assert for_people(answered) == said


def refusing(operation: str, code: str, reason: str) -> FakeAgencies:
    agencies = FakeAgencies()
    refused = Answer(Outcome.REFUSED, reason=reason, code=code)

    def script(call: Call) -> Answer | None:
        return refused if call.operation == operation else None

    agencies.script = script
    return agencies


async def read_everywhere(db: Database, agencies: FakeAgencies) -> tuple[str, list[str], list[str]]:
    """(all that she reads, reasons on her page, what to mend)."""
    install()
    filing = submission(db)
    view = await end_of(db, filing, agencies)
    assert view.summary.status is CaseStatus.PARTLY_DONE
    (refused,) = view.refused
    assert refused.decision
    printed = words_in(certificate_pdf(db, citizen_of(filing), refused.decision))
    texts = [each.text for each in messages(db, filing)]
    told = [each.get(lang) for each in refused.reasons for lang in ("zh", "en")]
    told += [each.get(lang) for each in view.reasons for lang in ("zh", "en")]
    return " ".join([printed, *texts, *told]), told[:2], [each.zh for each in refused.mends]


async def test_a_code_that_the_city_knows_is_told_in_its_words_in_both_languages(db: Database) -> None:
    everything, reasons, mends = await read_everywhere(db, refusing("cdc.open_immunisation_record", "outside_city", "addr OUT_OF_CITY 4711"))  # fmt: skip
    assert reasons[0] == "现住址不在本市，没有办法分配接种门诊"
    assert reasons[1].startswith("the home address is outside the city")
    assert mends == ["请核对现住址。"]
    assert "现住址不在本市，没有办法分配接种门诊" in everything
    assert not [word for word in (*MACHINE, "outside_city", "OUT_OF_CITY") if word in everything]


async def test_what_only_a_machine_says_is_told_as_no_reason_with_a_number_to_call(db: Database) -> None:
    everything, reasons, _ = await read_everywhere(db, refusing("police.register_birth", "9999", "E_DUP RECORD 4711: null value in hbase"))  # fmt: skip
    assert reasons[0] == "公安局没有通过，也没有写明可以告诉您的理由；请打电话 12345 问清楚"
    assert not [word for word in (*MACHINE, "9999") if word in everything]


async def test_an_agency_that_did_not_take_her_answer_names_it_in_her_words(db: Database) -> None:
    agencies = refusing("health.apply_childcare_subsidy", "1001", "Account.No银行账号校验不通过")
    with_card = submission(db)
    facts = with_card.facts | {"payout_account": {"bank": "工商银行", "account_number": "6222000000000000004"}}
    install()
    view = await end_of(db, submission(db, facts=facts), agencies)
    (refused,) = view.refused
    assert [each.zh for each in refused.reasons] == ["卫健委没有收“银行卡号”：填的内容不对"]
    assert [each.zh for each in refused.mends] == ["请对照原件核对“银行卡号”。"]
    told = " ".join(each.text for each in messages(db, with_card))
    assert "银行卡号" in told
    assert not [word for word in MACHINE if word in told]


async def test_a_message_that_an_agency_did_not_take_is_an_operators_and_no_refusal(db: Database) -> None:
    """She gave nothing of it: what stands in the message came from another agency, or from us."""
    agencies = refusing("cdc.open_immunisation_record", "invalid_field", "date_of_birth日期格式不正确")
    filing = submission(db)
    ref = opened(db, filing)
    async with working(db, agencies):
        await until(lambda: tasks_of(db, ref.id)["service:immunisation_record"] == ("waiting", OUR_FAULT))
    view = seen(db, filing, ref.id)
    assert view.refused == ()
    with db.reading() as session:
        (fault,) = [each for each in open_faults(session, Principal(Role.ADMIN, "a1")) if each.fault.stream == ref.id]
    assert fault.fault.code == "not_taken_invalid_field"
