"""Anybody may check a certificate, without signing in: a file, a picture of its QR code, or its check code.

Genuine? By whom, when, still in force? Every step is named, so that the one that failed is seen. With the code alone names and
numbers stay covered; whoever holds the file has all of it anyway.
"""

import re
import secrets
import threading
from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Response
from pydantic import TypeAdapter
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from onething.casework.certificates import service as certificates
from onething.casework.models import CertificateView
from onething.casework.states import CertificateStatus
from onething.catalog.models import PERSON_NUMBERS
from onething.catalog.service import certificate_field, get_city
from onething.core.db import get_database
from onething.core.errors import BAD_REQUEST, Problem
from onething.core.i18n import Lang
from onething.core.identifiers import mask_name
from onething.core.persons.numbers import as_person_number, number_words
from onething.core.settings import get_settings
from onething.documents.service import codes_in, expect_picture
from onething.trust.credentials import service as credentials
from onething.trust.credentials.service import Report, Verdict
from onething.web.http import csrf, kept, sessions
from onething.web.http.formats import day
from onething.web.http.headers import content_policy
from onething.web.http.page import Page, Visitor, page_router, visitor
from onething.web.http.parts import Row
from onething.web.view import certificate_rows

router = page_router("/verify")
open_router = APIRouter(include_in_schema=False)
"""Files are taken from people without a session; there is nothing of theirs that a forged request could touch."""
KINDS = {Verdict.GENUINE: "success", Verdict.FORGED: "error", Verdict.UNKNOWN: "error", Verdict.WITHDRAWN: "error"}
LASTING = timedelta(minutes=15)
"""So long what was found in a file can be looked at again."""
REPORTS = TypeAdapter(Report)
_OURS = re.compile(r"/(verify|shown)/([A-Za-z0-9_-]{1,64})")


def _show(page: Page, status: int = 200, **values: Any) -> Response:
    known: dict[str, Any] = {
        "code": "", "verdict": "", "kind": "", "rows": [], "steps": [], "by_code": False, "root": "", "problem": "", "link": "",
    }  # fmt: skip
    policy = content_policy(get_settings()).replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")
    return page.show("home/verify.html", status, {"Content-Security-Policy": policy}, **(known | values))


def _warm() -> None:
    """While somebody looks for her file, chain and picture reader are loaded, so that the check itself is quick."""
    threading.Thread(target=_load, daemon=True).start()


def _load() -> None:
    expect_picture()
    against = certificates.against(get_database())
    if against.status_of is not None:
        against.status_of(b"\0" * 32)


# -- by code


@router.get("")
def ask(page: Visitor, code: str = "") -> Response:
    """The form; with a code (or the address in a QR code), its answer."""
    text = code.strip()
    if page.kept is not None:
        return _shown_again(page, page.typed)
    if not text:
        _warm()
        return _show(page, root=certificates.keyring().root.key_id)
    where = _ours(text)
    return page.go(where) if where else answer(page, text)


def _ours(text: str) -> str:
    """The path of one of our QR codes; empty when it is another text."""
    try:
        address = urlsplit(text)
    except ValueError:  # http://[
        return ""
    found = _OURS.fullmatch(address.path) if address.scheme in {"http", "https"} else None
    return f"/{found[1]}/{found[2]}" if found else ""


@router.get("/{code}")
def answer(page: Visitor, code: str) -> Response:
    tidy, database = code.strip()[:40], get_database()
    with database.reading() as session:
        held = certificates.certificate_by_code(session, tidy)
    if held is None:
        return _show(page, 404, code=tidy, verdict="unknown_code", kind="error", by_code=True)
    credentials.ensure_signed(database, held.id, certificates.keyring())
    with database.reading() as session:
        report = credentials.check_held(session, held.id, certificates.against(database))
        rows = [*_covered_rows(page, session, held), *_instead(page, session, held.id)]
    if report is None:
        return _show(page, 404, code=tidy, verdict="unknown_code", kind="error", by_code=True)
    verdict = report.verdict
    if verdict is Verdict.STATUS_UNKNOWN and held.status is CertificateStatus.VALID:
        verdict = Verdict.GENUINE  # our own register has it in force; the contract will within seconds
    return _show(
        page, code=tidy, verdict=verdict, kind=KINDS.get(verdict, "warning"), rows=[*_facts(page, report), *rows],
        steps=certificate_rows.steps(page, report), by_code=True, root=report.root,
    )  # fmt: skip


def _facts(page: Page, report: Report) -> list[Row]:
    until = day(report.valid_until, page.lang) if report.valid_until else page.t("verify.no_end")
    return [
        Row(page.t("verify.certificate"), page.say(report.title)),
        Row(page.t("verify.number"), report.number),
        Row(page.t("verify.issuer"), page.say(report.agency_name) if report.agency_name else report.agency),
        Row(page.t("verify.issued"), day(report.issued_at, page.lang)),
        Row(page.t("verify.until"), until),
    ]


def _covered_rows(page: Page, session: Session, held: CertificateView) -> list[Row]:
    """What a holder compares with the paper, in its order: whom it is for, names and id numbers, covered.

    Of a company everything but people's names and numbers is shown: its registration is public (企业信息公示暂行条例 第六条).
    """
    city, content = get_city(), certificates.content_of(session, held.id)
    kind = city.evidence_type(held.evidence_type)
    form = kind.certificate if kind else None
    holder = certificate_field(city, held.evidence_type, form.holder) if form and form.holder else None
    company = holder is not None and holder.type != "name"
    rows: list[Row] = []
    for row in certificate_rows.rows(page, held.evidence_type, content):
        name = (row.id or "").removeprefix("field-")
        spec = certificate_field(city, held.evidence_type, name)
        kind_of = spec.type if spec else "text"
        text = (
            row.value
            if company and kind_of not in {"name", *PERSON_NUMBERS}
            else _covered(kind_of, str(content[name]), page.lang)
        )
        if text:
            rows.append(Row(row.name, text))
    return rows


def _instead(page: Page, session: Session, certificate_id: str) -> list[Row]:
    """The certificate in whose place this one stands, and the one that stands in its place, each with the way to check it."""
    before, after = certificates.replacements_of(session, certificate_id)
    found = ((page.t("verify.replaced_by"), after), (page.t("verify.replaces"), before))
    return [
        Row(
            name,
            f"{one.number}　{day(one.issued_at, page.lang)}",
            href=f"/verify/{one.code}",
            action=page.t("verify.see_it"),
        )
        for name, one in found
        if one is not None
    ]


def _covered(kind: str, value: str, lang: Lang) -> str | None:
    """Names and id numbers covered; other values are not shown."""
    if kind == "name":
        return mask_name(value)
    if kind in PERSON_NUMBERS and as_person_number(value) is not None:
        return number_words(value, masked=True).get(lang)
    return None


# -- by file


@open_router.post("/verify/uploads")
async def upload(page: Annotated[Page, Depends(visitor)], request: Request) -> Response:
    """A PDF, the signed document, or a picture of the QR code. Nothing of the file is kept; what was found is, for a quarter of
    an hour and sealed for this browser alone, so that the answer has an address that can be opened again."""
    csrf.refuse_other_sites(request)
    try:
        form = await request.form(max_files=1, max_fields=2)
    except MultiPartException as error:
        raise Problem(BAD_REQUEST, field="form", detail=str(error)) from error
    given = form.get("file")
    content = await given.read() if isinstance(given, UploadFile) else b""
    await form.close()
    return await run_in_threadpool(_answer_file, page, content)


def _answer_file(page: Page, content: bytes) -> Response:
    if not content:
        return _found(page, {"missing": True})
    if content[:1] not in {b"{", b"e"} and content[:5] != b"%PDF-":
        where = _code_of(content)
        return page.go(where) if where else _found(page, {"no_code": True})
    report = credentials.check_file(content, certificates.against(get_database()))
    # A scan may bear a genuine code on altered paper: it is named for comparing, never followed as if it were the answer.
    unsigned = report.verdict is Verdict.UNKNOWN and content[:5] == b"%PDF-"
    return _found(
        page, {"report": REPORTS.dump_python(report, mode="json"), "link": _code_of(content) if unsigned else ""}
    )


def _found(page: Page, typed: dict[str, Any]) -> Response:
    """To the address of the answer. Somebody without a session gets a cookie that opens this answer and nothing else."""
    settings, token = get_settings(), ""
    holder = page.session.holder if page.session else None
    if holder is None:
        token = secrets.token_urlsafe(32)
        holder = kept.Holder.of(token)
    with get_database().transaction() as session:
        kept_id = kept.keep(session, holder, "/verify", typed, lasting=LASTING)
    response = page.go(kept.address("/verify", kept_id))
    if token:
        sessions.set_cookie(response, settings, token, sessions.visitor_cookie(settings), LASTING)
    return response


def _shown_again(page: Page, found: dict[str, Any]) -> Response:
    """What a file was found to be."""
    root = certificates.keyring().root.key_id
    if found.get("missing"):
        return _show(page, 422, problem=page.t("verify.choose_file"), root=root)
    if found.get("no_code"):
        return _show(page, verdict="no_code", kind="error")
    report = REPORTS.validate_python(found["report"])
    good = report.verdict not in {Verdict.FORGED, Verdict.UNKNOWN}
    rows: list[Row] = []
    if good:
        with get_database().reading() as session:
            linked = _instead(page, session, report.certificate_id)
        rows = [
            *_facts(page, report),
            *certificate_rows.rows(page, report.kind, credentials.named(report.fields)),
            *linked,
        ]
    return _show(
        page, verdict=report.verdict, kind=KINDS.get(report.verdict, "warning"), rows=rows,
        steps=certificate_rows.steps(page, report), root=report.root, link=found["link"],
    )  # fmt: skip


def _code_of(content: bytes) -> str:
    """The path of the first of our QR codes in a picture or a scanned PDF; empty when there is none, or it cannot be read."""
    try:
        found = codes_in(content)
    except Problem:
        return ""
    return next((where for text in found if (where := _ours(text))), "")


@open_router.get("/.well-known/onething-trust-list.json")
def trust_list() -> Response:
    """Agencies, their keys and what they may issue, signed by the root: what a check without this site needs."""
    text = certificates.keyring().trust_list().text
    return Response(text, media_type="application/json", headers={"Cache-Control": "public, max-age=300"})
