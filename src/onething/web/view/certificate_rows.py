"""Certificates laid out: how a state looks, a certificate's fields as rows, the steps of a check with their marks."""

from typing import Any

from onething.casework.certificates import service as certificates
from onething.catalog.service import certificate_field, get_city, in_order
from onething.trust.credentials import service as credentials
from onething.web.http.page import Page
from onething.web.http.parts import Condition, Row, Status
from onething.web.view.values import shown

STATES: dict[str, Status] = {
    "valid": "done",
    "expired": "wait",
    "suspended": "wait",
    "revoked": "bad",
    "replaced": "wait",
}
HIDDEN = {"case_reference", "issued_by"}
"""On the paper; the second stands among the fields under its own name already."""


def rows(page: Page, kind_id: str, content: dict[str, Any]) -> list[Row]:
    """A certificate's fields in words."""
    city = get_city()
    return [
        Row(name_of(page, kind_id, name), shown(certificate_field(city, kind_id, name), value, page.lang), id=f"field-{name}")
        for name, value in in_order(city, kind_id, content).items()
        if value not in (None, "") and name not in HIDDEN
    ]  # fmt: skip


def name_of(page: Page, kind_id: str, name: str) -> str:
    return page.say(certificates.field_name(kind_id, name))


def steps(page: Page, report: credentials.Report) -> list[Condition]:
    """Every step of a check with tick, cross or question mark."""
    outcome = {True: "yes", False: "no", None: "undecided"}
    return [Condition(page.say(step.words), outcome[step.ok]) for step in report.steps]  # type: ignore[arg-type]
