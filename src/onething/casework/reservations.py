"""Values that one case alone may have. The primary key decides a race: whoever commits first has it."""

import unicodedata

from sqlalchemy import delete, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from onething.casework.errors import VALUE_TAKEN
from onething.casework.tables import ReservationRow
from onething.catalog.models import City, LifeEvent, Reserve
from onething.core.clock import now, today
from onething.core.errors import Problem
from onething.core.private import keyed_hash
from onething.planning.models import Facts
from onething.planning.service import evaluate, with_derived


def mark_of(city: City, reserve: Reserve, value: str) -> str:
    """Full-width letters, spaces and case make no other value."""
    plain = "".join(unicodedata.normalize("NFKC", value).casefold().split())
    return keyed_hash("reserve", "\x1f".join([city.id, reserve.fact, plain]))


def reserve(session: Session, city: City, event: LifeEvent, facts: Facts, case_id: str) -> None:
    """Take what the event reserves for this case. Raises `Problem(VALUE_TAKEN)` when another case has it."""
    if not event.reserves:
        return
    day = today()
    known = with_derived(event, facts, day)
    for wanted in event.reserves:
        value = evaluate(wanted.fact, known, day)
        if value in (None, ""):
            continue
        row = {"mark": mark_of(city, wanted, str(value)), "case_id": case_id, "fact": wanted.fact, "at": now()}
        try:
            with session.begin_nested():
                session.execute(insert(ReservationRow), [row])
        except IntegrityError:
            extra = {"fact": wanted.fact}
            raise Problem(VALUE_TAKEN, taken=wanted.taken, mend=wanted.mend, extra=extra) from None


def release(session: Session, case_id: str) -> None:
    """The case ended without success: others may have what it had."""
    session.execute(
        delete(ReservationRow).where(ReservationRow.case_id == case_id).execution_options(synchronize_session=False)
    )
