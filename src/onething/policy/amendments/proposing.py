"""Next versions of what rests on an amended article. A proposal is text for an official; nothing changes by itself.

The old version keeps judging what was filed under it: it ends the day before the new law is in force, and the new one
begins that day.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import yaml

from onething.policy.amendments.models import Amendment, Change, Cited, Proposal
from onething.policy.amendments.numbers import Pair, numbers_changed
from onething.policy.amendments.revising import EXPRESSIONS, new_citation, with_numbers
from onething.rules.service import FeelError, compile_expression, numbers_in

_KINDS = frozenset({"rule", "check", "clause"})


def propose(folder: Path | None, amendment: Amendment, in_force: date | None, own: Mapping[str, Any]) -> Iterator[Proposal]:  # fmt: skip
    """Proposals for everything under `folder` that the amendment touches, each once; `own` are clauses by id as plain data."""
    seen: set[tuple[str, str, str, str]] = set()
    for change, cited in amendment.cited:
        for place in cited:
            content = {"clauses": [own[place.name]]} if not place.file else _content(folder, place)
            for each in _for_one(content, amendment.changes, change, place, in_force):
                key = (each.target or each.cited.file, each.cited.name, each.why, each.old)
                if key not in seen:
                    seen.add(key)
                    yield each


def _content(folder: Path | None, cited: Cited) -> Any:
    return yaml.safe_load((folder / cited.file).read_text(encoding="utf-8")) if folder else {}


def _for_one(content: Any, changes: Sequence[Change], change: Change, cited: Cited, in_force: date | None) -> Iterator[Proposal]:  # fmt: skip
    until = str(in_force - timedelta(days=1)) if in_force else ""
    begin, target = str(in_force or ""), target_of(content, cited)
    if change.fate == "repealed":
        yield Proposal(cited, "repealed", "", "", "", until, begin, target=target)
        return
    article = new_citation(cited.article, changes)
    pairs = numbers_changed(change) if change.matters else []
    told = False
    for name, text in expressions_of(content, cited) if cited.kind in _KINDS else []:
        new = with_numbers(text, pairs)
        if new != text:
            told = True
            tests = tuple(boundary_tests(text, new, pairs))
            yield Proposal(cited, f"numbers:{name}", text, new, article, until, begin, tests, target)
    if not told:
        why = "moved" if change.fate == "moved" else "words"
        yield Proposal(cited, why, "", "", article, until, begin, target=target)


def target_of(content: Any, cited: Cited) -> str:
    """What a new version can be drafted of: `clause:<id>`, `check:<file>#<id>`, `rule:<file>#<ruleset>`; empty for texts."""
    steps = re.findall(r"[^.\[\]]+|\[\d+\]", cited.path)
    try:
        if cited.kind == "clause" and steps[0] == "clauses":
            return f"clause:{content['clauses'][int(steps[1][1:-1])]['id']}"
        if cited.kind == "check":
            return f"check:{cited.file}#{cited.name}"
        if cited.kind == "rule" and steps[0] == "rulesets":
            return f"rule:{cited.file}#{content['rulesets'][int(steps[1][1:-1])]['id']}"
        if cited.kind == "rule" and steps[0] == "parameters":
            return f"rule:{cited.file}#*{steps[1]}"
    except (KeyError, IndexError, TypeError, ValueError):
        pass
    return ""


def expressions_of(content: Any, cited: Cited) -> list[tuple[str, str]]:
    """The expressions of the thing whose ground this is; of a clause all that it decides and pays by."""
    holder: Any = content
    for step in re.findall(r"[^.\[\]]+|\[\d+\]", cited.path):
        if step in ("ground", "grounds", "place"):
            break
        holder = holder[int(step[1:-1])] if step.startswith("[") else holder[step]
    if not isinstance(holder, dict):
        return []
    node = cast("dict[str, Any]", holder)
    return list(_all(node, "")) if "ruleset" in node else [(n, str(node[n])) for n in sorted(EXPRESSIONS) if isinstance(node.get(n), str | int | float)]  # fmt: skip


def _all(value: Any, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for each in cast("list[Any]", value):
            yield from _all(each, name)
    elif isinstance(value, dict):
        node = cast("dict[str, Any]", value)
        own = str(node.get("id", name))
        for key, each in node.items():
            if key in EXPRESSIONS and isinstance(each, str | int | float):
                yield f"{own}.{key}" if own else key, str(each)
            else:
                yield from _all(each, own)


def boundary_tests(old: str, new: str, pairs: Sequence[Pair]) -> Iterator[dict[str, str]]:
    """At each limit, old and new: what both versions say when the one fact they read has that value."""
    try:
        before, after = compile_expression(old), compile_expression(new)
    except FeelError:
        return
    names = sorted(before.names)
    if len(names) != 1 or set(after.names) != set(names):
        return
    limits = {value for pair in pairs for value in pair[:2]} & (set(numbers_in(old)) | set(numbers_in(new)))
    for value in sorted({edge for limit in limits for edge in (limit - 1, limit, limit + 1)}):
        facts = _nested(names[0], value)
        yield {
            "fact": names[0],
            "value": f"{value:f}",
            "before": str(before.evaluate(facts)),
            "after": str(after.evaluate(facts)),
        }


def _nested(name: str, value: Decimal) -> dict[str, Any]:
    facts: Any = value
    for part in reversed(name.split(".")):
        facts = {part: facts}
    return facts
