"""Evidence on its way: package → notary → court, over HTTP. Each of the three checks for itself; here it is only carried."""

import json
from dataclasses import dataclass
from typing import Any, cast

import httpx

from onething.core.errors import Problem
from onething.trust.court.errors import COURT_REFUSED, NOTARY_REFUSED, OFFICE_AWAY

PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Submitted:
    """What came back: the notary's certificate and the court's ruling on the evidence, as they signed them."""

    certificate: dict[str, Any]
    ruling: dict[str, Any]


def notarise(package: bytes, notary: str) -> dict[str, Any]:
    """Have a package notarised. Raises `Problem(court.notary_refused | court.office_away)`."""
    answer = _post(f"{notary.rstrip('/')}/certificates", content=package, headers={"Content-Type": "application/zip"})
    told = _told(answer)
    if answer.status_code != 201:
        raise Problem(NOTARY_REFUSED, step=str(told.get("refused", answer.status_code)))
    return told


def submit(package: bytes, notary: str, court: str) -> Submitted:
    """Notarise a package and hand both to the court. Raises like `notarise`, and `Problem(court.refused)`."""
    certificate = notarise(package, notary)
    files = {
        "package": ("package.zip", package, "application/zip"),
        "certificate": ("certificate.json", json.dumps(certificate, ensure_ascii=False).encode(), "application/json"),
    }
    answer = _post(f"{court.rstrip('/')}/evidence", files=files)
    told = _told(answer)
    if answer.status_code != 201 or told.get("admitted") is not True:
        raise Problem(COURT_REFUSED, step=str(told.get("failed", answer.status_code)))
    return Submitted(certificate, told)


def _post(url: str, **what: Any) -> httpx.Response:
    try:
        return httpx.post(url, timeout=PATIENCE, **what)
    except httpx.HTTPError as error:
        raise Problem(OFFICE_AWAY, detail=type(error).__name__, url=url) from error


def _told(answer: httpx.Response) -> dict[str, Any]:
    try:
        found: Any = answer.json()
    except ValueError:
        return {}
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}
