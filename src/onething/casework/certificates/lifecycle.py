"""What happens to a certificate after it was issued: suspended, put back in force, revoked, replaced; found again.

Only officers of the agency that issued it may change it, with a reason that its holder reads. The register changes at
once, the contract within seconds; whoever checks in between is told the stricter of the two.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from onething.casework import acts
from onething.casework.cases import applicant_names, store
from onething.casework.cases.access import scope_in
from onething.casework.certificates import completeness, issuance, trust_keys
from onething.casework.certificates.numbering import Made
from onething.casework.errors import (
    CERTIFICATE_INCOMPLETE,
    CERTIFICATE_NOT_FOUND,
    MONEY_UNDER_WAY,
    REASON_MISSING,
    UNDER_WAY,
)
from onething.casework.events import (
    CertificateEvent,
    CertificateFrame,
    CertificateReinstated,
    CertificateReplaced,
    CertificateRevoked,
    CertificateSuspended,
)
from onething.casework.models import CertificateView
from onething.casework.states import CASE, CERTIFICATE, IN_FORCE_OR_SUSPENDED, CertificateStatus
from onething.casework.tables import CaseRow, CertificateRow, EvidenceRow
from onething.catalog.models import EvidenceType
from onething.catalog.service import get_city
from onething.core.access import Principal
from onething.core.errors import Problem
from onething.core.persons.numbers import numbers_meant
from onething.core.rights.service import require, require_somewhere
from onething.core.whole import whole
from onething.documents.service import tidy
from onething.payments import service as payments
from onething.trust.credentials import service as credentials
from onething.trust.credentials.errors import NOT_CHANGED
from onething.trust.credentials.models import Issue, Status
from onething.trust.service import SubjectSealer, key_store

_NEXT: dict[str, tuple[CertificateStatus, Status, type[CertificateEvent]]] = {
    "suspend": (CertificateStatus.SUSPENDED, Status.SUSPENDED, CertificateSuspended),
    "reinstate": (CertificateStatus.VALID, Status.ISSUED, CertificateReinstated),
    "revoke": (CertificateStatus.REVOKED, Status.REVOKED, CertificateRevoked),
}
_FOUND = 50


def change(session: Session, principal: Principal, certificate_id: str, wanted: str, reason: str) -> None:
    """`wanted`: suspend, reinstate or revoke; ValueError for anything else.

    Raises `Problem(casework.certificate_not_found | casework.reason_missing |
    credentials.not_changed)`.
    """
    if wanted not in _NEXT:
        raise ValueError(wanted)
    row = _own(session, principal, certificate_id, reason)
    status, told, happened = _NEXT[wanted]
    credentials.change(session, [row.id], told, reason.strip())
    row.status = CERTIFICATE.move(row.status, status)
    _tell(session, principal, row, lambda frame: happened(**frame))


def replace_with(
    session: Session, principal: Principal, certificate_id: str, corrections: Mapping[str, Any], reason: str
) -> CertificateView:
    """Issue a corrected one in its place; the old one is superseded. Fields that it does not have are ignored.

    Raises like `change`, and `Problem(casework.certificate_incomplete)` when the corrected one would not say what it certifies. What was
    replaced or revoked is not replaced again: the newest one is.
    """
    row = _own(session, principal, certificate_id, reason)
    if row.status not in IN_FORCE_OR_SUSPENDED:
        raise Problem(NOT_CHANGED, status=row.status)
    city, case = get_city(), session.get_one(CaseRow, row.case_id)
    kind, event = city.evidence_type(row.evidence_type), city.life_event(case.life_event)
    if kind is None or event is None:
        raise Problem(CERTIFICATE_NOT_FOUND, detail="its type left the catalog")
    data = _corrected(issuance.content_of(session, row.id), corrections)
    if found := completeness.wanting(city, event, kind, data):
        raise Problem(CERTIFICATE_INCOMPLETE, fields=", ".join(each.field for each in found))
    fresh = issuance.new_row(
        kind, case_id=row.case_id, task_id=row.task_id, slot=row.slot, agency=row.agency, subject_id=row.subject_id,
    )  # fmt: skip
    issuance.write(session, [Made(fresh, _issue(kind, fresh, data, row.id))])
    session.flush()
    credentials.change(session, [row.id], Status.SUPERSEDED, reason.strip(), successor=fresh["id"])
    row.status = CERTIFICATE.move(row.status, CertificateStatus.REPLACED)
    _tell(session, principal, row, lambda frame: CertificateReplaced(**frame, successor=fresh["id"]))
    return replace(issuance.views(session, [session.get_one(CertificateRow, fresh["id"])])[0], data=data)


def _corrected(before: Mapping[str, Any], corrections: Mapping[str, Any]) -> dict[str, Any]:
    """The content with what was put right, as it is signed and printed; fields that it does not have are ignored."""
    given = {name: value for name, value in corrections.items() if name in before and str(value).strip()}
    return {name: tidy(_as_before(value, given[name]) if name in given else value) for name, value in before.items()}


def _as_before(before: Any, given: Any) -> Any:
    """What was a number stays one; anything else is taken as it was typed."""
    text = str(given).strip()
    number = whole(text.removeprefix("-")) if isinstance(before, int) and not isinstance(before, bool) else None
    if number is None:
        return text
    return -number if text.startswith("-") else number


def _issue(kind: EvidenceType, row: dict[str, Any], data: dict[str, Any], replaces: str) -> Issue:
    title = kind.certificate.title if kind.certificate else kind.name
    return Issue(
        row["id"], kind.id, row["agency"], row["number"], {"zh": title.zh, "en": title.en}, row["issued_at"],
        row["valid_until"], data, (), row["subject_id"], trust_keys.holder_number(kind, data, {}), replaces,
    )  # fmt: skip


def _own(session: Session, principal: Principal, certificate_id: str, reason: str) -> CertificateRow:
    """The certificate, locked, for an officer of the agency that issued it. Others are told why not and who may."""
    require_somewhere(principal, acts.CHANGE_CERTIFICATE)
    row = session.scalars(
        select(CertificateRow).where(CertificateRow.id == certificate_id, issuance.may_see(principal)).with_for_update()
    ).one_or_none()  # fmt: skip
    if row is None:
        raise Problem(CERTIFICATE_NOT_FOUND)
    named = get_city().short_label_of(row.agency)
    require(principal, acts.CHANGE_CERTIFICATE, scope_in(session, row.case_id, row.agency, named))
    if not reason.strip():
        raise Problem(REASON_MISSING)
    return row


def _tell(
    session: Session, principal: Principal, row: CertificateRow, said: Callable[[CertificateFrame], CertificateEvent]
) -> None:
    """The case's timeline and the holder's list of looks both say it."""
    case = session.get_one(CaseRow, row.case_id)
    frame: CertificateFrame = {
        **store.frame(case),
        "certificate": row.id,
        "evidence_type": row.evidence_type,
        "agency": row.agency,
    }
    store.tell(session, case, said(frame), principal.actor)
    issuance.note_look(session, principal, row.id)


def find(session: Session, principal: Principal, wanted: str) -> list[CertificateView]:
    """By certificate number, check code or the holder's id number (by keyed hash), newest first; empty: the newest ones."""
    text = wanted.strip().upper()
    query = select(CertificateRow).where(issuance.may_see(principal))
    if text:
        code = text.replace(" ", "").replace("-", "")
        grouped = f"{code[:4]}-{code[4:8]}-{code[8:]}"
        query = query.where(
            (CertificateRow.number_mark == issuance.number_mark(wanted))
            | (CertificateRow.code == grouped)
            | CertificateRow.id.in_(credentials.held_under(text, *numbers_meant(text)))
        )
    rows = session.scalars(query.order_by(CertificateRow.issued_at.desc(), CertificateRow.id.desc()).limit(_FOUND))
    return issuance.views(session, rows.all())


def reason_of(session: Session, certificate_id: str) -> str:
    """Why it is not in force, as its agency said it; empty while it is."""
    return credentials.why_not_in_force(session, certificate_id)


def erase(session: Session, subject_id: str) -> bool:
    """Erase a person's key: the content of her certificates, of her drafts and of what her cases knew is gone, in every table and
    backup made since.

    With it go the rows of her finished cases and her name on them. Log and contract stay whole; they never held more than salted
    digests. False when there was nothing to erase. Raises `Problem(casework.under_way | casework.money_under_way)`
    while a case or a payment of hers is under way: without its facts nobody could finish it (个人信息保护法 第四十七条: once the purpose is achieved).
    """
    mine = CaseRow.subject_id == subject_id
    if session.scalar(
        select(func.count())
        .select_from(CaseRow)
        .where(mine, CaseRow.status.not_in([each.value for each in CASE.final]))
    ):
        raise Problem(UNDER_WAY)
    if payments.unfinished(session, subject_id):
        raise Problem(MONEY_UNDER_WAY)
    hers = select(CaseRow.id).where(mine)
    known = delete(EvidenceRow).where(EvidenceRow.case_id.in_(hers)).execution_options(synchronize_session=False)
    gone = store.changed(session.execute(known)) + applicant_names.forget(session, hers)
    return SubjectSealer(key_store()).erase(session, subject_id) or gone > 0
