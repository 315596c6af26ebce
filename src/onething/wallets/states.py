"""The states of an offer to a wallet, and of a question to one."""

from enum import StrEnum

from onething.core.i18n import Text
from onething.core.states import declare


class OfferState(StrEnum):
    OPEN = "open"
    TAKEN = "taken"
    FETCHED = "fetched"
    ENDED = "ended"


class QuestionState(StrEnum):
    WAITING = "waiting"
    ANSWERED = "answered"
    REFUSED = "refused"


OFFER = declare(
    OfferState,
    name="offer to a wallet",
    column="wallet_offer.state",
    about="A certificate that its holder wants on her phone, as a code on her screen.",
    meanings={
        OfferState.OPEN: Text(zh="等待手机领取", en="Waits for a phone to take it"),
        OfferState.TAKEN: Text(zh="手机已扫码，正在领取", en="A phone has given the code in and may fetch once"),
        OfferState.FETCHED: Text(zh="已放进手机", en="On the phone"),
        OfferState.ENDED: Text(zh="已作废", en="Given up after too many wrong numbers"),
    },
    initial={OfferState.OPEN},
    final={OfferState.FETCHED, OfferState.ENDED, OfferState.OPEN, OfferState.TAKEN},
    moves={
        OfferState.OPEN: {
            OfferState.OPEN: "A wrong number was typed, and there are tries left.",
            OfferState.TAKEN: "The wallet gives code and number in.",
            OfferState.ENDED: "A wrong number was typed too often.",
        },
        OfferState.TAKEN: {OfferState.FETCHED: "The wallet proves its key and is given the certificate."},
    },
)
QUESTION = declare(
    QuestionState,
    name="question to a wallet",
    column="wallet_question.state",
    about="Somebody asks to be shown fields of a certificate from a phone.",
    meanings={
        QuestionState.WAITING: Text(zh="等待对方出示", en="Waits to be answered"),
        QuestionState.ANSWERED: Text(zh="对方已出示", en="The phone has answered"),
        QuestionState.REFUSED: Text(zh="对方没有出示", en="The holder declined, or has nothing of the kind"),
    },
    initial={QuestionState.WAITING},
    final={QuestionState.ANSWERED, QuestionState.REFUSED, QuestionState.WAITING},
    moves={
        QuestionState.WAITING: {
            QuestionState.ANSWERED: "The wallet posts its answer, whatever the check finds.",
            QuestionState.REFUSED: "The wallet posts an error.",
        }
    },
)
