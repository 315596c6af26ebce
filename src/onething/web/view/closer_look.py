"""A closer look at one paper: the issuing register's own print laid over the photograph, and traces of work on it.

The register is asked in the officer's name, for the case, on the ground that the operation names; the exchange logs it
and the citizen sees it.
"""

import base64
import binascii
from dataclasses import dataclass
from typing import Any

from onething.casework.models import WorkItemView
from onething.catalog.models import Operation
from onething.catalog.service import get_city
from onething.core.errors import Problem
from onething.core.ids import new_id
from onething.documents.service import document_type
from onething.exchange.models import Call, Outcome
from onething.intake.models import DocumentView
from onething.trust.sealing.service import fetch_file
from onething.web.http.page import Page
from onething.web.view.pictures import picture_of

PATIENCE = 15.0


@dataclass(frozen=True, slots=True)
class FieldLook:
    name: str
    verdict: str
    words: str


@dataclass(frozen=True, slots=True)
class Closer:
    """What a closer look found. `asked`: `ok`, or why there is no print to compare with."""

    asked: str
    agency: str = ""
    verdict: str = ""
    what: str = ""
    todo: str = ""
    fields: tuple[FieldLook, ...] = ()
    difference: str = ""
    """A PNG as a data address: for each field that differs, the register's print above the photograph's."""
    hints: tuple[str, ...] = ()
    marked: str = ""
    """The upload as a data address, the places of the hints framed."""


def operation_for(document_type_id: str | None) -> tuple[str, str, Operation] | None:
    """Agency, its short name's key and the operation that gives the print of this type of paper; None when none does."""
    for agency, operation in get_city().operations():
        if document_type_id and operation.form_of == document_type_id:
            return agency.id, f"{agency.id}.{operation.id}", operation
    return None


def call_for(page: Page, view: WorkItemView, document: DocumentView) -> Call | None:
    """The question to the issuing register; None when nobody can be asked, or what identifies the record is missing."""
    found = operation_for(document.type)
    if found is None:
        return None
    _, name, operation = found
    known = {field.field: field.value for field in document.fields if field.value not in (None, "")}
    params = {ours: known.get(ours) for ours in operation.request.values()}
    if any(value is None for value in params.values()):
        return None
    ground = operation.ground
    words = f"《{ground.title}》{ground.article}" if ground else f"case:{view.item.reference}"
    return Call(
        operation=name, params=params, purpose=view.item.service or view.item.life_event, ground=words, key=new_id("look"),
        case_id=view.item.case_id, subject_id=view.subject_id, actor=page.actor.actor, deadline=PATIENCE,
    )  # fmt: skip


async def ask(page: Page, view: WorkItemView, document: DocumentView) -> tuple[str, dict[str, Any]]:
    """How asking went (`ok`, `none`, `no_record`, `silent`), and the print."""
    call = call_for(page, view, document)
    if call is None:
        return "none", {}
    if page.helpers.exchange is None:
        return "silent", {}
    answer = await page.helpers.exchange.ask(call)
    if answer.outcome is Outcome.OK:
        return "ok", answer.data
    return ("no_record" if answer.outcome is Outcome.NOT_FOUND else "silent"), {}


def look(page: Page, document: DocumentView, asked: str, printed: dict[str, Any]) -> Closer:
    """Lay the print over the photograph and look for traces; some seconds of work. Raises `Problem` for a broken upload."""
    from onething.documents.compare import service as paper  # OpenCV's features: loaded when somebody really looks

    # PDF, OFD and HEIC are opened by the reader's own process only; here, where people wait, its upright page will do.
    shown = picture_of(None, document.digest, document.media_type) or picture_of(document.preview, "", "")
    if shown is None:
        return Closer("none")
    content = fetch_file(shown[0])
    found = operation_for(document.type)
    agency = get_city().agency(found[0]) if found else None
    who = page.say(agency.short) if agency else ""
    form = _form(printed, document) if asked == "ok" else None
    if form is None:
        hints = paper.traces(content)
        asked = "silent" if asked == "ok" else asked
        return Closer(asked, who, hints=_words(page, hints), marked=_marked(content, hints))
    compared = paper.compare_upload(form, content)
    names = {field.field: page.say(field.name) for field in document.fields}
    order = {"differs": 0, "unclear": 1, "same": 2}
    fields = [
        FieldLook(names.get(each.name, each.name), each.verdict, page.say(each.reason)) for each in compared.fields
    ]
    return Closer(
        "ok", who, compared.verdict, page.say(compared.what), page.say(compared.todo),
        tuple(sorted(fields, key=lambda field: order[field.verdict])),
        _data("image/png", compared.difference) if compared.difference else "",
        _words(page, compared.hints), _marked(content, compared.hints),
    )  # fmt: skip


def _form(printed: dict[str, Any], document: DocumentView) -> Any:
    """The print, with the places of the fields this type of paper has; None when it cannot be opened."""
    from onething.documents.compare import service as paper

    kind = document_type(document.type or "")
    places = {name: box for name, box in printed["places"].items() if kind is not None and kind.field(name)}
    try:
        return paper.issued_form(base64.b64decode(printed["picture"], validate=True), places)
    except (Problem, binascii.Error):
        return None


def _words(page: Page, hints: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(page.say(hint.what) for hint in hints))


def _marked(content: bytes, hints: Any) -> str:
    from onething.documents.compare import service as paper

    return _data("image/jpeg", paper.marked(content, hints)) if hints else ""


def _data(media_type: str, content: bytes) -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"
