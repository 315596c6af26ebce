"""The states of an order that waits for its agency."""

from enum import StrEnum

from onething.core.i18n import Text
from onething.core.states import declare


class ForwardState(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    EXPIRED = "expired"


FORWARD = declare(
    ForwardState,
    name="forwarded order",
    column="exchange_forward.state",
    about="An order for an agency that is away, kept until it is back.",
    meanings={
        ForwardState.WAITING: Text(zh="等对方系统恢复", en="Waits for its turn, or for the agency to come back"),
        ForwardState.DONE: Text(zh="对方已答复", en="The agency answered; the outcome says what"),
        ForwardState.EXPIRED: Text(
            zh="已过期", en="Its time was over, or its person was erased, before it could be sent"
        ),
    },
    initial={ForwardState.WAITING},
    final={ForwardState.DONE, ForwardState.EXPIRED},
    moves={
        ForwardState.WAITING: {
            ForwardState.DONE: "The agency answered, whatever it said.",
            ForwardState.EXPIRED: "Its time was over, or its person's data was erased.",
        },
    },
)
