"""Trees back to words: the source text of a node, or the tree written out again."""

from onething.rules.feel import syntax as s
from onething.rules.feel.showing import show


def source_text(node: s.Node, text: str) -> str:
    """What the author wrote for this node, on one line."""
    start, end = node.at
    return " ".join(text[start:end].split()) if end > start and end <= len(text) else write(node)


def write(node: s.Node, floor: int = 0) -> str:
    """The tree in the language's own notation, with brackets where precedence asks for them."""
    text, level = _write(node)
    return f"({text})" if level < floor else text


def _args(nodes: tuple[s.Node, ...]) -> str:
    return ", ".join(write(each) for each in nodes)


def _write(node: s.Node) -> tuple[str, int]:  # noqa: C901
    match node:
        case s.Literal(value=value):
            return _literal(value), 100
        case s.Name(name=name):
            return name, 100
        case s.Attribute(base=base, name=name):
            return f"{write(base, 90)}.{name}", 90
        case s.Filter(base=base, condition=condition):
            return f"{write(base, 90)}[{write(condition)}]", 90
        case s.Call(function=function, args=args, names=names):
            inner = ", ".join(f"{n}: {write(a)}" for n, a in zip(names, args, strict=True)) if names else _args(args)
            return f"{write(function, 90)}({inner})", 90
        case s.And(parts=parts):
            return " and ".join(write(part, 30) for part in parts), 20
        case s.Or(parts=parts):
            return " or ".join(write(part, 20) for part in parts), 10
        case s.Compare(op=op, left=left, right=right):
            return f"{write(left, 40)} {op} {write(right, 40)}", 30
        case s.Between(value=value, low=low, high=high):
            return f"{write(value, 40)} between {write(low, 40)} and {write(high, 40)}", 30
        case s.In(value=value, tests=tests):
            many = _args(tests)
            return f"{write(value, 40)} in {many if len(tests) == 1 else f'({many})'}", 30
        case s.InstanceOf(value=value, type=kind):
            return f"{write(value, 40)} instance of {kind}", 30
        case s.Arithmetic(op=op, left=left, right=right):
            level = {"+": 50, "-": 50, "*": 60, "/": 60, "**": 70}[op]
            return f"{write(left, level)} {op} {write(right, level + 1)}", level
        case s.Negate(value=value):
            return f"-{write(value, 80)}", 75
        case _:
            return _write_block(node)


def _write_block(node: s.Node) -> tuple[str, int]:
    match node:
        case s.If(condition=condition, then=then, otherwise=otherwise):
            return f"if {write(condition)} then {write(then)} else {write(otherwise)}", 5
        case s.Iterate(kind=kind, bindings=bindings, body=body):
            over = ", ".join(f"{name} in {write(value, 40)}" for name, value in bindings)
            return f"{kind} {over} {'return' if kind == 'for' else 'satisfies'} {write(body)}", 5
        case s.Items(items=items):
            return f"[{_args(items)}]", 100
        case s.Interval(low=low, high=high, low_closed=lc, high_closed=hc):
            ends = f"{write(low) if low else ''}..{write(high) if high else ''}"
            return f"{'[' if lc else '('}{ends}{']' if hc else ')'}", 100
        case s.Context(entries=entries):
            return "{" + ", ".join(f"{_key(name)}: {write(value)}" for name, value in entries) + "}", 100
        case s.Function(params=params, types=types, body=body):
            named = ", ".join(n if t == "Any" else f"{n}: {t}" for n, t in zip(params, types, strict=True))
            return f"function({named}) {write(body)}", 5
        case s.Test(op=op, value=value):
            return f"{op} {write(value, 40)}", 30
        case s.Tests(tests=tests, negated=negated):
            body = _args(tests) or "-"
            return (f"not({body})" if negated else body), 5
        case _:
            raise TypeError(type(node).__name__)


def _key(name: str) -> str:
    return name if all(c.isalnum() or c in "_ " for c in name) else show(name)


def _literal(value: object) -> str:
    if value is None or isinstance(value, bool | str | int) or type(value).__name__ == "Decimal":
        return show(value)
    return f'@"{show(value)}"'
