"""Text functions, regular expressions included. Patterns that could take for ever are refused (null)."""

# Tables of small untyped functions: the values they take are whatever facts are.
# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false

import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any

from onething.rules.feel.define import define
from onething.rules.feel.guards import is_list
from onething.rules.feel.showing import show
from onething.rules.feel.values import MAX_TEXT, text_number, to_decimal

try:  # the module moved in Python 3.11
    from re import _parser as sre  # type: ignore[attr-defined]
except ImportError:  # pragma: no cover
    import sre_parse as sre  # type: ignore[no-redef]


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("text expected")
    return value


def _substring(string: Any, start: Any, length: Any = None) -> Any:
    text, first = _text(string), int(to_decimal(start) or 0)
    if not first or abs(first) > len(text):
        return "" if first > 0 else None
    begin = first - 1 if first > 0 else len(text) + first
    if length is None:
        return text[begin:]
    count = int(to_decimal(length) or 0)
    return text[begin : begin + count] if count > 0 else None


def _before(string: Any, match: Any) -> str:
    head, found, _ = _text(string).partition(_text(match)) if match else ("", "", "")
    return head if found else ""


def _after(string: Any, match: Any) -> str:
    text = _text(string)
    if not _text(match):
        return text
    return text.partition(match)[2]


_FLAGS = {"s": re.DOTALL, "m": re.MULTILINE, "i": re.IGNORECASE, "x": re.VERBOSE}


def _risk(parsed: Any, inside: bool = False) -> int:
    """How many open-ended repeats a pattern has; 99 when one stands inside another or repeats alternatives."""
    total = 0
    for op, value in parsed:
        name = str(op)
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            open_ended = int(value[1]) > 1000
            total += _risk(value[2], inside or open_ended) + int(open_ended)
            if (inside and int(value[1]) > 1) or int(value[1]) * (not open_ended) > 1000:
                return 99
        elif name == "SUBPATTERN":
            total += _risk(value[3], inside)
        elif name == "BRANCH":
            total += 99 if inside else sum(_risk(each) for each in value[1])
        elif name in ("ASSERT", "ASSERT_NOT"):
            total += _risk(value[1], inside)
        elif name == "GROUPREF":
            total += 1
    return total


@lru_cache(maxsize=256)
def _compiled(pattern: str, flags: str) -> tuple[re.Pattern[str], int]:
    if len(pattern) > 500 or any(flag not in "smixq" for flag in flags):
        raise ValueError("pattern")
    source = re.escape(pattern) if "q" in flags else _xpath(pattern, spaced="x" in flags)
    bits = 0
    for flag in flags:
        bits |= _FLAGS.get(flag, 0) if flag != "x" else 0
    try:
        return re.compile(source, bits), _risk(sre.parse(source, bits))
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError("pattern") from error


def _xpath(pattern: str, *, spaced: bool) -> str:
    """XML Schema regular expressions to Python's: name classes, character class subtraction, the `x` flag."""
    source = re.sub(r"\s+", "", pattern) if spaced else pattern
    source = re.sub(r"\[([^\[\]]+)-\[([^\[\]]+)\]\]", r"(?:(?![\2])[\1])", source)
    source = source.replace(r"\p{L}", r"[^\W\d_]").replace(r"\p{Lu}", "[A-Z]").replace(r"\p{Ll}", "[a-z]")
    source = source.replace(r"\p{N}", r"\d").replace(r"\p{Nd}", r"\d").replace(r"\i", "[A-Za-z_:]")
    source = source.replace(r"\c", r"[\w.:\-]").replace(r"\p{IsBasicLatin}", "[\\x00-\\x7f]")
    if re.search(r"\(\?[^:!=<]|\\[AZbB]", source) or (
        re.search(r"\\\d", re.sub(r"\\\\", "", source)) and "(" not in source
    ):
        raise ValueError("pattern")
    return source


def _safe(pattern: Any, flags: Any, text: str) -> re.Pattern[str]:
    compiled, risk = _compiled(_text(pattern), _text(flags) if flags else "")
    if risk and max(len(text), 2) ** risk > 20_000_000:
        raise ValueError("pattern too costly for this text")
    return compiled


def _replace(string: Any, pattern: Any, replacement: Any, flags: Any = None) -> Any:
    text, into = _text(string), _text(replacement)
    compiled = _safe(pattern, flags, text)
    if flags and "q" in flags:
        return compiled.sub(lambda _: into, text)
    into = re.sub(r"\\(?![\\$])", r"\\\\", into)
    groups = compiled.groups

    def group(found: re.Match[str]) -> str:
        number = found[1]
        while number and int(number) > groups and len(number) > 1:
            number = number[:-1]
        rest = found[1][len(number) :]
        return (f"\\g<{number}>" if int(number) <= groups else "") + rest

    out = compiled.sub(re.sub(r"(?<!\\)\$(\d+)", group, into).replace("\\$", "$"), text)
    return out if len(out) <= MAX_TEXT else None


def _split(string: Any, delimiter: Any) -> list[str]:
    text = _text(string)
    return _safe(delimiter, None, text).split(text)


def _join(parts: Any, delimiter: Any = None) -> Any:
    items = list(parts) if is_list(parts) else [parts]
    words = [_text(part) for part in items if part is not None]
    return _text(delimiter or "").join(words)


def _number(source: Any, grouping: Any = None, decimal: Any = None) -> Any:
    text = _text(source)
    if grouping not in (None, " ", ",", ".") or decimal not in (None, ".", ",") or (grouping and grouping == decimal):
        return None
    if grouping:
        text = text.replace(grouping, "")
    if decimal:
        text = text.replace(decimal, ".")
    return text_number(text) if re.fullmatch(r"-?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", text) else None


def _string(value: Any) -> Any:
    return value if isinstance(value, str) else show(value)


def _length(value: Any) -> Decimal:
    return Decimal(len(_text(value)))


def _contains(test: Callable[[str, str], bool]) -> Callable[[Any, Any], bool]:
    return lambda string, match: test(_text(string), _text(match))


TEXT = {
    "substring": define("string, start position, length?", _substring),
    "string length": define("string", _length),
    "upper case": define("string", lambda string: _text(string).upper()),
    "lower case": define("string", lambda string: _text(string).lower()),
    "substring before": define("string, match", _before),
    "substring after": define("string, match", _after),
    "contains": define("string, match", _contains(lambda a, b: b in a)),
    "starts with": define("string, match", _contains(lambda a, b: a.startswith(b))),
    "ends with": define("string, match", _contains(lambda a, b: a.endswith(b))),
    "matches": define("input, pattern, flags?", lambda i, p, f=None: bool(_safe(p, f, _text(i)).search(i))),
    "replace": define("input, pattern, replacement, flags?", _replace),
    "split": define("string, delimiter", _split),
    "string join": define("list, delimiter?", _join),
    "number": define("from, grouping separator, decimal separator", _number, nulls=True),
    "string": define("from", _string),
}
TEXT["number"] = define(
    "from, grouping separator?, decimal separator?",
    lambda f, g=None, d=None: None if f is None else _number(f, g, d),
    nulls=True,
)
