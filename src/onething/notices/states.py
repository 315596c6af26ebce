"""The states of a message in the outbox."""

from enum import StrEnum

from onething.core.i18n import Text
from onething.core.states import declare


class State(StrEnum):
    DUE = "due"
    SENT = "sent"
    FAILED = "failed"
    NOT_CONFIGURED = "not_configured"
    UNWANTED = "unwanted"


_AGAIN = {
    State.DUE: "An operator has such messages sent once more; one that went out never is (`onething notices send --again`)."
}

NOTICE = declare(
    State,
    name="notice",
    column="notice.state",
    about="One message to one person on one channel.",
    meanings={
        State.DUE: Text(zh="等待发送", en="Waits for its first or next attempt"),
        State.SENT: Text(zh="已发出", en="The carrier has taken it over (portal: it is there to be read)"),
        State.FAILED: Text(zh="发送失败，不再重试", en="Given up; its code says why"),
        State.NOT_CONFIGURED: Text(zh="本系统没有短信通道", en="This installation has no carrier"),
        State.UNWANTED: Text(
            zh="没有手机号，或本人不要短信", en="The person has no phone on record or wants no SMS any more"
        ),
    },
    initial={State.DUE, State.SENT},
    final={State.SENT, State.FAILED, State.NOT_CONFIGURED, State.UNWANTED},
    moves={
        State.DUE: {
            State.DUE: "The attempt failed and another will be made.",
            State.SENT: "The carrier took it over.",
            State.FAILED: "The carrier says that trying again is useless, or the attempts are used up.",
            State.NOT_CONFIGURED: "There is no carrier.",
            State.UNWANTED: "At the moment of sending there is nobody to send it to.",
        },
        State.FAILED: _AGAIN,
        State.NOT_CONFIGURED: _AGAIN,
        State.UNWANTED: _AGAIN,
    },
)
