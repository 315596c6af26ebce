"""The page of risk: which filings were doubted and why, what lies around one of them, what was found out, and the model that judges."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Response

from onething.casework import acts
from onething.casework.officers import service as officers
from onething.core.db import get_database
from onething.core.errors import Problem
from onething.core.identifiers import mask_name
from onething.core.whole import whole
from onething.risk import service as risk
from onething.risk.models import Kind, Role
from onething.risk.service import minutes
from onething.web.http.formats import masked_id
from onething.web.http.page import Doing, Form, Page, Unit, page_router, text_of

router = page_router("/console/risk")
PAGE_SIZE = 30
_DRIFT_SHOWN = 8


@router.get("")
def overview(
    page: Annotated[Page, Doing(acts.OPEN_RISK)], session: Unit, view: str = "referred", before: str = ""
) -> Response:
    """Judged filings, drift, models. `view=all` also those that nothing was found in."""
    every = view == "all"
    found = officers.risk_desk(
        session, page.actor, referred=not every, before=whole(before), limit=PAGE_SIZE
    )  # fmt: skip
    older = str(minutes(found.cases[-1].looked.at)) if len(found.cases) == PAGE_SIZE else ""
    return page.show(
        "console/risk.html", cases=found.cases, drift=found.drift[:_DRIFT_SHOWN], models=found.models, names=found.names,
        view="all" if every else "referred", older=older, may_act=page.may(acts.TRAIN_RISK, officers.risk_scope()), may_approve=page.may(acts.APPROVE_RISK, officers.risk_scope()), me=page.actor.actor,
    )  # fmt: skip


@router.post("/train")
def train(page: Annotated[Page, Doing(acts.TRAIN_RISK)], session: Unit, form: Form) -> Response:  # noqa: ARG001 - the form is checked for forgery
    try:
        officers.train_risk_model(session, page.actor)
        page.leave_note(session, "risk.trained")
    except Problem as problem:  # too little is known yet: said where it was asked
        page.leave_problem(session, problem)
    return page.go("/console/risk#models")


@router.post("/approve")
def approve(page: Annotated[Page, Doing(acts.APPROVE_RISK)], session: Unit, form: Form) -> Response:
    try:
        officers.approve_risk_model(session, page.actor, text_of(form, "version")[:40])
        page.leave_note(session, "risk.approved")
    except Problem as problem:
        page.leave_problem(session, problem)
    return page.go("/console/risk#models")


@router.get("/{case_id}")
def one(page: Annotated[Page, Doing(acts.OPEN_RISK)], case_id: str) -> Response:
    """One case: reasons, relations with their dates, all indicators, findings."""
    with get_database().transaction() as session:
        found = officers.risk_view(session, page.actor, case_id)
    return page.show(
        "console/risk_case.html", found=found, may_act=page.may(acts.RECORD_FINDING, officers.risk_scope()),
        around=[(_label(each, found.names), [page.t(f"risk.role.{Role(role).name.lower()}") for role in each.roles], each) for each in found.around],
        ties={each.value: [(_company(tie), [page.t(f"risk.role.{Role(role).name.lower()}") for role in tie.roles], tie) for tie in each.ties] for each in found.around},
        measured=[(each.name, _number(each.id, each.value), _number(each.id, each.usual)) for each in found.measured],
    )  # fmt: skip


@router.post("/{case_id}/finding")
def finding(page: Annotated[Page, Doing(acts.RECORD_FINDING)], session: Unit, case_id: str, form: Form) -> Response:
    """`what`: shell or sound. Said again, the newer one counts."""
    what = text_of(form, "what")
    if what in {"shell", "sound"}:
        officers.record_risk_finding(session, page.actor, case_id, what == "shell")
        page.leave_note(session, "risk.recorded")
    return page.go(f"/console/risk/{case_id}#found")


def _label(each: risk.Around, names: Mapping[str, str]) -> str:
    """Persons by their masked name and number; what is no person in full."""
    name = names.get(each.value, "")
    if each.kind is Kind.PERSON:
        return f"{mask_name(name)} {masked_id(each.value)}".strip()
    if each.kind is Kind.PHONE:
        return f"{each.value[:3]}****{each.value[-4:]}"
    return name or each.value


def _company(tie: risk.Tie) -> str:
    """Companies lie in the graph as keyed hashes: a mark that stays the same lets an officer see the same one twice."""
    return f"{tie.company:016X}"[-6:]


def _number(name: str, value: float | None) -> str:
    if value is None:
        return "—"
    if name.endswith("_share") or name == "rotation":
        return f"{value:.0%}"
    return f"{value:,.1f}".removesuffix(".0")
