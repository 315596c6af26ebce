"""The states of a call to a contract, from the queue into the chain."""

from enum import StrEnum

from onething.core.i18n import Text
from onething.core.states import declare


class TxStatus(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


_REORGANISED = {TxStatus.SENT: "The chain was reorganised and has lost it: the same bytes are followed again."}

TRANSACTION = declare(
    TxStatus,
    name="chain transaction",
    column="chain_transaction.status",
    about="A call of one of our contracts by one account, made once under its key.",
    meanings={
        TxStatus.QUEUED: Text(zh="排队等待上链", en="Waits to be signed and sent"),
        TxStatus.SENT: Text(
            zh="已签名并送出；签名原文留存，重发仍是同一笔",
            en="Signed and handed to a node; the signed bytes are kept, so sending again is the same transaction",
        ),
        TxStatus.CONFIRMED: Text(zh="已上链并有足够确认", en="In a block deep enough below the head"),
        TxStatus.REFUSED: Text(
            zh="合约拒绝，原因留存", en="The contract reverted it, or would have; the reason is kept"
        ),
    },
    initial={TxStatus.QUEUED},
    final={TxStatus.CONFIRMED, TxStatus.REFUSED},
    moves={
        TxStatus.QUEUED: {
            TxStatus.SENT: "A sender that holds the account's lease signs it and hands it to a node.",
            TxStatus.REFUSED: "The contract refuses it in rehearsal.",
        },
        TxStatus.SENT: {
            TxStatus.CONFIRMED: "Its block lies deep enough and the call succeeded.",
            TxStatus.REFUSED: "Its block lies deep enough and the contract had reverted it.",
            TxStatus.QUEUED: "The chain has used its nonce for something else: it is signed anew.",
        },
        TxStatus.CONFIRMED: _REORGANISED,
        TxStatus.REFUSED: _REORGANISED,
    },
)
OPEN = (TxStatus.QUEUED.value, TxStatus.SENT.value)
"""As stored: a sender still has something to do about these."""
