"""All facts of a filing with their origins: sign-in, photographs, answers, registries that were asked this very question."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from onething.catalog.models import City, FromRegistry, LifeEvent
from onething.core.clock import today
from onething.core.i18n import texts_of
from onething.documents.models import ReadProblem
from onething.intake.filing.document_matching import Paper, Placed, field_map, place
from onething.intake.filing.signed_content import signature_facts
from onething.intake.states import DocumentState
from onething.intake.store import Filing
from onething.intake.tables import DocumentRow, RegistryAnswerRow
from onething.planning.service import question_mark, resolve_params
from onething.review.models import DocumentProblem, Fact, Origin
from onething.review.service import check_value, event_map, merge_facts, normal_form, settle_facts

say = texts_of(__name__)

FAILED = frozenset({"unavailable", "nonsense", "refused"})

PRINT_DIFFERS = "print_differs"
"""A field of this name in an evidence type is true when a QR or bar code on the paper says otherwise than its print: the
city's rules then decide who looks at it."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a filing knows. `registry` are the answers that still fit the facts; stale ones are left out."""

    facts: tuple[Fact, ...]
    placed: Placed
    registry: tuple[RegistryAnswerRow, ...]


def gather(city: City, event: LifeEvent, filing: Filing) -> Gathered:
    own = [*sign_in_facts(city, event, filing), *answer_facts(city, event, filing)]
    papers = [paper_of(row) for row in filing.documents if row.state == DocumentState.READ]
    answered = [fact for row in filing.registry for fact in registry_facts(row)]
    placed = place(city, event, papers, [*own, *answered])
    facts = [*own, *document_facts(city, event, filing.documents, placed)]
    fitting: list[RegistryAnswerRow] = []
    waiting = list(filing.registry)
    while waiting:
        known = certain(city, event, facts)
        good = [row for row in waiting if fits(event, row, known)]
        if not good:
            break
        for row in good:
            waiting.remove(row)
            fitting.append(row)
            facts += registry_facts(row)
    facts += signature_facts(event, filing, merge_facts(settle_facts(city, event, facts)))
    return Gathered(tuple(facts), placed, tuple(fitting))


def certain(city: City, event: LifeEvent, facts: Sequence[Fact]) -> dict[str, dict[str, Any]]:
    """What agencies may be asked about: nothing that was only guessed, nothing that cannot be right."""
    specs = event_map(city, event).specs
    merged = merge_facts(settle_facts(city, event, facts), uncertain=False)
    day = today()
    return {
        slot: {
            field: value for field, value in fields.items()
            if (spec := specs.get((slot, field))) is None or check_value(spec, value, day) is None
        }
        for slot, fields in merged.items()
    }  # fmt: skip


def registry_source(event: LifeEvent, slot_id: str, index: int) -> FromRegistry | None:
    slot = event.slot(slot_id)
    source = slot.sources[index] if slot is not None and index < len(slot.sources) else None
    return source if isinstance(source, FromRegistry) else None


def fits(event: LifeEvent, row: RegistryAnswerRow, known: Mapping[str, Mapping[str, Any]]) -> bool:
    """Was this answer given to the question that would be asked now?"""
    source = registry_source(event, row.slot, row.source_index)
    if source is None or source.registry != row.operation:
        return False
    return question_mark(source.registry, resolve_params(source.with_, known, today())) == row.asked


def sign_in_facts(city: City, event: LifeEvent, filing: Filing) -> Iterator[Fact]:
    where = event_map(city, event)
    claims = {"name": filing.person.name, "id_number": filing.person.id_number, "phone": filing.person.phone}
    origin = Origin(kind="sign_in", ref="sign_in", at=filing.row.created_at.isoformat())
    for slot in sorted(where.sign_in_slots):
        for field, value in claims.items():
            if (slot, field) in where.specs and value:
                yield Fact(slot=slot, field=field, value=value, origin=origin)


def answer_facts(city: City, event: LifeEvent, filing: Filing) -> Iterator[Fact]:
    specs = event_map(city, event).specs
    for row in filing.answers:
        if row.value is not None and (row.slot, row.field) in specs:
            how = "" if row.source == "typed" else row.source
            origin = Origin(kind="answer", ref=f"{row.slot}.{row.field}", at=row.at.isoformat(), how=how)
            yield Fact(slot=row.slot, field=row.field, value=row.value, origin=origin)


def registry_facts(row: RegistryAnswerRow) -> Iterator[Fact]:
    if row.outcome == "ok":
        origin = Origin(kind="registry", ref=row.operation, at=row.at.isoformat())
        for field, value in (row.data or {}).items():
            yield Fact(slot=row.slot, field=field, value=value, origin=origin)


def mended_for(read: Mapping[str, Any]) -> str:
    """Why the reader took another value than it saw (`checksum`, `code` …); empty where it says what the picture says. What she
    changed herself, and what was only evened out, is no mending."""
    reasons = [
        str(each["reason"])
        for each in read.get("corrections") or ()
        if each["before"] != each["after"] and each["reason"] not in ("applicant", "format")
    ]
    return reasons[-1] if reasons else ""


def paper_of(row: DocumentRow) -> Paper:
    values = {name: str(read.get("value", "")) for name, read in (row.fields or {}).items() if read.get("value")}
    return Paper(row.id, row.digest, row.type, row.slot, values)


def document_facts(city: City, event: LifeEvent, documents: Sequence[DocumentRow], placed: Placed) -> Iterator[Fact]:
    where = event_map(city, event)
    for row in documents:
        slot = placed.slots.get(row.id)
        if row.state != DocumentState.READ or slot is None or slot not in where.types or row.type is None:
            continue
        for ours, theirs in field_map(where.types[slot], row.type).items():
            read, spec = (row.fields or {}).get(theirs), where.specs.get((slot, ours))
            if not read or not read.get("value") or spec is None:
                continue
            box = read.get("box")
            origin = Origin(
                kind="upload", ref=row.id, at=row.added_at.isoformat(), confidence=float(read.get("confidence", 0)),
                certain=bool(read.get("certain")), box=tuple(box) if box else None, page=int(read.get("page", 0)),
                how=mended_for(read),
            )  # fmt: skip
            yield Fact(slot=slot, field=ours, value=normal_form(spec, read["value"]), origin=origin)
        if (slot, PRINT_DIFFERS) in where.specs and any(
            each["code"] == "code_disagrees" for each in row.problems or ()
        ):
            origin = Origin(kind="upload", ref=row.id, at=row.added_at.isoformat(), page=row.page)
            yield Fact(slot=slot, field=PRINT_DIFFERS, value=True, origin=origin)


def _problem(code: str) -> ReadProblem:
    return ReadProblem(code=code, what=say(f"photo.{code}.what"), todo=say(f"photo.{code}.todo"))


def still_missing(
    city: City,
    event: LifeEvent,
    filing: Filing,
    facts: Mapping[str, Mapping[str, Any]],
    problems: Iterable[DocumentProblem],
) -> Iterator[DocumentProblem]:
    """Without what was not found on a photograph and has been typed since, or stands on another."""
    types, kinds = event_map(city, event).types, {row.id: row.type for row in filing.documents}
    for each in problems:
        kind, paper = types.get(each.slot or ""), kinds.get(each.document)
        names = (
            [ours for ours, theirs in field_map(kind, paper).items() if theirs == each.problem.field]
            if kind and paper
            else []
        )
        known = facts.get(each.slot or "", {})
        if each.problem.code != "missing" or all(known.get(name) in (None, "") for name in names) or not names:
            yield each


def document_problems(filing: Filing, placed: Placed, asked: Mapping[str, str]) -> Iterator[DocumentProblem]:
    """What is to be said about each photograph. `asked`: document type → the slot that still waits for one."""
    for row in filing.documents:
        slot = placed.slots.get(row.id) or (asked.get(row.type) if row.type else next(iter(asked.values()), None))
        if row.state == DocumentState.FAILED and not row.problems:
            yield DocumentProblem(document=row.id, slot=slot, problem=_problem("unreadable"))
        for problem in row.problems or ():
            yield DocumentProblem(document=row.id, slot=slot, problem=ReadProblem.model_validate(problem))
        if row.id in placed.open:
            told = _problem("stranger" if row.id in placed.strangers else "whose")
            yield DocumentProblem(document=row.id, slot=slot, problem=told)
