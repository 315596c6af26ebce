"""What a holder shows by QR: only the chosen fields, only for minutes, and only while the certificate is in force."""

from fastapi import Response

from onething.casework.certificates import service as certificates
from onething.core.db import get_database
from onething.trust.credentials import service as credentials
from onething.web.http.page import Visitor, page_router
from onething.web.view import certificate_rows

router = page_router("/shown")
GOOD = {credentials.Verdict.GENUINE, credentials.Verdict.STATUS_UNKNOWN}
"""The second: issued a moment ago, and on its way into the contract; the page says so."""


@router.get("/{token}")
def shown(page: Visitor, token: str) -> Response:
    """The look is written down before anything is shown."""
    database = get_database()
    with database.transaction() as session:
        share, presented = credentials.opened(session, token[:64])
    report = credentials.check_credential(presented, certificates.against(database), [])
    good = report.verdict in GOOD
    fields = credentials.named(report.fields) if good else {}
    return page.show(
        "licences/shown.html", 200 if good else 410, share=share, report=report, good=good,
        rows=certificate_rows.rows(page, report.kind, fields), steps=certificate_rows.steps(page, report),
        headers={"X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"},
    )  # fmt: skip
