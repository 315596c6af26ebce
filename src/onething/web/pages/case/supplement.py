"""Answering a supplement (补正): values and photographs in one form, sent once, nothing lost when something is missing."""

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Any

from fastapi import Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from onething.casework import service as casework
from onething.casework.models import AskView, CaseView, SupplementView
from onething.catalog.models import City, LifeEvent
from onething.catalog.service import find_event, get_city, spec_of
from onething.core.clock import today
from onething.core.db import get_database
from onething.core.errors import Problem, both
from onething.core.i18n import Text
from onething.core.persons.numbers import PersonDocument
from onething.core.whole import whole
from onething.documents.service import check_upload
from onething.intake import service as intake
from onething.review.service import check_value
from onething.trust.sealing.service import fetch_file, keep_file
from onething.web.http.messages import MESSAGES
from onething.web.http.page import Citizen, Form, Page, Unit, page_router, text_of
from onething.web.http.parts import Choice
from onething.web.pages.filing.questions import KINDS
from onething.web.view.values import options_of

router = page_router("/case/{case_id}/supplement")


@dataclass
class AskLine:
    """One thing asked for, as the form shows it."""

    view: AskView
    name: str
    choices: list[Choice]
    kind: str
    papers: tuple[PersonDocument, ...] = ()
    """Of a person's number: the papers that it may be of."""
    value: str = ""
    error: Text | None = None
    kept: str = ""
    """A photograph that was sent already, as `digest:seal`; it need not be chosen again."""
    read: dict[str, Any] = field(default_factory=dict)
    paper: dict[str, Any] = field(default_factory=dict)
    """How the photograph was read, for the officer who asked for it."""

    @property
    def id(self) -> str:
        return self.name.replace(".", "-")

    @property
    def upload(self) -> bool:
        return self.view.kind == "upload"


def _lines(page: Page, city: City, event: LifeEvent, supplement: SupplementView) -> list[AskLine]:
    lines: list[AskLine] = []
    for ask in supplement.asks:
        spec = spec_of(city, event, ask.slot, ask.field or "")
        question = next((each for each in event.questions if each.field == f"{ask.slot}.{ask.field}"), None)
        choices = [Choice(option.value, page.say(option.name)) for option in question.options] if question else []
        choices = choices or [Choice(code, words) for code, words in options_of(spec, page.lang)]
        if spec is not None and spec.type == "bool" and not choices:
            choices = [Choice("true", page.t("common.yes")), Choice("false", page.t("common.no"))]
        papers = spec.papers if spec is not None and spec.type == "person_id" else ()
        kind = KINDS.get(spec.type, "text") if spec else "long"
        lines.append(AskLine(ask, f"{ask.slot}.{ask.field or 'file'}", choices, kind, papers))
    return lines


def _show(page: Page, case: CaseView, lines: list[AskLine]) -> Response:
    """The form, with what was sent before and is not good yet."""
    wrong = dict(page.kept.errors) if page.kept else {}
    for line in lines:
        line.value, line.kept = page.typed_text(line.name), page.typed_text(f"kept.{line.name}")
        line.error = wrong.get(line.id)
    errors = page.errors
    if (problem := page.problem) is not None and not errors:
        errors = [("main", f"{page.say(problem.what)} {page.say(problem.next)}")]
    return page.show(
        "case/supplement.html", page.status, case=case, supplement=case.supplement, asks=lines, errors=errors
    )


@router.get("")
def ask(page: Citizen, session: Unit, case_id: str) -> Response:
    case = casework.case_view(session, page.actor, case_id, timeline_limit=1)
    city = get_city()
    if case.supplement is None:
        return page.go(f"/case/{case_id}")
    lines = _lines(page, city, find_event(city, case.summary.life_event), case.supplement)
    return _show(page, case, lines)


@router.post("/uploads")
async def answer(page: Citizen, form: Form, case_id: str) -> Response:
    return await run_in_threadpool(_answer, page, form, case_id)


def _answer(page: Page, form: FormData, case_id: str) -> Response:
    city = get_city()
    with get_database().reading() as session:
        case = casework.case_view(session, page.actor, case_id, timeline_limit=1)
    if case.supplement is None:
        return page.go(f"/case/{case_id}")
    event = find_event(city, case.summary.life_event)
    lines = _lines(page, city, event, case.supplement)
    for line in lines:
        _fill(page, city, event, form, line)
    if any(line.error for line in lines):
        return _again(page, case_id, lines)
    try:
        _send(page, form, lines)
    except Problem as problem:
        if problem.kind.status != 422:
            raise
        return _again(page, case_id, lines, problem)
    return page.go(f"/case/{case_id}")


def _again(page: Page, case_id: str, lines: list[AskLine], problem: Problem | None = None) -> Response:
    """Values and photographs that came are kept; only what is missing has to be sent again."""
    typed = {line.name: line.value for line in lines} | {f"kept.{line.name}": line.kept for line in lines}
    errors = [(line.id, line.error) for line in lines if line.error]
    with get_database().transaction() as session:
        return page.again(session, f"/case/{case_id}/supplement", problem=problem, errors=errors, typed=typed)


def _send(page: Page, form: FormData, lines: list[AskLine]) -> None:
    values: dict[str, dict[str, Any]] = {}
    origins: dict[str, dict[str, Any]] = {}
    documents: list[dict[str, Any]] = []
    for line in lines:
        slot = values.setdefault(line.view.slot, {})
        if line.upload:
            digest = line.kept.partition(":")[0]
            slot.update(line.read)
            origins[line.view.slot] = {"kind": "upload", "document": digest}
            documents.append(
                {
                    "digest": digest,
                    "type": line.view.document_type,
                    "filename": "",
                    "slot": line.view.slot,
                    **line.paper,
                }
            )
        elif line.view.field:
            slot[line.view.field] = {"true": True, "false": False}.get(line.value, line.value)
    version = text_of(form, "version")
    with get_database().transaction() as session:
        casework.answer_supplement(
            session, page.actor, text_of(form, "item"), values, origins=origins, documents=documents,
            version=whole(version),
        )  # fmt: skip
        page.leave_note(session, "case.supplement_done")


def _fill(page: Page, city: City, event: LifeEvent, form: FormData, line: AskLine) -> None:
    """Take what was sent for one line; whatever is wrong is said beside it."""
    if not line.upload:
        line.value = text_of(form, line.name)
        line.error = None if line.value else MESSAGES("case.supplement_missing")
        spec = spec_of(city, event, line.view.slot, line.view.field or "")
        bad = check_value(spec, line.value, today()) if spec is not None and line.value else None
        if bad is not None:
            line.error = Text(zh=bad.what.zh + bad.todo.zh, en=f"{bad.what.en} {bad.todo.en}")
        return
    file = form.get(line.name)
    try:
        content = b""
        if isinstance(file, UploadFile) and file.filename:
            content = file.file.read()
            check_upload(content, file.filename)
            digest = _keep(page, content)
            line.kept = f"{digest}:{_seal(page, digest)}"
        elif _is_sealed(page, text_of(form, f"kept.{line.name}")):
            line.kept = text_of(form, f"kept.{line.name}")
            content = fetch_file(line.kept.partition(":")[0])
        if not content:
            line.error = MESSAGES("case.supplement_missing")
            return
        _read(page, city, event, line, content)
    except Problem as problem:
        line.error, line.kept = both(problem), ""


def _keep(page: Page, content: bytes) -> str:
    """Under her own key in the file store."""
    with get_database().transaction() as session:
        return keep_file(session, page.actor.subject_id or "", content)


def _read(page: Page, city: City, event: LifeEvent, line: AskLine, content: bytes) -> None:
    """Read the photograph now: the answer is what it says."""
    reader = page.helpers.reader
    wanted = line.view.document_type
    found = (
        reader.read(content, "upload", keep=lambda picture: _keep(page, picture), owner=page.actor.subject_id or "")
        if reader is not None
        else []
    )
    right = next((document for document in found if document.type == wanted), None)
    if wanted is None:  # a paper that nobody named to the reader: the officer looks at the photograph itself
        page_one = found[0] if found else None
        line.paper = {
            "preview": page_one.preview if page_one else None,
            "media_type": check_upload(content, "").media_type,
        }
        line.read = {"photo": "✓"}
        return
    slot = event.slot(line.view.slot)
    kind = city.type_of(slot) or casework.type_asked_for(city, line.view.slot)
    if right is None or kind is None:
        line.error, line.kept = MESSAGES("case.supplement_unreadable", name=line.view.name), ""
        return
    names = kind.from_document.get(wanted or "") or {spec.id: spec.id for spec in kind.fields}
    line.paper = {
        "fields": {name: read.model_dump(mode="json") for name, read in right.fields.items()}, "marks": intake.marks_of(right),
        "problems": [problem.model_dump(mode="json") for problem in right.problems], "preview": right.preview,
        "media_type": check_upload(content, "").media_type, "page": right.page,
    }  # fmt: skip
    line.read = {ours: right.fields[theirs].value for ours, theirs in names.items() if theirs in right.fields}


def _seal(page: Page, digest: str) -> str:
    """Proof that this session itself sent the photograph, so that a digest from elsewhere is worth nothing."""
    key = page.session.csrf if page.session else ""
    return hmac.new(key.encode(), digest.encode(), hashlib.sha256).hexdigest()[:32]


def _is_sealed(page: Page, kept: str) -> bool:
    digest, _, seal = kept.partition(":")
    return bool(seal) and hmac.compare_digest(seal, _seal(page, digest))
