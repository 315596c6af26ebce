"""What an agency's refusal is told as: in the city's words for its code, else in the agency's own where those are for people.

An interface answers in codes, English or the names of its fields. None of that reaches an SMS, a page or a written decision.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from onething.catalog.models import City, FromQuestions, FromUpload, LifeEvent, Operation, OperationRef
from onething.catalog.service import spec_of
from onething.core.i18n import Text, texts_of
from onething.exchange.models import Answer

say = texts_of(__name__)

_CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_FEWEST = 4
"""Chinese characters: fewer are no sentence."""
_ASIDE = re.compile(r"[(（\[【][^)）\]】\u3400-\u9fff]*[)）\]】]")
"""A remark in brackets without a Chinese word: a code, a name of a field."""
_MACHINE = re.compile(r"[A-Za-z]{4,}|[A-Za-z0-9]+_[A-Za-z0-9_]*|[A-Za-z]\w*\.\w|[{}<>\\|=;]|0x[0-9a-f]|\d{7,}", re.IGNORECASE)  # fmt: skip
_LEADING_CODE = re.compile(r"^[\s\[【(（]*[A-Z]{0,6}[-_]?\d{2,8}[\s\])）】]*[:：\-,，]\s*")
_NAME = re.compile(r"[A-Za-z_][\w.]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Told:
    """A refusal in words. `fact`: `slot.field` of the applicant's on which it turns, where that is known."""

    words: Text
    mend: Text | None = None
    fact: str | None = None

    def as_json(self) -> dict[str, object]:
        kept: dict[str, object] = {"words": self.words.model_dump()}
        return (
            kept | ({"mend": self.mend.model_dump()} if self.mend else {}) | ({"field": self.fact} if self.fact else {})
        )


def for_people(text: str) -> str:
    """An agency's words without codes around them; empty where they are not a Chinese sentence for people."""
    words = _ASIDE.sub("", _LEADING_CODE.sub("", text.strip())).strip(" 。.;；:：")
    return words if len(_CHINESE.findall(words)) >= _FEWEST and not _MACHINE.search(words) else ""


def told(
    city: City, event: LifeEvent, operation: str, mapping: Mapping[str, str], answer: Answer, origins: Mapping[str, str]
) -> Told | None:
    """The refusal of an order in words. `mapping`: parameter → fact, as the service hands them over; `origins`: slot or fact → how
    it came.

    None: it is no refusal at all. The agency did not take the message (`not_taken`), and not because of anything that the
    applicant herself gave.
    """
    ref = OperationRef.parse(operation)
    agency, spec = city.agency(ref.agency), city.operation(operation)
    name = agency.short if agency else Text.same(ref.agency)
    known = agency.refusal(answer.code) if agency else None
    if known is not None:
        return Told(known.text, known.mend, _fact(event, mapping.get(known.about or "", ""), origins))
    fact = _fact(event, mapping.get(_named(spec, answer.reason) or "", ""), origins)
    if agency is not None and answer.code in agency.gateway.not_taken:
        if fact is None:
            return None
        slot, _, field = fact.partition(".")
        about = spec_of(city, event, slot, field)
        field_name = about.name if about else Text.same("")
        return Told(
            say("refused.not_taken", agency=name, field=field_name), say("refused.check", field=field_name), fact
        )
    own = for_people(answer.reason)
    if own:
        return Told(say("refused.own_words", agency=name, words=own), fact=fact)
    return Told(say("refused.no_words", agency=name, phone=(agency.phone if agency else "") or city.help_phone))


def _named(operation: Operation | None, reason: str) -> str | None:
    """Our parameter that their words name by its place in their message."""
    if operation is None:
        return None
    for word in _NAME.findall(reason):
        for theirs, ours in operation.request.items():
            if theirs == word or theirs.endswith(f".{word}") or theirs.rpartition(".")[2] == word:
                return ours
    return None


def _fact(event: LifeEvent, expression: str, origins: Mapping[str, str]) -> str | None:
    """The `slot.field` that an expression is, where the applicant gave it: by a question or a paper of hers."""
    slot_id, _, field = expression.partition(".")
    slot = event.slot(slot_id) if field.isidentifier() else None
    if slot is None or origins.get(expression, origins.get(slot_id)) in ("registry", "issued", "service", "derived"):
        return None
    asked = any(isinstance(source, FromQuestions) and field in source.ask for source in slot.sources)
    return expression if asked or any(isinstance(source, FromUpload) for source in slot.sources) else None
