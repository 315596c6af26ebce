"""An applicant's name on her case: sealed like all that is hers, and found by keyed hashes of its beginnings.

A keyed hash of one character would tell whoever reads the table how cases share surnames, and the commonest hash would be 王: so
a search by name needs two.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, and_, delete, insert, select, update
from sqlalchemy.orm import Session

from onething.casework.tables import CaseNameRow, CaseRow
from onething.core.private import keyed_hash
from onething.trust.sealing.service import LiesOpen, lies_open, open_of_many, owner_of, seal_values

SHORTEST, LONGEST = 2, 12
"""Characters of a beginning that can be searched for."""
_USE = "cases.applicant_name"


def normal(name: str) -> str:
    """What two spellings of one name have in common: width, case, spaces and dots between its parts do not count."""
    return "".join(each for each in unicodedata.normalize("NFKC", name).casefold() if each.isalnum())


def mark_of(beginning: str) -> str | None:
    """What cases whose applicant's name begins like this are found by, 32 hex characters; None when it is too short."""
    wanted = normal(beginning)[:LONGEST]
    return keyed_hash("case name", wanted)[:32] if len(wanted) >= SHORTEST else None


def sealed(session: Session, subject_id: str, case_id: str, name: str) -> str:
    """The name as its column keeps it. Raises `Problem(trust.erased)`."""
    return sealed_all(session, [(subject_id, case_id, name)])[0] if name else ""


def sealed_all(session: Session, named: Sequence[tuple[str, str, str]]) -> list[str]:
    """(subject, case, name) of many cases. Raises `Problem(trust.erased)`."""
    return seal_values(session, [(owner_of(subject_id, case_id), name) for subject_id, case_id, name in named], _USE)


def marks_of(name: str) -> list[str]:
    """All that a case of this applicant is found by."""
    whole = normal(name)[:LONGEST]
    return [mark for end in range(SHORTEST, len(whole) + 1) if (mark := mark_of(whole[:end]))]


def write_marks(session: Session, case_id: str, name: str) -> None:
    """See to it that the case is found by the name."""
    marks = marks_of(name)
    if marks:
        session.execute(insert(CaseNameRow), [{"mark": mark, "case_id": case_id} for mark in marks])


def plain(session: Session, rows: Sequence[Any]) -> list[str]:
    """The names of rows of cases (`id`, `subject_id`, `applicant_name`), in their order; empty where she was erased."""
    stored = [(owner_of(row.subject_id, row.id), row.applicant_name) for row in rows]
    return [name or "" for name in open_of_many(session, stored, _USE)]


def found_by(query: Select[*tuple[Any, ...]], mark: str) -> Select[*tuple[Any, ...]]:
    """`query` over cases, only those whose applicant's name has the mark."""
    return query.join(CaseNameRow, CaseNameRow.case_id == CaseRow.id).where(CaseNameRow.mark == mark)


def forget(session: Session, case_ids: Iterable[str] | Select[Any]) -> int:
    """Take names and marks off cases; returns how many names there were."""
    session.execute(
        delete(CaseNameRow).where(CaseNameRow.case_id.in_(case_ids)).execution_options(synchronize_session=False)
    )
    named = update(CaseRow).where(CaseRow.id.in_(case_ids), CaseRow.applicant_name != "").values(applicant_name="")
    return int(getattr(session.execute(named.execution_options(synchronize_session=False)), "rowcount", 0))


def seal_open_ones(session: Session, case_ids: Sequence[str]) -> None:
    """Seal the names of these cases and see to it that they are found."""
    columns = select(CaseRow.id, CaseRow.subject_id, CaseRow.applicant_name)
    rows = session.execute(columns.where(CaseRow.id.in_(case_ids), OPEN.where)).all()
    texts = sealed_all(session, [(row.subject_id, row.id, row.applicant_name) for row in rows])
    for row, text in zip(rows, texts, strict=True):
        session.execute(update(CaseRow).where(CaseRow.id == row.id).values(applicant_name=text))
        write_marks(session, row.id, row.applicant_name)


OPEN = LiesOpen(
    "names on cases", CaseRow.id, and_(CaseRow.applicant_name != "", lies_open(CaseRow.applicant_name)), seal_open_ones
)
