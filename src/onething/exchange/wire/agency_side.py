"""An operation from the agency's side: what our request says in our words, and the answers that we would understand.

The catalog's two maps, read the other way round, for agencies that are mocked. Pure.
"""

from collections.abc import Mapping
from typing import Any, cast

from onething.catalog.models import Agency, Operation
from onething.exchange.wire.conditions import STATUS, terms_of
from onething.exchange.wire.formats import NOTHING
from onething.exchange.wire.paths import look_up, put
from onething.exchange.wire.translation import read, translation_of, write

Told = tuple[int, Any]
"""HTTP status and body."""


class CannotBeToldError(ValueError):
    """There is no answer of this kind that we would understand; says which condition of the gateway stands in the way."""


class AgencySide:
    """One operation as its agency sees it. Raises ValueError where the operation's formats cannot be read."""

    def __init__(self, agency: Agency, operation: Operation) -> None:
        self._gateway, self._operation = agency.gateway, operation
        self._maps = translation_of(agency, operation)

    def means(self, body: Any) -> bool:
        """Whether a request is one for this operation: the constants that it always sends are there."""
        fixed = ((theirs, ours[1:]) for theirs, ours in self._operation.request.items() if ours.startswith("="))
        return all(str(look_up(body, theirs)) == constant for theirs, constant in fixed)

    def asked(self, body: Any) -> dict[str, Any]:
        """The parameters of a request in our words; absent ones are left out. Raises ValueError for one that does not fit its format."""
        pairs = self._operation.request
        if not pairs and isinstance(body, dict):
            return dict(cast("dict[str, Any]", body))
        found = {
            ours: read(body, theirs, self._maps.formats.get(ours, NOTHING), answering=False)
            for theirs, ours in pairs.items()
            if not ours.startswith("=")
        }
        return {ours: value for ours, value in found.items() if value not in (None, "")}

    def said(self, name: str, value: Any) -> Any:
        """A value of a field written by the agency and read again; None where it has no way to write it."""
        form = self._maps.formats.get(name, NOTHING)
        try:
            message: dict[str, Any] = {}
            write(message, name, form, value, answering=True)
            return read(message, name, form)
        except ValueError:
            return None

    def good(self, data: Mapping[str, Any]) -> Told:
        """An answer that gives `data`. Raises ValueError for a value that does not fit its format, `CannotBeToldError`."""
        body: dict[str, Any] = {}
        pairs = self._operation.response or {name: name for name in data}
        for ours, path in pairs.items():
            if data.get(ours) is not None:
                write(body, path, self._maps.formats.get(ours, NOTHING), data[ours], answering=True)
        status = _holding(body, self._gateway.ok)
        if self._maps.ok is not None and not self._maps.ok.holds(body, status):
            raise CannotBeToldError(self._gateway.ok)
        if self._maps.not_found is not None and self._maps.not_found.holds(body, status):
            raise CannotBeToldError(self._gateway.not_found)
        return status, body

    def unknown(self) -> Told:
        """There is no such record."""
        body: dict[str, Any] = {}
        if not self._gateway.not_found:
            return 404, body
        status = _holding(body, self._gateway.not_found)
        return status, body

    def refusal(self, code: str, reason: str, before: Mapping[str, Any] | None = None) -> Told:
        """No, in their words. `before`: the result of the first time, where the order was carried out before."""
        body: dict[str, Any] = {}
        for ours, path in self._operation.response.items() if before is not None else ():
            if before is not None and before.get(ours) is not None:
                write(body, path, self._maps.formats.get(ours, NOTHING), before[ours], answering=True)
        put(body, self._gateway.code or "code", code)
        put(body, self._gateway.reason or "message", reason)
        return (200 if self._gateway.ok else 409), body


def _holding(body: dict[str, Any], condition: str) -> int:
    """Fill in what makes the first alternative of a condition hold; gives the HTTP status that it wants."""
    status = 200
    for term in terms_of(condition)[0] if condition else ():
        if term.operator == "!=":
            if term.values == (None,) and look_up(body, term.path) is None:
                put(body, term.path, {})
        elif term.path == STATUS:
            status = int(term.values[0])
        elif term.values and not term.holds(body, status):
            put(body, term.path, term.values[0])
    return status
