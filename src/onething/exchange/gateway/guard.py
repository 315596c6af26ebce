"""Checks an incoming message: from that member, complete, fresh, meant for us, and allowed. No I/O but the directory.

Order matters: nothing of a message is read before its signature holds, and a nonce is only used up by its owner.
"""

import heapq
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from onething.core import clock
from onething.exchange.directory import Directory
from onething.exchange.gateway.models import MessageError, Question, SignedReply, parse_question, parse_reply
from onething.exchange.gateway.signatures import (
    ALGORITHMS,
    ANSWER,
    QUESTION,
    HttpMessage,
    Parameters,
    SignatureError,
    content_digest,
    read,
    sign,
    verify,
)  # fmt: skip
from onething.trust.service import Signer

WINDOW = 60
"""Seconds that two clocks may differ, and that a message is good for."""
QUESTION_TAG, ANSWER_TAG = "onething-question", "onething-answer"
CONTENT_TYPE = "application/json"


class RefusedError(Exception):
    """A message that is not taken. `status` is the HTTP status; `code` is stable; nothing of the message is repeated."""

    def __init__(self, status: int, code: str, why: str = "") -> None:
        super().__init__(why or code)
        self.status, self.code = status, code


class Nonces:
    """Nonces seen, each kept until its message has expired anyway. Bounded: when full, nothing new is taken."""

    def __init__(self, most: int = 200_000, clock_: Callable[[], float] = time.time) -> None:
        self._seen: dict[tuple[str, str], float] = {}
        self._ends: list[tuple[float, tuple[str, str]]] = []
        self._most, self._clock = most, clock_

    def use(self, peer: str, nonce: str, until: float) -> bool:
        """False when it was used before. Raises `RefusedError(503)` when there is no room."""
        moment = self._clock()
        while self._ends and self._ends[0][0] < moment:
            self._seen.pop(heapq.heappop(self._ends)[1], None)
        key = (peer, nonce)
        if key in self._seen:
            return False
        if len(self._seen) >= self._most:
            raise RefusedError(503, "busy")
        self._seen[key] = until
        heapq.heappush(self._ends, (until, key))
        return True


def proof_of(headers: Mapping[str, str]) -> dict[str, str]:
    """What of a message is kept as evidence: with the body it can be verified again by anybody who has the public key."""
    return {
        "digest": headers.get("content-digest", ""),
        "input": headers.get("signature-input", ""),
        "signature": headers.get("signature", ""),
    }


def new_params(signer: Signer, covered: tuple[str, ...], tag: str, nonce: str) -> Parameters:
    created = int(clock.now().timestamp())
    return Parameters(covered, created, created + WINDOW, nonce, signer.key_id, ALGORITHMS[signer.algorithm], tag)


def seal_question(question: Question, signer: Signer, path: str) -> tuple[bytes, HttpMessage]:
    """Body and message of a question, signed."""
    body = question.encode()
    headers = {"content-type": CONTENT_TYPE, "content-digest": content_digest(body)}
    message = HttpMessage(headers, "POST", path)
    headers |= sign(message, signer, new_params(signer, QUESTION, QUESTION_TAG, question.nonce))
    return body, message


def seal_reply(reply: SignedReply, signer: Signer, question: HttpMessage) -> tuple[bytes, dict[str, str]]:
    """Body and headers of an answer, signed together with digest and signature of its question."""
    body = reply.encode()
    headers = {"content-type": CONTENT_TYPE, "content-digest": content_digest(body)}
    message = HttpMessage(headers, status=200, request=question)
    return body, headers | sign(message, signer, new_params(signer, ANSWER, ANSWER_TAG, reply.nonce))


class Guard:
    """One member's judgement of what reaches it."""

    def __init__(self, member: str, directory: Directory, nonces: Nonces | None = None) -> None:
        self.member, self.directory, self.nonces = member, directory, nonces or Nonces()

    def take_question(self, message: HttpMessage, body: bytes, peer: str) -> Question:
        """`peer` is who the TLS certificate says it is. Raises `RefusedError`."""
        params = self._signed(message, body, peer, QUESTION, QUESTION_TAG)
        try:
            question = parse_question(body)
        except MessageError as error:
            raise RefusedError(400, "message", str(error)) from None
        self._addressed(question, peer, params)
        if not self.nonces.use(peer, params.nonce, params.expires + WINDOW):
            raise RefusedError(409, "replayed")
        return question

    def take_reply(self, message: HttpMessage, body: bytes, question: Question) -> SignedReply:
        """The answer to our `question`. Raises `RefusedError`; then nothing of it is data."""
        params = self._signed(message, body, question.to, ANSWER, ANSWER_TAG)
        try:
            reply = parse_reply(body)
        except MessageError as error:
            raise RefusedError(400, "message", str(error)) from None
        self._addressed(reply, question.to, params)
        asked = message.request.headers["content-digest"] if message.request else ""
        if reply.nonce != question.nonce or reply.question != asked:
            raise RefusedError(409, "other_question")
        return reply

    def _signed(self, message: HttpMessage, body: bytes, peer: str, covered: tuple[str, ...], tag: str) -> Parameters:
        try:
            params, signature = read(message.headers, covered)
            created = datetime.fromtimestamp(params.created, UTC)
            verify(message, body, self.directory.verifier(peer, params.key_id, created), params, signature)
        except SignatureError as error:
            raise RefusedError(401, error.code, str(error)) from None
        except (OverflowError, OSError, ValueError):
            raise RefusedError(401, "malformed") from None
        moment = clock.now().timestamp()
        if params.tag != tag:
            raise RefusedError(401, "tag")
        if not params.created <= params.expires <= params.created + WINDOW:
            raise RefusedError(401, "lifetime")
        if params.created > moment + WINDOW or params.expires < moment - WINDOW:
            raise RefusedError(401, "clock")
        return params

    def _addressed(self, told: Question | SignedReply, peer: str, params: Parameters) -> None:
        if told.sender != peer or told.to != self.member:
            raise RefusedError(403, "addressee")
        if told.nonce != params.nonce or abs(told.moment.timestamp() - params.created) > 2:
            raise RefusedError(401, "inconsistent")
