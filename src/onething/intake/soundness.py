"""Whether what people entered opens, by a sample."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.core.processes.health import Check
from onething.intake.sealing import open_rows
from onething.intake.tables import AnswerRow, DocumentRow, FilingRow
from onething.trust.sealing.service import try_some


def check(session: Session) -> list[Check]:
    """With the key store that is here."""
    answers = select(AnswerRow, FilingRow.subject_id).join(FilingRow, FilingRow.id == AnswerRow.filing_id)
    documents = select(DocumentRow, FilingRow.subject_id).join(FilingRow, FilingRow.id == DocumentRow.filing_id)
    return [
        try_some("answers", session, answers, AnswerRow.filing_id, lambda row: open_rows(session, row[1], [row[0]])),
        try_some("documents", session, documents, DocumentRow.id, lambda row: open_rows(session, row[1], [row[0]])),
    ]
