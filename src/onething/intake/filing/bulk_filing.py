"""A machine client files in one call: a bank's app, an employer's system, a benchmark. Few queries, the same rules."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from onething.casework.service import open_case
from onething.catalog.service import find_event, get_city
from onething.core import clock
from onething.core.access import Principal
from onething.core.errors import BAD_REQUEST, Problem
from onething.core.i18n import Lang
from onething.intake.consents.consents import allowed_by, consent_rows, expand, give_consents, withdraw_consent
from onething.intake.filing.answers import checked_leave_out, fillable, messages_for, set_answers
from onething.intake.filing.kept_values import kept
from onething.intake.filing.situation import Situation, situation_of
from onething.intake.filing.submitting import submission_of, submit, submitted_before
from onething.intake.models import AtOnce, FieldMessage, Submitted
from onething.intake.sealing import sealed_rows, welcome_back
from onething.intake.states import FILING, FilingStatus
from onething.intake.store import Filing, find_row, load, new_row, subject_of
from onething.intake.tables import AnswerRow, ConsentRow, FilingRow
from onething.planning.models import Facts
from onething.review.models import Review
from onething.subjects.service import person


@dataclass(frozen=True, slots=True)
class AtOncePayload:
    """`facts`: slot → field → value, as the applicant states them. The same `key` of one client is one filing."""

    life_event: str
    key: str
    facts: Facts = field(default_factory=Facts)
    consents: Sequence[str] = ()
    """Operations or agencies; `["*"]` agrees to all that needs no separate consent: that is named one by one."""
    declines: Sequence[str] = ()
    """Operations or agencies that must not be asked; `["*"]` refuses all. What is both agreed to and refused is refused."""
    leave_out: Sequence[str] = ()
    lang: Lang = "zh"
    submit: bool = True


def file_at_once(session: Session, principal: Principal, payload: AtOncePayload | Mapping[str, Any]) -> AtOnce:
    """Facts, answers and consents in; a case reference out, or the findings that stand in its way.

    What cannot be submitted yet stays as a draft that the applicant can open and mend. Repeating the call with the same
    key changes that draft, or gives the case that was opened.
    """
    wanted = payload if isinstance(payload, AtOncePayload) else _payload(payload)
    mark = hashlib.sha256(f"{subject_of(principal)}|{wanted.key}".encode()).hexdigest()
    known = session.scalar(select(FilingRow).where(FilingRow.client_key == mark))
    if known is not None and known.status != FilingStatus.DRAFT:
        review = Review(findings=(), may_submit=True, needs_officer=False)
        return AtOnce(known.id, review, submitted_before(session, principal, known.id), {}, (), {})
    flat = {f"{slot}.{name}": value for slot, fields in wanted.facts.items() for name, value in fields.items()}
    if known is not None:
        return _again(session, principal, known.id, wanted, flat)
    return _first(session, principal, wanted, flat, mark)


def _payload(raw: Mapping[str, Any]) -> AtOncePayload:
    """Plain JSON → payload. Raises `Problem(BAD_REQUEST)` naming the field."""
    for name in ("life_event", "key"):
        if not isinstance(raw.get(name), str) or not raw[name] or len(raw[name]) > 200:
            raise Problem(BAD_REQUEST, field=name)
    facts = raw.get("facts", {})
    if not isinstance(facts, dict) or not all(isinstance(fields, dict) for fields in facts.values()):
        raise Problem(BAD_REQUEST, field="facts")
    lists: dict[str, Any] = {name: raw.get(name, []) for name in ("consents", "declines", "leave_out")}
    for name, value in lists.items():
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise Problem(BAD_REQUEST, field=name)
    lang: Lang = "en" if raw.get("lang") == "en" else "zh"
    return AtOncePayload(
        raw["life_event"], raw["key"], facts, tuple(lists["consents"]), tuple(lists["declines"]), tuple(lists["leave_out"]), lang,
        bool(raw.get("submit", True)),
    )  # fmt: skip


def _first(session: Session, principal: Principal, wanted: AtOncePayload, flat: dict[str, Any], mark: str) -> AtOnce:
    city = get_city()
    event = find_event(city, wanted.life_event)
    row = new_row(principal, city, event, wanted.lang, channel="api", client_key=mark)
    welcome_back(session, row.subject_id)
    row.leave_out = checked_leave_out(event, wanted.leave_out)
    specs = fillable(city, event)
    good = {name: kept(specs[name], value) for name, value in flat.items() if name in specs}
    refused = expand(event, wanted.declines)
    operations = [operation for operation in allowed_by(city, event, wanted.consents) if operation not in refused]
    answers = [_answer(row.id, name, value) for name, value in good.items()]
    consents = [
        *consent_rows(city, event, row.id, operations, given=True),
        *consent_rows(city, event, row.id, refused, given=False),
    ]
    filing = Filing(
        row, person(session, row.subject_id), (), [AnswerRow(**one) for one in answers],
        [ConsentRow(**one) for one in consents], (),
    )  # fmt: skip
    situation = situation_of(filing)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # the same request at the same moment: it has been committed now, so it is known
        return file_at_once(session, principal, wanted)
    submitted = _open(session, situation, row, wanted)
    if answers:
        session.execute(insert(AnswerRow), sealed_rows(session, row.subject_id, AnswerRow, answers))
    if consents:
        session.execute(insert(ConsentRow), consents)
    return _told(situation, submitted, messages_for(specs, good), set(flat) - set(good))


def _open(session: Session, situation: Situation, row: FilingRow, wanted: AtOncePayload) -> Submitted | None:
    if not wanted.submit or not situation.review.may_submit:
        return None
    case = open_case(session, submission_of(situation, f"filing:{row.id}"))
    row.status = FILING.move(row.status, FilingStatus.SUBMITTED)
    row.case_id, row.case_reference = case.id, case.reference
    return Submitted(row.id, case.id, case.reference, case.already_there)


def _again(
    session: Session, principal: Principal, filing_id: str, wanted: AtOncePayload, flat: dict[str, Any]
) -> AtOnce:
    """The client mends its draft."""
    saved = set_answers(session, principal, filing_id, flat)
    row = find_row(session, principal, filing_id)
    event = find_event(get_city(), row.life_event)
    row.leave_out = checked_leave_out(event, wanted.leave_out)
    session.flush()
    give_consents(session, principal, filing_id, wanted.consents)
    if wanted.declines:
        withdraw_consent(session, principal, filing_id, wanted.declines)
    situation = situation_of(load(session, principal, filing_id))
    submitted = None
    if wanted.submit and situation.review.may_submit:
        submitted = submit(session, principal, filing_id)
    return _told(situation, submitted, saved.messages, set(saved.refused))


def _told(
    situation: Situation, submitted: Submitted | None, messages: dict[str, FieldMessage], refused: set[str]
) -> AtOnce:
    filing_id = situation.filing.id
    return AtOnce(filing_id, situation.review, submitted, messages, tuple(sorted(refused)), situation.facts)


def _answer(filing_id: str, name: str, value: Any) -> dict[str, Any]:
    slot, _, field_id = name.partition(".")
    return {
        "filing_id": filing_id, "slot": slot, "field": field_id, "value": value, "source": "typed", "version": 1,
        "basis": None, "at": clock.now(),
    }  # fmt: skip
