"""Who asked which agency what about me, when and why; what others ask me to allow; what I allowed partners, and its withdrawal."""

from datetime import timedelta
from urllib.parse import urlencode

from fastapi import Response

from onething.casework import service as casework
from onething.catalog.models import Partner, Purpose
from onething.catalog.service import get_city
from onething.core.clock import now
from onething.exchange import service as exchange
from onething.exchange.gateway import service as gateway
from onething.intake import service as intake
from onething.subjects import service as subjects
from onething.web.http.page import Citizen, Form, Unit, found, page_router, text_of

router = page_router("/me")
SIZE = 30
PERIODS = {"week": 7, "month": 30, "year": 365, "all": 0}
BYS = ("me", "case", "other", "partner")


@router.get("/asked")
def asked(
    page: Citizen, session: Unit, agency: str = "", by: str = "", period: str = "year", case: str = "", start: int = 0
) -> Response:
    city, subject = get_city(), page.actor.subject_id or ""
    days = PERIODS.get(period, 365)
    start = min(max(start, 0), 100_000)
    messages = exchange.messages_about(
        session, subject_id=subject, case_id=case or None, agency=agency or None,
        actor={"me": page.actor.actor, "case": "system", "partner": "partner:%"}.get(by), others={"other": True, "case": False}.get(by),
        since=now() - timedelta(days=days) if days else None, limit=SIZE + 1, offset=start,
    )  # fmt: skip
    consents = gateway.consents_of(session, subject)
    mine = casework.cases_of(session, page.actor, limit=50).items
    return page.show(
        "me/asked.html", items=[casework.inquiry_of(message) for message in messages[:SIZE]], more=len(messages) > SIZE, start=start,
        size=SIZE, agencies=[(each.id, page.say(each.short)) for each in city.agencies], agency=agency, by=by, bys=list(BYS),
        period=period, periods=list(PERIODS), case=case, cases={each.id: each for each in mine},
        consents=[gateway.allowed_words(consent) for consent in consents], requests=intake.requests_of(session, page.actor),
    )  # fmt: skip


@router.post("/consents/{request_id}")
def answer(page: Citizen, session: Unit, form: Form, request_id: str) -> Response:
    """She allows a question about herself, declines, or takes back what she allowed."""
    given = text_of(form, "given") == "yes"
    intake.answer_request(session, page.actor, request_id, given)
    page.leave_note(
        session, "asked.request_given" if given else "asked.request_declined", "success" if given else "info"
    )
    return page.go("/me/asked#requests")


@router.post("/partners/{consent_id}/withdraw")
def withdraw(page: Citizen, session: Unit, consent_id: str) -> Response:
    done = gateway.withdraw(session, page.actor.subject_id or "", consent_id)
    page.leave_note(session, "asked.withdrawn_now" if done else "asked.withdrawn_before", "success" if done else "info")
    return page.go("/me/asked#allowed")


def _named(partner_id: str, purpose_id: str) -> tuple[Partner, Purpose]:
    partner = found(get_city().partner(partner_id))
    return partner, found(partner.purpose(purpose_id))


def _back(partner: Partner, wanted: str) -> str:
    """The partner's page to return to, only if it is one the city knows."""
    return wanted if any(wanted == known or wanted.startswith(f"{known}/") for known in partner.return_to) else ""


@router.get("/allow/{partner_id}/{purpose_id}")
def allow(page: Citizen, session: Unit, partner_id: str, purpose_id: str, back: str = "", given: str = "") -> Response:
    """`given`: the consent that was just given, if it is hers and for this purpose."""
    partner, purpose = _named(partner_id, purpose_id)
    city, back = get_city(), _back(partner, back)
    consents = gateway.consents_of(session, page.actor.subject_id or "") if given else []
    if consent := next((c for c in consents if (c.id, c.partner, c.purpose) == (given, partner_id, purpose_id)), None):
        back = f"{back}{'&' if '?' in back else '?'}consent={consent.id}" if back else ""
        return page.show(
            "me/allow.html", partner=partner, purpose=purpose, things=[], back=back, given=consent, until=consent.until
        )
    things = [gateway.asked_words(city, ask.operation, ask.fields) for ask in purpose.asks]
    return page.show(
        "me/allow.html", partner=partner, purpose=purpose, things=things, back=back, given=None,
        until=now() + timedelta(days=purpose.longest_days),
    )  # fmt: skip


@router.post("/allow/{partner_id}/{purpose_id}")
def allowed(page: Citizen, session: Unit, form: Form, partner_id: str, purpose_id: str) -> Response:
    partner, purpose = _named(partner_id, purpose_id)
    person = subjects.person(session, page.actor.subject_id or "")
    consent = gateway.give(session, person.id, person.id_number, partner, purpose)
    known = {"back": _back(partner, text_of(form, "back")), "given": consent.id}
    return page.go(f"/me/allow/{partner_id}/{purpose_id}?{urlencode(known)}")
