"""What the exchange knows of a package: formats, adapters, conditions on answers, paths, robots' scripts. A part of `catalog check`."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from onething.catalog.models import Agency, City, FieldSpec, Operation
from onething.catalog.service import Finding, strange
from onething.exchange.contrib.robot.script import ScriptError, load_script
from onething.exchange.example_check import check_examples
from onething.exchange.mock_check import check_mocks
from onething.exchange.registry import adapter_names
from onething.exchange.wire.conditions import ConditionError, parse_condition
from onething.exchange.wire.formats import FORMAT_NAMES, parse_format

Where = tuple[str | int, ...]
_OVER_HTTP = {"rest", "soap", "robot", "gateway", "change_feed"}
_STEPS = re.compile(r"[^.\s]+(\.[^.\s]+)*")
_FITS = {
    "date": {"date", "text"}, "datetime": {"datetime", "date", "text"}, "fen": {"money", "number"}, "int": {"number", "text", "money"},
    "number": {"number", "money"}, "bool": {"bool"}, "rows": {"rows"}, "codes": {"code", "text"},
}  # fmt: skip
"""Format → types of fields that can hold what it gives."""


def check(city: City, root: Path) -> Iterator[Finding]:
    """Everything that would fail when an agency of this package is first asked."""
    adapters = adapter_names()
    for index, agency in enumerate(city.agencies):
        at: Where = ("agencies", index)
        if agency.gateway.adapter not in adapters:
            yield strange((*at, "gateway", "adapter"), "接入方式", "adapter", agency.gateway.adapter, adapters)
        yield from _gateway(agency, (*at, "gateway"))
        yield from check_mocks(city, agency)
        yield from _script(agency, root, (*at, "gateway", "options"))
        for number, operation in enumerate(agency.operations):
            yield from _operation(city, agency, operation, (*at, "operations", number))
            yield from check_examples(city, agency, operation, (*at, "operations", number))


def _gateway(agency: Agency, at: Where) -> Iterator[Finding]:
    gateway = agency.gateway
    if gateway.adapter in _OVER_HTTP and not re.match(r"https?://\S", gateway.url):
        yield Finding.fault(
            (*at, "url"),
            f"“{gateway.url}”不是网址：要以 https:// 或 http:// 开头。",
            f'"{gateway.url}" is no web address: it begins with https:// or http://.',
        )
    for part in ("ok", "not_found"):
        text = getattr(gateway, part)
        try:
            if text:
                parse_condition(text)
        except ConditionError as error:
            yield Finding.fault(
                (*at, part),
                f"读不懂这个判断“{text}”，请写成 code == 0 这样。",
                f"This test cannot be understood ({error}); write it like `code == 0`.",
            )
    for part in ("code", "reason"):
        yield from _path(getattr(gateway, part), (*at, part))
    place, _, name = gateway.idempotency.partition(":")
    if place not in ("header", "body", "none") or (place == "body" and not name):
        yield strange(
            (*at, "idempotency"),
            "防重写法",
            "way to send the key",
            gateway.idempotency,
            ["header:Idempotency-Key", "body:FIELD", "none"],
        )


def _path(text: str, at: Where) -> Iterator[Finding]:
    if text and not _STEPS.fullmatch(text):
        yield Finding.fault(
            at,
            f"读不懂路径“{text}”：各级用一个点隔开，如 data.list.0.xm。",
            f'The path "{text}" cannot be understood: steps are parted by one dot, such as data.list.0.xm.',
        )


def _operation(city: City, agency: Agency, operation: Operation, at: Where) -> Iterator[Finding]:
    codes = {each.id: each.values for each in agency.codes}
    kind = city.evidence_type(operation.gives) if operation.gives else None
    for theirs in operation.request:
        yield from _path(theirs, (*at, "request", theirs))
    for name, path in operation.response.items():
        yield from _path(path, (*at, "response", name))
    for name, text in operation.formats.items():
        here = (*at, "formats", name)
        steps = [step.strip().partition(":") for step in text.split("|")]
        bad = [word for word, _, _ in steps if word not in FORMAT_NAMES]
        if bad:
            yield strange(here, "格式", "format", bad[0], FORMAT_NAMES)
            continue
        try:
            parse_format(text, codes)
        except ValueError as error:
            if not any(word == "codes" for word, _, _ in steps):  # an unknown list of codes is the catalog's to tell
                yield Finding.fault(here, f"格式“{text}”写得不对：{error}。", f'The format "{text}" is wrong: {error}.')
            continue
        yield from _pattern(steps, text, here)
        spec = kind.field(name) if kind and name in operation.response else None
        if spec is not None:
            yield from _fits(spec, steps[-1], here)


def _pattern(steps: list[tuple[str, str, str]], text: str, at: Where) -> Iterator[Finding]:
    for word, _, argument in steps:
        if word in ("date", "datetime") and argument:
            try:
                datetime.strptime(datetime(2026, 11, 30, 8, 45).strftime(argument), argument)  # noqa: DTZ001, DTZ007 - no moment is meant
            except ValueError:
                yield Finding.fault(
                    at,
                    f"日期写法“{text}”不对，应像 date:%Y%m%d。",
                    f'The pattern of days in "{text}" is wrong; write it like date:%Y%m%d.',
                )


def _fits(spec: FieldSpec, last: tuple[str, str, str], at: Where) -> Iterator[Finding]:
    """What the last step gives can stand in the field; rows have its columns."""
    word, _, argument = last
    wanted = _FITS.get(word)
    if wanted is not None and spec.type not in wanted:
        yield Finding.fault(
            at,
            f"格式“{word}”给出的值放不进“{spec.id}”（类型 {spec.type}）。",
            f'What the format "{word}" gives does not fit "{spec.id}" (of type {spec.type}).',
        )
    elif word == "rows":
        columns = [column.id for column in spec.fields]
        for pair in argument.split(","):
            name = pair.partition("=")[0].strip()
            if name not in columns:
                yield strange(at, f"“{spec.id}”的列", f'column of "{spec.id}"', name, columns)


def _script(agency: Agency, root: Path, at: Where) -> Iterator[Finding]:
    """A robot's script loads, and has a procedure for every operation."""
    if agency.gateway.adapter != "robot":
        return
    name = agency.gateway.options.get("script", "")
    try:
        script = load_script(root / name) if name else None
    except (ScriptError, OSError) as error:
        yield Finding.fault(
            (*at, "script"),
            f"机器人脚本不能用：{error}",
            f"The robot's script cannot be used: {error}",
            file=name if (root / name).is_file() else "",
        )
        return
    if script is None:
        yield Finding.fault(
            at, "机器人接入要写脚本(options.script)。", "The robot adapter wants its script (`options.script`)."
        )
        return
    for number, operation in enumerate(agency.operations):
        if operation.path not in script.procedures:
            place: Where = (*at[:2], "operations", number, "path")
            yield strange(
                place, "脚本里的步骤(procedures)", "procedure of the script", operation.path, script.procedures
            )
