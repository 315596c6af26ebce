"""What happens to regulations and clauses, to the benefits of a company, and to suggestions."""

from dataclasses import dataclass
from typing import Any

from onething.core.events import STREAM, Concerns, EventData, ObjectType, Withheld, declare

_AGENCY = Concerns("agency", ObjectType.AGENCY, "in charge")
_AWARD = Concerns("award", ObjectType.AWARD, "is about")
_COMPANY = Concerns(STREAM, ObjectType.COMPANY, "happened to", prefix="company:")
_SUGGESTION = Concerns(STREAM, ObjectType.SUGGESTION, "happened to", prefix="suggestion:")
_SUGGESTED_BY = Concerns("subject_id", ObjectType.COMPANY, "suggested by")


# -- regulations and clauses


@declare(
    "policy.document_added", zh="收入了一部法规的文本", en="The text of a regulation was kept",
    concerns=(Concerns(STREAM, ObjectType.REGULATION, "happened to", prefix="policy:"),),
)  # fmt: skip
class PolicyDocumentAdded(EventData):
    eli: str
    """European Legislation Identifier of this version of the regulation."""
    articles: int
    """How many articles were read."""


@declare(
    "policy.clause_live", zh="一条政策条款经批准生效", en="A version of a policy clause was approved",
    concerns=(Concerns(STREAM, ObjectType.CLAUSE_VERSION, "happened to", prefix="policy-clause:"),),
)  # fmt: skip
class PolicyClauseLive(EventData):
    version: int
    """Number of the version, counted from 1 for each clause."""
    document: str
    """ELI of the version of the regulation that it stands on."""


# -- benefits


@dataclass(frozen=True, slots=True, kw_only=True)
class BenefitEvent(EventData):
    """Of one award of one company; the stream is `company:` and the company's id."""

    CONCERNS = (_COMPANY, _AWARD, Concerns("clause", ObjectType.POLICY_CLAUSE, "rests on"), _AGENCY)

    subject_id: Withheld[str]
    """Opaque id of the company, which is told."""
    award: str
    """Opaque id of the award, or of the first of its instalments."""
    clause: str
    """Id of the policy clause."""
    agency: str
    """Id of the agency that answers for it."""
    fen: int
    """The amount in fen (1/100 yuan): of the whole benefit when it is promised, else of what the event is about."""
    benefit_zh: str
    """The benefit's public name in Chinese."""
    benefit_en: str
    """The same in English."""
    amount: Withheld[str]
    """The amount in yuan as it is written in the message."""
    path: Withheld[str]
    """The page that the message leads to."""


@declare(
    "benefit.found",
    zh="企业符合一项政策，款项已预留",
    en="A company is entitled to a benefit, and its money is set aside",
)
class BenefitFound(BenefitEvent):
    pass


@declare(
    "benefit.sent",
    zh="企业已同意即时拨付，符合一项政策，款项正在付出",
    en="A company is entitled to a benefit and is paid at once, as it agreed beforehand",
)
class BenefitSent(BenefitEvent):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingConsent(EventData):
    """Of one company; the stream is `company:` and its id."""

    CONCERNS = (_COMPANY,)

    clause: str
    """Id of the clause that is accepted beforehand, or `*` for all that bind to nothing."""


@declare(
    "benefit.standing_given",
    zh="企业同意今后即时拨付",
    en="A company accepts beforehand: it is paid at once from now on",
)
class StandingConsentGiven(StandingConsent):
    pass


@declare("benefit.standing_ended", zh="企业不再即时拨付", en="A company wants its time to object again")
class StandingConsentEnded(StandingConsent):
    pass


@declare(
    "benefit.offered",
    zh="企业可享一项政策，等企业确认",
    en="A company may have a benefit and is asked whether it agrees",
)
class BenefitOffered(BenefitEvent):
    pass


@declare(
    "benefit.no_account",
    zh="企业没有收款账户，款项等着",
    en="A benefit waits because the company has no account on record",
)
class BenefitNoAccount(BenefitEvent):
    pass


@declare("benefit.no_budget", zh="本期资金已用完，按先后等着", en="A benefit waits because its budget is used up")
class BenefitNoBudget(BenefitEvent):
    pass


@declare("benefit.supplement", zh="数据更正后少付的补付", en="After a correction, what was paid too little is added")
class BenefitSupplement(BenefitEvent):
    pass


@declare(
    "benefit.withdrawn", zh="不再符合条件，没有拨付", en="A benefit is not paid because a condition no longer holds"
)
class BenefitWithdrawn(BenefitEvent):
    pass


@declare("benefit.objected", zh="企业提出意见，暂不拨付", en="The company objected, and the benefit is not paid")
class BenefitObjected(BenefitEvent):
    pass


@declare("benefit.paid", zh="款项已到账", en="A benefit was paid")
class BenefitPaid(BenefitEvent):
    pass


@declare("benefit.failed", zh="款项没有付成", en="A benefit could not be paid")
class BenefitFailed(BenefitEvent):
    pass


@declare("benefit.recovering", zh="多付的款项开始追回", en="What was paid too much is claimed back")
class BenefitRecovering(BenefitEvent):
    pass


@declare("benefit.recovered", zh="应退的款项已收到", en="What was claimed back has arrived")
class BenefitRecovered(BenefitEvent):
    pass


@declare(
    "benefit.overpaid", zh="数据更正后发现多付，等工作人员判断", en="After a correction too much was paid; an officer has to judge",
    concerns=(_COMPANY, _AWARD, _AGENCY),
)  # fmt: skip
class BenefitOverpaid(EventData):
    award: str
    """Opaque id of the award."""
    agency: str
    """Id of the agency that answers for it."""
    over: int
    """What was paid too much, in fen (1/100 yuan)."""


# -- suggestions


@declare("feedback.suggested", zh="有人提出政策建议", en="Somebody made a suggestion", concerns=(_SUGGESTION, _AGENCY))
class FeedbackSuggested(EventData):
    target: str
    """Id of the clause, or the page, that it is about."""
    agency: str
    """Id of the agency that has to answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackEvent(EventData):
    CONCERNS = (_SUGGESTION, _SUGGESTED_BY, _AGENCY)

    subject_id: str
    """Opaque id of whoever suggested, who is told."""
    path: Withheld[str]
    """The page that the message leads to."""
    agency: str
    """Id of the agency that answers."""


@declare("feedback.answered", zh="部门答复了一条建议", en="An agency answered a suggestion")
class FeedbackAnswered(FeedbackEvent):
    pass


@declare("feedback.linked", zh="一条建议写进了条款的新版本", en="A version of a clause came of a suggestion")
class FeedbackLinked(FeedbackEvent):
    version: str
    """The clause and its version, `clause@number`."""


def _from_is_a_word_of_python(data: dict[str, Any]) -> dict[str, Any]:
    data["from_agency"] = data.pop("from")
    return data


@declare(
    "feedback.passed_on", zh="一条建议转给了另一个部门", en="A suggestion was handed to another agency",
    concerns=(_SUGGESTION, _AGENCY, Concerns("from_agency", ObjectType.AGENCY, "handed over by")),
    version=2, upcasts=(_from_is_a_word_of_python,),
)  # fmt: skip
class FeedbackPassedOn(EventData):
    from_agency: str
    """Id of the agency that had it; `from` in version 1."""
    agency: str
    """Id of the agency that has to answer from now on."""


EVENTS = (
    PolicyDocumentAdded, PolicyClauseLive,
    BenefitFound, BenefitSent, StandingConsentGiven, StandingConsentEnded, BenefitOffered, BenefitNoAccount, BenefitNoBudget, BenefitSupplement, BenefitWithdrawn, BenefitObjected,
    BenefitPaid, BenefitFailed, BenefitRecovering, BenefitRecovered, BenefitOverpaid,
    FeedbackSuggested, FeedbackAnswered, FeedbackLinked, FeedbackPassedOn,
)  # fmt: skip
