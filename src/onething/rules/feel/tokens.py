"""The parser's reading head: the present token, stepping on, and failing with a place."""

from collections.abc import Iterable

from onething.rules.feel.errors import FeelError
from onething.rules.feel.lexer import Lexer, Token
from onething.rules.feel.names import BUILTIN_NAMES, KEYWORDS, Known

MAX_DEPTH = 50
"""Nesting of one expression; deeper ones are refused with their place instead of exhausting the stack."""


class Tokens:
    """One parse. `known` holds names with spaces or signs in them that count as one name here."""

    def __init__(self, text: str, known: Iterable[str] = ()) -> None:
        self.lexer = Lexer(text)
        self.known = Known([*BUILTIN_NAMES, *known])
        self.depth = 0
        self.tok = self._read(0)

    # -- tokens ---------------------------------------------------------------------------------------------------

    def _read(self, position: int) -> Token:
        token = self.lexer.token(position)
        if token.kind == "name":
            end = self.known.match(self.lexer.text, token.start)
            if end > token.end and token.value not in KEYWORDS:
                return Token("name", " ".join(self.lexer.text[token.start : end].split()), token.start, end)
        return token

    def advance(self) -> Token:
        token = self.tok
        self.tok = self._read(token.end)
        return token

    def is_op(self, *ops: str) -> bool:
        return self.tok.kind == "op" and self.tok.value in ops

    def is_word(self, *words: str) -> bool:
        return self.tok.kind == "name" and self.tok.value in words

    def accept(self, op: str) -> bool:
        if self.is_op(op):
            self.advance()
            return True
        return False

    def fail(self, zh: str, en: str, token: Token | None = None, suggestion: str = "") -> FeelError:
        return self.lexer.error(zh, en, (token or self.tok).start, suggestion)

    def expect(self, op: str) -> Token:
        if not self.is_op(op):
            raise self.fail(f"这里应有 {op}", f"Expected {op!r} here")
        return self.advance()

    def expect_word(self, word: str) -> None:
        if not self.is_word(word):
            raise self.fail(f"这里应有 {word}", f"Expected the word {word!r} here")
        self.advance()

    def at_end(self) -> bool:
        return self.tok.kind == "end"
