"""Which registries may be asked instead of the applicant: what each consent covers, given, declined or withdrawn.

个人信息保护法: consent rests on full knowledge and names purpose and kinds of data (第十四条); it can be withdrawn as
easily as it was given (第十五条); sensitive data need separate consent (第二十九条).
"""

import hashlib
from collections.abc import Collection, Iterable

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from onething.catalog.models import City, EvidenceType, FromRegistry, LifeEvent, OperationRef, Slot
from onething.catalog.service import find_event, get_city
from onething.core import clock
from onething.core.access import Principal
from onething.core.errors import Problem
from onething.core.ids import new_id
from onething.intake.errors import UNKNOWN_CHOICE
from onething.intake.store import Filing, change, fill, find_row
from onething.intake.tables import ConsentRow, RegistryAnswerRow

SENSITIVE_TYPES = frozenset({"bank_account", "bank_card"})
SENSITIVE_WORDS = ("birth", "maternity", "insur", "low_income", "immunisation", "health")
"""Health, finance, and data of children under fourteen are sensitive (第二十八条); told by the evidence's id and fields."""


def consent_states(filing: Filing) -> dict[str, bool]:
    """Operation → given (True) or declined/withdrawn (False) by the applicant. Her latest word counts; what she has not
    decided is not in it. What others say of themselves is in `others`."""
    states: dict[str, bool] = {}
    for row in filing.consents:
        if row.person:
            continue
        states[row.operation] = row.given_at is not None and row.withdrawn_at is None
    return states


def askable(event: LifeEvent) -> dict[str, tuple[Slot, ...]]:
    """Every registry operation of the event → the slots it fills."""
    found: dict[str, list[Slot]] = {}
    for slot in event.slots:
        for source in slot.sources:
            if isinstance(source, FromRegistry) and slot not in found.setdefault(source.registry, []):
                found[source.registry].append(slot)
    return {operation: tuple(slots) for operation, slots in found.items()}


def is_sensitive(kind: EvidenceType | None) -> bool:
    if kind is None:
        return False
    return any(spec.type in SENSITIVE_TYPES for spec in kind.fields) or any(word in kind.id for word in SENSITIVE_WORDS)


def text_version(city: City, event: LifeEvent, operation: str, kind: EvidenceType | None) -> str:
    """Changes when what she was told changes: who is asked, for which fields, in which event."""
    fields = ",".join(spec.id for spec in kind.fields) if kind else ""
    return hashlib.sha256(f"{city.id}|{event.id}|{operation}|{fields}".encode()).hexdigest()[:12]


def give_consents(session: Session, principal: Principal, filing_id: str, names: Collection[str]) -> int:
    """Allow registries to be asked; `names` are operations (`police.resident`), agencies (`police`) or `*`. What needs separate
    consent is allowed by its own name alone. Returns the version."""
    return _decide(session, principal, filing_id, names, given=True)


def withdraw_consent(session: Session, principal: Principal, filing_id: str, names: Collection[str]) -> int:
    """Decline or withdraw. What the registry had answered is removed with it (第四十七条). Returns the version."""
    return _decide(session, principal, filing_id, names, given=False)


def _decide(session: Session, principal: Principal, filing_id: str, names: Collection[str], *, given: bool) -> int:
    version = change(session, principal, filing_id)
    filing = fill(session, find_row(session, principal, filing_id))
    city = get_city()
    event = find_event(city, filing.row.life_event)
    operations = allowed_by(city, event, names) if given else expand(event, names)
    states = consent_states(filing)
    changed = [operation for operation in operations if states.get(operation) is not given]
    withdraw_rows(session, filing_id, changed)
    rows = consent_rows(city, event, filing_id, changed, given=given)
    if rows:
        session.execute(insert(ConsentRow), rows)
    if not given:
        forget_answers(session, filing_id, changed)
    return version


def expand(event: LifeEvent, names: Collection[str]) -> list[str]:
    """Operations behind a list of operations and agencies; `*` is all of them. Raises `Problem(UNKNOWN_CHOICE)`."""
    known = askable(event)
    if "*" in names:
        return list(known)
    out: list[str] = []
    for name in names:
        found = [operation for operation in known if operation == name or OperationRef.parse(operation).agency == name]
        if not found:
            raise Problem(UNKNOWN_CHOICE, choice=name)
        out += found
    return list(dict.fromkeys(out))


def is_separate(city: City, event: LifeEvent, operation: str) -> bool:
    """Whether this operation gives sensitive personal data, for which a consent stands by itself (第二十九条)."""
    return any(is_sensitive(city.evidence_type(slot.type)) for slot in askable(event).get(operation, ()))


def allowed_by(city: City, event: LifeEvent, names: Collection[str]) -> list[str]:
    """What these names allow: an agency's name and `*` cover what needs no separate consent; that is named one by one. Raises
    `Problem(UNKNOWN_CHOICE)`."""
    return [
        operation for operation in expand(event, names)
        if operation in names or not is_separate(city, event, operation)
    ]  # fmt: skip


def consent_rows(
    city: City, event: LifeEvent, filing_id: str, operations: Iterable[str], *, given: bool
) -> list[dict[str, object]]:
    slots, at = askable(event), clock.now()
    rows: list[dict[str, object]] = []
    for operation in operations:
        kind = city.evidence_type(slots[operation][0].type)
        rows.append({
            "id": new_id("cns"), "filing_id": filing_id, "operation": operation, "purpose": event.id, "person": "",
            "asked_at": None, "separate": is_separate(city, event, operation), "text_version": text_version(city, event, operation, kind),
            "given_at": at if given else None, "withdrawn_at": None if given else at,
        })  # fmt: skip
    return rows


def withdraw_rows(session: Session, filing_id: str, operations: Collection[str] | None) -> None:
    """Close the applicant's open consents for these operations, or (None) all of the filing, also what others allowed or were
    asked for; the record that they had been given stays."""
    where = (ConsentRow.filing_id == filing_id) & ConsentRow.withdrawn_at.is_(None)
    if operations is not None:
        where &= ConsentRow.operation.in_(list(operations)) & (ConsentRow.person == "")
    statement = update(ConsentRow).where(where).values(withdrawn_at=clock.now())
    session.execute(statement.execution_options(synchronize_session=False))


def forget_answers(session: Session, filing_id: str, operations: Collection[str]) -> None:
    """Remove what registries answered under a consent that is no more."""
    if operations:
        session.execute(
            delete(RegistryAnswerRow)
            .where(RegistryAnswerRow.filing_id == filing_id, RegistryAnswerRow.operation.in_(list(operations)))
            .execution_options(synchronize_session=False)
        )
