"""The questions of one page of a guided form, as a template needs them, and what was posted, as intake wants it."""

import re
from dataclasses import dataclass
from typing import Any, cast

from starlette.datastructures import FormData

from onething.catalog.models import FieldSpec
from onething.catalog.trades.service import PhraseChoice, PhraseOffer, joined
from onething.core.persons.numbers import PersonDocument
from onething.intake.models import QuestionView
from onething.web.http.page import Page, text_of
from onething.web.http.paper_input import COUNTRY, PAPER, one_number
from onething.web.http.parts import Choice

KINDS = {
    "date": "date",
    "phone": "tel",
    "citizen_id": "id",
    "person_id": "paper",
    "bank_account": "id",
    "bank_card": "id",
    "number": "short",
    "money": "short",
}
FEW = 6
"""Up to so many choices stand open; more go into a list."""
MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Cell:
    name: str
    label: str
    value: str
    kind: str
    choices: tuple[Choice, ...]
    required: bool
    papers: tuple[PersonDocument, ...] = ()
    """Of a person's number: the papers that it may be of."""


@dataclass(frozen=True, slots=True)
class FormField:
    """One question. `rows` is set for a repeating group: each row is a list of cells."""

    name: str
    id: str
    label: str
    hint: str
    kind: str
    """A kind of `ui.field`, or `choices`, `select`, `rows`."""
    value: str
    choices: tuple[Choice, ...]
    required: bool
    proposed: bool
    message: str
    rows: tuple[tuple[Cell, ...], ...] = ()
    phrases: tuple[Choice, ...] = ()
    """For a scope of business: standard phrases to tick, `chosen` those that are."""
    chosen: tuple[str, ...] = ()
    own: str = ""
    """Her own words, which are no standard phrase yet."""
    renews: bool = False
    """Other fields of the page depend on it."""
    papers: tuple[PersonDocument, ...] = ()
    """Of a person's number: the papers that it may be of."""
    again: str = ""
    """Why it is asked once more: no mistake of hers, until she goes on without looking."""

    @property
    def takes_papers(self) -> bool:
        return bool(self.papers) or any(cell.papers for row in self.rows for cell in row)


def field_of(
    page: Page, question: QuestionView, spec: FieldSpec | None, *, add: int = 0, wanting: bool = False
) -> FormField:
    """`add`: empty rows beyond those that are filled; `wanting`: say where an answer is missing."""
    value = question.value if question.value is not None else question.prefill
    choices = tuple(Choice(v, page.say(text)) for v, text in question.options) or _yes_no(page, question)
    kind = KINDS.get(question.type, "long" if spec is not None and spec.longest > 500 else "text")
    if choices:
        kind = "choices" if len(choices) <= FEW else "select"
    missing = wanting and question.required and not question.answered and question.value is None
    message = page.say(question.message) if question.message else page.t("filing.fill_in") if missing else ""
    again = message if question.asked_again and not wanting else ""
    message = "" if again else message
    rows: tuple[tuple[Cell, ...], ...] = ()
    if question.type == "rows" and spec is not None:
        kind = "rows"
        known = cast("list[dict[str, Any]]", value) if isinstance(value, list) else []
        count = max(len(known) + add, 1 if question.required else add)
        rows = tuple(_cells(page, question.name, spec, known[n] if n < len(known) else {}, n) for n in range(count))
    if question.phrases is not None:
        kind = "phrases"
        message = message or _about_own(page, question.phrases)
    return FormField(
        question.name, question.name.replace(".", "-"), page.say(question.ask), page.say(question.help), kind, plain(value), choices,
        question.required, question.value is None and question.prefill is not None, message, rows, *_phrases(page, question), renews=question.field == "trade", again=again,
        papers=spec.papers if spec is not None and kind == "paper" else (),
    )  # fmt: skip


def _phrases(page: Page, question: QuestionView) -> tuple[tuple[Choice, ...], tuple[str, ...], str]:
    """Phrases to tick, those that are ticked, her own words."""
    offer = question.phrases
    if offer is None:
        return (), (), ""
    return (
        tuple(Choice(each.text, each.text, _about(page, each) or None) for each in offer.choices),
        tuple(each.text for each in offer.choices if each.chosen), joined(offer.own),
    )  # fmt: skip


def _about_own(page: Page, offer: PhraseOffer) -> str:
    """What is said beside her own words: those that lead to phrases to tick, and those that lead to none."""
    said = [
        page.t(f"startup.{key}", words="、".join(words))
        for key, words in (
            ("phrases_own", list(offer.led)),
            ("phrases_none", [each for each in offer.own if each not in offer.led]),
        )
        if words
    ]
    return " ".join(said)


def _about(page: Page, phrase: PhraseChoice) -> str:
    """Why it is proposed, and what it asks for."""
    words = [page.t("startup.phrases_of", words=phrase.of)] if phrase.of else []
    words += [page.t("startup.phrases_permit", name=page.say(name)) for name in phrase.permits]
    words += [page.t("startup.phrases_together", name=page.say(name)) for name in phrase.together]
    return " ".join(words)


def _cells(page: Page, name: str, spec: FieldSpec, row: dict[str, Any], number: int) -> tuple[Cell, ...]:
    return tuple(
        Cell(
            f"{name}.{number}.{column.id}", page.say(column.name), plain(row.get(column.id)),
            "choices" if column.codes else KINDS.get(column.type, "text"),
            tuple(Choice(code, page.say(text)) for code, text in column.codes.items()), column.required,
            column.papers if column.type == "person_id" else (),
        )
        for column in spec.fields
    )  # fmt: skip


def _yes_no(page: Page, question: QuestionView) -> tuple[Choice, ...]:
    if question.type != "bool":
        return ()
    return (Choice("true", page.t("filing.yes_value")), Choice("false", page.t("filing.no_value")))


def plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None or isinstance(value, list) else str(value)


_ROW = re.compile(rf"^(\d{{1,3}})\.([a-z][a-z0-9_]*(?:{PAPER}|{COUNTRY})?)$")


def posted(form: FormData, questions: list[QuestionView]) -> dict[str, Any]:
    """`slot.field` → what was sent, for the questions of a page. Fields that were not sent are left alone."""
    values: dict[str, Any] = {}
    for question in questions:
        if question.type == "rows":
            rows = _rows(form, question.name)
            if rows is not None:
                values[question.name] = rows
        elif question.phrases is not None and question.name in form:
            values[question.name] = joined(each for each in form.getlist(question.name) if isinstance(each, str))
        elif isinstance(form.get(question.name), str):
            text = text_of(form, question.name)
            values[question.name] = text == "true" if question.type == "bool" and text in {"true", "false"} else text
    return values


def _with_papers(row: dict[str, str]) -> dict[str, str]:
    """A row with the numbers of people in their one spelling."""
    papers = {name.removesuffix(PAPER): value for name, value in row.items() if name.endswith(PAPER)}
    plain = {name: value for name, value in row.items() if not name.endswith((PAPER, COUNTRY))}
    told = {
        name: one_number(plain[name], paper, row.get(f"{name}{COUNTRY}", ""))
        for name, paper in papers.items()
        if name in plain
    }
    return plain | told


def _rows(form: FormData, name: str) -> list[dict[str, str]] | None:
    """The rows that have anything in them, in their order; a row marked to be taken out is. None: the group was not sent."""
    rows: dict[int, dict[str, str]] = {}
    for key, value in form.multi_items():
        found = _ROW.match(key.removeprefix(f"{name}.")) if key.startswith(f"{name}.") else None
        if found and isinstance(value, str) and int(found[1]) < MOST_ROWS:
            rows.setdefault(int(found[1]), {})[found[2]] = value.strip()
    if not rows:
        return None
    out = form.get("drop")
    dropped = {number for number in rows if out == f"{name}.{number}"}
    kept = [_with_papers(rows[number]) for number in sorted(rows) if number not in dropped]
    return [row for row in kept if any(value for column, value in row.items() if column != "pay_form")]
