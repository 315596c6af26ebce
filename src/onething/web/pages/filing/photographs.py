"""Photographs of a filing: taken in, shown while they are read, corrected beside the picture."""

import io
from functools import lru_cache

from fastapi import Response
from PIL import Image, ImageOps
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from onething.api.errors import TOO_LARGE
from onething.catalog.models import City, LifeEvent
from onething.catalog.service import find_event, get_city, spec_of
from onething.core.db import get_database
from onething.core.errors import NOT_FOUND, Problem
from onething.core.settings import settings_of
from onething.core.whole import whole
from onething.documents.service import document_types
from onething.documents.settings import DocumentsSettings
from onething.intake import service as intake
from onething.intake.models import DocumentView, FilingView, ReadFieldView
from onething.trust.sealing.service import fetch_file
from onething.web.http.page import Citizen, Form, Page, Unit, page_router, text_of
from onething.web.http.parts import Choice
from onething.web.pages.filing.overview import next_href, view
from onething.web.view.pictures import SHOWABLE, picture_of
from onething.web.view.values import options_of
from onething.web.view.values import shown as shown_value

router = page_router("/filing/{filing_id}")
SMALL = (192, 192)
WAIT = 2.5
"""Seconds a person is kept waiting for agencies after a save; they go on answering after that."""


def _one(filing: FilingView, document_id: str) -> DocumentView:
    for document in filing.documents:
        if document.id == document_id:
            return document
    raise Problem(NOT_FOUND, detail="no such document in this filing")


@router.get("/documents")
def documents(page: Citizen, session: Unit, filing_id: str) -> Response:
    filing = view(page, session, filing_id)
    return page.show(
        "filing/documents.html", filing=filing, limit_bytes=settings_of(DocumentsSettings).upload_max_bytes, showable=SHOWABLE,
        next_href=next_href(filing, "documents"),
    )  # fmt: skip


@router.get("/documents/list")
async def document_list(page: Citizen, filing_id: str) -> Response:
    """The list alone, while it fills in. The moment nothing is left to read, agencies already agreed to are asked."""
    filing = await run_in_threadpool(_load, page, filing_id)
    if not filing.reading and not filing.asking and any(consent.state == "given" for consent in filing.consents):
        await page.helpers.ask(page.actor, filing_id)
    return page.show(
        "filing/document_list.html", filing=filing, next_href=next_href(filing, "documents"), showable=SHOWABLE
    )


def _load(page: Page, filing_id: str) -> FilingView:
    with get_database().reading() as session:
        return view(page, session, filing_id)


@router.post("/uploads")
def upload(page: Citizen, form: Form, filing_id: str) -> Response:
    """Each file is a transaction of its own, so that one bad photograph does not cost the good ones."""
    files = [item for item in form.getlist("files") if isinstance(item, UploadFile) and item.filename]
    problem: Problem | None = None
    for file in files:
        try:
            _take_in(page, filing_id, file)
        except Problem as found:
            problem = found
    page.helpers.wake_reader()
    if page.is_fragment:
        if problem is not None:
            raise problem
        return Response(status_code=204)
    if problem is not None:
        with get_database().transaction() as session:
            page.leave_problem(session, problem)
    return page.go(f"/filing/{filing_id}/documents")


def _take_in(page: Page, filing_id: str, file: UploadFile) -> None:
    limit = settings_of(DocumentsSettings).upload_max_bytes
    if (file.size or 0) > limit:
        raise Problem(TOO_LARGE, limit=limit // 1024 // 1024)
    content = file.file.read()
    with get_database().transaction() as session:
        intake.add_upload(session, page.actor, filing_id, content, file.filename or "upload")


@router.get("/documents/{document_id}")
def document(page: Citizen, session: Unit, filing_id: str, document_id: str, wrong: str = "") -> Response:
    """`wrong`: what was corrected a moment ago is saved and not good; the page says why."""
    return _document_page(page, view(page, session, filing_id), document_id, bool(wrong))


def _document_page(page: Page, filing: FilingView, document_id: str, wrong: bool) -> Response:
    shown = _one(filing, document_id)
    city = get_city()
    event = find_event(city, filing.summary.life_event)
    picture = picture_of(shown.preview, shown.digest, shown.media_type)
    errors = [(f"f-{field.field}", page.say(field.message)) for field in shown.fields if field.message]
    return page.show(
        "filing/document.html", 422 if wrong and errors else 200, filing=filing, document=shown, mended_words=intake.mended_words, errors=errors if wrong else [],
        size=_size(picture[0]) if picture else None,
        spots=[(field.field, field.box, _state(field)) for field in shown.fields if field.box and field.page == shown.page],
        options={field.field: options_of(spec_of(city, event, field.slot, field.field), page.lang) for field in shown.fields},
        values={
            field.field: shown_value(spec_of(city, event, field.slot, field.field), field.value, page.lang)
            if field.slot
            else field.shown if page.lang == "zh" else field.shown_en
            for field in shown.fields
        },
        blanks=_blanks(city, event, shown),
        papers={
            field.field: spec.papers
            for field in shown.fields
            if (spec := spec_of(city, event, field.slot, field.field)) is not None and spec.type == "person_id"
        },
        kinds=[Choice(each.id, page.say(each.name)) for each in document_types()],
        whose=[Choice(slot, page.say(name)) for slot, name in shown.whose],
    )  # fmt: skip


def _blanks(city: City, event: LifeEvent, document: DocumentView) -> set[str]:
    """Fields that stand empty on the paper and may: no father, no weight. Nothing about them is unreadable."""
    return {
        field.field
        for field in document.fields
        if field.value in (None, "") and not field.box and not field.corrected
        and (spec := spec_of(city, event, field.slot, field.field)) is not None and not spec.required
    }  # fmt: skip


def _state(field: ReadFieldView) -> str:
    if not field.certain and not field.corrected:
        return "unsure"
    return "mended" if field.mended else "sure"


@router.post("/documents/{document_id}")
async def correct(page: Citizen, form: Form, filing_id: str, document_id: str) -> Response:
    """Save what was changed and confirm what was uncertain; then agencies are asked with the right values."""
    if await run_in_threadpool(_correct, page, form, filing_id, document_id):
        return page.go(f"/filing/{filing_id}/documents/{document_id}?wrong=1")
    await page.helpers.ask(page.actor, filing_id, wait=WAIT)
    return page.go(f"/filing/{filing_id}/documents")


def _correct(page: Page, form: FormData, filing_id: str, document_id: str) -> bool:
    """Whether something of it is wrong."""
    with get_database().transaction() as session:
        filing = view(page, session, filing_id)
        shown = _one(filing, document_id)
        mended = False
        answers: dict[str, str] = {}
        for field in shown.fields:
            if field.field not in form:
                continue
            value = text_of(form, field.field)
            if value == str(field.value or "") and (field.certain or field.corrected or not value):
                continue
            mended = True
            if field.slot is None:
                intake.correct_on_document(session, page.actor, filing_id, document_id, field.field, value)
            else:
                answers[f"{field.slot}.{field.field}"] = value
        version = text_of(form, "version")
        if answers:
            base = whole(version)
            saved = intake.set_answers(session, page.actor, filing_id, answers, base_version=base, source="corrected")
            if saved.messages:
                return True
            if saved.overwritten:
                page.leave_note(session, "filing.other_tab", "info")
                return False
        if mended:
            page.leave_note(session, "filing.fields_saved")
    return False


@router.post("/documents/{document_id}/whose")
async def whose(page: Citizen, form: Form, filing_id: str, document_id: str) -> Response:
    await run_in_threadpool(_whose, page, filing_id, document_id, text_of(form, "slot"))
    await page.helpers.ask(page.actor, filing_id, wait=WAIT)
    return page.go(f"/filing/{filing_id}/documents/{document_id}")


def _whose(page: Page, filing_id: str, document_id: str, slot: str) -> None:
    with get_database().transaction() as session:
        intake.reclassify_upload(session, page.actor, filing_id, document_id, slot=slot or None)


@router.post("/documents/{document_id}/kind")
async def kind(page: Citizen, form: Form, filing_id: str, document_id: str) -> Response:
    """She says what it is when the reader could not tell."""
    await run_in_threadpool(_kind, page, filing_id, document_id, text_of(form, "type"))
    page.helpers.wake_reader()
    return page.go(f"/filing/{filing_id}/documents/{document_id}")


def _kind(page: Page, filing_id: str, document_id: str, document_type: str) -> None:
    with get_database().transaction() as session:
        intake.reclassify_upload(session, page.actor, filing_id, document_id, document_type=document_type)


@router.post("/documents/{document_id}/retry")
def retry(page: Citizen, filing_id: str, document_id: str) -> Response:
    """Read it once more, after the reader had trouble."""
    with get_database().transaction() as session:
        intake.retry_upload(session, page.actor, filing_id, document_id)
    page.helpers.wake_reader()
    return page.go(f"/filing/{filing_id}/documents")


@router.post("/documents/{document_id}/remove")
def remove(page: Citizen, session: Unit, filing_id: str, document_id: str) -> Response:
    row = intake.document_of(session, page.actor, filing_id, document_id)
    name = row.filename or ""
    intake.remove_upload(session, page.actor, filing_id, document_id)
    page.leave_note(session, "filing.removed", "info", name=name)
    return page.go(f"/filing/{filing_id}/documents")


@router.get("/documents/{document_id}/image")
def image(page: Citizen, session: Unit, filing_id: str, document_id: str, small: int = 0) -> Response:
    """The upright page (or the upload itself while it is being read). Only its owner gets it.

    It is opened anew for every answer: neither we nor her browser (a library's computer) keeps it past her sign-out.
    """
    row = intake.document_of(session, page.actor, filing_id, document_id)
    picture = picture_of(row.preview, row.digest, row.media_type)
    if picture is None:
        raise Problem(NOT_FOUND, detail="no preview")
    digest, kind = picture
    content = fetch_file(digest, session)
    if small:
        content, kind = _thumbnail(content), "image/jpeg"
    return Response(content, media_type=kind, headers={"Cache-Control": "no-store"})


def _thumbnail(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content)) as picture:
        picture.draft("RGB", (SMALL[0] * 2, SMALL[1] * 2))
        small = ImageOps.exif_transpose(picture).convert("RGB")
        small.thumbnail((SMALL[0] * 2, SMALL[1] * 2))
        out = io.BytesIO()
        ImageOps.fit(small, SMALL).save(out, "JPEG", quality=70)
    return out.getvalue()


@lru_cache(maxsize=1024)
def _size(digest: str) -> tuple[int, int]:
    """Width and height, so that the page does not jump when the picture arrives; nothing of the picture itself is kept."""
    with Image.open(io.BytesIO(fetch_file(digest))) as picture:
        width, height = picture.size
        turned = picture.getexif().get(0x0112) in {5, 6, 7, 8}
    return (height, width) if turned else (width, height)
