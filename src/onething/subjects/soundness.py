"""Whether what is known of people opens, by a sample."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.core.processes.health import Check
from onething.subjects.sealing import opened
from onething.subjects.tables import SubjectRow
from onething.trust.sealing.service import try_some


def check(session: Session) -> list[Check]:
    """With the key store that is here."""
    return [try_some("people", session, select(SubjectRow), SubjectRow.id, lambda row: opened(session, [row[0]]))]
