"""Anybody who holds a certificate may check its code: genuine, withdrawn, or unknown. Shows enough to compare with the
paper in hand, names and numbers covered, and nothing about the case.
"""

from fastapi import Response

from onething.casework import service as casework
from onething.casework.models import CertificateView
from onething.catalog.service import get_city
from onething.core.clock import now
from onething.core.identifiers import InvalidIdentifierError, mask_name, parse_citizen_id
from onething.web.formats import day
from onething.web.page import Page, Unit, Visitor, page_router
from onething.web.parts import Row

router = page_router("/verify")


def state_of(found: CertificateView | None) -> str:
    """`genuine`, `withdrawn`, `expired` or `unknown`."""
    if found is None:
        return "unknown"
    if found.status != "valid":
        return "withdrawn"
    return "expired" if found.valid_until is not None and found.valid_until < now() else "genuine"


def _covered(kind: str, value: str) -> str | None:
    """Names and id numbers covered; other values are not shown."""
    if kind == "name":
        return mask_name(value)
    if kind == "citizen_id":
        try:
            return parse_citizen_id(value).masked()
        except InvalidIdentifierError:
            return None
    return None


def _rows(page: Page, found: CertificateView) -> list[Row]:
    """What a holder compares with the paper."""
    city = get_city()
    kind, agency = city.evidence_type(found.evidence_type), city.agency(found.agency)
    until = day(found.valid_until, page.lang) if found.valid_until else page.t("verify.no_end")
    rows = [
        Row(page.t("verify.certificate"), page.say(found.title)),
        Row(page.t("verify.number"), found.number),
        Row(page.t("verify.issuer"), page.say(agency.name) if agency else found.agency),
        Row(page.t("verify.issued"), day(found.issued_at, page.lang)),
        Row(page.t("verify.until"), until),
    ]
    for spec in kind.fields if kind else ():
        covered = _covered(spec.type, str(found.data.get(spec.id) or ""))
        if covered:
            rows.append(Row(page.say(spec.name), covered))
    return rows


@router.get("")
def ask(page: Visitor, session: Unit, code: str = "") -> Response:
    """The form; with a code, its answer."""
    return (
        answer(page, session, code)
        if code.strip()
        else page.show("home/verify.html", code="", state="", found=None, rows=[])
    )


@router.get("/{code}")
def answer(page: Visitor, session: Unit, code: str) -> Response:
    tidy = code.strip()[:40]
    found = casework.certificate_by_code(session, tidy)
    return page.show(
        "home/verify.html", 404 if found is None else 200, code=tidy, state=state_of(found), found=found,
        rows=_rows(page, found) if found else [],
    )  # fmt: skip
