"""A certificate goes onto its holder's phone: a code for her wallet, the number it asks for, and what phones hold of it."""

from datetime import datetime
from typing import Any

from fastapi import Response
from sqlalchemy.orm import Session

from onething.casework.certificates import service as certificates
from onething.core.clock import now
from onething.core.db import get_database
from onething.wallets import service as wallets
from onething.wallets.models import OfferState
from onething.web.http.page import Citizen, Page, Unit, page_router
from onething.web.view.codes import qr

router = page_router("/me/licences")


@router.post("/{certificate_id}/phone")
def offer(page: Citizen, certificate_id: str) -> Response:
    """Make a code. Its address is kept for her browser alone, sealed under her session, and only as long as it serves."""
    with get_database().transaction() as session:
        view = certificates.certificate_of(session, page.actor, certificate_id)
        made = wallets.offer(session, view, page.actor.subject_id or "")
        typed = {
            "offer": made.id,
            "address": made.address,
            "number": made.number,
            "until": made.expires_at.isoformat(),
        }
        return page.again(
            session, f"/me/licences/{view.id}/phone", typed=typed, lasting=made.expires_at - now()
        )  # fmt: skip


@router.get("/{certificate_id}/phone")
def code(page: Citizen, session: Unit, certificate_id: str) -> Response:
    """The code that was just made, and whether a phone has taken it; without one, what phones hold of the certificate."""
    view, made = certificates.certificate_of(session, page.actor, certificate_id), page.typed
    offered = _offered(page, session, made) if "offer" in made else {}
    return page.show(
        "licences/phone.html", view=view, held=wallets.held(session, view.id, page.actor.subject_id or ""),
        here=page.path, **offered,
    )  # fmt: skip


def _offered(page: Page, session: Session, made: dict[str, Any]) -> dict[str, Any]:
    state = wallets.offer_state(session, made["offer"], page.actor.subject_id or "")
    return {
        "state": state, "waiting": state in (OfferState.OPEN, OfferState.TAKEN), "address": made["address"],
        "qr": qr(made["address"]), "number": f"{made['number'][:3]} {made['number'][3:]}",
        "until": datetime.fromisoformat(made["until"]),
    }  # fmt: skip


@router.post("/{certificate_id}/phone/end")
def end(page: Citizen, session: Unit, certificate_id: str) -> Response:
    """Her phone was lost or sold."""
    view = certificates.certificate_of(session, page.actor, certificate_id)
    wallets.end_held(session, view.id, page.actor.subject_id or "")
    page.leave_note(session, "phone.ended")
    return page.go(f"/me/licences/{view.id}/phone")
