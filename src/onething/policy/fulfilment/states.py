"""The states of a benefit that a company is given without applying (免申即享)."""

from enum import StrEnum

from onething.core.i18n import Text
from onething.core.states import declare


class AwardState(StrEnum):
    ASKED = "asked"
    NOTICED = "noticed"
    WAITING = "waiting"
    SCHEDULED = "scheduled"
    ORDERED = "ordered"
    PAID = "paid"
    FAILED = "failed"
    OBJECTED = "objected"
    LAPSED = "lapsed"
    DISPLACED = "displaced"
    OVERPAID = "overpaid"
    RECOVERING = "recovering"
    RECOVERED = "recovered"


UNPAID = frozenset({AwardState.ASKED, AwardState.NOTICED, AwardState.WAITING, AwardState.SCHEDULED, AwardState.FAILED})
"""May still change with the facts."""
HELD = frozenset({AwardState.NOTICED, AwardState.SCHEDULED})
"""Money is set aside for it in an order that is not released."""
GIVEN = frozenset({AwardState.ORDERED, AwardState.PAID, AwardState.OVERPAID, AwardState.RECOVERING, AwardState.RECOVERED})  # fmt: skip
CLOSED = frozenset({AwardState.LAPSED, AwardState.DISPLACED})
"""May begin anew when the facts change back."""
RIPENING = (AwardState.NOTICED, AwardState.SCHEDULED, AwardState.ASKED)
"""Something happens to these when their day has come."""

_ENDED = {
    AwardState.OBJECTED: "The company objects.",
    AwardState.LAPSED: "The facts do not give it any more, or give another amount and it begins anew, or figures were corrected.",
    AwardState.DISPLACED: "Another benefit of the same group is higher.",
}
_PROMISED = {
    AwardState.NOTICED: "Money is set aside and the company told.",
    AwardState.SCHEDULED: "Money is set aside for a later instalment, and the company told.",
    AwardState.WAITING: "There is no account to pay into, or the purse does not hold it.",
}
_PAYMENT_FAILED = {AwardState.FAILED: "The bank refuses the payment, or sends it back."}
_ANEW = {
    AwardState.WAITING: "The first instalment begins anew with other figures, and with it every one that has not been given.",
    AwardState.ASKED: "It begins anew and needs the company's consent.",
}

AWARD = declare(
    AwardState,
    name="benefit award",
    column="policy_award.state",
    about="One benefit, or one instalment of it, for one company.",
    meanings={
        AwardState.ASKED: Text(zh="等企业同意", en="Needs the company's consent; one tap gives it"),
        AwardState.NOTICED: Text(
            zh="已告知，无异议则自动发放", en="Told “you will receive …”; paid by itself when the time to object is over"
        ),
        AwardState.WAITING: Text(zh="暂缓：缺账户或缺预算", en="Cannot go on: its code says for want of what"),
        AwardState.SCHEDULED: Text(
            zh="后续分期，款项已留出", en="A later instalment, set aside; its own condition is looked at on its day"
        ),
        AwardState.ORDERED: Text(zh="已交付支付", en="Handed over to payments"),
        AwardState.PAID: Text(zh="已发放", en="Booked by the bank"),
        AwardState.FAILED: Text(zh="发放失败", en="The bank refused the account, or the payment came back"),
        AwardState.OBJECTED: Text(zh="企业不要或认为有误", en="The company does not want it, or says that it is wrong"),
        AwardState.LAPSED: Text(zh="已失效", en="No longer due before it was paid, or not accepted in time"),
        AwardState.DISPLACED: Text(zh="就高不重复，已被替代", en="Another benefit of the same group is higher"),
        AwardState.OVERPAID: Text(
            zh="多发，待决定是否追回",
            en="A correction of the figures shows that it was too much; an officer decides on claiming it back",
        ),
        AwardState.RECOVERING: Text(zh="追回中", en="Claimed back"),
        AwardState.RECOVERED: Text(zh="已追回", en="Wholly paid back"),
    },
    initial={AwardState.WAITING, AwardState.ASKED},
    final={
        AwardState.PAID, AwardState.OBJECTED, AwardState.LAPSED, AwardState.DISPLACED, AwardState.RECOVERED,
    },
    moves={
        AwardState.ASKED: {**_ENDED, **_PROMISED, AwardState.LAPSED: "Not accepted in time, or the facts do not give it any more."},
        AwardState.WAITING: {
            **_ENDED, **_PROMISED, AwardState.ASKED: "It begins anew and needs the company's consent.",
        },
        AwardState.NOTICED: {**_ENDED, AwardState.ORDERED: "The time to object is over."},
        AwardState.SCHEDULED: {
            **_ENDED,
            AwardState.ORDERED: "Its day has come and its condition holds.",
            AwardState.LAPSED: "Its day has come and its condition does not hold, or the facts do not give it any more.",
        },
        AwardState.ORDERED: {**_PAYMENT_FAILED, AwardState.PAID: "The bank booked it."},
        AwardState.FAILED: {**_ENDED, **_ANEW, AwardState.ORDERED: "The company names another account."},
        AwardState.PAID: {
            **_PAYMENT_FAILED,
            AwardState.OVERPAID: "Corrected figures show that it was too much.",
            AwardState.RECOVERING: "An officer claims back what was too much, from the last payment to the first.",
        },
        AwardState.OVERPAID: {
            AwardState.RECOVERING: "An officer claims it back.",
            AwardState.PAID: "An officer leaves it, or claims back other instalments.",
        },
        AwardState.RECOVERING: {AwardState.RECOVERED: "All that was claimed came back."},
        AwardState.OBJECTED: {**_PROMISED, AwardState.ASKED: "It begins anew and needs the company's consent."},
        AwardState.LAPSED: _ANEW,
        AwardState.DISPLACED: _ANEW,
    },
)  # fmt: skip
