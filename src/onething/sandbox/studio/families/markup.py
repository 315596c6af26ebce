"""The little language of texts in a family's data.

`姓名：{name}` a value, `{born:cn0}` in a format, `{_tel}` filled in but no field,
`{=name}` said once more and no field either; `<姓名=5>` spread over five ems;
`«住址|地址»` one of these by seed; `{name~8}` at least eight ems wide, ruled under where the element says so.
"""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass

from onething.sandbox.studio.families.formats import printed

_CHOICE = re.compile(r"«([^«»]*)»")
_TOKEN = re.compile(r"\{(=?\w+)(?::([\w+]+))?(?:~([\d.]+))?\}|<([^<>=]+)=([\d.]+)>")


@dataclass(frozen=True)
class Run:
    """A stretch of one kind. `value`: drawn in the style of fillings. `spread`: width in ems to justify over."""

    text: str
    value: bool = False
    field: str = ""
    spread: float = 0
    least: float = 0


def chosen(text: str, rng: random.Random) -> str:
    return _CHOICE.sub(lambda match: rng.choice(match[1].split("|")), text)


def runs(text: str, record: Mapping[str, str], rng: random.Random) -> list[Run]:
    """The runs of a markup with the record's contents in it. Raises KeyError for a field the record has not."""
    text, out, at = chosen(text, rng), [], 0
    for match in _TOKEN.finditer(text):
        if match.start() > at:
            out.append(Run(text[at : match.start()]))
        if match[1]:
            name = match[1]
            shown = printed(record[name.removeprefix("=")], match[2] or "")
            field = "" if name.startswith(("_", "=")) else name
            out.append(Run(shown, True, field, 0, float(match[3] or 0)))
        else:
            out.append(Run(match[4], spread=float(match[5])))
        at = match.end()
    if at < len(text):
        out.append(Run(text[at:]))
    return out


def fields_in(text: str) -> set[str]:
    """Names of what a markup prints, fillings of no field (`_x`) included, repetitions (`=x`) not."""
    return {match[1] for match in _TOKEN.finditer(text) if match[1] and not match[1].startswith("=")}
