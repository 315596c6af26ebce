"""All drafts of a document, and all that was not understood."""

from collections.abc import Sequence
from typing import Protocol

from onething.policy.drafting.checks import check_draft
from onething.policy.drafting.doubts import doubts
from onething.policy.drafting.examples import examples_of
from onething.policy.drafting.models import Draft, OpenPlace, ParsedClause
from onething.policy.drafting.reading import read_paragraph
from onething.policy.drafting.rules import as_file, write_rules
from onething.policy.drafting.vocabulary import Vocabulary
from onething.policy.models import Article, Document, Paragraph, Reference


class Drafter(Protocol):
    """Makes drafts of one paragraph. What it returns is checked by `check_draft`, whoever it is."""

    name: str

    def draft(
        self, document: Document, article: Article, paragraph: Paragraph
    ) -> tuple[list[Draft], list[OpenPlace]]: ...


class ParserDrafter:
    """The built-in deterministic one: the same text always gives the same drafts, and nothing leaves the machine."""

    name = "parser"

    def __init__(self, words: Vocabulary | None = None) -> None:
        self.words = words or Vocabulary()

    def draft(self, document: Document, article: Article, paragraph: Paragraph) -> tuple[list[Draft], list[OpenPlace]]:
        drafts: list[Draft] = []
        left: list[OpenPlace] = []
        for n, clause in enumerate(read_paragraph(paragraph), 1):
            if not decides(clause):
                left.append(OpenPlace(source=paragraph.id, text=clause.text, why="no_rule", span=clause.span))
                continue
            made = self._one(document, article, paragraph, clause, n)
            drafts.append(made)
            left += made.open
        return drafts, left

    def _one(self, document: Document, article: Article, paragraph: Paragraph, clause: ParsedClause, n: int) -> Draft:
        written = write_rules(document, article, paragraph, clause, self.words)
        known = {(each.text, each.why) for each in written.open}
        written.open += [each for each in doubts(clause) if (each.text, each.why) not in known]
        tag = paragraph.id.removeprefix(document.id).strip("/").replace("/", "_").replace("-", "_").replace("~", "_")
        ruleset = f"{tag}_c{n}"
        if not written.rules:
            return _empty(clause, f"{paragraph.id}/c{n}", tuple(written.open))
        name = clause.outcome[:60] or clause.text[:60]
        return Draft(
            id=f"{paragraph.id}/c{n}", source=paragraph.id, text=clause.text, modality=clause.modality, title=name, subject=clause.subject,
            authority=clause.authority, benefit=clause.benefit, rules=as_file(written, ruleset, name, document), links=tuple(written.links),
            open=tuple(written.open),
        )  # fmt: skip


def _empty(clause: ParsedClause, id_: str, left: tuple[OpenPlace, ...]) -> Draft:
    return Draft(
        id=id_,
        source=clause.source,
        text=clause.text,
        modality=clause.modality,
        title=clause.outcome[:60],
        rules="",
        open=left,
    )


def decides(clause: ParsedClause) -> bool:
    """Whether a clause says something that a rule can decide; principles and definitions do not."""
    if clause.modality == "is" or clause.logic == "list":
        return False
    return bool([each for each in clause.conditions if not each.partial] or clause.listed)


def draft_document(document: Document, drafter: Drafter, references: Sequence[Reference] = ()) -> tuple[list[Draft], list[OpenPlace]]:  # fmt: skip
    """Checked drafts with boundary examples, and everything that was not understood, in the order of the text."""
    drafts: list[Draft] = []
    left: list[OpenPlace] = [
        OpenPlace(source=each.source, text=each.text, why=f"reference:{each.problem}", span=each.span) for each in references if each.problem
    ]  # fmt: skip
    left += [OpenPlace(source=document.id, text=document.source[slice(*each.span)].strip() or document.title, why=f"text:{each.code}", span=each.span) for each in document.problems]  # fmt: skip
    for article in document.articles:
        for paragraph in article.paragraphs:
            made, more = drafter.draft(document, article, paragraph)
            left += more
            drafts += [checked(each, document, article, paragraph) for each in made if each.rules]
    return drafts, sorted(left, key=lambda each: each.span)


def ruleset_of(draft: Draft) -> str:
    """The id of a draft's only ruleset: the one place that both makers and checks agree on."""
    import yaml

    try:
        return str(yaml.safe_load(draft.rules)["rulesets"][0]["id"])
    except (yaml.YAMLError, KeyError, IndexError, TypeError):
        return ""


def checked(draft: Draft, document: Document, article: Article, paragraph: Paragraph) -> Draft:
    """The draft with what the checks found and its boundary examples."""
    ruleset = ruleset_of(draft)
    problems = [f"{each.text}:不在条文里" for each in draft.open if each.why == "not_in_text"]
    problems += check_draft(
        draft.rules, ruleset, document, article, paragraph, tuple(link.span for link in draft.links)
    )
    return draft.model_copy(update={"problems": tuple(problems), "examples": examples_of(draft.rules, ruleset)})
