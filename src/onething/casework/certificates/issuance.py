"""Certificates: issued with the task that made them, rendered when first wanted, checked by anybody with the code."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, false, literal, or_, select, update
from sqlalchemy.orm import Session

from onething.casework import acts
from onething.casework.cases.access import others_in, with_case
from onething.casework.cases.case_work import CaseWork
from onething.casework.cases.need import needed_types
from onething.casework.certificates import completeness, numbering, trust_keys
from onething.casework.certificates.numbering import Made
from onething.casework.errors import CERTIFICATE_NOT_FOUND
from onething.casework.models import CertificateView, TaskResult
from onething.casework.states import IN_FORCE_OR_SUSPENDED, CertificateStatus
from onething.casework.tables import CaseRow, CertificateRow, TaskRow
from onething.catalog.models import CertificateForm, City, EvidenceType, LifeEvent
from onething.catalog.service import certificate_field, file_of, get_city, holder_in
from onething.core import bulk, events
from onething.core.access import Principal, Role
from onething.core.blobs import get_blobs
from onething.core.clock import local, now
from onething.core.db import Database
from onething.core.errors import Problem
from onething.core.faults import Report, report
from onething.core.i18n import Lang, Text, texts_of
from onething.core.ids import new_id
from onething.core.paging import Order, Page, bounded
from onething.core.persons.numbers import number_words
from onething.core.settings import get_settings
from onething.documents.errors import TEMPLATE_FAILED
from onething.documents.service import render_certificate
from onething.planning.models import PlannedTask
from onething.trust.credentials import service as credentials
from onething.trust.sealing.service import open_of_many, owner_of, seal_values
from onething.trust.service import blind_index

say = texts_of(__name__)

REFUSAL = "refusal"
"""Where a written refusal would stand among the case's evidence; no service asks for it."""
_NUMBER = "certificate.number"

_CODE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def verification_code() -> str:
    """Twelve characters in groups of four, without those that look alike; 58 bits, so it cannot be guessed."""
    text = "".join(secrets.choice(_CODE) for _ in range(12))
    return f"{text[:4]}-{text[4:8]}-{text[8:]}"


def write(session: Session, made_ones: Sequence[Made]) -> None:
    """In the caller's transaction, so that task, certificate and what becomes of it are there together or not at all."""
    if made_ones:
        made_ones = numbering.numbered(session, get_city(), made_ones)
        numbers = seal_values(session, [(_owner(one.row), one.row["number"]) for one in made_ones], _NUMBER)
        rows = [
            one.row | {"number": number, "number_mark": number_mark(one.row["number"])}
            for one, number in zip(made_ones, numbers, strict=True)
        ]
        bulk.put(session.connection(), CertificateRow, rows)
        credentials.accept(session, [one.issue for one in made_ones])


def made(city: City, work: CaseWork, planned: PlannedTask | None, result: TaskResult) -> list[Made]:
    """A certificate for every output that has a form."""
    event = city.life_event(work.life_event)
    if event is None or planned is None or planned.kind != "service":
        return []
    rows: list[Made] = []
    for slot_id, data in result.facts.items():
        slot = event.slot(slot_id)
        kind = city.type_of(slot)
        if kind is not None and kind.certificate is not None:
            rows.append(made_of(work, event, kind, kind.certificate, planned.id, planned.agency, slot_id, data))
    return rows


def made_of(
    work: CaseWork, event: LifeEvent, kind: EvidenceType, form: CertificateForm, task_id: str, agency: str,
    slot: str, data: dict[str, Any],
) -> Made:  # fmt: skip
    """A certificate of this content, given by a task of a case."""
    row = new_row(
        kind, case_id=work.case_id, task_id=task_id, slot=slot, agency=agency, subject_id=work.subject_id,
    )  # fmt: skip
    content = completeness.shown(event, form, work.facts, slot, data, work.reference)
    return Made(row, trust_keys.issue_of(work, kind, row, content))


def new_row(kind: EvidenceType, **whose: str) -> dict[str, Any]:
    """A row as it is when a certificate is issued; `whose`: case, task, slot, agency and subject. `write` gives it its number."""
    at = now()
    return {
        "id": new_id("cert"), "number": "", "code": verification_code(), "evidence_type": kind.id, "issued_at": at,
        "valid_until": until_of(kind, at), "status": CertificateStatus.VALID.value, "pdf": None, **whose,
    }  # fmt: skip


def until_of(kind: EvidenceType, at: datetime) -> datetime | None:
    years = kind.certificate.valid_years if kind.certificate else None
    return _years_later(at, years) if years else None


def _years_later(at: datetime, years: int) -> datetime:
    try:
        return at.replace(year=at.year + years)
    except ValueError:  # 29 February
        return at.replace(year=at.year + years, day=28)


def revoke(session: Session, case_id: str, task_id: str) -> None:
    """The task was taken back: its certificates are no longer valid, here at once and in the contract within seconds."""
    where = (
        CertificateRow.case_id == case_id, CertificateRow.task_id == task_id,
        CertificateRow.status.in_(IN_FORCE_OR_SUSPENDED),
    )  # fmt: skip
    ids = list(session.scalars(select(CertificateRow.id).where(*where)))
    if ids:
        session.execute(
            update(CertificateRow)
            .where(*where)
            .values(status=CertificateStatus.REVOKED.value)
            .execution_options(synchronize_session=False)
        )
        credentials.change(session, ids, credentials.Status.REVOKED, "task taken back")


def number_mark(number: str) -> str:
    """What a certificate is found by when its number is known."""
    return blind_index(_NUMBER, number.strip())


def _owner(row: dict[str, Any]) -> str:
    return owner_of(row["subject_id"], row["id"])


def views(session: Session, rows: Sequence[CertificateRow]) -> list[CertificateView]:
    """Certificates as people see them, in the same order; without its number where the holder was erased."""
    city, stored = get_city(), [(owner_of(row.subject_id, row.id), row.number) for row in rows]
    return [
        _view(city, row, number or "") for row, number in zip(rows, open_of_many(session, stored, _NUMBER), strict=True)
    ]


def _view(city: City, row: CertificateRow, number: str) -> CertificateView:
    kind = city.evidence_type(row.evidence_type)
    title = kind.certificate.title if kind and kind.certificate else Text.same(row.evidence_type)
    return CertificateView(
        row.id, number, row.code, row.evidence_type, title, row.agency, row.issued_at, row.valid_until,
        CertificateStatus(row.status), row.case_id,
    )  # fmt: skip


def may_see(principal: Principal) -> Any:
    """Condition on certificates: the holder's own; of an officer's agencies those they issued, and those of their cases that their own
    part rests on; all for auditors and the system, none for administrators. Officials: those of their own cities."""
    if principal.role is Role.CITIZEN:
        return CertificateRow.subject_id == (principal.subject_id or "")
    hers = with_case(principal, acts.OPEN_CERTIFICATE, CertificateRow.case_id, CertificateRow.agency)
    if principal.role is not Role.OFFICER:
        return hers
    return or_(hers, *(_rests_on(principal, agency) for agency in principal.agencies))


def _rests_on(principal: Principal, agency: str) -> Any:
    """Condition on certificates of an agency's cases that its own part rests on."""
    part = select(TaskRow.task_id).where(TaskRow.case_id == CertificateRow.case_id, TaskRow.agency == agency).exists()
    needed = [
        and_(CaseRow.life_event == event, CertificateRow.evidence_type.in_(types))
        for event, types in needed_types(get_city(), agency).items()
        if types
    ]
    of_case = select(CaseRow.id).where(CaseRow.id == CertificateRow.case_id, or_(false(), *needed)).exists()
    in_her_city = with_case(principal, acts.OPEN_CERTIFICATE, CertificateRow.case_id, literal(agency))
    return part & of_case & in_her_city


NEWEST = Order("certificates", (CertificateRow.issued_at, CertificateRow.id), (datetime, str))


def certificates_of(
    session: Session, principal: Principal, limit: int = 100, after: str | None = None
) -> Page[CertificateView]:
    """The certificates of the signed-in citizen, newest first, a page at a time."""
    size = bounded(limit, 500)
    query = (
        select(CertificateRow)
        .where(may_see(principal), CertificateRow.subject_id == (principal.subject_id or ""), NEWEST.behind(after))
        .order_by(*NEWEST.by)
        .limit(size + 1)
    )
    shown, more = NEWEST.page(session.scalars(query).all(), size, lambda row: (row.issued_at, row.id))
    return Page(tuple(views(session, shown)), more)


def content_of(session: Session, certificate_id: str) -> dict[str, Any]:
    """A certificate's fields, opened. Raises `Problem(trust.erased)` when its holder's data was erased."""
    return credentials.fields_of(session, certificate_id)


def certificate_of(session: Session, principal: Principal, certificate_id: str) -> CertificateView:
    """One certificate that the principal may see, with its content. Raises `Problem(casework.certificate_not_found)`."""
    row = session.scalars(
        select(CertificateRow).where(CertificateRow.id == certificate_id, may_see(principal))
    ).one_or_none()
    if row is None:
        raise Problem(CERTIFICATE_NOT_FOUND)
    return replace(views(session, [row])[0], data=content_of(session, row.id))


def note_look(session: Session, principal: Principal, certificate_id: str) -> None:
    """Write down that somebody other than its holder opened a certificate, for everybody whom its case concerns."""
    row = session.get(CertificateRow, certificate_id)
    if row is not None and principal.subject_id != row.subject_id:
        for subject_id in (row.subject_id, *others_in(session, row.case_id)):
            events.record_access(
                session, subject_id=subject_id, actor=principal.actor, what=f"certificate:{row.evidence_type}",
                ground="duty", case_id=row.case_id,
            )  # fmt: skip


def replacements_of(session: Session, certificate_id: str) -> tuple[CertificateView | None, CertificateView | None]:
    """The certificate in whose place this one stands, and the one that stands in its place; without their content."""
    ids = credentials.replacements(session, certificate_id)
    rows = {
        row.id: row
        for row in session.scalars(select(CertificateRow).where(CertificateRow.id.in_([each for each in ids if each])))
    }
    found = dict(zip(rows, views(session, list(rows.values())), strict=True))
    return found.get(ids[0]), found.get(ids[1])


def certificate_filename(view: CertificateView) -> str:
    """What a downloaded certificate is called: its title and whom it is for. `view` with its content."""
    kind = get_city().evidence_type(view.evidence_type)
    parts = [view.title.zh, holder_in(kind, view.data) or view.number]
    return "-".join(re.sub(r'[\\/:*?"<>|\s]+', "", part) for part in parts)[:80] + ".pdf"


def certificate_by_code(session: Session, code: str) -> CertificateView | None:
    """For public verification: whoever holds the printed code may check that the certificate is genuine."""
    tidy = code.strip().upper().replace(" ", "").replace("-", "")
    grouped = f"{tidy[:4]}-{tidy[4:8]}-{tidy[8:]}"
    row = session.scalars(select(CertificateRow).where(CertificateRow.code == grouped)).one_or_none()
    return views(session, [row])[0] if row else None


def view_of(session: Session, certificate_id: str) -> CertificateView | None:
    """For a room that has checked itself whose it is; None when there is none."""
    row = session.get(CertificateRow, certificate_id)
    return views(session, [row])[0] if row else None


def certificate_pdf(db: Database, principal: Principal, certificate_id: str, lang: Lang = "zh") -> bytes:
    """The certificate as sealed PDF, its proof inside; drawn outside any transaction.

    Once it is anchored the file is kept (sealed under its holder's key), so that everybody gets the same bytes.
    """
    with db.reading() as session:
        row = session.scalars(
            select(CertificateRow).where(CertificateRow.id == certificate_id, may_see(principal))
        ).one_or_none()
        if row is None:
            raise Problem(CERTIFICATE_NOT_FOUND)
        reference = session.scalar(select(CaseRow.reference).where(CaseRow.id == row.case_id)) or ""
    blobs, usual = get_blobs(), lang == "zh" and row.status == CertificateStatus.VALID
    kept = _kept(db, row) if row.pdf and usual else None
    if kept is not None:
        content, lasting = kept, False
    else:
        stage = credentials.ensure_signed(db, row.id, trust_keys.keyring())
        made = _sealed(db, row, reference, lang)
        content, lasting = made.content, usual and made.lasting and stage == "anchored"
    with db.transaction() as session:
        if lasting:
            sealed = credentials.seal_file(session, row.id, row.subject_id, content)
            session.execute(
                update(CertificateRow)
                .where(
                    CertificateRow.id == row.id,
                    CertificateRow.pdf.is_(None) if row.pdf is None else CertificateRow.pdf == row.pdf,
                )
                .values(pdf=blobs.put(sealed))
            )
        note_look(session, principal, row.id)
    return content


def _kept(db: Database, row: CertificateRow) -> bytes | None:
    """The file as it was made before; None for one with a seal that ordinary readers do not know: it is made anew, once."""
    with db.reading() as session:
        content = credentials.open_file(session, row.id, row.subject_id, get_blobs().get(row.pdf or ""))
    return None if credentials.is_of_old(content) else content


def _sealed(db: Database, row: CertificateRow, reference: str, lang: Lang) -> credentials.SealedFile:
    with db.reading() as session:
        data, (shown,) = content_of(session, row.id), views(session, [row])
        inside = credentials.to_seal(session, row.id, trust_keys.keyring())
    try:
        drawn = _render(row, shown.number, data, reference, lang)
    except Problem as problem:
        if problem.kind is TEMPLATE_FAILED:  # the package's: an operator is told which, nobody's content
            with db.transaction() as session:
                report(
                    session,
                    Report("documents", "bad_template", row.evidence_type, "the certificate could not be drawn"),
                )
        raise
    return credentials.sealed_pdf(inside, drawn, trust_keys.keyring())


def _readable(city: City, kind_id: str, content: Mapping[str, Any], lang: Lang) -> dict[str, Any]:
    """The numbers of people as they are read, with the paper that they are of; everything else as it is signed."""
    told = dict(content)
    for name, value in content.items():
        spec = certificate_field(city, kind_id, name) if isinstance(value, str) else None
        if spec is not None and spec.names_person:
            told[name] = number_words(value).get(lang)
    return told


def _mark_of(row: CertificateRow) -> str:
    """What is printed across a certificate that is not in force, in both languages; empty for one that is. The file as it was issued
    stays what it was, and its check says the same."""
    if row.status == CertificateStatus.VALID:
        return ""
    words = say(f"not_in_force.{row.status}")
    return f"{words.zh} {words.en}"


def _render(row: CertificateRow, number: str, content: dict[str, Any], reference: str, lang: Lang) -> bytes:
    city = get_city()
    kind = city.evidence_type(row.evidence_type)
    if kind is None or kind.certificate is None:
        raise Problem(CERTIFICATE_NOT_FOUND, detail=f"{row.evidence_type} has no form")
    data = {
        **_readable(city, row.evidence_type, content, lang),
        "verify_url": f"{get_settings().public_url}/verify/{row.code}",
        "certificate_title": kind.certificate.title.get(lang),
        "issuer": city.label_of(row.agency).get(lang),
        "number": number,
        "serial_number": number,
        "verification_code": row.code,
        "issued_at": local(row.issued_at).strftime("%Y-%m-%d"),
        "valid_until": local(row.valid_until).strftime("%Y-%m-%d") if row.valid_until else "",
        "case_reference": reference,
        "not_in_force": _mark_of(row),
        "specimen": not get_settings().production,
    }
    return render_certificate(file_of(city, kind.certificate.template), data, lang)
