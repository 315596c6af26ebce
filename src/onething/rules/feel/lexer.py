"""Characters to tokens. Full-width digits and Chinese punctuation count as their ASCII twins outside strings."""

from dataclasses import dataclass
from typing import Literal

from onething.rules.feel.errors import FeelError

MAX_LENGTH = 20_000
"""Characters of one expression; longer ones are refused before any work is done."""

Kind = Literal["number", "string", "at", "name", "op", "end"]
_TWINS = {ord("！") + i: ord("!") + i for i in range(94)} | str.maketrans({"　": " ", "、": ",", "．": "."})
_SIGNS = str.maketrans({"≥": "\ue001", "≤": "\ue002", "≠": "\ue003", "×": "*", "÷": "/", "−": "-", "–": "-"})
_FOLD = _TWINS | _SIGNS
_QUOTES = {'"': '"', "“": "”", "”": "”", "「": "」", "＂": "＂"}
_OPS = ("**", "..", "<=", ">=", "!=", "->")
_SINGLE = frozenset("()[]{},:.+-*/=<>?;")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "'": "'"}
_SPECIAL = {"\ue001": ">=", "\ue002": "<=", "\ue003": "!="}


@dataclass(frozen=True, slots=True)
class Token:
    """One word of an expression with its place; `value` of a string is unescaped."""

    kind: Kind
    value: str
    start: int
    end: int


def fold(text: str) -> str:
    """The text with full-width twins folded, character for character (positions stay), strings untouched."""
    if text.isascii():
        return text
    out: list[str] = []
    closing = ""
    for character in text:
        if closing:
            out.append(character)
            closing = "" if character == closing else closing
        elif character in _QUOTES:
            closing = _QUOTES[character]
            out.append(character)
        else:
            out.append(character.translate(_FOLD))
    return "".join(out)


def name_start(character: str) -> bool:
    return (
        character.isalpha()
        or character == "_"
        or (character > "\u2fff" and character.isidentifier())
        or ord(character) > 0xFFFF
    )


def name_part(character: str) -> bool:
    return (
        name_start(character)
        or character.isdigit()
        or character == "·"
        or (character > "\x7f" and ("a" + character).isidentifier())
    )


class Lexer:
    """Gives the token at a position; the parser decides how far a name reaches, so it may jump."""

    def __init__(self, text: str) -> None:
        if len(text) > MAX_LENGTH:
            raise FeelError(f"表达式超过 {MAX_LENGTH} 个字符", f"The expression is longer than {MAX_LENGTH} characters")
        self.source = text
        self.text = fold(text)

    def error(self, zh: str, en: str, position: int, suggestion: str = "") -> FeelError:
        return FeelError(zh, en, self.source, position, suggestion)

    def skip(self, position: int) -> int:
        """The next position that is neither space nor comment."""
        text, end = self.text, len(self.text)
        while position < end:
            if text[position].isspace() or text[position] == "\ufeff":
                position += 1
            elif text.startswith("//", position):
                stop = text.find("\n", position)
                position = end if stop < 0 else stop
            elif text.startswith("/*", position):
                stop = text.find("*/", position + 2)
                if stop < 0:
                    raise self.error("注释没有结束", "A comment is not closed", position)
                position = stop + 2
            else:
                break
        return position

    def token(self, position: int) -> Token:
        """The token that starts at or after `position`."""
        start = self.skip(position)
        text = self.text
        if start >= len(text):
            return Token("end", "", start, start)
        character = text[start]
        if character in "0123456789" or (
            character == "." and text[start + 1 : start + 2].isdecimal() and text[start + 1].isascii()
        ):
            return self._number(start)
        if character in _QUOTES:
            return self._string(start)
        if character == "@":
            quote = self.skip(start + 1)
            if (
                text[quote : quote + 1] not in _QUOTES
            ):  # looked at before the token is read: `@@@…` would go down one by one
                raise self.error(
                    "@ 后面应是带引号的日期、时间或期间", "After @ comes a quoted date, time or duration", start
                )
            inner = self.token(quote)
            return Token("at", inner.value, start, inner.end)
        if character in _SPECIAL:
            return Token("op", _SPECIAL[character], start, start + 1)
        if text[start : start + 2] in _OPS:
            return Token("op", text[start : start + 2], start, start + 2)
        if character in _SINGLE:
            return Token("op", character, start, start + 1)
        if name_start(character):
            end = start + 1
            while end < len(text) and name_part(text[end]):
                end += 1
            return Token("name", text[start:end], start, end)
        raise self.error(f"不认识的字符 {character!r}", f"Unexpected character {character!r}", start)

    def _number(self, start: int) -> Token:
        text, end = self.text, start
        while end < len(text) and text[end] in "0123456789":
            end += 1
        if text[end : end + 1] == "." and text[end + 1 : end + 2] in tuple("0123456789"):
            end += 1
            while end < len(text) and text[end] in "0123456789":
                end += 1
        if text[end : end + 1] in ("e", "E"):
            stop = end + 1 + (text[end + 1 : end + 2] in ("+", "-"))
            if text[stop : stop + 1] in tuple("0123456789"):
                end = stop
                while end < len(text) and text[end] in "0123456789":
                    end += 1
        return Token("number", text[start:end], start, end)

    def _string(self, start: int) -> Token:
        text, closing = self.text, _QUOTES[self.text[start]]
        out: list[str] = []
        position = start + 1
        while position < len(text):
            character = text[position]
            if character == closing:
                return Token("string", "".join(out), start, position + 1)
            if character == "\\":
                value, position = self._escape(position)
                out.append(value)
            else:
                out.append(character)
                position += 1
        raise self.error("引号没有成对", "A quotation mark is not closed", start)

    def _escape(self, position: int) -> tuple[str, int]:
        text = self.text
        mark = text[position + 1 : position + 2]
        if mark in _ESCAPES:
            return _ESCAPES[mark], position + 2
        width = {"u": 4, "U": 6}.get(mark, 0)
        digits = text[position + 2 : position + 2 + width]
        if width and len(digits) == width and all(c in "0123456789abcdefABCDEF" for c in digits):
            code = int(digits, 16)
            if 0xD800 <= code < 0xDC00 and text[position + 6 : position + 8] == "\\u":
                low = text[position + 8 : position + 12]
                if len(low) == 4 and all(c in "0123456789abcdefABCDEF" for c in low):
                    return chr(0x10000 + ((code - 0xD800) << 10) + (int(low, 16) - 0xDC00)), position + 12
            if code <= 0x10FFFF:
                return chr(code), position + 2 + width
        return "\\", position + 1
