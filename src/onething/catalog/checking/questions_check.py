"""The check of the questions of a life event: each is asked by a source, once, on a page that there is, with choices that are codes."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from onething.catalog.checking.findings import Finding, Where, unknown
from onething.catalog.checking.known_names import Names
from onething.catalog.checking.review_checks import PLACE
from onething.catalog.checking.shapes import of_field
from onething.catalog.models import FromFacts, FromQuestions, Slot


def check_questions(names: Names, at: Where, root: Path) -> Iterator[Finding]:
    """What is asked, how, and whether everything that must be known is asked for."""
    yield from _questions(names, at, root)
    yield from _nobody_asks(names, at)


def _questions(names: Names, at: Where, root: Path) -> Iterator[Finding]:
    for index, question in enumerate(names.event.questions):
        here = (*at, "questions", index)
        yield from names.fact(question.field, (*here, "field"))
        spec = names.field(question.field)
        yield from names.condition(question.when, (*here, "when"))
        yield from names.expression(question.default, (*here, "default"), of_field(spec) if spec else None)
        yield from names.expression(question.options_from, (*here, "options_from"))
        if names.event.pages and question.page not in names.event.pages:
            yield unknown((*here, "page"), "页面", "page", question.page, names.event.pages)
        yield from _draft(names, question.draft, (*here, "draft"), root)
        for number, option in enumerate(question.options):
            yield from names.condition(option.when, (*here, "options", number, "when"))
            if spec is not None and spec.codes and option.value not in spec.codes:
                yield unknown((*here, "options", number, "value"), "代码", "code", option.value, spec.codes)


def _draft(names: Names, draft: str | None, at: Where, root: Path) -> Iterator[Finding]:
    """The file of a proposed answer is there, and every `{place}` in it can be worked out."""
    if draft is None:
        return
    path = root / names.event.id / draft
    if not path.is_file():
        yield Finding.error(at, f"没有文件“{draft}”。", f'There is no file "{draft}".')
        return
    file = path.relative_to(root).as_posix()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        for text in PLACE.findall(line):
            for finding in names.expression(text, at):
                yield replace(finding, fatal=False, file=file, line=number)


def _nobody_asks(names: Names, at: Where) -> Iterator[Finding]:
    """Questions that no source puts, questions put twice, pages without a question, fields that must be there and nobody gives."""
    event = names.event
    asked = {
        f"{slot.id}.{name}"
        for slot in event.slots
        for source in slot.sources
        if isinstance(source, FromQuestions)
        for name in source.ask
    }
    seen: set[str] = set()
    for index, question in enumerate(event.questions):
        here = (*at, "questions", index)
        if question.field in seen:
            yield Finding.fault(
                (*here, "field"),
                f"“{question.field}”写了两个问题，请只留一个。",
                f'There are two questions for "{question.field}": keep one.',
            )
        elif question.field not in asked:
            yield Finding.fault(
                (*here, "field"), f"没有来源要问“{question.field}”：把它写进材料位的 ask，或删去这个问题。",
                f'No source asks for "{question.field}": list it under `ask` of its slot, or remove the question.',
            )  # fmt: skip
        seen.add(question.field)
    for name in event.pages:
        if all(question.page != name for question in event.questions):
            yield Finding.fault(
                (*at, "pages", name), f"没有问题放在“{name}”这一页。", f'No question stands on the page "{name}".'
            )
    for index, slot in enumerate(event.slots):
        yield from _not_given(names, slot, (*at, "slots", index))


def _not_given(names: Names, slot: Slot, at: Where) -> Iterator[Finding]:
    """A slot that is only asked or worked out must get every field that its type requires."""
    kind = names.city.type_of(slot)
    if (
        kind is None
        or not slot.sources
        or any(not isinstance(source, FromQuestions | FromFacts) for source in slot.sources)
    ):
        return
    given = {
        name
        for source in slot.sources
        for name in (
            source.ask if isinstance(source, FromQuestions) else source.derive if isinstance(source, FromFacts) else ()
        )
    }
    for spec in kind.fields:
        if spec.required and spec.id not in given:
            yield Finding.fault(
                (*at, "sources"), f"“{kind.id}”必填“{spec.id}”，但没有来源给出它：把它写进 ask 或 derive，或把它改为 required: false。",
                f'"{kind.id}" requires "{spec.id}", and no source gives it: list it under `ask` or `derive`, or make it `required: false`.',
            )  # fmt: skip
