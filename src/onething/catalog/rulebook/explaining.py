"""Why rules decided as they did: each reason and row of a decision in words, with the working beneath."""

from dataclasses import dataclass

from onething.catalog.rulebook.condition_words import Vocabulary
from onething.core.i18n import Lang, Text, texts_of
from onething.rules.service import Decision, RuleResult

say = texts_of(__name__)

_MARK = {True: "✓", False: "✗", None: "?"}
_OUTCOME = {True: "yes", False: "no", None: "undecided"}


@dataclass(frozen=True, slots=True)
class Explained:
    """One reason. `working`: a line for each step, marked ✓, ✗ or ?, with the facts it was tried on."""

    text: Text
    outcome: str
    ground: str
    working: Text


def explained(words: Vocabulary, decision: Decision) -> list[Explained]:
    """The reasons of a decision, then the rows of its table."""
    found: list[Explained] = []
    for reason in decision.reasons:
        working = Text(zh=_working(words, reason, "zh"), en=_working(words, reason, "en"))
        found.append(Explained(reason.text, reason.outcome, "、".join(map(str, reason.ground)), working))
    for row in decision.rows:
        cells = "\n".join(
            f"{_MARK[truth]} {label} {cell}    = {_value(value)}" for label, cell, value, truth in row.cells
        )
        found.append(Explained(say("rulebook.row_n", n=row.id), _OUTCOME[row.outcome], "", Text.same(cells)))
    return found


def _working(words: Vocabulary, reason: RuleResult, lang: Lang) -> str:
    return "\n".join(
        f"{_MARK[step.outcome]} {step.text}    "
        + ", ".join(f"{words.name(name, lang)} = {_value(value)}" for name, value in step.values.items())
        for step in reason.trace
    )


def _value(value: object) -> str:
    return "—" if value is None else str(value)
