"""How dates, amounts and lengths of time read in each language. Times are those of a clock in China."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from onething.core import formats
from onething.core.clock import CHINA, local, today
from onething.core.formats import MONTHS, as_date
from onething.core.i18n import Lang
from onething.core.money import show
from onething.core.persons.numbers import masked_number
from onething.planning.service import duration_words
from onething.web.http.messages import say

_FULL_WIDTH = {",": "，", ":": "：", ";": "；", "?": "？", "!": "！"}
_HALF_WIDTH = re.compile(r"(?<=[\u4e00-\u9fff”」》）])[,:;?!](?!\S*[A-Za-z]*://)(?=[^\d]|$)")


def day(value: Any, lang: Lang) -> str:
    """2026年11月23日 · 23 November 2026. What is no date is shown as it is."""
    return formats.day(value).get(lang)


def moment(value: Any, lang: Lang) -> str:
    """The day and the minute. ISO text without a zone is taken as local time."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return value
    if not isinstance(value, datetime):
        return day(value, lang)
    here = local(value) if value.tzinfo else value.replace(tzinfo=CHINA)
    return f"{short_day(here, lang)} {here:%H:%M}"


def short_day(value: Any, lang: Lang) -> str:
    """The day without the year when it is this year's; today and yesterday by name."""
    found = as_date(value)
    if found is None:
        return str(value)
    away = (today() - found).days
    if away in {0, 1}:
        return say(lang, "common.time.today" if away == 0 else "common.time.yesterday")
    if found.year != today().year:
        return day(found, lang)
    return f"{found.month}月{found.day}日" if lang == "zh" else f"{found.day} {MONTHS[found.month - 1]}"


def length(hours: float, lang: Lang) -> str:
    """A length of time as people say it: 不到1分钟, 25分钟, 3小时, 2天, 15天."""
    return duration_words(hours).get(lang)


def money(value: Any, lang: Lang) -> str:
    """¥-free amounts: 1,600.00元 · 1,600.00 yuan."""
    return formats.yuan(Decimal(str(value))).get(lang)


def yuan(value: Any, lang: Lang) -> str:
    """As `money`, without the fen where there are none: 1,600元, 1,600.50元."""
    amount = show(Decimal(str(value)))
    return say(lang, "common.money", amount=amount.removesuffix(".00"))


def masked_id(value: str) -> str:
    """A person's number as shown where it need not be read: 310***********1234, H*****567."""
    return masked_number(value)


def typeset(text: str) -> str:
    """Chinese as it is set in print: a comma, colon, semicolon or question mark after a Chinese character is full width.

    City packages and messages are often typed with the half-width ones; numbers, codes and English stay as they are.
    """
    return _HALF_WIDTH.sub(lambda match: _FULL_WIDTH[match[0]], text)
