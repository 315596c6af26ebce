"""The holder's licence library: each certificate, its state and proofs; chosen fields shown by QR for minutes."""

from datetime import datetime, timedelta

from fastapi import Response
from sqlalchemy.orm import Session

from onething.casework.certificates import service as certificates
from onething.casework.states import CertificateStatus
from onething.core.clock import now
from onething.core.db import get_database
from onething.core.dispositions import attachment
from onething.core.errors import Problem
from onething.core.settings import get_settings
from onething.trust.credentials import service as credentials
from onething.web.http.messages import MESSAGES
from onething.web.http.page import Citizen, Form, Page, Unit, page_router, text_of, texts_of
from onething.web.view import certificate_rows
from onething.web.view.codes import qr

router = page_router("/me/licences")


MINUTES = (5, 15, 60)


@router.get("")
def library(page: Citizen, session: Unit) -> Response:
    mine = certificates.certificates_of(session, page.actor)
    return page.show("licences/list.html", cards=certificates.with_proofs(session, mine), kinds=certificate_rows.STATES)


@router.get("/{certificate_id}")
def one(page: Citizen, session: Unit, certificate_id: str) -> Response:
    return _one(page, session, certificate_id)


def _one(page: Page, session: Session, certificate_id: str) -> Response:
    error = next((words for _, words in page.errors), "")
    view = certificates.certificate_of(session, page.actor, certificate_id)
    card = certificates.with_proofs(session, [view])[0]
    shares = credentials.shares_of(session, view.id, page.actor.subject_id or "")
    names = {name: certificate_rows.name_of(page, view.evidence_type, name) for name in view.data}
    return page.show(
        "licences/one.html", 422 if error else 200, card=card, kinds=certificate_rows.STATES, rows=certificate_rows.rows(page, view.evidence_type, view.data),
        names=names, shares=shares, now=now(),
        minutes=MINUTES, others=certificates.replacements_of(session, view.id), reason=certificates.reason_of(session, view.id), error=error,
        may_share=card.state == CertificateStatus.VALID,
    )  # fmt: skip


@router.get("/{certificate_id}/certificate.pdf")
def download(page: Citizen, session: Unit, certificate_id: str) -> Response:
    view = certificates.certificate_of(session, page.actor, certificate_id)
    session.close()  # drawing takes a while and needs no open view of the database
    content = certificates.certificate_pdf(get_database(), page.actor, view.id, page.lang)
    name = attachment(certificates.certificate_filename(view), fallback=view.evidence_type)
    return Response(content, media_type="application/pdf", headers={"Content-Disposition": name})


@router.post("/{certificate_id}/share")
def share(page: Citizen, form: Form, certificate_id: str) -> Response:
    """Make a code. Its address is kept for her browser alone, sealed under her session, and only as long as the code lasts."""
    database, chosen = get_database(), texts_of(form, "fields")
    given = text_of(form, "minutes")
    minutes = next((each for each in MINUTES if str(each) == given), MINUTES[0])
    with database.reading() as session:
        view = certificates.certificate_of(session, page.actor, certificate_id)
    if not chosen:
        missing = [("fields", MESSAGES("licences.choose_some"))]
        with database.transaction() as session:
            return page.again(session, f"/me/licences/{certificate_id}", errors=missing)
    credentials.ensure_signed(database, view.id, certificates.keyring())
    with database.transaction() as session:
        subject, lasting = page.actor.subject_id or "", timedelta(minutes=minutes)
        signed = [credentials.signed_name(name) for name in chosen]
        share_id, token = credentials.create_share(session, view.id, subject, signed, lasting, text_of(form, "purpose"))
        made = {
            "token": token,
            "share": share_id,
            "fields": chosen,
            "minutes": minutes,
            "until": (now() + lasting).isoformat(),
        }
        return page.again(session, f"/me/licences/{certificate_id}/code", typed=made, lasting=lasting)


@router.get("/{certificate_id}/code")
def code(page: Citizen, session: Unit, certificate_id: str) -> Response:
    """The code that was just made; in another language or size of type it is still the same code."""
    view, made = certificates.certificate_of(session, page.actor, certificate_id), page.typed
    if "token" not in made:
        return page.go(f"/me/licences/{certificate_id}#shares")
    address = f"{get_settings().public_url}/shown/{made['token']}"
    names = [certificate_rows.name_of(page, view.evidence_type, name) for name in made["fields"] if name in view.data]
    return page.show(
        "licences/code.html", view=view, names=names, qr=qr(address), address=address, share=made["share"],
        until=datetime.fromisoformat(made["until"]), minutes=made["minutes"],
    )  # fmt: skip


@router.post("/{certificate_id}/shares/{share_id}/end")
def stop(page: Citizen, session: Unit, certificate_id: str, share_id: str) -> Response:
    credentials.end_share(session, share_id, page.actor.subject_id or "")
    page.leave_note(session, "licences.stopped")
    return page.go(f"/me/licences/{certificate_id}#shares")


@router.get("/{certificate_id}/looks")
def looks(page: Citizen, session: Unit, certificate_id: str) -> Response:
    """The list of shares alone; asked for again while a code is being shown."""
    shares = credentials.shares_of(session, certificate_id, page.actor.subject_id or "")
    try:
        view = certificates.certificate_of(session, page.actor, certificate_id)
    except Problem:
        return Response(status_code=204)
    names = {name: certificate_rows.name_of(page, view.evidence_type, name) for name in view.data}
    return page.show("licences/shares.html", view=view, shares=shares, names=names)
