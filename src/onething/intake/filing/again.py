"""Filing again what was refused or withdrawn: what she gave the first time comes along, but for what the refusal turned on.

Photographs with what was read from them, her answers and what she left out. Consents, agencies' answers and signatures do not: they
were for the filing that ended, and are given or asked anew.
"""

from collections.abc import Collection

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from onething.casework.models import CaseView
from onething.casework.service import case_view
from onething.core import clock
from onething.core.access import Principal
from onething.core.ids import new_id
from onething.intake.sealing import open_rows, sealed_rows
from onething.intake.states import DocumentState
from onething.intake.tables import AnswerRow, DocumentRow, FilingRow

_COPIED = (
    "digest", "part", "filename", "media_type", "state", "type", "type_chosen", "slot", "fields", "problems", "marks", "preview", "page",
)  # fmt: skip


def take_along(session: Session, principal: Principal, row: FilingRow, case_id: str) -> None:
    """Fill a fresh draft from the filing that a case of hers came from. Raises `Problem(casework.case_not_found)`."""
    case = case_view(session, principal, case_id, timeline_limit=1)
    query = select(FilingRow).where(
        FilingRow.case_id == case.summary.id,
        FilingRow.subject_id == row.subject_id,
        FilingRow.life_event == row.life_event,
    )
    before = session.scalars(query).first()
    if before is None:  # filed by a machine, or deleted since
        return
    row.leave_out = list(before.leave_out)
    _documents(session, before, row)
    _answers(session, before, row, to_mend(case))


def to_mend(case: CaseView) -> frozenset[str]:
    """`slot.field` of what refusals turned on, as far as it is known."""
    return frozenset(each.field for each in case.refused if each.field)


def _documents(session: Session, before: FilingRow, row: FilingRow) -> None:
    query = select(DocumentRow).where(DocumentRow.filing_id == before.id, DocumentRow.state == DocumentState.READ)
    found = session.scalars(query.order_by(DocumentRow.added_at, DocumentRow.part, DocumentRow.id)).all()
    open_rows(session, row.subject_id, found)
    at = clock.now()
    rows = [
        {name: getattr(each, name) for name in _COPIED}
        | {"id": new_id("doc"), "filing_id": row.id, "attempts": 0, "reader": None, "state_at": at, "added_at": at}
        for each in found
    ]
    if rows:
        session.execute(insert(DocumentRow), sealed_rows(session, row.subject_id, DocumentRow, rows))


def _answers(session: Session, before: FilingRow, row: FilingRow, but: Collection[str]) -> None:
    found = session.scalars(select(AnswerRow).where(AnswerRow.filing_id == before.id)).all()
    open_rows(session, row.subject_id, found)
    rows = [
        {"filing_id": row.id, "slot": each.slot, "field": each.field, "value": each.value, "source": each.source, "version": row.version, "basis": each.basis, "at": clock.now()}
        for each in found
        if each.value is not None and f"{each.slot}.{each.field}" not in but
    ]  # fmt: skip
    if rows:
        session.execute(insert(AnswerRow), sealed_rows(session, row.subject_id, AnswerRow, rows))
