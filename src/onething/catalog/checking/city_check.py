"""The check of what a city says of itself: its code, its calendar, its remedies, addresses of web pages anywhere."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

from pydantic import BaseModel

from onething.catalog.checking.findings import Finding, Where
from onething.catalog.checking.known_names import twice
from onething.catalog.models import City
from onething.core.identifiers import InvalidIdentifierError, parse_uscc

_DIVISION = re.compile(r"\d{6}")
_WEB = re.compile(r"https?://\S+")
_GB = re.compile(r"[A-T]?\d{0,4}")


def check_city(city: City) -> Iterator[Finding]:
    """What the city itself says, and ids that are used twice in any list of the package."""
    yield from (replace(each, fatal=False) for each in _repeated(city, ()))
    if not _DIVISION.fullmatch(city.division):
        yield Finding.fault(
            ("division",), "行政区划代码是六位数字（GB/T 2260）。", "A division's code has six digits (GB/T 2260)."
        )
    for day in sorted(city.holidays & city.workdays):
        yield Finding.fault(
            ("workdays",), f"{day} 既是放假日又是上班日。", f"{day} is both a holiday and a working day."
        )
    for day in sorted(city.workdays):
        if day.weekday() < 5:
            yield Finding.fault(
                ("workdays",),
                f"{day} 本来就是工作日；这里只写调休上班的周末。",
                f"{day} is a weekday; only weekends that are worked stand here.",
            )
    for index, agency in enumerate(city.agencies):
        yield from _uscc(agency.uscc, ("agencies", index, "uscc"))
    for index, partner in enumerate(city.partners):
        yield from _uscc(partner.uscc, ("partners", index, "uscc"))
        yield from web(partner.url, ("partners", index, "url"))
        for place, url in enumerate(partner.return_to):
            yield from web(url, ("partners", index, "return_to", place))
    for number, book in enumerate(city.trade_books):
        for kind, items in (("phrases", book.phrases), ("trades", book.trades)):
            for index, item in enumerate(items):
                if not _GB.fullmatch(item.gb):
                    yield Finding.fault(
                        ("trade_books", number, kind, index, "gb"), f"“{item.gb}”不是国民经济行业代码（GB/T 4754），如 I6190。",
                        f'"{item.gb}" is no code of GB/T 4754, such as I6190.',
                    )  # fmt: skip


def _repeated(value: Any, at: Where) -> Iterator[Finding]:
    """In every list of the package, things that share their id."""
    if isinstance(value, tuple):
        items = cast("tuple[Any, ...]", value)
        yield from twice([((*at, index), str(each.id)) for index, each in enumerate(items) if getattr(each, "id", "")])
        for index, each in enumerate(items):
            if isinstance(each, BaseModel):
                yield from _repeated(each, (*at, index))
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _repeated(getattr(value, name), (*at, name))


def web(url: str, at: Where) -> Iterator[Finding]:
    """An address of a page, where one is given."""
    if url and not _WEB.fullmatch(url):
        yield Finding.fault(
            at,
            f"“{url}”不是网址：要以 https:// 或 http:// 开头。",
            f'"{url}" is no web address: it begins with https:// or http://.',
        )


def _uscc(number: str, at: Where) -> Iterator[Finding]:
    if number:
        try:
            parse_uscc(number)
        except InvalidIdentifierError:
            yield Finding.fault(
                at,
                f"统一社会信用代码“{number}”不对（GB 32100）。",
                f'"{number}" is no unified social credit code (GB 32100).',
            )
