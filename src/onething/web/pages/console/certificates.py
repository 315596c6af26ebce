"""Officials find certificates and, for those their own agency issued, suspend, reinstate, revoke or replace them."""

from typing import Annotated

from fastapi import Response
from sqlalchemy.orm import Session

from onething.casework import acts
from onething.casework.certificates import service as certificates
from onething.catalog.service import get_city
from onething.core.db import get_database
from onething.core.errors import NOT_FOUND, Problem
from onething.core.rights.service import scope_of
from onething.web.http.page import Doing, Form, Page, page_router, text_of
from onething.web.view import certificate_rows

router = page_router("/console/certificates")
CHANGES = {"valid": ("suspend", "revoke", "replace"), "suspended": ("reinstate", "revoke", "replace"), "expired": ("replace",)}  # fmt: skip


@router.get("")
def search(page: Annotated[Page, Doing(acts.OPEN_CERTIFICATE)], q: str = "") -> Response:
    with get_database().reading() as session:
        found = certificates.find_certificates(session, page.actor, q)
        return page.show(
            "console/certificates.html",
            cards=certificates.with_proofs(session, found),
            kinds=certificate_rows.STATES,
            q=q.strip(),
        )


@router.get("/{certificate_id}")
def one(page: Annotated[Page, Doing(acts.OPEN_CERTIFICATE)], certificate_id: str) -> Response:
    """A look is written down, so that the holder can see it."""
    with get_database().transaction() as session:
        certificates.certificate_of(session, page.actor, certificate_id)
        certificates.look_at_certificate(session, page.actor, certificate_id)
    with get_database().reading() as session:
        return _one(page, session, certificate_id)


def _one(page: Page, session: Session, certificate_id: str) -> Response:
    error, reason = page.say(page.problem.what) if page.problem else "", page.typed_text("reason")
    view = certificates.certificate_of(session, page.actor, certificate_id)
    card = certificates.with_proofs(session, [view])[0]
    mine = page.may(acts.CHANGE_CERTIFICATE, scope_of(view.agency, named=get_city().short_label_of(view.agency)))
    return page.show(
        "console/certificate.html", 422 if error else 200, card=card, kinds=certificate_rows.STATES, rows=certificate_rows.rows(page, view.evidence_type, view.data),
        mine=mine, changes=CHANGES.get(card.state, ()) if mine else (), error=error, reason=reason, raw=view.data,
        told=certificates.reason_of(session, view.id),
    )  # fmt: skip


@router.post("/{certificate_id}/{wanted}")
def change(
    page: Annotated[Page, Doing(acts.CHANGE_CERTIFICATE)], form: Form, certificate_id: str, wanted: str
) -> Response:
    """The reason that was typed survives every refusal of ours."""
    if wanted not in {each for changes in CHANGES.values() for each in changes}:
        raise Problem(NOT_FOUND)
    reason, database = text_of(form, "reason"), get_database()
    try:
        with database.transaction() as session:
            if wanted == "replace":
                given = {name[4:]: text_of(form, name) for name in form if name.startswith("set-")}
                made = certificates.replace_with(session, page.actor, certificate_id, given, reason)
                page.leave_note(session, "licences.replaced_by")
                return page.go(f"/console/certificates/{made.id}")
            certificates.change_certificate(session, page.actor, certificate_id, wanted, reason)
            page.leave_note(session, "licences.changed")
    except Problem as problem:
        if problem.kind.code != "casework.reason_missing":
            raise
        typed = {name: text_of(form, name) for name in form if name.startswith("set-")} | {"reason": reason}
        with database.transaction() as session:
            return page.again(session, f"/console/certificates/{certificate_id}", problem=problem, typed=typed)
    return page.go(f"/console/certificates/{certificate_id}")
