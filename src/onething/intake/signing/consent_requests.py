"""Asking somebody else for what only she may allow; her answer comes from her own account and can be taken back there."""

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.orm import Session, aliased

from onething.catalog.models import City, FromRegistry, LifeEvent, OperationRef
from onething.catalog.service import get_city
from onething.core import clock, events
from onething.core.access import Principal
from onething.core.errors import NOT_FOUND, Problem
from onething.core.i18n import Text
from onething.core.identifiers import mask_name
from onething.core.ids import new_id
from onething.core.paging import Order, Page, bounded
from onething.core.persons.numbers import person_numbers_in
from onething.intake.consents.consents import consent_rows, consent_states, is_separate, text_version
from onething.intake.consents.others import Concerned, concerned, own_consent, person_mark
from onething.intake.errors import FILING_CLOSED
from onething.intake.events import ConsentAnswered, ConsentAsked
from onething.intake.filing.facts import certain
from onething.intake.filing.situation import Situation, situation_of
from onething.intake.models import ConsentRequest
from onething.intake.states import FilingStatus
from onething.intake.store import change, load, subject_of, touch
from onething.intake.tables import ConsentRow, FilingRow, RegistryAnswerRow
from onething.subjects.service import Matter, concern, people, person

PAGE = "me/asked"


def request_consents(session: Session, principal: Principal, filing_id: str) -> int:
    """Ask everybody whose own consent this filing waits for, each once for each question; returns how many were asked now. Who
    asks wants the answer, so nothing more is asked of the applicant herself."""
    change(session, principal, filing_id)
    situation = situation_of(load(session, principal, filing_id))
    known = certain(situation.city, situation.event, situation.gathered.facts)
    waiting = [
        each
        for each in concerned(situation.city, situation.event, situation.filing, known, clock.today())
        if each.law is None and own_consent(situation.filing, each.operation, each.id_number) is None
    ]
    once = {(each.operation, each.id_number): each for each in waiting}
    if not once:
        return 0
    session.execute(insert(ConsentRow), [_row(situation, each) for each in once.values()])
    _wanted_by_herself(session, situation, {operation for operation, _ in once})
    _tell(session, situation, sorted({number for _, number in once}))
    return len(once)


def _row(situation: Situation, each: Concerned) -> dict[str, object]:
    city, event = situation.city, situation.event
    return {
        "id": new_id("cns"), "filing_id": situation.filing.id, "operation": each.operation, "purpose": event.id,
        "separate": is_separate(city, event, each.operation), "given_at": None, "withdrawn_at": None,
        "text_version": text_version(city, event, each.operation, city.type_of(each.slot)),
        "person": person_mark(each.id_number), "asked_at": clock.now(),
    }  # fmt: skip


def _wanted_by_herself(session: Session, situation: Situation, operations: set[str]) -> None:
    """The applicant's own word on what is about others alone: she has just asked for it."""
    open_ones = [each for each in sorted(operations) if consent_states(situation.filing).get(each) is None]
    rows = consent_rows(situation.city, situation.event, situation.filing.id, open_ones, given=True)
    if rows:
        session.execute(insert(ConsentRow), rows)


def _tell(session: Session, situation: Situation, numbers: Sequence[str]) -> None:
    row = situation.filing.row
    actor = f"citizen:{row.subject_id}"
    known = concern(session, [Matter(row.id, row.subject_id, actor, frozenset(numbers))], tell=False)
    for number in numbers:
        if number in known:
            said = ConsentAsked(subject_id=known[number], life_event=row.life_event, reference="", path=PAGE)
            events.append(session, events.Event.of(row.id, said, actor))


NEWEST = Order("consent_requests", (ConsentRow.id,), (str,))


def requests_of(
    session: Session, principal: Principal, *, limit: int = 30, after: str | None = None
) -> Page[ConsentRequest]:
    """What the signed-in person was asked to allow, newest first, with her latest word on each; a page at a time."""
    mark, size, newer = _mark(session, principal), bounded(limit, 100), aliased(ConsentRow)
    same = (newer.filing_id == ConsentRow.filing_id) & (newer.operation == ConsentRow.operation)
    said_later = exists().where(same, newer.person == mark, newer.id > ConsentRow.id)
    query = (
        select(ConsentRow, FilingRow)
        .join(FilingRow, FilingRow.id == ConsentRow.filing_id)
        .where(ConsentRow.person == mark, FilingRow.status != FilingStatus.ABANDONED, ~said_later, NEWEST.behind(after))
        .order_by(*NEWEST.by)
    )
    found = session.execute(query.limit(size + 1)).tuples().all()
    shown, more = NEWEST.page(found, size, lambda each: (each[0].id,))
    owners = people(session, {filing.subject_id for _, filing in shown})
    city = get_city()
    views = [
        _view(
            city,
            event,
            row,
            mask_name(owner.name) if (owner := owners.get(filing.subject_id)) else "***",
            filing.status,
        )
        for row, filing in shown
        if (event := city.life_event(filing.life_event)) is not None
    ]
    return Page(tuple(views), more)


def _view(city: City, event: LifeEvent, row: ConsentRow, inviter: str, status: str) -> ConsentRequest:
    found = city.operation(row.operation)
    sources = ((slot, source) for slot in event.slots for source in slot.sources)
    slot, source = next(
        ((s, f) for s, f in sources if isinstance(f, FromRegistry) and f.registry == row.operation), (None, None)
    )
    kind = city.type_of(slot)
    state: Literal["asked", "given", "declined"] = (
        "declined" if row.withdrawn_at else "given" if row.given_at else "asked"
    )
    return ConsentRequest(
        row.id,
        inviter,
        event.name,
        city.label_of(OperationRef.parse(row.operation).agency),
        kind.name if kind else found.name if found else Text.same(row.operation),
        tuple(spec.name for spec in kind.fields) if kind else (),
        (source.ground if source else None) or (found.ground if found else None),
        row.asked_at or clock.now(),
        state,
        status == FilingStatus.DRAFT,
    )


def answer_request(session: Session, principal: Principal, request_id: str, given: bool) -> None:
    """She allows it, declines, or takes back what she allowed; with that goes what the agency had answered. Raises
    `Problem(NOT_FOUND)` for what is not hers, `FILING_CLOSED` once the filing is submitted."""
    row = session.get(ConsentRow, request_id, populate_existing=True)
    if row is None or not row.person or row.person != _mark(session, principal):
        raise Problem(NOT_FOUND, detail="no such request")
    filing = session.get(FilingRow, row.filing_id, populate_existing=True)
    if filing is None or filing.status != FilingStatus.DRAFT:
        raise Problem(FILING_CLOSED, reference=filing.case_reference if filing and filing.case_reference else "…")
    if given and row.withdrawn_at is None and row.given_at is not None:
        return
    at = clock.now()
    if row.withdrawn_at is None:
        values = {"given_at": at} if given else {"withdrawn_at": at}
        session.execute(update(ConsentRow).where(ConsentRow.id == row.id).values(**values))
    elif given:  # what was said before stays as it was said
        fresh = {name: getattr(row, name) for name in _KEPT} | {
            "id": new_id("cns"),
            "given_at": at,
            "withdrawn_at": None,
        }
        session.execute(insert(ConsentRow), [fresh])
    if not given:
        _forget(session, filing, row.operation)
    touch(session, filing.id)
    said = ConsentAnswered(
        subject_id=filing.subject_id, life_event=filing.life_event, reference="", path=f"filing/{filing.id}/agencies",
        outcome="given" if given else "declined",
    )  # fmt: skip
    events.append(session, events.Event.of(filing.id, said, principal.actor))


_KEPT = ("filing_id", "operation", "purpose", "separate", "text_version", "person", "asked_at")


def _forget(session: Session, filing: FilingRow, operation: str) -> None:
    where = (RegistryAnswerRow.filing_id == filing.id, RegistryAnswerRow.operation == operation)
    session.execute(delete(RegistryAnswerRow).where(*where).execution_options(synchronize_session=False))


def _mark(session: Session, principal: Principal) -> str:
    numbers = person_numbers_in(person(session, subject_of(principal)).id_number)
    return person_mark(min(numbers)) if numbers else "-"
