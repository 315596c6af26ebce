"""A post never shows a page, and no page is made inside a write transaction: seen in the code of every page, without running it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import onething
from onething.core.manifests.house import get_house

SOURCE = Path(onething.__file__).parent
POSTS = {"post", "put", "patch", "delete"}
FRAGMENTS = {("onething.web.pages.filing.guided_form", "save")}
"""Answers to htmx alone, which swaps them into a page; without it they go on to the page."""
Function = ast.FunctionDef | ast.AsyncFunctionDef


def _modules() -> dict[str, ast.Module]:
    """Every module of pages that a room names, whoever brings it."""
    names = {place.partition(":")[0] for room in get_house().rooms for place in room.pages}
    files = {name: SOURCE.parent / (name.replace(".", "/") + ".py") for name in names}
    return {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in files.items() if path.is_file()}


def _functions(module: ast.Module) -> dict[str, Function]:
    return {each.name: each for each in ast.walk(module) if isinstance(each, Function)}


def _routes(function: Function) -> set[str]:
    calls = (each.func for each in function.decorator_list if isinstance(each, ast.Call))
    return {call.attr for call in calls if isinstance(call, ast.Attribute)}


def _called(node: ast.AST, method: str) -> Iterator[ast.Call]:
    for each in ast.walk(node):
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute) and each.func.attr == method:
            yield each


def _reached(function: Function, known: dict[str, Function], seen: frozenset[str] = frozenset()) -> Iterator[Function]:
    """The function and what it names of its own module, however deep."""
    yield function
    named = [each for each in ast.walk(function) if isinstance(each, ast.Name)]
    of_its_own = {each.id for each in named if isinstance(each.ctx, ast.Store)} | {a.arg for a in function.args.args}
    names = {each.id for each in named} & known.keys() - of_its_own
    for name in names - seen - {function.name}:
        yield from _reached(known[name], known, seen | {function.name, name})


def _writes(item: ast.withitem) -> bool:
    return any(True for _ in _called(item.context_expr, "transaction"))


def wrong(name: str, module: ast.Module) -> list[str]:
    """What one module of pages does that none may do."""
    known, found = _functions(module), list[str]()
    for function in known.values():
        if _routes(function) & POSTS and (name, function.name) not in FRAGMENTS:
            shows = {each.name for each in _reached(function, known) if any(_called(each, "show"))}
            found += [f"{name}.{function.name}: a post shows a page (in {place})" for place in sorted(shows)]
            takes_unit = any(
                isinstance(a.annotation, ast.Name) and a.annotation.id == "Unit" for a in function.args.args
            )
            nested = takes_unit and any(
                True for each in _reached(function, known) for _ in _called(each, "transaction")
            )
            found += [f"{name}.{function.name}: a transaction inside the request's own"] if nested else []
        for each in ast.walk(function):
            if not isinstance(each, ast.With) or not any(_writes(item) for item in each.items):
                continue
            inside = ast.Module(body=each.body, type_ignores=[])
            if any(_called(inside, "show")):
                found.append(f"{name}.{function.name}:{each.lineno}: a page is shown inside a write transaction")
            if any(_called(inside, "transaction")):
                found.append(f"{name}.{function.name}:{each.lineno}: a transaction inside a transaction")
    return found


def test_no_post_shows_a_page_and_no_page_is_shown_inside_a_write_transaction() -> None:
    modules = _modules()
    assert len(modules) > 20
    assert [each for name, module in sorted(modules.items()) for each in wrong(name, module)] == []


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("@r.post('')\ndef f(page): return page.show('x')", "a post shows a page (in f)"),
        ("@r.post('')\ndef f(page): return g(page)\ndef g(page): return page.show('x')", "a post shows a page (in g)"),
        ("@r.post('')\ndef f(page, session: Unit):\n with db().transaction() as s: pass", "a transaction inside the request's own"),
        ("def f(page):\n with db().transaction() as s:\n  return page.show('x')", "2: a page is shown inside a write transaction"),
        ("def f(page):\n with db().transaction() as s:\n  with db().transaction(): pass", "2: a transaction inside a transaction"),
    ],
)  # fmt: skip
def test_the_look_sees_what_it_is_for(code: str, what: str) -> None:
    assert [each.partition("m.f:")[2].strip() for each in wrong("m", ast.parse(code))] == [what]


def test_nothing_is_wrong_with_a_page_that_is_shown_after_its_transaction() -> None:
    code = "@r.get('')\ndef f(page):\n with db().transaction() as s: x = 1\n return page.show('x')\n@r.post('')\ndef g(page, session: Unit): return page.go('/')"
    assert wrong("m", ast.parse(code)) == []
