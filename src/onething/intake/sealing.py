"""What people enter, and what is read and fetched for them, lies sealed under the applicant's own key.

Rows are opened where a filing is loaded (`store.fill`) and sealed where one is written; everything between works on plain values.
When the person's key was erased, what it sealed reads as if it had never been given.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from onething.intake.tables import AnswerRow, DocumentRow, FilingRow, RegistryAnswerRow, SealedText, SignatureRow
from onething.trust.sealing.service import open_what_is_left, seal_values
from onething.trust.service import SubjectSealer, key_store

_COLUMNS: dict[type[Any], tuple[str, ...]] = {
    DocumentRow: ("fields", "marks", "filename"), AnswerRow: ("value",), RegistryAnswerRow: ("data",), SignatureRow: ("evidence",),
}  # fmt: skip


def owner(session: Session, filing_id: str) -> str:
    """Whose key it is: the applicant's."""
    return session.execute(select(FilingRow.subject_id).where(FilingRow.id == filing_id)).scalar_one()


def sealed(session: Session, subject_id: str, table: type[Any], column: str, value: Any) -> Any:
    """One value for its column; None stays None. Raises `Problem(trust.erased)`."""
    if value is None:
        return None
    return SealedText(seal_values(session, [(subject_id, value)], _use(table, column))[0])


def sealed_rows(
    session: Session, subject_id: str, table: type[Any], rows: Iterable[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Rows for an insert, with what is private sealed. Raises `Problem(trust.erased)`."""
    done = list(rows)
    for column in _COLUMNS[table]:
        places = [i for i, row in enumerate(done) if row.get(column) is not None]
        values = (
            seal_values(session, [(subject_id, done[i][column]) for i in places], _use(table, column)) if places else []
        )
        for i, value in zip(places, values, strict=True):
            done[i] = done[i] | {column: SealedText(value)}
    return done


def open_rows(session: Session, subject_id: str, rows: Sequence[Any]) -> None:
    """Put plain values into loaded rows; nothing of it is ever written back."""
    places = [
        (row, column) for row in rows for column in _COLUMNS[type(row)] if isinstance(getattr(row, column), SealedText)
    ]  # fmt: skip
    if not places:
        return
    stored = [(subject_id, _use(type(row), column), getattr(row, column)) for row, column in places]
    for (row, column), value in zip(places, open_what_is_left(session, stored), strict=True):
        set_committed_value(row, column, value)


def welcome_back(session: Session, subject_id: str) -> None:
    """A person whose data was erased begins anew: from here on there is a key for her again."""
    SubjectSealer(key_store()).renew(session, subject_id)


def _use(table: type[Any], column: str) -> str:
    return f"{table.__tablename__}.{column}"
