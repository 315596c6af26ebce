"""Tokens to a tree: a Pratt parser with a depth limit. Names may contain spaces when they are known beforehand (DMN)."""

from collections.abc import Callable, Iterable

from onething.rules.feel import syntax as s
from onething.rules.feel.errors import FeelError
from onething.rules.feel.lexer import Token, name_start
from onething.rules.feel.names import KEYWORDS
from onething.rules.feel.phrases import Phrases
from onething.rules.feel.temporal import parse_temporal
from onething.rules.feel.tokens import MAX_DEPTH
from onething.rules.feel.values import parse_number

_COMPARE = {"=", "!=", "<", "<=", ">", ">="}
_BINARY = {"+": 50, "-": 50, "*": 60, "/": 60, "**": 70}


class Parser(Phrases):
    """One parse of an expression (`expression`) or of a table cell (`unary_tests`)."""

    # -- expressions ----------------------------------------------------------------------------------------------

    def expression(self) -> s.Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fail(f"嵌套超过 {MAX_DEPTH} 层", f"Nested more than {MAX_DEPTH} levels deep")
        try:
            return self._or()
        finally:
            self.depth -= 1

    def _or(self) -> s.Node:
        parts = [self._and()]
        while self.is_word("or"):
            self.advance()
            parts.append(self._and())
        return parts[0] if len(parts) == 1 else s.Or(tuple(parts), at=(parts[0].at[0], parts[-1].at[1]))

    def _and(self) -> s.Node:
        parts = [self._comparison()]
        while self.is_word("and"):
            self.advance()
            parts.append(self._comparison())
        return parts[0] if len(parts) == 1 else s.And(tuple(parts), at=(parts[0].at[0], parts[-1].at[1]))

    def _comparison(self) -> s.Node:
        left = self._binary(0)
        chain = 0
        while True:
            chain += 1
            if chain > MAX_DEPTH:
                raise self.fail("比较连写太长", "Too many comparisons in a row")
            if self.tok.kind == "op" and self.tok.value in _COMPARE:
                op = self.advance().value
                right = self._binary(0)
                left = s.Compare(op, left, right, at=(left.at[0], right.at[1]))
            elif self.is_word("between"):
                self.advance()
                low = self._binary(0)
                self.expect_word("and")
                high = self._binary(0)
                left = s.Between(left, low, high, at=(left.at[0], high.at[1]))
            elif self.is_word("in"):
                self.advance()
                tests, end = self._in_tests()
                left = s.In(left, tests, at=(left.at[0], end))
            elif self.is_word("instance of"):
                self.advance()
                kind, end = self.type_name()
                left = s.InstanceOf(left, kind, at=(left.at[0], end))
            else:
                return left

    def operand(self) -> s.Node:
        return self._binary(0)

    def _binary(self, floor: int) -> s.Node:
        left = self._unary()
        chain = 0
        while self.tok.kind == "op" and (level := _BINARY.get(self.tok.value, 0)) > floor:
            chain += 1
            if chain > MAX_DEPTH * 2:
                raise self.fail("算式连写太长,请用 sum([...])", "Too many terms in a row; use sum([...])")
            op = self.advance().value
            right = self._binary(level)
            left = s.Arithmetic(op, left, right, at=(left.at[0], right.at[1]))
        return left

    def _unary(self) -> s.Node:
        if not self.is_op("-"):
            return self._postfix(self._primary())
        start, signs = self.tok.start, 0
        while self.is_op("-"):
            self.advance()
            signs += 1
        value = self._postfix(self._primary())
        for _ in range(signs % 2 or 2):
            value = s.Negate(value, at=(start, value.at[1]))
        return value

    def _postfix(self, node: s.Node) -> s.Node:
        steps = 0
        while self.tok.kind == "op" and self.tok.value in (".", "[", "("):
            steps += 1
            if steps > MAX_DEPTH:
                raise self.fail("路径太长", "The path is too long")
            if self.is_op("."):
                name = self._member(self.tok.end)
                node = s.Attribute(node, name.value, at=(node.at[0], name.end))
            elif self.is_op("["):
                if self._closes_range():
                    break
                self.advance()
                condition = self.expression()
                node = s.Filter(node, condition, at=(node.at[0], self.expect("]").end))
            else:
                node = self._call(node)
        return node

    def _closes_range(self) -> bool:
        """`[1..10[`: the bracket closes an open range when nothing that it could enclose follows."""
        following = self.lexer.token(self.tok.end)
        if following.kind == "op":
            return following.value in (")", "]", ",", ".", "}", "=", "!=", "..", "<=", ">=", ">", "*", "/")
        return following.kind == "end" or following.value in KEYWORDS - {
            "true",
            "false",
            "null",
            "if",
            "for",
            "some",
            "every",
        }

    def _member(self, position: int) -> Token:
        """The name after a dot; words such as `date` or `in` are plain names there."""
        start = self.lexer.skip(position)
        end = self.known.match(self.lexer.text, start, members=True)
        if not end:
            token = self.lexer.token(start)
            if token.kind != "name":
                raise self.fail("点号后面应是字段名", "After a dot comes a field name", token)
            end = token.end
        name = Token("name", " ".join(self.lexer.text[start:end].split()), start, end)
        self.tok = self._read(end)
        return name

    def _call(self, function: s.Node) -> s.Node:
        self.expect("(")
        args: list[s.Node] = []
        names: list[str] = []
        while not self.is_op(")"):
            if (named := self.argument_name()) is not None:
                names.append(named)
            elif names:
                raise self.fail("参数要么都写名字,要么都不写", "Name all arguments or none")
            args.append(self.expression())
            if not self.accept(","):
                break
        end = self.expect(")").end
        if names and len(names) != len(args):
            raise self.fail("参数要么都写名字,要么都不写", "Name all arguments or none")
        return s.Call(function, tuple(args), tuple(names), at=(function.at[0], end))

    # -- primaries ------------------------------------------------------------------------------------------------

    def _primary(self) -> s.Node:
        token = self.tok
        at = (token.start, token.end)
        match token.kind:
            case "number":
                self.advance()
                return s.Literal(parse_number(token.value), at=at)
            case "string":
                self.advance()
                return s.Literal(token.value, at=at)
            case "at":
                self.advance()
                return s.Literal(parse_temporal(token.value), at=at)
            case "name":
                return self._word(token, at)
            case "op":
                return self._bracket(token)
            case "end":
                raise self.fail("表达式没有写完", "The expression ends too early")

    def _word(self, token: Token, at: tuple[int, int]) -> s.Node:
        if token.value in ("true", "false", "null"):
            self.advance()
            return s.Literal({"true": True, "false": False, "null": None}[token.value], at=at)
        if token.value == "if":
            return self.if_phrase()
        if token.value in ("for", "some", "every"):
            return self.iterate_phrase(token.value)
        if token.value == "function" and self.lexer.text[self.lexer.skip(token.end) :][:1] == "(":
            return self.function_phrase()
        if token.value in KEYWORDS:
            raise self.fail(f"{token.value} 不能放在这里", f"{token.value!r} cannot stand here")
        self.advance()
        return s.Name(token.value, at=at)

    def _bracket(self, token: Token) -> s.Node:
        if token.value == "(":
            return self._paren()
        if token.value in ("[", "]"):
            return self._list()
        if token.value == "{":
            return self._context()
        if token.value == "?":
            self.advance()
            return s.Name(s.INPUT, at=(token.start, token.end))
        before = self.lexer.text[: token.start].rstrip()[-1:]
        if token.value in _COMPARE and before in ("(", ",", "["):
            return self._open_range()
        raise self.fail(f"{token.value} 不能放在这里", f"{token.value!r} cannot stand here")

    def _open_range(self) -> s.Node:
        """`(< 5)` as a value, DMN 1.5."""
        token = self.advance()
        value = self._binary(0)
        return s.Test(token.value, value, at=(token.start, value.at[1]))

    def _paren(self) -> s.Node:
        start = self.expect("(").start
        inner = self.expression()
        if self.is_op(".."):
            return self._interval(start, inner, low_closed=False)
        end = self.expect(")").end
        return inner if not isinstance(inner, s.Literal | s.Name) else _moved(inner, start, end)

    def _interval(self, start: int, low: s.Node, *, low_closed: bool) -> s.Node:
        self.expect("..")
        high = self.expression()
        if not self.is_op("]", ")", "["):
            raise self.fail("区间应以 ] 或 ) 结束", "A range ends with ] or )")
        end = self.advance()
        return s.Interval(low, high, low_closed, end.value == "]", at=(start, end.end))

    def _list(self) -> s.Node:
        token = self.advance()
        items: list[s.Node] = []
        if token.value == "[" and self.is_op("]"):
            return s.Items((), at=(token.start, self.advance().end))
        while True:
            items.append(self.expression())
            if len(items) == 1 and self.is_op(".."):
                return self._interval(token.start, items[0], low_closed=token.value == "[")
            if not self.accept(","):
                break
        if token.value == "]":
            raise self.fail("] 只能开始一个区间", "] can only begin a range", token)
        return s.Items(tuple(items), at=(token.start, self.expect("]").end))

    def _context(self) -> s.Node:
        start = self.expect("{").start
        entries: list[tuple[str, s.Node]] = []
        while not self.is_op("}"):
            name = self._key()
            self.expect(":")
            entries.append((name, self.expression()))
            self.known.add(name)
            if not self.accept(","):
                break
        end = self.expect("}").end
        names = [name for name, _ in entries]
        if len(set(names)) != len(names):
            raise self.lexer.error("同一个键出现了两次", "A key appears twice", start)
        return s.Context(tuple(entries), at=(start, end))

    def _key(self) -> str:
        if self.tok.kind == "string":
            return self.advance().value
        start = self.tok.start
        end = self.lexer.text.find(":", start)
        key = self.lexer.text[start:end].strip() if end > 0 else ""
        if not key or not name_start(key[0]) or any(c in key for c in '{}[](),"\n<>='):
            raise self.fail("这里应是 键: 值", "Expected key: value here")
        self.tok = self._read(end)
        return " ".join(key.split())

    def _in_tests(self) -> tuple[tuple[s.Node, ...], int]:
        """What follows `in`: a test, or several in brackets."""
        if self.is_op("("):
            saved = self.tok
            self.advance()
            tests = [self._test()]
            while self.accept(","):
                tests.append(self._test())
            if self.is_op(")"):
                end = self.advance().end
                return tuple(tests), end
            self.tok = saved
        test = self._test(operand=True)
        return (test,), test.at[1]

    # -- cells ----------------------------------------------------------------------------------------------------

    def unary_tests(self) -> s.Node:
        """A decision table cell: `-`, `< 5`, `[1..5), 7`, `not("A", "B")`, or any expression over `?`."""
        if self.at_end():
            return s.Tests(())
        if self.is_op("-") and self.lexer.skip(self.tok.end) >= len(self.lexer.text):
            self.advance()
            return s.Tests(())
        start = self.tok.start
        if self.is_word("not") and self.lexer.text[self.lexer.skip(self.tok.end) :][:1] == "(":
            saved = self.tok
            self.advance()
            self.advance()
            tests = self._test_list()
            if self.is_op(")"):
                end = self.advance().end
                if self.at_end():
                    return s.Tests(tests, negated=True, at=(start, end))
            self.tok = saved
        tests = self._test_list()
        return s.Tests(tests, at=(start, self.tok.start))

    def _test_list(self) -> tuple[s.Node, ...]:
        tests = [self._test()]
        while self.accept(","):
            tests.append(self._test())
        return tuple(tests)

    def _test(self, *, operand: bool = False) -> s.Node:
        if self.tok.kind == "op" and self.tok.value in _COMPARE:
            token = self.advance()
            value = self._binary(0)
            return s.Test(token.value, value, at=(token.start, value.at[1]))
        return self._binary(0) if operand else self.expression()


def _moved(node: s.Node, start: int, end: int) -> s.Node:
    if isinstance(node, s.Literal):
        return s.Literal(node.value, at=(start, end))
    return s.Name(node.name, at=(start, end)) if isinstance(node, s.Name) else node


def _guarded(read: Callable[[], s.Node]) -> s.Node:
    """The depth limit suffices on a fresh stack; a caller deep in its own stack still gets a message."""
    try:
        return read()
    except RecursionError:
        raise FeelError("表达式嵌套太深", "The expression is nested too deep") from None


def parse(text: str, known: Iterable[str] = ()) -> s.Node:
    """The tree of an expression. Raises `FeelError`."""
    parser = Parser(text, known)
    node = _guarded(parser.expression)
    if not parser.at_end():
        raise parser.fail("表达式在这里之后多出了内容", "There is something left after the expression")
    return node


def parse_tests(text: str, known: Iterable[str] = ()) -> s.Node:
    """The tree of a decision table cell. Raises `FeelError`."""
    parser = Parser(text, known)
    node = _guarded(parser.unary_tests)
    if not parser.at_end():
        raise parser.fail("单元格在这里之后多出了内容", "There is something left after the test")
    return node
