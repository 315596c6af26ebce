"""Drafts by a language model behind an OpenAI-compatible interface. It is not trusted: its drafts pass the checks of every draft.

Only the text of the law leaves the machine, never a case or a profile. What the model says it read must be in the text,
word for word; a draft that quotes something else, cites another article or contains a number that the article does not,
is kept with its problems and cannot be submitted.
"""

import json
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from onething.core.errors import Problem
from onething.core.settings import settings_of
from onething.policy.drafting.models import Draft, Modality, OpenPlace
from onething.policy.drafting.rules import Written, as_file, ground_of
from onething.policy.drafting.vocabulary import Vocabulary, fact_name
from onething.policy.errors import MODEL_FAILED
from onething.policy.models import Article, Document, Paragraph, Span
from onething.policy.settings import PolicySettings

MOST_TOKENS = 4000
_ASK = """You read one paragraph of a Chinese regulation and return JSON only:
{"clauses": [{"quote": "<the words of the paragraph this rests on, copied exactly>", "modality": "must|may|ban|right|penalty|is",
 "subject": "<words copied exactly, or empty>", "authority": "<copied exactly, or empty>", "benefit": "<copied exactly, or empty>",
 "conditions": [{"quote": "<copied exactly>", "fact": "<short Chinese name>", "op": "<|<=|=|>=|>|true", "value": <number or null>, "unit": "<unit>"}],
 "any": <true when one of the conditions is enough>, "value": "<amount in yuan as an expression, or empty>"}],
 "not_understood": [{"quote": "<copied exactly>", "why": "<short>"}]}
Do not add anything that the paragraph does not say. Put what is vague under not_understood."""


class _Condition(BaseModel):
    model_config = ConfigDict(extra="ignore")
    quote: str = ""
    fact: str = ""
    op: Literal["<", "<=", "=", ">=", ">", "true"] = "true"
    value: float | int | None = None
    unit: str = ""


class _Clause(BaseModel):
    model_config = ConfigDict(extra="ignore")
    quote: str
    modality: Modality = "is"
    subject: str = ""
    authority: str = ""
    benefit: str = ""
    conditions: list[_Condition] = []
    any: bool = False
    value: str = ""


class _Open(BaseModel):
    model_config = ConfigDict(extra="ignore")
    quote: str = ""
    why: str = ""


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")
    clauses: list[_Clause] = []
    not_understood: list[_Open] = []


class ChatModel(Protocol):
    """Whatever answers a prompt with text."""

    def complete(self, system: str, user: str) -> str: ...


@dataclass(frozen=True, slots=True)
class OpenAiChat:
    """`POST {url}/chat/completions`. Raises `Problem` (policy.model_failed)."""

    url: str
    model: str
    key: str = ""
    timeout: float = 60.0

    def complete(self, system: str, user: str) -> str:
        body: dict[str, Any] = {
            "model": self.model, "temperature": 0, "max_tokens": MOST_TOKENS, "response_format": {"type": "json_object"},
            "messages": [{"role": "system", "content": system}, {"role": "user", "content": user}],
        }  # fmt: skip
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        try:
            answer = httpx.post(
                f"{self.url.rstrip('/')}/chat/completions", json=body, headers=headers, timeout=self.timeout
            )
            answer.raise_for_status()
            return str(answer.json()["choices"][0]["message"]["content"])
        except (httpx.HTTPError, ValueError, KeyError, IndexError, TypeError) as error:
            raise Problem(MODEL_FAILED, why=type(error).__name__, detail=str(error)) from None


class ModelDrafter:
    """Drafts by a model; everything it says is looked up in the text."""

    def __init__(self, chat: ChatModel, words: Vocabulary | None = None, name: str = "model") -> None:
        self.chat = chat
        self.words = words or Vocabulary()
        self.name = name

    @classmethod
    def from_settings(cls, model: str, words: Vocabulary) -> "ModelDrafter":
        settings = settings_of(PolicySettings)
        if not settings.policy_model_url:
            raise Problem(MODEL_FAILED, why="ONETHING_POLICY_MODEL_URL")
        key = settings.policy_model_key.get_secret_value()
        return cls(
            OpenAiChat(settings.policy_model_url, model, key, settings.policy_model_timeout), words, f"model:{model}"
        )

    def draft(self, document: Document, article: Article, paragraph: Paragraph) -> tuple[list[Draft], list[OpenPlace]]:
        """Raises `Problem` (policy.model_failed) when the answer is no JSON of the agreed shape."""
        text = "\n".join([paragraph.text, *(item.label + item.text for item in paragraph.items)])
        try:
            answer = _Answer.model_validate(json.loads(self.chat.complete(_ASK, text)))
        except (ValueError, ValidationError) as error:
            raise Problem(MODEL_FAILED, why="JSON", detail=str(error)) from None
        end = max([paragraph.span[1], *(item.span[1] for item in paragraph.items)])
        place = _Place(document, article, paragraph, document.source[paragraph.span[0] : end])
        drafts = [self._one(place, clause, n) for n, clause in enumerate(answer.clauses, 1)]
        left = [OpenPlace(source=paragraph.id, text=each.quote, why=f"model:{each.why}"[:120], span=place.find(each.quote) or paragraph.span) for each in answer.not_understood]  # fmt: skip
        return [each for each in drafts if each.rules], left + [open_ for each in drafts for open_ in each.open]

    def _one(self, place: "_Place", clause: _Clause, n: int) -> Draft:
        written, ground = Written(), ground_of(place.document, place.article, place.paragraph)
        invented = [
            words
            for words in (clause.quote, clause.subject, clause.authority, clause.benefit)
            if words and place.find(words) is None
        ]
        tests: list[str] = []
        for each in clause.conditions:
            span = place.find(each.quote)
            if span is None:
                invented.append(each.quote)
            fact = fact_name(each.fact or each.quote)
            test = fact if each.op == "true" or each.value is None else f"{fact} {each.op} {each.value}"
            written.facts[fact] = {
                "type": "bool" if test == fact else "number",
                "name": each.fact or each.quote,
                "unit": each.unit,
            }
            tests.append(test)
            if not clause.any:
                written.add(
                    {"require": test, "text": each.quote or each.fact, "ground": ground},
                    span or place.paragraph.span,
                    "if",
                )
        if clause.any and tests:
            written.add(
                {"require": " or ".join(tests), "text": clause.quote, "ground": ground},
                place.find(clause.quote) or place.paragraph.span,
                "any",
            )
        written.value = clause.value
        tag = (
            place.paragraph.id.removeprefix(place.document.id)
            .strip("/")
            .replace("/", "_")
            .replace("-", "_")
            .replace("~", "_")
        )
        rules = as_file(written, f"{tag}_m{n}", clause.quote[:60], place.document) if written.rules else ""
        left = tuple(
            OpenPlace(source=place.paragraph.id, text=words[:200], why="not_in_text", span=place.paragraph.span)
            for words in invented
        )
        return Draft(
            id=f"{place.paragraph.id}/m{n}", source=place.paragraph.id, text=clause.quote, modality=clause.modality, title=clause.quote[:60],
            subject=clause.subject, authority=clause.authority, benefit=clause.benefit, rules=rules, links=tuple(written.links), open=left,
            made_by=self.name,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Place:
    document: Document
    article: Article
    paragraph: Paragraph
    text: str

    def find(self, words: str) -> Span | None:
        at = self.text.find(words) if words else -1
        start = self.paragraph.span[0] + at
        return (start, start + len(words)) if at >= 0 else None
