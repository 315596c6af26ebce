"""Messages as the portal shows them. As an SMS one ends with an address, and often with words that only point to it; here a link
stands beside the message, so neither is said."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from onething.core.settings import get_settings
from onething.notices.models import Message

_ADDRESS = re.compile(r"\s*[：:]?\s*(https?://\S+)\s*$")
_POINTING = re.compile(
    r"(?:^|(?<=[。！？，；：.!?,;:]))\s*(?:进度|结果|原因|详见|详情|请看|请看提示|怎么办看这里|证照在这里"
    r"|Progress|Results|Details|See what and how|why and how|What, and on what ground"
    r"|What you can do is here|The reasons and what you can do are here)$"
)
"""Words that say nothing without the address behind them."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A message, what it says, and where on this site its link leads (empty: nowhere)."""

    message: Message
    text: str
    link: str


def shown(messages: Sequence[Message]) -> list[Shown]:
    return [Shown(each, said(each.text), _link(each)) for each in messages]


def said(text: str) -> str:
    """The message without its address, a whole sentence."""
    short = _ADDRESS.sub("", text).strip()
    short = _POINTING.sub("", short).strip().rstrip("，；：,;:")
    if not short or short.endswith(("。", ".", "！", "!", "？", "?")):
        return short
    chinese = sum(c >= "\u4e00" for c in short)
    return f"{short}。" if chinese * 2 > sum(c.isalpha() for c in short) else f"{short}."


def _link(message: Message) -> str:
    if message.reference:
        return f"/case/{message.reference}"
    found = _ADDRESS.search(message.text)
    base = get_settings().public_url.rstrip("/")
    if found is None or not found[1].startswith(f"{base}/"):
        return ""
    place = urlsplit(found[1])
    return place.path + (f"?{place.query}" if place.query else "")
