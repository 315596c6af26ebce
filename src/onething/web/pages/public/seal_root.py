"""The city's root of seals: what a reader of PDF needs to know it by, how to install it, and the list of seals that were revoked."""

import hashlib

from fastapi import APIRouter, Response

from onething.casework.certificates import service as certificates
from onething.trust.credentials.service import REVOKED_PLACE, ROOT_PLACE
from onething.web.http.page import Visitor, page_router

router = page_router("/seals")
open_router = APIRouter(include_in_schema=False)
"""Files for programs: readers of PDF fetch them without a session."""
KEPT = {"Cache-Control": "public, max-age=600"}


@router.get("")
def seals(page: Visitor) -> Response:
    """Fingerprint, download and how to install it."""
    root = certificates.keyring().seals.root()
    return page.show(
        "home/seals.html", sha256=_grouped(hashlib.sha256(root).hexdigest()), sha1=_grouped(hashlib.sha1(root).hexdigest()),  # noqa: S324 - what readers show
        root=ROOT_PLACE, revoked=REVOKED_PLACE,
    )  # fmt: skip


def _grouped(digest: str) -> str:
    """As readers of PDF show fingerprints."""
    return " ".join(digest[at : at + 4].upper() for at in range(0, len(digest), 4))


@open_router.get(ROOT_PLACE)
def root() -> Response:
    headers = KEPT | {"Content-Disposition": 'attachment; filename="onething-seal-root.cer"'}
    return Response(certificates.keyring().seals.root(), media_type="application/pkix-cert", headers=headers)


@open_router.get(REVOKED_PLACE)
def revoked() -> Response:
    return Response(certificates.keyring().seals.revoked(), media_type="application/pkix-crl", headers=KEPT)
