"""The states of a certificate: its standing, how far its proof has come, and requests of agencies that fetch it by contract."""

from enum import StrEnum

from onething.core.i18n import Text
from onething.core.states import declare


class Status(StrEnum):
    ISSUED = "issued"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"


_ENDED = {
    Status.REVOKED: "Its agency revokes it, or the service that gave it was taken back.",
    Status.SUPERSEDED: "Its agency issues another in its place.",
}

STANDING = declare(
    Status,
    name="credential standing",
    column="credential.status",
    about="Whether a certificate is in force, as its agency says; the contract is told as soon as the certificate is anchored.",
    meanings={
        Status.ISSUED: Text(zh="有效", en="In force"),
        Status.SUSPENDED: Text(zh="暂停", en="Suspended"),
        Status.REVOKED: Text(zh="已撤销", en="Revoked"),
        Status.SUPERSEDED: Text(zh="已换发", en="Another one stands in its place"),
    },
    initial={Status.ISSUED},
    final={Status.REVOKED, Status.SUPERSEDED},
    moves={
        Status.ISSUED: {Status.SUSPENDED: "Its agency suspends it.", **_ENDED},
        Status.SUSPENDED: {Status.ISSUED: "Its agency puts it back in force.", **_ENDED},
    },
)


_SEEN_TWICE = "Another process saw the same a moment before."


class Stage(StrEnum):
    NEW = "new"
    SIGNED = "signed"
    LOGGED = "logged"
    ANCHORED = "anchored"
    REFUSED = "refused"
    ERASED = "erased"


PROOF = declare(
    Stage,
    name="credential proof",
    column="credential.stage",
    about="How far the proof of a certificate has come; it is valid all the while.",
    meanings={
        Stage.NEW: Text(zh="待签名", en="Accepted with the task that gave it; not signed yet"),
        Stage.SIGNED: Text(zh="已签名", en="Signed by its agency"),
        Stage.LOGGED: Text(zh="已入透明日志", en="In the transparency log"),
        Stage.ANCHORED: Text(zh="已上链", en="Checkpoint and status are confirmed in the contract"),
        Stage.REFUSED: Text(zh="合约拒收", en="The contract will not take it; an operator must look"),
        Stage.ERASED: Text(zh="签名前已删除个人数据", en="Its holder was erased before it could be signed"),
    },
    initial={Stage.NEW},
    final={Stage.ANCHORED, Stage.REFUSED, Stage.ERASED},
    moves={
        Stage.NEW: {
            Stage.SIGNED: "A round signs it with its agency's key, or its first reader has it signed.",
            Stage.ERASED: "A round finds that its holder was erased.",
        },
        Stage.SIGNED: {Stage.LOGGED: "A round appended its digest to the log and has a cosigned proof."},
        Stage.LOGGED: {
            Stage.ANCHORED: "The call that issues it lies in the chain.",
            Stage.REFUSED: "The contract refuses it alone, after it refused the batch.",
        },
        Stage.ANCHORED: {Stage.ANCHORED: _SEEN_TWICE},
        Stage.REFUSED: {Stage.REFUSED: _SEEN_TWICE},
    },
)


PROVEN = PROOF.final
"""Nothing more is done about its proof."""


class RequestStep(StrEnum):
    WANTED = "wanted"
    ASKED = "asked"
    ANSWERED = "answered"
    VERIFIED = "verified"
    WRONG = "wrong"


OPEN_REQUESTS = (RequestStep.WANTED, RequestStep.ASKED, RequestStep.ANSWERED)
_REACHED = {
    RequestStep.WANTED: "The call is through and the contract knows nothing of it: it is asked anew.",
    RequestStep.ASKED: "The call is through and the contract says that it is asked.",
    RequestStep.ANSWERED: "The call is through and the contract says that the holder answered.",
    RequestStep.VERIFIED: "The call is through and the contract found both digests equal.",
    RequestStep.WRONG: "The contract found that the digests differ, or refused the call.",
}

REQUEST = declare(
    RequestStep,
    name="certificate request",
    column="credential_request.step",
    about="An agency fetches a certificate through the contract. Whenever a call of ours is through, the contract says how far it is.",
    meanings={
        RequestStep.WANTED: Text(zh="等证照上链后请求", en="Asked for as soon as the certificate is anchored"),
        RequestStep.ASKED: Text(zh="已请求", en="The asker's call lies in the contract"),
        RequestStep.ANSWERED: Text(zh="持有方已答复", en="The holder answered with the certificate's digest"),
        RequestStep.VERIFIED: Text(zh="核对一致", en="The asker showed the digest of what it received: the same"),
        RequestStep.WRONG: Text(
            zh="核对不一致", en="What was received is not the certificate, or the contract will not"
        ),
    },
    initial={RequestStep.WANTED},
    final={RequestStep.VERIFIED, RequestStep.WRONG},
    moves={
        **dict.fromkeys(OPEN_REQUESTS, _REACHED),
        RequestStep.VERIFIED: {RequestStep.VERIFIED: _SEEN_TWICE},
        RequestStep.WRONG: {RequestStep.WRONG: _SEEN_TWICE},
    },
)
