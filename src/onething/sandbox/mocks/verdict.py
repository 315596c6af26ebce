"""Compares how a filing went with what its author expects. Pure."""

from collections.abc import Iterator
from typing import Any

from onething.catalog.models import Expected, SandboxFiling
from onething.core.i18n import LANGS, Text
from onething.sandbox.mocks.desk import plain, same, worked_out
from onething.sandbox.mocks.filer import Went


def faults_of(filing: SandboxFiling, went: Went) -> list[Text]:
    """Everything in which it went otherwise; [] when all is as expected."""
    return [*went.stuck, *_compared(filing.expect, went)]


def _compared(expect: Expected, went: Went) -> Iterator[Text]:
    if went.outcome != expect.outcome and not went.stuck:
        zh, en = ("；".join(each.get(lang) for each in went.reasons[:3]) for lang in LANGS)
        yield Text(
            zh=f"结果是 {went.outcome}，应为 {expect.outcome}。{f'（{zh}）' if zh else ''}",
            en=f"It ended as {went.outcome}, and {expect.outcome} is expected.{f' ({en})' if en else ''}",
        )
    for service, status in expect.services.items():
        found = went.services.get(service, "skipped")  # not part of the plan
        if found != status:
            yield Text(
                zh=f"事项“{service}”是 {found}，应为 {status}。",
                en=f'"{service}" is {found}, and {status} is expected.',
            )
    for name, told in expect.facts.items():
        value = worked_out(told)
        slot, _, spec = name.partition(".")
        found_value = went.facts.get(slot, {}).get(spec)
        if not _alike(found_value, value):
            yield Text(
                zh=f"“{name}”是“{_shown(found_value)}”，应为“{_shown(value)}”。",
                en=f'"{name}" is "{_shown(found_value)}", and "{_shown(value)}" is expected.',
            )
    if expect.asked is not None:
        yield from _asked(set(expect.asked), set(went.asked))
    read = [*went.messages, *(each.get(lang) for each in went.reasons for lang in LANGS)]
    for words in expect.says:
        if not any(words in text for text in read):
            yield Text(zh=f"她没有读到“{words}”。", en=f'She reads "{words}" nowhere.')


def _asked(expected: set[str], found: set[str]) -> Iterator[Text]:
    for name in sorted(found - expected):
        yield Text(zh=f"多问了“{name}”。", en=f'"{name}" was asked, and should not be.')
    for name in sorted(expected - found):
        yield Text(zh=f"没有问“{name}”。", en=f'"{name}" was not asked.')


def _alike(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, list):
        return plain(found) == plain(wanted)
    return same(found, wanted)


def _shown(value: Any) -> str:
    return "—" if value is None else str(plain(value))
