"""Phrases that begin with a word: if, for, some, every, function; and type names. Joined with the parser by inheritance."""

from onething.rules.feel import syntax as s
from onething.rules.feel.lexer import name_part
from onething.rules.feel.names import KEYWORDS
from onething.rules.feel.tokens import Tokens


class Phrases(Tokens):
    """The word-led half of the grammar; `expression` and the operand parser come from `Parser`."""

    def expression(self) -> s.Node:
        raise NotImplementedError

    def operand(self) -> s.Node:
        raise NotImplementedError

    def if_phrase(self) -> s.Node:
        start = self.advance().start
        condition = self.expression()
        self.expect_word("then")
        then = self.expression()
        self.expect_word("else")
        otherwise = self.expression()
        return s.If(condition, then, otherwise, at=(start, otherwise.at[1]))

    def iterate_phrase(self, kind: str) -> s.Node:
        start = self.advance().start
        bindings: list[tuple[str, s.Node]] = []
        while True:
            name = self._binding_name()
            self.expect_word("in")
            over = self.operand()
            if self.is_op(".."):
                self.advance()
                high = self.operand()
                over = s.Interval(over, high, True, True, at=(over.at[0], high.at[1]))
            bindings.append((name, over))
            if not self.accept(","):
                break
        self.expect_word("return" if kind == "for" else "satisfies")
        body = self.expression()
        return s.Iterate(kind, tuple(bindings), body, at=(start, body.at[1]))

    def _binding_name(self) -> str:
        """One or several words before `in`; several become a known name."""
        words: list[str] = []
        while self.tok.kind == "name" and self.tok.value not in KEYWORDS:
            words.append(self.advance().value)
        if not words:
            raise self.fail("这里应是变量名", "Expected the name of a variable here")
        name = " ".join(words)
        if len(words) > 1 or " " in name:
            self.known.add(name)
        return name

    def function_phrase(self) -> s.Node:
        start = self.advance().start
        self.expect("(")
        params: list[str] = []
        types: list[str] = []
        while not self.is_op(")"):
            name = self.argument_name()
            if name is None:
                name = self._binding_name()
                types.append("Any")
            else:
                types.append(self.type_name()[0])
            params.append(name)
            self.known.add(name)
            if not self.accept(","):
                break
        self.expect(")")
        if self.is_word("external"):
            raise self.fail("不允许外部函数", "External functions are not allowed")
        body = self.expression()
        return s.Function(tuple(params), tuple(types), body, at=(start, body.at[1]))

    def type_name(self) -> tuple[str, int]:
        """A type name: `number`, `list<string>`, `days and time duration`, `context<a: number>`."""
        text, start = self.lexer.text, self.tok.start
        end = self.known.match(text, start) or (self.tok.end if self.tok.kind == "name" else 0)
        if not end:
            raise self.fail("这里应是类型名", "Expected the name of a type here")
        if text[end : end + 1] == "<":
            open_brackets = 0
            while end < len(text):
                open_brackets += (text[end] == "<") - (text[end] == ">" and text[end - 1] != "-")
                end += 1
                if not open_brackets:
                    break
            arrow = self.lexer.skip(end)
            if text.startswith("->", arrow):
                self.tok = self._read(arrow + 2)
                _, end = self.type_name()
        self.tok = self._read(end)
        return " ".join(text[start:end].split()), end

    def argument_name(self) -> str | None:
        """`months:` before an argument; takes spaces, so it is looked for in the text itself."""
        text, start = self.lexer.text, self.tok.start
        if self.tok.kind != "name":
            return None
        end = start
        while end < len(text) and (name_part(text[end]) or text[end] in " '"):
            end += 1
        if text[end : end + 1] != ":":
            return None
        name = " ".join(text[start:end].split())
        self.tok = self._read(end + 1)
        return name
