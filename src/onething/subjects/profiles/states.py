"""The states of a company's dispute of a value in its profile."""

from enum import StrEnum

from onething.core.i18n import Text
from onething.core.states import declare


class DisputeState(StrEnum):
    OPEN = "open"
    CORRECTED = "corrected"
    UPHELD = "upheld"


_ANSWERS = {
    DisputeState.CORRECTED: "The agency that the value came from says that the company is right.",
    DisputeState.UPHELD: "The agency that the value came from stays by it.",
}

DISPUTE = declare(
    DisputeState,
    name="profile dispute",
    column="profile_dispute.state",
    about="A company says that a value about it is wrong. The agency answers once.",
    meanings={
        DisputeState.OPEN: Text(zh="待答复", en="The agency has to answer"),
        DisputeState.CORRECTED: Text(zh="已更正", en="Corrected; the new value arrives as a report of its own"),
        DisputeState.UPHELD: Text(zh="核对无误", en="Looked at and left as it is"),
    },
    initial={DisputeState.OPEN},
    final={DisputeState.CORRECTED, DisputeState.UPHELD},
    moves={DisputeState.OPEN: _ANSWERS},
)
