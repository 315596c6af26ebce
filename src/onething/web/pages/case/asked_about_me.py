"""Who asked which agency what about me, when and why; what I allowed partners outside government, and its withdrawal."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Response

from onething.casework import service as casework
from onething.catalog.models import City, OperationRef, Partner, Purpose
from onething.catalog.service import get_city
from onething.core.clock import now
from onething.exchange import service as exchange
from onething.exchange.gateway import service as gateway
from onething.subjects import service as subjects
from onething.web.http.page import Citizen, Form, Page, Unit, found, page_router, text_of

router = page_router("/me")
SIZE = 30
PERIODS = {"week": 7, "month": 30, "year": 365, "all": 0}
BY = {"me": "citizen:%", "case": "system", "partner": "partner:%"}


@dataclass(frozen=True, slots=True)
class Asking:
    """One conversation with an agency in words."""

    at: datetime
    who: str
    whom: str
    what: str
    purpose: str
    why: str
    outcome: str
    case: str


@dataclass(frozen=True, slots=True)
class Allowed:
    """A consent in words."""

    id: str
    partner: str
    purpose: str
    given_at: datetime
    until: datetime
    withdrawn_at: datetime | None
    holds: bool
    things: tuple[str, ...]


def _purpose(page: Page, city: City, code: str) -> str:
    """`newborn`, `service:household_registration`, `fetch:mother_id`, `bank:loan` → its name."""
    plain = code.removesuffix(":undo").partition("#")[0]
    head, _, rest = plain.partition(":")
    partner = city.partner(head)
    if partner and (purpose := partner.purpose(rest)):
        return page.say(purpose.name)
    for event in city.life_events:
        service, slot = event.service(rest), event.slot(rest)
        if plain == event.id or (slot and head == "fetch"):
            return page.say(event.name)
        if service:
            return page.say(service.name)
    return code


def _asking(page: Page, city: City, message: exchange.Message) -> Asking:
    who = page.say(casework.actor_words(city, message.actor))
    if message.actor.startswith("citizen:"):
        who = page.t("asked.for_you")
    operation = city.operation(f"{message.agency}.{message.operation}")
    # An order is carried out, a question is answered.
    did = operation is not None and operation.kind != "query" and message.outcome.value == "ok"
    came = page.t("asked.carried_out" if did else f"asked.outcome.{message.outcome.value}")
    return Asking(
        message.at, who, page.say(city.short_label_of(message.agency)),
        page.say(casework.seen_words(city, f"{message.agency}.{message.operation}")), _purpose(page, city, message.purpose),
        page.say(casework.ground_words(message.ground)), came, message.case_id or "",
    )  # fmt: skip


def _allowed(page: Page, city: City, consent: gateway.Consent) -> Allowed:
    partner = city.partner(consent.partner)
    purpose = partner.purpose(consent.purpose) if partner else None
    things = tuple(_thing(page, city, operation, told["fields"]) for operation, told in consent.asks.items())
    return Allowed(
        consent.id, page.say(partner.name) if partner else consent.partner, page.say(purpose.name) if purpose else consent.purpose,
        consent.given_at, consent.until, consent.withdrawn_at, consent.holds, things,
    )  # fmt: skip


def _thing(page: Page, city: City, operation: str, fields: list[str]) -> str:
    """`人社局：就业登记信息查询（工作单位、月平均工资）`."""
    known = city.operation(operation)
    kind = city.evidence_type(known.gives) if known and known.gives else None
    names = [page.say(spec.name) for spec in kind.fields if not fields or spec.id in fields] if kind else fields
    return page.t(
        "asked.thing", agency=page.say(city.short_label_of(OperationRef.parse(operation).agency)),
        what=page.say(known.name) if known else operation, fields=page.t("asked.comma").join(names),
    )  # fmt: skip


@router.get("/asked")
def asked(
    page: Citizen, session: Unit, agency: str = "", by: str = "", period: str = "year", case: str = "", start: int = 0
) -> Response:
    city, subject = get_city(), page.actor.subject_id or ""
    days = PERIODS.get(period, 365)
    start = min(max(start, 0), 100_000)
    messages = exchange.messages_about(
        session, subject_id=subject, case_id=case or None, agency=agency or None, actor=BY.get(by),
        since=now() - timedelta(days=days) if days else None, limit=SIZE + 1, offset=start,
    )  # fmt: skip
    consents = gateway.consents_of(session, subject)
    mine = casework.cases_of(session, page.actor, limit=50).items
    return page.show(
        "me/asked.html", items=[_asking(page, city, message) for message in messages[:SIZE]], more=len(messages) > SIZE, start=start,
        size=SIZE, agencies=[(each.id, page.say(each.short)) for each in city.agencies], agency=agency, by=by, bys=list(BY),
        period=period, periods=list(PERIODS), case=case, cases={each.id: each for each in mine},
        consents=[_allowed(page, city, consent) for consent in consents],
    )  # fmt: skip


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
def allow(page: Citizen, partner_id: str, purpose_id: str, back: str = "") -> Response:
    partner, purpose = _named(partner_id, purpose_id)
    city = get_city()
    things = [_thing(page, city, ask.operation, list(ask.fields)) for ask in purpose.asks]
    return page.show(
        "me/allow.html", partner=partner, purpose=purpose, things=things, back=_back(partner, back), given=None,
        until=now() + timedelta(days=purpose.longest_days),
    )  # fmt: skip


@router.post("/allow/{partner_id}/{purpose_id}")
def allowed(page: Citizen, session: Unit, form: Form, partner_id: str, purpose_id: str) -> Response:
    partner, purpose = _named(partner_id, purpose_id)
    person = subjects.person(session, page.actor.subject_id or "")
    consent = gateway.give(session, person.id, person.id_number, partner, purpose)
    back = _back(partner, text_of(form, "back"))
    if back:
        back = f"{back}{'&' if '?' in back else '?'}consent={consent.id}"
    return page.show(
        "me/allow.html", partner=partner, purpose=purpose, things=[], back=back, given=consent, until=consent.until
    )
