"""What an agency's answer says, whatever wire it came over: good, no such record, refused, in its own words."""

import re
from typing import Any

from onething.core.logs import mask
from onething.exchange.base import Reply, Request
from onething.exchange.models import DONE_BEFORE, Outcome
from onething.exchange.wire.formats import Unknown
from onething.exchange.wire.paths import look_up
from onething.exchange.wire.translation import Translation

_NOT_UNDERSTOOD = {401, 405, 406, 411, 413, 414, 415, 431}
_REASONS = ("message", "msg", "reason", "detail", "error", "errmsg")
_CODES = ("code", "errcode", "error_code", "status")


def judge(status: int, body: Any, translation: Translation, request: Request) -> Reply:
    """The reply that a body in the agency's names and its HTTP status (200 where the wire has none) amount to."""
    gateway = request.agency.gateway
    if translation.not_found is not None and translation.not_found.holds(body, status):
        return Reply(
            Outcome.NOT_FOUND, reason=_their_reason(body, gateway.reason), code=_their_code(body, gateway.code)
        )
    if status in {404, 410} and translation.not_found is None and request.operation.kind == "query":
        return Reply(Outcome.NOT_FOUND, code=f"http_{status}")
    good = translation.ok.holds(body, status) if translation.ok is not None else True
    if status >= 400 or not good:
        code = _their_code(body, gateway.code) or f"http_{status}"
        if (
            code in request.operation.already
            and (before := _done_before(body, translation, set(request.operation.response))) is not None
        ):
            return before
        reason = _their_reason(body, gateway.reason)
        if status in _NOT_UNDERSTOOD or (status >= 400 and not reason and code == f"http_{status}"):
            # They did not take the question: a wrong address, key or form is ours. Who refuses says so.
            return Reply(Outcome.FAULT, reason=reason or f"HTTP {status}", code=f"http_{status}")
        if status < 400 and not reason and code == f"http_{status}":
            return Reply(Outcome.NONSENSE, reason="says neither yes nor why not", code="unclear")
        return Reply(Outcome.REFUSED, reason=reason, code=code)
    return Reply(Outcome.OK, data=translation.to_ours(body))


def _done_before(body: Any, translation: Translation, whole: set[str]) -> Reply | None:
    """The result of what was done before, where the answer brings all of it: a case that was lost here was not lost there."""
    data = translation.to_ours(body)
    if any(isinstance(value, Unknown) for value in data.values()):
        return None
    return Reply(Outcome.OK, data=data, code=DONE_BEFORE) if whole and whole == set(data) else None


def _their_reason(body: Any, path: str) -> str:
    """Their words for people, where the catalog says or else under a usual name; masked and bounded."""
    if path:
        words = look_up(body, path)
        return mask(str(words).strip()[:300]) if words is not None else ""
    for place in (body, look_up(body, "error"), look_up(body, "result"), look_up(body, "data")):
        for name in _REASONS:
            words = look_up(place, name)
            if isinstance(words, str) and words.strip():
                return mask(words.strip()[:300])
    return ""


def _their_code(body: Any, path: str) -> str:
    if path:
        return _plain_code(look_up(body, path))
    for place in (body, look_up(body, "error"), look_up(body, "result")):
        for name in _CODES:
            code = look_up(place, name)
            if isinstance(code, str | int):
                return _plain_code(code)
    return ""


def _plain_code(code: Any) -> str:
    if isinstance(code, bool) or not isinstance(code, str | int):
        return ""
    return re.sub(r"[^\w.\-]", "", mask(str(code)))[:40]
