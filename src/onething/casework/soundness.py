"""Whether what cases hold opens, by a sample."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.casework.cases.applicant_names import plain
from onething.casework.cases.store import facts_of_many
from onething.casework.certificates.issuance import views
from onething.casework.tables import CaseRow, CertificateRow
from onething.core.processes.health import Check
from onething.trust.sealing.service import try_some


def check(session: Session) -> list[Check]:
    """With the key store that is here."""
    cases, certificates = select(CaseRow), select(CertificateRow)
    return [
        try_some("applicants' names", session, cases, CaseRow.id, lambda row: plain(session, [row[0]])),
        try_some(
            "facts of cases",
            session,
            cases,
            CaseRow.id,
            lambda row: facts_of_many(session, {row[0].id: row[0].subject_id}),
        ),
        try_some(
            "numbers of certificates", session, certificates, CertificateRow.id, lambda row: views(session, [row[0]])
        ),
    ]
