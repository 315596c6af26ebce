"""Examples of an operation tried on its maps: does what we ask become their message, and their answer what it must mean?"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, cast

from onething.catalog.models import Agency, City, Example, Operation
from onething.catalog.service import Finding, strange
from onething.exchange.base import Request
from onething.exchange.models import Call, Outcome
from onething.exchange.wire.formats import Unknown
from onething.exchange.wire.paths import look_up
from onething.exchange.wire.reply_interpretation import judge
from onething.exchange.wire.translation import Translation, TranslationError, translation_of

Where = tuple[str | int, ...]
_MEANS = {"ok": Outcome.OK, "not_found": Outcome.NOT_FOUND, "refused": Outcome.REFUSED}


def check_examples(city: City, agency: Agency, operation: Operation, at: Where) -> Iterator[Finding]:
    """Everything in which an operation's examples disagree with its maps."""
    if not operation.examples:
        return
    try:
        maps = translation_of(agency, operation)
    except ValueError:  # said of the format itself
        return
    for index, example in enumerate(operation.examples):
        here: Where = (*at, "examples", index)
        yield from _sent(operation, example, maps, here)
        yield from _meant(city, agency, operation, example, maps, here)


def _sent(operation: Operation, example: Example, maps: Translation, at: Where) -> Iterator[Finding]:
    takes = [name for name in operation.request.values() if not name.startswith("=")]
    asked = {name: plain(value) for name, value in example.with_.items()}
    for name in asked:
        if operation.request and name not in takes:
            yield strange((*at, "with", name), "参数", "parameter", name, takes)
    try:
        message = maps.to_theirs(asked)
    except TranslationError as error:
        yield Finding.fault((*at, "with", error.field), f"发不出去：{error}。", f"It cannot be sent: {error}.")
        return
    for path, value in _leaves(example.sends or {}):
        if not same(look_up(message, path), value):
            yield Finding.fault(
                (*at, "sends"), f"发出的“{path}”是“{look_up(message, path)}”，例子里是“{value}”。",
                f'"{path}" goes out as "{look_up(message, path)}"; the example says "{value}".',
            )  # fmt: skip


def _meant(
    city: City, agency: Agency, operation: Operation, example: Example, maps: Translation, at: Where
) -> Iterator[Finding]:
    body = plain(example.answer if example.answer is not None else {})
    if not isinstance(body, dict | list):
        yield Finding.fault((*at, "answer"), "应答要是对象或列表。", "An answer is an object or a list.")
        return
    asked = {name: plain(value) for name, value in example.with_.items()}
    call = Call(
        operation=f"{agency.id}.{operation.id}", params=asked, purpose="example", ground="example", key="example"
    )
    request = Request(agency, operation, asked, "example", 1.0, "example", call)
    reply = judge(example.status, cast("Any", body), maps, request)
    if reply.outcome is not _MEANS[example.outcome]:
        why = f"（{reply.reason}）" if reply.reason else ""
        yield Finding.fault(
            (*at, "answer"), f"这个应答读出来是 {reply.outcome}{why}，例子里是 {example.outcome}。",
            f"This answer is read as {reply.outcome}{f' ({reply.reason})' if reply.reason else ''}; the example says {example.outcome}.",
        )  # fmt: skip
        return
    if reply.outcome is Outcome.OK:
        yield from _given(city, operation, example, reply.data, at)


def _given(city: City, operation: Operation, example: Example, data: Mapping[str, Any], at: Where) -> Iterator[Finding]:
    for name, value in data.items():
        if isinstance(value, Unknown):
            yield Finding.fault(
                (*at, "answer"), f"“{name}”的值读不出来：{value.why}。", f'The value of "{name}" cannot be read: {value.why}.'
            )  # fmt: skip
    kind = city.evidence_type(operation.gives) if operation.gives else None
    for spec in kind.fields if kind else ():
        if spec.required and data.get(spec.id) is None:
            yield Finding.fault(
                (*at, "answer"), f"这个应答里没有必填的“{spec.id}”。", f'This answer lacks "{spec.id}", which is required.'
            )  # fmt: skip
    for name, value in (example.gives or {}).items():
        if name not in data:
            yield strange((*at, "gives", name), "读出的字段", "field that is read from it", name, data)
        elif not isinstance(data[name], Unknown) and not same(data[name], value):
            yield Finding.fault(
                (*at, "gives", name), f"“{name}”读出来是“{data[name]}”，例子里是“{value}”。",
                f'"{name}" is read as "{data[name]}"; the example says "{value}".',
            )  # fmt: skip


def _leaves(value: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Dotted path → value, of dotted and nested keys alike."""
    for name, inner in value.items():
        if isinstance(inner, dict):
            yield from _leaves(cast("dict[str, Any]", inner), f"{before}{name}.")
        else:
            yield f"{before}{name}", inner


def plain(value: Any) -> Any:
    """As it goes over the wire: YAML's days and moments are texts."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in cast("dict[str, Any]", value).items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in cast("list[Any]", value)]
    return value


def same(found: Any, wanted: Any) -> bool:
    """Equal as people write it: 30 and "30", 2026-11-01 as a day or a text; yes and no only as themselves."""
    found, wanted = plain(found), plain(wanted)
    if isinstance(found, dict) and isinstance(wanted, dict):
        mine, theirs = cast("dict[str, Any]", found), cast("dict[str, Any]", wanted)
        return mine.keys() == theirs.keys() and all(same(mine[name], theirs[name]) for name in mine)
    if isinstance(found, list) and isinstance(wanted, list):
        ours, others = cast("list[Any]", found), cast("list[Any]", wanted)
        return len(ours) == len(others) and all(map(same, ours, others))
    if isinstance(found, bool) or isinstance(wanted, bool) or found is None or wanted is None:
        return found is wanted
    return str(cast("object", found)) == str(cast("object", wanted))
