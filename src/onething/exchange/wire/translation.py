"""An operation's two maps, made ready once: our parameters → their fields, their answer → our fields."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from onething.catalog.models import Agency, Operation
from onething.core.persons.numbers import says_paper
from onething.exchange.wire.conditions import Condition, parse_condition
from onething.exchange.wire.formats import NOTHING, Format, FormatError, Unknown, parse_format
from onething.exchange.wire.paths import look_up, put


class TranslationError(ValueError):
    """A value has no place on the other side. `field` is ours; the value itself is never repeated."""

    def __init__(self, field_name: str, why: str) -> None:
        super().__init__(f"{field_name} {why}")
        self.field = field_name


@dataclass(frozen=True, slots=True)
class Translation:
    """Both directions of one operation, and the conditions under which an answer is good or empty."""

    request: Mapping[str, str]
    response: Mapping[str, str]
    formats: Mapping[str, Format] = field(default_factory=dict[str, Format])
    ok: Condition | None = None
    not_found: Condition | None = None

    def to_theirs(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of their request. A right side `=text` is a constant; absent parameters are left out."""
        body: dict[str, Any] = {}
        pairs = self.request or {name: name for name in params}
        for theirs, ours in pairs.items():
            if ours.startswith("="):
                put(body, theirs, ours[1:])
                continue
            value = params.get(ours)
            if value is None or value == "":
                continue
            form = self.formats.get(ours, NOTHING)
            try:
                if self.request and form.paper is None and says_paper(value):
                    raise FormatError("has no place for the kind of paper")
                write(body, theirs, form, value)
            except FormatError as error:
                raise TranslationError(ours, str(error)) from None
        return body

    def to_ours(self, body: Any) -> dict[str, Any]:
        """Our fields from their answer; absent and empty ones are left out. What does not fit its format is `Unknown`: whether it
        can be done without is for `evidence_checks` to say."""
        pairs = self.response
        if not pairs and isinstance(body, dict):
            names = cast("dict[str, Any]", body)
            pairs = {name: name for name in names}
        data: dict[str, Any] = {}
        for ours, path in pairs.items():
            value = look_up(body, path)
            if value is None or value == "":
                continue
            form = self.formats.get(ours, NOTHING)
            try:
                told = read(body, path, form)
            except FormatError as error:
                told = Unknown(f"{error}{_code_of(form.text, value)}")
            if told is not None:
                data[ours] = told
        return data


def write(body: dict[str, Any], path: str, form: Format, value: Any, *, answering: bool = False) -> None:
    """Put our value where it stands in a message of theirs, a person's number with what stands beside it. Raises `FormatError`."""
    if form.paper is None:
        put(body, path, form.to_theirs(value))
        return
    try:
        number, beside = form.paper.spread(value, answering=answering)
    except ValueError as error:
        raise FormatError(f"does not fit {form.text}: {error}") from None
    put(body, path, number)
    for name, told in beside.items():
        put(body, _next_to(path, name), told)


def read(body: Any, path: str, form: Format, *, answering: bool = True) -> Any:
    """Our value from a message of theirs, None where there is none. Raises `FormatError`."""
    value = look_up(body, path)
    if value is None or value == "":
        return None
    if form.paper is None:
        return form.to_ours(value)
    names = [each.called(answering=answering) for each in (form.paper.kind, form.paper.country) if each is not None]
    try:
        return form.paper.gathered(
            value, {name: look_up(body, _next_to(path, name)) for name in names}, answering=answering
        )
    except (ValueError, KeyError):
        raise FormatError(f"does not fit {form.text}") from None


def _next_to(path: str, name: str) -> str:
    """The path of a field of the same object."""
    front, _, _ = path.rpartition(".")
    return f"{front}.{name}" if front else name


def _code_of(form: str, value: Any) -> str:
    """The code that is in no list, for the operator who has to add it; of other formats nothing is told."""
    plain = str(value)
    return f": {plain}" if "codes:" in form and len(plain) <= 12 and plain.isalnum() else ""


def translation_of(agency: Agency, operation: Operation) -> Translation:
    """Make the maps of one operation ready; raises ValueError naming the field whose format cannot be read."""
    codes = {code_map.id: code_map.values for code_map in agency.codes}
    formats: dict[str, Format] = {}
    for name, text in operation.formats.items():
        try:
            formats[name] = parse_format(text, codes)
        except ValueError as error:
            raise ValueError(f"{agency.id}.{operation.id}: format of {name}: {error}") from None
    gateway = agency.gateway
    return Translation(
        operation.request,
        operation.response,
        formats,
        parse_condition(gateway.ok) if gateway.ok else None,
        parse_condition(gateway.not_found) if gateway.not_found else None,
    )
