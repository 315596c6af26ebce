"""Which of the things on a page is meant: by label, by words, by technical name. Pure; the browser only lists them."""

import re
import unicodedata
from dataclasses import dataclass

from rapidfuzz import fuzz

from onething.exchange.contrib.robot.script import Element

NEAR = 60.0
"""Likeness from which a changed label is taken for the old one, provided it is the only one so near."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A field or button as the browser lists it. `index` is its place in document order."""

    index: int
    field: bool
    label: str
    words: str
    name: str
    visible: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """`drift` says in which way the page is no longer as the script has it; empty when all is as it was."""

    index: int
    drift: str = ""


def plain(text: str) -> str:
    """Words without what typesetters put around them: `* 单位名称：` is `单位名称`."""
    return re.sub(r"[\s*:()\[\]【】。.…]+", "", unicodedata.normalize("NFKC", text))


def choose(element: Element, things: list[Thing]) -> Found | None:
    """The thing that is meant, None when nobody can tell. CSS is not looked at here."""
    seen = [thing for thing in things if thing.visible and thing.field == (element.kind != "button")]
    wanted = plain(element.label or element.words)

    def print_of(thing: Thing) -> str:
        return plain(thing.label if thing.field else thing.words)

    if wanted:
        exact = [thing for thing in seen if print_of(thing) == wanted]
        named = [thing for thing in exact if element.name and thing.name == element.name]
        if named or len(exact) == 1:
            return Found((named or exact)[0].index)
    if element.name:
        by_name = [thing for thing in seen if thing.name == element.name]
        if len(by_name) == 1:
            there = print_of(by_name[0])
            return Found(by_name[0].index, f"{wanted} → {there}" if wanted and there != wanted else "")
    if not wanted:
        return None
    near = sorted(((fuzz.ratio(print_of(thing), wanted), thing) for thing in seen), key=lambda pair: -pair[0])
    if near and near[0][0] >= NEAR and (len(near) == 1 or near[1][0] < near[0][0]):
        return Found(near[0][1].index, f"{wanted} → {print_of(near[0][1])}")
    return None
