"""Somebody asks to be shown a certificate from a phone: chosen fields of one kind, with a purpose, checked at once."""

from typing import Any

from fastapi import Response

from onething.catalog.models import City, EvidenceType
from onething.catalog.service import certificate_field, get_city
from onething.core.clock import now
from onething.core.db import get_database
from onething.wallets import service as wallets
from onething.wallets.models import Outcome, QuestionState
from onething.web.http.messages import MESSAGES
from onething.web.http.page import Form, Page, SignedIn, Unit, page_router, text_of, texts_of
from onething.web.http.parts import Row
from onething.web.view.codes import qr
from onething.web.view.values import shown

router = page_router("/ask")
TONES = {"genuine": "success", "forged": "error", "withdrawn": "error"}


@router.get("")
def form(page: SignedIn, kind: str = "") -> Response:
    city = get_city()
    chosen = _kind(city, kind)
    return page.show(
        "licences/ask.html", page.status, kinds=[kind for kind in wallets.kinds(city) if kind.id != city.refusal], chosen=chosen,
        fields=_fields(city, chosen) if chosen else {}, picked=page.typed_list("fields"),
        purpose=page.typed_text("purpose"), errors=page.errors,
    )  # fmt: skip


def _kind(city: City, kind_id: str) -> EvidenceType | None:
    return next((kind for kind in wallets.kinds(city) if kind.id == kind_id), None)


def _fields(city: City, kind: EvidenceType) -> dict[str, Any]:
    return {"number": MESSAGES("phone.number_of"), **wallets.fields_of(city, kind)}


@router.post("")
def ask(page: SignedIn, given: Form) -> Response:
    kind, fields, purpose = text_of(given, "kind"), texts_of(given, "fields"), text_of(given, "purpose")
    wrong = [("fields", MESSAGES("licences.choose_some"))] if not fields else []
    wrong += [("purpose", MESSAGES("phone.say_why"))] if not purpose else []
    with get_database().transaction() as session:
        if wrong:
            typed = {"fields": fields, "purpose": purpose}
            return page.again(
                session, f"/ask?kind={kind}" if kind.isidentifier() else "/ask", errors=wrong, typed=typed
            )
        made = wallets.ask(session, kind, fields, purpose)
        return page.again(session, "/ask/code", typed={"token": made.token}, lasting=made.expires_at - now())


@router.get("/code")
def code(page: SignedIn, session: Unit) -> Response:
    """The code for the other's phone, and the answer as soon as there is one."""
    if "token" not in page.typed:
        return page.go("/ask")
    found = wallets.outcome(session, page.typed["token"])
    city = get_city()
    kind = _kind(city, found.kind)
    return page.show(
        "licences/asked.html", found=found, kind=kind, waiting=found.state is QuestionState.WAITING, here=page.path,
        qr=qr(found.address), names=[page.say(text) for text in _named(city, kind, found).values()],
        rows=_rows(page, city, kind, found), tone=TONES.get(found.shown.verdict, "warning") if found.shown else "warning",
    )  # fmt: skip


def _named(city: City, kind: EvidenceType | None, found: Outcome) -> dict[str, Any]:
    words = _fields(city, kind) if kind else {}
    return {name: words[name] for name in found.fields if name in words}


def _rows(page: Page, city: City, kind: EvidenceType | None, found: Outcome) -> list[Row]:
    if found.shown is None or kind is None:
        return []
    words = _named(city, kind, found)
    return [
        Row(page.say(words[name]), shown(certificate_field(city, kind.id, name), value, page.lang))
        for name, value in found.shown.fields.items()
    ]
