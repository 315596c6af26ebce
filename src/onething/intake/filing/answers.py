"""What the applicant types: saved at once, field by field, right or wrong; the last writer of a field wins and knows it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select, tuple_, update
from sqlalchemy.orm import Session

from onething.catalog.models import City, FieldSpec, FromQuestions, FromUpload, LifeEvent, Slot
from onething.catalog.service import find_event, get_city
from onething.core import clock
from onething.core.access import Principal
from onething.core.db import upsert
from onething.core.errors import Problem
from onething.intake.errors import DOCUMENT_NOT_FOUND, UNKNOWN_CHOICE
from onething.intake.filing.document_matching import field_map
from onething.intake.filing.kept_values import LONGEST, kept
from onething.intake.filing.main_trade import scope_after, trade_field
from onething.intake.filing.standing import bases
from onething.intake.models import FieldMessage, Saved
from onething.intake.sealing import open_rows, owner, sealed, sealed_rows
from onething.intake.store import change, fill, find_row
from onething.intake.tables import AnswerRow, DocumentRow, FilingRow
from onething.review.service import check_value, event_map


def fillable(city: City, event: LifeEvent) -> dict[str, FieldSpec]:
    """`slot.field` → spec of every field that the applicant herself may fill: questions, and what stands on her papers.

    Records that only an agency can give are not among them: nobody types herself a low-income status.
    """
    types = event_map(city, event).types
    found: dict[str, FieldSpec] = {}
    for slot in event.slots:
        for spec in _fields(slot, types[slot.id].fields if slot.id in types else ()):
            found[f"{slot.id}.{spec.id}"] = spec
    return found


def _fields(slot: Slot, specs: Iterable[FieldSpec]) -> list[FieldSpec]:
    photographed = any(isinstance(source, FromUpload) for source in slot.sources)
    asked = {name for source in slot.sources if isinstance(source, FromQuestions) for name in source.ask}
    return [spec for spec in specs if photographed or spec.id in asked]


def set_answers(
    session: Session,
    principal: Principal,
    filing_id: str,
    answers: Mapping[str, Any],
    *,
    base_version: int | None = None,
    source: str = "typed",
) -> Saved:
    """Save many fields (`slot.field` → value) at once. Nothing is turned away for being wrong: it is kept, and a message
    stands beside it. An empty value takes the answer back. `base_version` is what the page was made from.
    """
    version = change(session, principal, filing_id)
    row = find_row(session, principal, filing_id)
    city = get_city()
    event = find_event(city, row.life_event)
    specs = fillable(city, event)
    good = {name: kept(specs[name], value) for name, value in answers.items() if name in specs}
    if trade_field(event) in good:
        good |= scope_after(city, event, _changed_since(session, row, -1), good)
    before = _changed_since(session, row, base_version)
    rows = [_row(filing_id, name, value, source, version) for name, value in good.items()]
    sealed = sealed_rows(session, row.subject_id, AnswerRow, rows)
    upsert(session, AnswerRow, sealed, keys=("filing_id", "slot", "field"), update="rest")
    _note_bases(session, city, event, row, good, source)
    return Saved(
        version=version,
        messages=messages_for(specs, good),
        overwritten={name: value for name, value in before.items() if name in good and value != good[name]},
        elsewhere={name: value for name, value in before.items() if name not in good},
        refused=tuple(sorted(set(answers) - set(good))),
    )


def messages_for(specs: Mapping[str, FieldSpec], values: Mapping[str, Any]) -> dict[str, FieldMessage]:
    """What is wrong with each value, to stand beside its field."""
    today, out = clock.today(), dict[str, FieldMessage]()
    for name, value in values.items():
        bad = check_value(specs[name], value, today) if value is not None else None
        if bad is not None:
            out[name] = FieldMessage(bad.code, bad.what, bad.todo)
    return out


def _row(filing_id: str, name: str, value: Any, source: str, version: int) -> dict[str, Any]:
    slot, _, field = name.partition(".")
    return {
        "filing_id": filing_id, "slot": slot, "field": field, "value": value, "source": source, "version": version,
        "basis": None, "at": clock.now(),
    }  # fmt: skip


def _note_bases(
    session: Session, city: City, event: LifeEvent, row: FilingRow, good: Mapping[str, Any], source: str
) -> None:
    """What each answer was made from, where it is not her own word."""
    made = {question.field for question in event.questions if question.default or question.default_of or question.draft}
    names = [name for name, value in good.items() if value is not None and (source != "typed" or name in made)]
    if not names:
        return
    session.flush()
    for name, kind, mark in bases(city, event, fill(session, row), names, source):
        slot, _, field = name.partition(".")
        session.execute(
            update(AnswerRow)
            .where(AnswerRow.filing_id == row.id, AnswerRow.slot == slot, AnswerRow.field == field)
            .values(source=kind, basis=mark)
            .execution_options(synchronize_session=False)
        )


def _changed_since(session: Session, filing: FilingRow, base_version: int | None) -> dict[str, Any]:
    """Fields that somebody else wrote after the version this page was made from."""
    if base_version is None:
        return {}
    query = select(AnswerRow).where(AnswerRow.filing_id == filing.id, AnswerRow.version > base_version)
    rows = session.scalars(query.execution_options(populate_existing=True)).all()
    open_rows(session, filing.subject_id, rows)
    return {f"{row.slot}.{row.field}": row.value for row in rows}


def correct_field(
    session: Session,
    principal: Principal,
    filing_id: str,
    name: str,
    value: Any,
    *,
    base_version: int | None = None,
    source: str = "corrected",
) -> Saved:
    """Correct or confirm one value read from a photograph (`slot.field`). The reading itself stays on record."""
    saved = set_answers(session, principal, filing_id, {name: value}, base_version=base_version, source=source)
    if saved.refused:
        raise Problem(UNKNOWN_CHOICE, choice=name)
    return saved


def correct_on_document(
    session: Session, principal: Principal, filing_id: str, document_id: str, field: str, value: Any
) -> Saved:
    """Correct a field of a document that has no slot yet (`field` is the paper's): mended in place, certain from now on."""
    version = change(session, principal, filing_id)
    query = select(DocumentRow).where(DocumentRow.filing_id == filing_id, DocumentRow.id == document_id)
    row = session.scalar(query)
    if row is None:
        raise Problem(DOCUMENT_NOT_FOUND)
    subject_id = owner(session, filing_id)
    open_rows(session, subject_id, [row])
    fields = dict(row.fields or {})
    read = dict(fields.get(field, {"confidence": 1.0, "box": None, "page": row.page, "corrections": []}))
    before = str(read.get("value", ""))
    read |= {
        "value": str(value)[:LONGEST], "certain": True,
        "corrections": [*read.get("corrections", []), {"before": before, "after": str(value)[:LONGEST], "reason": "applicant"}],
    }  # fmt: skip
    row.fields = sealed(session, subject_id, DocumentRow, "fields", fields | {field: read})
    return Saved(version=version)


def clear_corrections(
    session: Session, filing_id: str, city: City, event: LifeEvent, slot: str, document_type: str
) -> None:
    """A photograph is gone or taken anew: corrections made to it go with it, answers to questions stay."""
    kind = event_map(city, event).types.get(slot)
    fields = list(field_map(kind, document_type)) if kind else []
    names = [(slot, field) for field in fields]
    if names:
        session.execute(
            update(AnswerRow)
            .where(
                AnswerRow.filing_id == filing_id,
                AnswerRow.source.in_(("corrected", "record")),
                tuple_(AnswerRow.slot, AnswerRow.field).in_(names),
            )
            .values(value=None)
            .execution_options(synchronize_session=False)
        )


def leave_out(session: Session, principal: Principal, filing_id: str, services: Iterable[str]) -> int:
    """Say which optional services are not wanted (the whole list). Raises `Problem(UNKNOWN_CHOICE)`."""
    row = find_row(session, principal, filing_id)
    event = find_event(get_city(), row.life_event)
    return change(session, principal, filing_id, leave_out=checked_leave_out(event, list(services)))


def checked_leave_out(event: LifeEvent, services: Sequence[str]) -> list[str]:
    """Optional services only. Raises `Problem(UNKNOWN_CHOICE)`."""
    for name in services:
        service = event.service(name)
        if service is None or not service.optional:
            raise Problem(UNKNOWN_CHOICE, choice=name)
    return sorted(set(services))
