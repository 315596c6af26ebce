"""Converters between an agency's way of writing a value and ours, named in the catalog (`formats`).

A format is a chain of steps parted by `|`, read from their value towards ours: `strip|date:%Y%m%d`. Each step works in
both directions. Ours: dates `2026-11-01`, moments `2026-11-01T08:30` on a Chinese clock, money as text in yuan
(`3600.00`), booleans as JSON booleans, codes as the catalog's words.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from onething.core.clock import civil
from onething.core.money import to_fen, to_yuan
from onething.exchange.wire.papers import CodeMaps, Paper, read_paper
from onething.exchange.wire.row_maps import rows_steps


@dataclass(frozen=True, slots=True)
class Unknown:
    """What stands for a value that no format of the catalog can tell in our words. `why` names the format, and of a list of codes
    the code; a code says nothing of a person without the person."""

    why: str


class FormatError(ValueError):
    """A value that does not fit its format. The message names the format, never the value."""


@dataclass(frozen=True, slots=True)
class Step:
    """One converter in both directions."""

    ours: Callable[[Any], Any]
    theirs: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Format:
    """A chain of steps."""

    text: str
    steps: tuple[Step, ...]
    paper: Paper | None = None
    """Of a person's number that stands in several of their fields."""

    def to_ours(self, value: Any) -> Any:
        """Their value in our normal form; raises `FormatError`."""
        return self._run(value, [step.ours for step in self.steps])

    def to_theirs(self, value: Any) -> Any:
        """Our value as they write it; raises `FormatError`."""
        return self._run(value, [step.theirs for step in reversed(self.steps)])

    def _run(self, value: Any, steps: list[Callable[[Any], Any]]) -> Any:
        try:
            for step in steps:
                value = step(value)
                if value is None:
                    return None
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError, InvalidOperation):
            raise FormatError(f"does not fit {self.text}") from None
        return value


def show_moment(moment: datetime) -> str:
    """A moment in our normal form: Chinese clock, to the minute, seconds only where there are any."""
    plain = civil(moment).replace(microsecond=0)
    return plain.isoformat(timespec="seconds" if plain.second else "minutes")


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise TypeError("not a scalar")
    return str(value)


LONG = "long"
"""What a day of expiry reads in our words when there is none (长期): as on photographed cards."""
_FOR_EVER = {"长期", "长期有效", "永久", "99991231", "9999-12-31"}


def _is_no_day(text: str) -> bool:
    """`00000000`, `0000-00-00`: registries write so where they have no day."""
    return set(text) <= set("0-/. ")


def _date(pattern: str) -> Step:
    def ours(value: Any) -> str | None:
        text = _text(value).strip()
        if text in _FOR_EVER:
            return LONG
        return None if _is_no_day(text) else datetime.strptime(text, pattern).date().isoformat()  # noqa: DTZ007 - a day has no zone

    return Step(ours, lambda value: "长期" if value == LONG else datetime.fromisoformat(value).strftime(pattern))


def _datetime(pattern: str) -> Step:
    return Step(
        lambda value: show_moment(datetime.strptime(_text(value), pattern)),  # noqa: DTZ007 - see show_moment
        lambda value: datetime.fromisoformat(value).strftime(pattern),
    )


def _codes(values: Mapping[str, str]) -> Step:
    back = {ours: theirs for theirs, ours in [*values.items()][::-1]}
    return Step(lambda value: values[_text(value)], lambda value: back[_text(value)])


def _fen() -> Step:
    def whole(value: Any) -> int:
        if isinstance(value, float) and not value.is_integer():
            raise ValueError("part of a fen")
        return int(_text(value) if not isinstance(value, float) else value)

    return Step(lambda value: str(to_yuan(whole(value))), lambda value: to_fen(Decimal(str(value))))


def _plain_number(value: Any) -> int | float:
    number = Decimal(_text(value))
    if not number.is_finite():
        raise ValueError("not finite")
    return int(number) if number == number.to_integral_value() else float(number)


def _whole(value: Any) -> int:
    number = _plain_number(value)
    if not isinstance(number, int):
        raise TypeError("not whole")
    return number


def _bool(words: str) -> Step:
    yes, no = (part.strip() for part in words.split(","))

    def ours(value: Any) -> bool:
        word = str(value).lower() if isinstance(value, bool) else _text(value)
        if word not in (yes, no):
            raise ValueError("neither")
        return word == yes

    return Step(ours, lambda value: {True: yes, False: no}[value])


def _both(convert: Callable[[Any], Any]) -> Step:
    return Step(convert, convert)


def _step(name: str, argument: str, codes: CodeMaps) -> Step:
    """One step by name; raises ValueError for a name or argument that does not exist."""
    match name:
        case "date":
            return _date(argument or "%Y-%m-%d")
        case "datetime":
            return _datetime(argument or "%Y-%m-%dT%H:%M:%S")
        case "codes":
            if argument not in codes:
                raise ValueError(f"no code map {argument!r}; there are: {', '.join(sorted(codes)) or 'none'}")
            return _codes(codes[argument])
        case "rows":
            if not argument:
                raise ValueError("rows wants the names of its fields: rows:ours=theirs,…")
            return Step(*rows_steps(argument, codes))
        case "bool":
            if argument.count(",") != 1:
                raise ValueError("bool wants two words: bool:Y,N")
            return _bool(argument)
        case _:
            simple = _SIMPLE.get(name)
            if simple is None:
                raise ValueError(f"no format {name!r}; there are: {', '.join(FORMAT_NAMES)}")
            return simple


_SIMPLE = {
    "fen": _fen(),
    "int": _both(_whole),
    "number": _both(_plain_number),
    "text": _both(_text),
    "upper": _both(lambda value: _text(value).upper()),
    "strip": _both(lambda value: _text(value).strip()),
}
FORMAT_NAMES = ("date", "datetime", "codes", "bool", "rows", "paper", *_SIMPLE)


def parse_format(text: str, codes: CodeMaps) -> Format:
    """Read a format as the catalog writes it; raises ValueError saying what is wrong and what there is."""
    word, _, argument = text.partition(":")
    if word.strip() == "paper":
        return Format(text, (), read_paper(argument, codes))
    steps = [part.partition(":") for part in text.split("|")]
    return Format(text, tuple(_step(name.strip(), argument, codes) for name, _, argument in steps))


NOTHING = Format("", ())
"""The format of fields that have none."""
