"""A paper of a case, opened by the officer who has the case: boxes on the picture, each value, corrections, registers.

Pictures are personal data: every way to them leads through a work item the official may see, and each look is recorded.
"""

import base64
import io
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any

from fastapi import Response
from PIL import Image
from starlette.concurrency import run_in_threadpool

from onething.casework import acts
from onething.casework.models import WorkItemView
from onething.casework.officers import service as officers
from onething.core.db import get_database
from onething.core.errors import NOT_FOUND, Problem
from onething.intake import service as intake
from onething.trust.sealing.service import fetch_file
from onething.web.http.page import Doing, Page, page_router
from onething.web.view.pictures import picture_of

router = page_router("/console/items/{item_id}/papers")


@dataclass(frozen=True, slots=True)
class _Shown:
    view: WorkItemView
    papers: tuple[intake.Paper, ...]
    here: intake.Paper


def _load(page: Page, item_id: str, number: int) -> _Shown:
    """The item (recorded as a look) and its papers. Raises NOT_FOUND for a paper it does not have."""
    with get_database().transaction() as session:
        view = officers.work_item(session, page.actor, item_id)
        found = intake.papers_of_case(
            session, view.item.case_id, view.item.life_event, view.documents, view.item.opened_at
        )
    papers = tuple(intake.paper_of(view, document, place) for place, document in enumerate(found, 1))
    if not 1 <= number <= len(papers):
        raise Problem(NOT_FOUND, detail="the case has no such paper")
    return _Shown(view, papers, papers[number - 1])


@router.get("/{number}")
def one(page: Annotated[Page, Doing(acts.OPEN_ITEM)], item_id: str, number: int) -> Response:
    return _page(page, _load(page, item_id, number), None)


@router.get("/{number}/image")
def image(page: Annotated[Page, Doing(acts.OPEN_ITEM)], item_id: str, number: int) -> Response:
    """The upright page, or the upload itself where there is none."""
    with get_database().transaction() as session:
        documents = officers.work_item(session, page.actor, item_id).documents
    entry = documents[number - 1] if 1 <= number <= len(documents) else {}
    picture = picture_of(entry.get("preview"), str(entry.get("digest", "")), str(entry.get("media_type") or ""))
    if picture is None:
        raise Problem(NOT_FOUND, detail="no picture")
    digest, kind = picture
    return Response(fetch_file(digest), media_type=kind, headers={"Cache-Control": "no-store"})


@router.get("/{number}/closer")
async def closer(page: Annotated[Page, Doing(acts.OPEN_ITEM)], item_id: str, number: int) -> Response:
    """The same page with the register's own print laid over the photograph, and hints of work on it."""
    found = await run_in_threadpool(_load, page, item_id, number)
    document = found.here.document
    values = {field.field: field.value for field in document.fields}
    call = officers.call_for(page.actor, found.view, document.type, values)
    asked, printed = await officers.ask_register(page.helpers.exchange, call)
    return await run_in_threadpool(_looked, page, found, asked, printed)


def _looked(page: Page, found: _Shown, asked: str, printed: dict[str, Any]) -> Response:
    document = found.here.document
    # PDF, OFD and HEIC are opened by the reader's own process only; here, where people wait, its upright page will do.
    picture = picture_of(None, document.digest, document.media_type) or picture_of(document.preview, "", "")
    if picture is None:
        return _page(page, found, officers.Closer("none"))
    names = {field.field: field.name for field in document.fields}
    return _page(page, found, officers.look_closer(fetch_file(picture[0]), document.type, names, asked, printed))


def _page(page: Page, found: _Shown, closer: officers.Closer | None) -> Response:
    document = found.here.document
    picture = picture_of(document.preview, document.digest, document.media_type)
    return page.show(
        "console/paper.html", view=found.view, papers=found.papers, paper=found.here, closer=closer, pictures=_pictures(closer),
        size=_size(picture[0]) if picture else None, spots=[(each.id, each.box, each.state) for each in found.here.fields],
        issuer=officers.operation_for(document.type) is not None,
    )  # fmt: skip


def _pictures(closer: officers.Closer | None) -> dict[str, str]:
    """What a closer look shows, as data addresses; empty where there is nothing to show."""
    if closer is None:
        return {}
    return {
        "difference": _data("image/png", closer.difference),
        "marked": _data("image/jpeg", closer.marked),
    }


def _data(media_type: str, content: bytes) -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}" if content else ""


@lru_cache(maxsize=256)
def _size(digest: str) -> tuple[int, int] | None:
    """Width and height of the upright page; None for what is no picture here."""
    try:
        with Image.open(io.BytesIO(fetch_file(digest))) as picture:
            width, height = picture.size
            turned = picture.getexif().get(0x0112) in {5, 6, 7, 8}
    except (OSError, ValueError, Problem):
        return None
    return (height, width) if turned else (width, height)
