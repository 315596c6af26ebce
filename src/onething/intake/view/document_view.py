"""Each photograph as its page shows it: what was read, where on the picture, what counts now, what is odd about it."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from onething.catalog.models import City, LifeEvent
from onething.catalog.service import SPACED, shown
from onething.core import clock
from onething.core.i18n import Text, texts_of
from onething.documents.models import DocumentType, ReadProblem
from onething.documents.service import document_type
from onething.intake.filing.document_matching import candidates, field_map
from onething.intake.filing.facts import document_problems, mended_for, still_missing
from onething.intake.filing.situation import Situation
from onething.intake.models import DocumentView, ReadFieldView
from onething.intake.states import DocumentState
from onething.intake.tables import DocumentRow
from onething.intake.view.paper_words import specs_of_paper
from onething.review.models import DocumentProblem, Fact
from onething.review.service import best_facts, check_value, event_map

say = texts_of(__name__)


def document_views(situation: Situation) -> Iterator[DocumentView]:
    placed = situation.gathered.placed
    told: dict[str, list[DocumentProblem]] = {}
    problems = document_problems(situation.filing, placed, {})
    for about in still_missing(situation.city, situation.event, situation.filing, situation.facts, problems):
        told.setdefault(about.document, []).append(about)
    for row in situation.filing.documents:
        slot = placed.slots.get(row.id)
        kind = document_type(row.type) if row.type else None
        fields = tuple(_fields(situation.city, situation.event, situation.settled, row.type, row.fields or {}, slot))
        unused = _is_unused(situation, row, slot)
        yield DocumentView(
            id=row.id, digest=row.digest, filename=row.filename or "", media_type=row.media_type, state=DocumentState(row.state), type=row.type,
            type_name=kind.name if kind else None, slot=slot, slot_name=slot_name(situation, slot) if slot else None,
            fields=fields, problems=tuple(_problems(told.get(row.id, []), fields, kind, unused)), unused=unused,
            preview=row.preview, added_at=row.added_at, page=row.page, **marks_view(row.marks),
            whose=tuple((option, slot_name(situation, option)) for option in placed.open.get(row.id, ())),
        )  # fmt: skip


def _is_unused(situation: Situation, row: DocumentRow, slot: str | None) -> bool:
    """A paper that this event has no place for: nothing on it needs to be checked or typed."""
    if row.state != DocumentState.READ or slot or not row.type:
        return False
    return not candidates(situation.city, situation.event, row.type)


def _problems(
    about: list[DocumentProblem], fields: tuple[ReadFieldView, ...], kind: DocumentType | None, unused: bool
) -> Iterator[dict[str, Any]]:
    """What is to be said of the page as a whole. What is uncertain is marked at its field; all that is missing is one sentence."""
    here = {field.field for field in fields}
    missing = [each.problem for each in about if each.problem.code == "missing" and not unused]
    for each in about:
        problem = each.problem
        if (unused and problem.field) or (problem.code == "uncertain" and problem.field in here):
            continue
        if problem.code != "missing" or len(missing) == 1:
            yield _told(problem)
        elif problem is missing[0]:
            yield _all_missing(missing, kind)


def _all_missing(missing: list[ReadProblem], kind: DocumentType | None) -> dict[str, Any]:
    labels = [field.label for problem in missing if kind and (field := kind.field(problem.field or ""))]
    names = Text.joined(labels)
    what = say("missing.what", n=len(missing), names=names)
    return {
        "code": "missing",
        "what": what,
        "todo": say("missing.todo"),
        "field": None,
        "severity": missing[0].severity,
    }


def slot_name(situation: Situation, slot_id: str) -> Text:
    return name_of_slot(situation.city, situation.event, slot_id)


def name_of_slot(city: City, event: LifeEvent, slot_id: str) -> Text:
    slot = event.slot(slot_id)
    kind = city.type_of(slot)
    return (slot.name if slot else None) or (kind.name if kind else Text.same(slot_id))


def _told(problem: ReadProblem) -> dict[str, Any]:
    return {
        "code": problem.code, "what": problem.what, "todo": problem.todo, "field": problem.field,
        "severity": problem.severity,
    }  # fmt: skip


def marks_view(marks: dict[str, Any] | None) -> dict[str, Any]:
    return {name: tuple((marks or {}).get(name, ())) for name in ("codes", "seals")}


def view_of_entry(city: City, event: LifeEvent, entry: dict[str, Any], at: datetime) -> DocumentView:
    """A document that a case keeps with its own reading: one that answered a supplement, after the filing was closed."""
    slot, kind = entry.get("slot"), document_type(str(entry.get("type") or ""))
    slot = slot if slot in event_map(city, event).types else None
    return DocumentView(
        id=str(entry.get("id", "")), digest=str(entry["digest"]), filename=str(entry.get("filename", "")),
        media_type=str(entry.get("media_type") or ""), state=DocumentState.READ, type=kind.id if kind else None,
        type_name=kind.name if kind else None, slot=slot, slot_name=name_of_slot(city, event, slot) if slot else None,
        fields=tuple(_fields(city, event, (), kind.id if kind else None, entry.get("fields") or {}, slot)),
        problems=tuple(_told(ReadProblem.model_validate(each)) for each in entry.get("problems") or ()),
        preview=entry.get("preview"), added_at=at, page=int(entry.get("page") or 0), **marks_view(entry.get("marks")),
    )  # fmt: skip


def _fields(
    city: City,
    event: LifeEvent,
    settled: Iterable[Fact],
    type_id: str | None,
    read_fields: dict[str, Any],
    slot: str | None,
) -> Iterator[ReadFieldView]:
    where = event_map(city, event)
    kind = document_type(type_id) if type_id else None
    mapped = (
        {theirs: ours for ours, theirs in field_map(where.types[slot], type_id).items()} if slot and type_id else {}
    )
    best = best_facts(settled)
    written = specs_of_paper(type_id or "")
    order = [spec.name for spec in kind.fields] if kind else list(read_fields)
    for theirs in order:
        read, ours = read_fields.get(theirs), mapped.get(theirs)
        spec = where.specs.get((slot, ours)) if slot and ours else None
        if read is None and spec is None:
            continue
        read = read or {}
        fact = best.get((slot, ours)) if slot and ours else None
        label = kind.field(theirs) if kind else None
        value = fact.value if fact is not None else read.get("value")
        bad = check_value(spec, value, clock.today()) if spec is not None and value is not None else None
        box = read.get("box")
        plain = Text.same(value or "")
        told = spec or written.get(theirs)
        words = shown(told, value, SPACED) if told is not None and value not in (None, "") else plain
        yield ReadFieldView(
            slot=slot, field=ours or theirs, type=told.type if told else "text", value=value,
            name=spec.name if spec else label.label if label else Text.same(theirs),
            shown=words.zh, shown_en=words.en,
            certain=fact.origin.certain if fact else bool(read.get("certain")),
            corrected=fact is not None and fact.origin.kind == "answer", read=str(read.get("value", "")),
            confidence=float(read.get("confidence", 0.0)), box=tuple(box) if box else None, page=int(read.get("page", 0)),
            corrections=tuple(read.get("corrections") or ()), message=bad.what if bad else None,
            sure=bool(read.get("certain")), mended=mended_for(read),
        )  # fmt: skip
