"""The states of a payment order, from the promise to the bank's booking and what may come back; what a bank says of one."""

from enum import StrEnum

from onething.core.i18n import Text
from onething.core.states import declare


class OrderState(StrEnum):
    RESERVED = "reserved"
    SENDING = "sending"
    ACCEPTED = "accepted"
    SETTLED = "settled"
    REJECTED = "rejected"
    RETURNED = "returned"
    CANCELLED = "cancelled"
    RECOVERING = "recovering"
    RECOVERED = "recovered"


class BankStatus(StrEnum):
    """What a bank says of one instruction; `unknown`: it has never seen it."""

    BOOKED = "booked"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


_BANK = {
    OrderState.ACCEPTED: "The bank has taken it; it is asked again until it has booked it.",
    OrderState.SETTLED: "The bank says so, or its statement does.",
    OrderState.REJECTED: "The bank refuses it, or it never saw it and the payee's data was erased meanwhile.",
}
_PAID_AFTER_ALL = "A statement shows that the bank paid an earlier attempt that it had refused; a person confirms it."
_GIVEN_UP = {
    OrderState.RESERVED: "Whoever ordered it names another account; it is sent anew under the next attempt.",
    OrderState.CANCELLED: "Whoever ordered it calls it off.",
}

ORDER = declare(
    OrderState,
    name="payment order",
    column="pay_order.state",
    about="A payment that is promised, sent once and booked by the bank. Each step moves the money in the books in the same transaction.",
    meanings={
        OrderState.RESERVED: Text(zh="款项已留出，等到付款日", en="Money is set aside; waits for its day"),
        OrderState.SENDING: Text(
            zh="正在送往银行；银行答复前，可能已收到也可能没有",
            en="Claimed by a sender; until the bank has answered it may or may not have the order",
        ),
        OrderState.ACCEPTED: Text(zh="银行已受理，尚未入账", en="The bank has taken it and not yet booked it"),
        OrderState.SETTLED: Text(zh="银行已入账", en="The bank has booked it"),
        OrderState.REJECTED: Text(
            zh="银行拒绝；款项仍留着，等换账户或取消",
            en="The bank refused; the money is still set aside, a person or a new account decides what happens",
        ),
        OrderState.RETURNED: Text(
            zh="入账后被收款行退回；款项重新留出",
            en="Booked, then sent back by the payee's bank; the money is set aside again",
        ),
        OrderState.CANCELLED: Text(
            zh="发出前取消；款项已释放", en="Called off before it was sent; the money is free again"
        ),
        OrderState.RECOVERING: Text(
            zh="付错，正在追回", en="Paid wrongly, wholly or in part; claimed back from the payee"
        ),
        OrderState.RECOVERED: Text(zh="应追回的已全部追回", en="All that was claimed is paid back"),
    },
    initial={OrderState.RESERVED},
    final={OrderState.SETTLED, OrderState.CANCELLED, OrderState.RECOVERED},
    moves={
        OrderState.RESERVED: {
            OrderState.SENDING: "Its day has come and a sender claims it.",
            OrderState.REJECTED: "Its day has come and the payee's data was erased: nobody can say any more whom it pays.",
            OrderState.CANCELLED: "Whoever ordered it calls it off.",
            OrderState.SETTLED: _PAID_AFTER_ALL,
        },
        OrderState.SENDING: {
            OrderState.SENDING: "No answer came in time: another sender asks the bank about it.",
            **_BANK,
        },
        OrderState.ACCEPTED: {**_BANK},
        OrderState.SETTLED: {
            OrderState.RETURNED: "A statement shows that the payee's bank sent it back.",
            OrderState.RECOVERING: "Whoever ordered it claims it back.",
        },
        OrderState.REJECTED: {**_GIVEN_UP, OrderState.SETTLED: _PAID_AFTER_ALL},
        OrderState.RETURNED: {**_GIVEN_UP},
        OrderState.RECOVERING: {OrderState.RECOVERED: "Statements show that all that was claimed came back."},
        OrderState.RECOVERED: {OrderState.RECOVERED: "More came back than was claimed; the surplus goes to suspense."},
    },
)


class SuspenseState(StrEnum):
    OPEN = "open"
    RESOLVED = "resolved"


SUSPENSE = declare(
    SuspenseState,
    name="line in suspense",
    column="pay_suspense.state",
    about="A line of a bank statement that nothing explained. Its owner finds out what it was and says so, once.",
    meanings={
        SuspenseState.OPEN: Text(zh="待查：还没有人说明这笔款项", en="Nobody has explained it yet"),
        SuspenseState.RESOLVED: Text(zh="已查明并已入账", en="Explained, and booked accordingly"),
    },
    initial={SuspenseState.OPEN},
    final={SuspenseState.RESOLVED},
    moves={
        SuspenseState.OPEN: {
            SuspenseState.RESOLVED: "Its owner says what it was; the books are put right in the same transaction."
        }
    },
)
UNDER_WAY = (OrderState.RESERVED, OrderState.SENDING, OrderState.ACCEPTED)
"""A sender has something to do about these when they are due."""
UNFINISHED = (*UNDER_WAY, OrderState.REJECTED, OrderState.RETURNED, OrderState.RECOVERING)
"""Money is set aside, under way, or claimed."""
