"""All checks of some groups, side by side, under one time budget; and one check again from its trace."""

import hashlib
import re
import time
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import date
from functools import lru_cache
from typing import Any, cast

from onething.catalog.models import Check, City, FromRegistry, LifeEvent
from onething.catalog.service import spec_of
from onething.core.i18n import LANGS, Text, texts_of
from onething.core.logs import get_logger
from onething.planning.service import evaluate, holds, resolve_params
from onething.review.checking.models import CheckResult
from onething.review.checking.registry import Given, find_component
from onething.rules.service import compile_expression

say = texts_of(__name__)

Reserved = Mapping[str, Sequence[str]]
_log = get_logger(__name__)
_BETWEEN = {"zh": "、", "en": ", "}
_PLACE = re.compile(r"\{([^{}]+)\}")
_THREADS = 8


@lru_cache(maxsize=1)
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_THREADS, thread_name_prefix="check")


def run_checks(
    city: City, event: LifeEvent, facts: Mapping[str, Mapping[str, Any]], day: date, groups: Collection[str] | None = None,
    reserved: Reserved | None = None, patience: float = 0.0, unasked: Collection[str] = (),
) -> list[CheckResult]:  # fmt: skip
    """Every check of the event (or of `groups`), in the order of their numbers. `reserved`: fact → values that other
    cases have taken and no register shows yet. `unasked`: slots (or `slot.field`) of which nobody has answered yet: a check that reads
    one of them is pending, and says neither that something was found nor that it was not.

    What its component has not found within the event's `check_seconds` and `patience` seconds more is referred, as is
    what cannot be told. A person who waits at a page has no patience to spend; a case that is being carried out has.
    """
    chosen = [c for c in event.checks if groups is None or c.group in groups]
    deadline = time.monotonic() + event.check_seconds + patience
    results: dict[str, CheckResult] = {}
    waiting: dict[str, Future[CheckResult]] = {}
    for check in chosen:
        if wants := sorted(each for each in unasked if _reads(check, each)):
            results[check.id] = _pending(city, event, check, facts, day, wants)
        elif check.find is not None:
            waiting[check.id] = _pool().submit(_one, city, check, facts, day, reserved or {})
        else:
            results[check.id] = _one(city, check, facts, day, {})
    wait(waiting.values(), timeout=max(0.0, deadline - time.monotonic()))
    for check in chosen:
        future = waiting.get(check.id)
        if future is not None:
            results[check.id] = future.result() if future.done() else _unable(check, "time", future)
    return [results[check.id] for check in sorted(chosen, key=lambda c: c.number)]


def _open_name(city: City, event: LifeEvent, name: str) -> Text:
    slot_id, _, field = name.partition(".")
    spec = spec_of(city, event, slot_id, field) if field else None
    if spec is not None:
        return spec.name
    slot = event.slot(slot_id)
    return city.slot_label(slot) if slot is not None else Text.same(slot_id)


def slots_read(check: Check) -> frozenset[str]:
    """Slots without which the check cannot judge."""
    return frozenset(name.partition(".")[0] for name in _judged_by(check)) - {"found"}


def _judged_by(check: Check) -> frozenset[str]:
    texts = [check.refuse_when, check.refer_when, check.note_when, *(check.find.with_.values() if check.find else ())]
    return frozenset(name for text in texts if text for name in _names_of(text))


def _reads(check: Check, open_: str) -> bool:
    """Whether a check needs an open slot, or an open field (`slot.field`), also to tell whether it applies."""
    if "." not in open_:
        return open_ in slots_read(check)
    return _in(open_, _judged_by(check) | (_names_of(check.when) if check.when else frozenset[str]()))


def _in(field: str, names: Collection[str]) -> bool:
    """Whether one of `names` is the field, its whole slot, or a part of it."""
    return any(name in (field, field.partition(".")[0]) or name.startswith(f"{field}.") for name in names)


def _pending(
    city: City, event: LifeEvent, check: Check, facts: Mapping[str, Any], day: date, wants: Sequence[str]
) -> CheckResult:
    """Nobody has answered yet about what it judges by: an agency, or whoever files."""
    open_yet = check.when is not None and any("." in each and _in(each, _names_of(check.when)) for each in wants)
    if not open_yet and holds(check.when, facts, day) is False:
        return _one_not_needed(check, facts)
    held = [each for each in wants if _held_by_an_agency(event, each)]
    hers = [each for each in wants if each not in held]
    told = [say("not_asked", names=_open_names(city, event, held))] if held else []
    told += [say("not_entered", names=_open_names(city, event, hers))] if hers else []
    words = Text(zh="".join(each.zh for each in told), en=" ".join(each.en for each in told))
    return _waits(check, words, say("not_had", names=_open_names(city, event, wants)))


def _open_names(city: City, event: LifeEvent, wants: Sequence[str]) -> Text:
    return Text.joined(_open_name(city, event, each) for each in wants)


def _held_by_an_agency(event: LifeEvent, slot_id: str) -> bool:
    slot = event.slot(slot_id)  # None of a field: only she fills fields one by one
    return slot is not None and any(isinstance(source, FromRegistry) for source in slot.sources)


def _waits(
    check: Check, words: Text, ask: Text, fired: str = "unasked", values: Mapping[str, Any] | None = None
) -> CheckResult:
    """`words` for who files, who may wait for it; `ask` for an officer, before whom it comes when it will not come."""
    ground = f"《{check.ground.title}》{check.ground.article}"
    return CheckResult(
        check.id, check.number, check.group, check.name, "pending", ground, words, None, ask, fired,
        values=dict(values or {}), place=check.field,
    )  # fmt: skip


def _one_not_needed(check: Check, facts: Mapping[str, Any]) -> CheckResult:
    return _result(check, "not_needed", time.perf_counter(), {}, {}, _read(check, facts, ("when",)), "when")


def _one(city: City, check: Check, facts: Mapping[str, Any], day: date, reserved: Reserved) -> CheckResult:
    begun = time.perf_counter()
    if holds(check.when, facts, day) is False:
        return _one_not_needed(check, facts)
    inputs: dict[str, Any] = {}
    found: dict[str, Any] = {}
    others: dict[str, list[str]] = {}
    if check.find is not None:
        inputs = resolve_params(check.find.with_, facts, day)
        others = {name: list(reserved.get(fact, ())) for name, fact in check.find.reserved.items()}
        try:
            found = find_component(check.find.component)(Given(city, inputs | others, check.find.options))
        except Exception:  # noqa: BLE001 - whatever breaks in a component, an officer looks; nothing is decided by it
            _log.exception("a check could not be carried out", check=check.id)
            return _unable(check, "component", None)
    inputs |= {name: _sealed(values) for name, values in others.items()}
    return judge(check, inputs, found, _read(check, facts), day, begun)


def _sealed(values: list[str]) -> dict[str, Any]:
    """Thousands of other companies' names do not belong into one company's trace: how many they were, and their digest."""
    return {"values": len(values), "sha256": hashlib.sha256("\n".join(sorted(values)).encode()).hexdigest()}


def judge(
    check: Check, inputs: dict[str, Any], found: dict[str, Any], values: Mapping[str, Any], day: date, begun: float | None = None
) -> CheckResult:  # fmt: skip
    """The outcome from what was found and the facts that were read: the part that replays."""
    scope: dict[str, Any] = {**_nested(values), "found": found}
    begun = time.perf_counter() if begun is None else begun
    told = dict(values)
    refuse = holds(check.refuse_when, scope, day) if check.refuse_when else False
    if refuse:
        return _result(check, "refuse", begun, inputs, found, told, "refuse_when", scope, day)
    refer = holds(check.refer_when, scope, day) if check.refer_when else False
    if refuse is None or refer is not False:
        fired = "refuse_when unknown" if refuse is None else "refer_when" if refer else "refer_when unknown"
        return _result(check, "refer", begun, inputs, found, told, fired, scope, day)
    if check.pending_when and holds(check.pending_when, scope, day):
        return _waits(check, say("not_yet"), say("not_done"), "pending_when", told)
    if check.note_when and holds(check.note_when, scope, day):
        return _result(check, "note", begun, inputs, found, told, "note_when", scope, day)
    return _result(check, "pass", begun, inputs, found, told, "", scope, day)


def replay(check: Check, stored: Mapping[str, Any], day: date) -> CheckResult:
    """A stored trace judged again by the same version of the check."""
    if stored["fired"] in ("time", "component"):
        return _unable(check, stored["fired"], None)
    if stored["fired"] == "unasked":
        return _waits(check, Text(**stored["what"]), Text(**stored["ask"]))
    if stored["outcome"] == "not_needed":
        scope = _nested(stored["values"])
        if holds(check.when, scope, day) is False:
            return _result(check, "not_needed", time.perf_counter(), {}, {}, dict(stored["values"]), "when")
    return judge(check, dict(stored["inputs"]), dict(stored["found"]), stored["values"], day)


def _read(check: Check, facts: Mapping[str, Any], parts: Sequence[str] = ()) -> dict[str, Any]:
    """`slot.field` → value of every fact the check's conditions and words read."""
    values: dict[str, Any] = {}
    for name in sorted(_names(check, tuple(parts))):
        slot, _, field = name.partition(".")
        field = field.partition(".")[0]
        known = cast("Mapping[str, Any] | None", facts.get(slot))
        if slot != "found" and known is not None and known.get(field) is not None:
            values[f"{slot}.{field}"] = known[field]
    return values


@lru_cache(maxsize=2000)
def _names_of(text: str) -> frozenset[str]:
    return compile_expression(text).names


def _names(check: Check, parts: tuple[str, ...]) -> set[str]:
    texts = [
        getattr(check, part) for part in parts or ("when", "refuse_when", "refer_when", "pending_when", "note_when")
    ]
    if not parts:
        words = [check.text, check.mend, *([check.ask] if check.ask else [])]
        texts += [place for each in words for place in _PLACE.findall(each.zh + each.en)]
    return {name for text in texts if text for name in _names_of(text)}


def _nested(values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    out: dict[str, dict[str, Any]] = {}
    for name, value in values.items():
        slot, _, field = name.partition(".")
        out.setdefault(slot, {})[field] = value
    return out


def _result(
    check: Check, outcome: Any, begun: float, inputs: dict[str, Any], found: dict[str, Any], values: dict[str, Any],
    fired: str, scope: Mapping[str, Any] | None = None, day: date | None = None,
) -> CheckResult:  # fmt: skip
    said = scope is not None and day is not None and outcome in ("refuse", "refer", "note")
    filled = {
        part: _fill(words, scope, day) for part in ("text", "mend", "ask") if said and (words := getattr(check, part))
    }
    ground = f"《{check.ground.title}》{check.ground.article}"
    return CheckResult(
        check.id, check.number, check.group, check.name, outcome, ground, filled.get("text"), filled.get("mend"),
        filled.get("ask") or filled.get("text"), fired, inputs, found, values, (time.perf_counter() - begun) * 1000, check.field,
    )  # fmt: skip


def _unable(check: Check, why: str, future: "Future[CheckResult] | None") -> CheckResult:
    if future is not None:
        future.cancel()
    ground = f"《{check.ground.title}》{check.ground.article}"
    late = say("late")
    return CheckResult(check.id, check.number, check.group, check.name, "refer", ground, late, None, late, why)


def _fill(text: Text, scope: Mapping[str, Any] | None, day: date | None) -> Text:
    def words(source: str, unknown: str, between: str) -> str:
        def put(match: re.Match[str]) -> str:
            value = evaluate(match[1], scope or {}, day or date.today())  # noqa: DTZ011 - only without a day, never in use
            return unknown if value is None else _plain(value, between)

        return _PLACE.sub(put, source)

    return Text(**{lang: words(text.get(lang), say.say(lang, "unknown"), _BETWEEN[lang]) for lang in LANGS})


def _plain(value: Any, between: str) -> str:
    """A list as each language writes it."""
    if isinstance(value, list):
        return between.join(_plain(each, between) for each in cast("list[Any]", value))
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return str(value)
