"""A regulation's file to everything that is known about its text: tree, references, drafts, and what was not understood."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from onething.policy.drafting.drafts import Drafter, ParserDrafter, draft_document
from onething.policy.drafting.models import Draft, OpenPlace
from onething.policy.models import Document, Item, Reference
from onething.policy.text.references import find_references
from onething.policy.text.tree import parse_document


@dataclass(frozen=True, slots=True)
class Structured:
    document: Document
    references: tuple[Reference, ...]
    drafts: tuple[Draft, ...]
    not_understood: tuple[OpenPlace, ...]

    def as_dict(self) -> dict[str, Any]:
        """The shape of `onething policy structure --json`."""
        return {
            "title": self.document.title,
            "articles": [
                {
                    "number": each.number, "label": each.label, "text": each.text,
                    "paragraphs": [{"text": p.text, "items": [_item(item) for item in p.items]} for p in each.paragraphs],
                }
                for each in self.document.articles
            ],
            "references": [{"from": each.source, "text": each.text, "to": list(each.targets)} for each in self.references],
            "drafts": [each.model_dump(mode="json") for each in self.drafts],
            "not_understood": [{"from": each.source, "text": each.text, "why": each.why} for each in self.not_understood],
        }  # fmt: skip


def _item(item: Item) -> dict[str, Any]:
    return {"label": item.label, "text": "\n".join([item.text, *item.lines[1:]])}


def structure(
    source: str, name: str = "", drafter: Drafter | None = None, library: Mapping[str, Document] | None = None
) -> Structured:
    """Read a regulation's text. Never raises for odd text; with a model as `drafter` raises `Problem` (policy.model_failed)."""
    document = parse_document(source, name)
    references = find_references(document, library)
    drafts, left = draft_document(document, drafter or ParserDrafter(), references)
    return Structured(document, references, tuple(drafts), tuple(left))
