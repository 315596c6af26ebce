"""A closer look at one paper: the issuing register's own print laid over the photograph, and traces of work on it.

The register is asked in the officer's name, for the case, on the ground that the operation names; the exchange logs it
and the citizen sees it.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from onething.casework.models import WorkItemView
from onething.catalog.models import Operation
from onething.catalog.service import get_city
from onething.core.access import Principal
from onething.core.errors import Problem
from onething.core.i18n import Text
from onething.core.ids import new_id
from onething.documents.service import document_type
from onething.exchange.models import Call, Outcome
from onething.exchange.service import Exchange

PATIENCE = 15.0


@dataclass(frozen=True, slots=True)
class FieldLook:
    name: Text
    verdict: str
    words: Text


@dataclass(frozen=True, slots=True)
class Closer:
    """What a closer look found. `asked`: `ok`, or why there is no print to compare with (`none`, `no_record`, `silent`)."""

    asked: str
    agency: Text | None = None
    verdict: str = ""
    what: Text | None = None
    todo: Text | None = None
    fields: tuple[FieldLook, ...] = ()
    difference: bytes = b""
    """A PNG: for each field that differs, the register's print above the photograph's."""
    hints: tuple[Text, ...] = ()
    marked: bytes = b""
    """The upload as a JPEG, the places of the hints framed."""


def operation_for(document_type_id: str | None) -> tuple[str, str, Operation] | None:
    """Agency, its short name's key and the operation that gives the print of this type of paper; None when none does."""
    for agency, operation in get_city().operations():
        if document_type_id and operation.form_of == document_type_id:
            return agency.id, f"{agency.id}.{operation.id}", operation
    return None


def call_for(
    principal: Principal, view: WorkItemView, document_type_id: str | None, values: Mapping[str, Any]
) -> Call | None:
    """The question to the issuing register; None when nobody can be asked, or what identifies the record is missing.

    `values`: what was read, by the fields of this type of paper.
    """
    found = operation_for(document_type_id)
    if found is None:
        return None
    _, name, operation = found
    known = {field: value for field, value in values.items() if value not in (None, "")}
    params = {ours: known.get(ours) for ours in operation.request.values()}
    if any(value is None for value in params.values()):
        return None
    ground = operation.ground
    return Call(
        operation=name,
        params=params,
        purpose=view.item.service or view.item.life_event,
        ground=f"《{ground.title}》{ground.article}" if ground else f"case:{view.item.reference}",
        key=new_id("look"),
        case_id=view.item.case_id,
        subject_id=view.subject_id,
        actor=principal.actor,
        deadline=PATIENCE,
    )


async def ask_register(exchange: Exchange | None, call: Call | None) -> tuple[str, dict[str, Any]]:
    """How asking went (`ok`, `none`, `no_record`, `silent`), and the print."""
    if call is None:
        return "none", {}
    if exchange is None:
        return "silent", {}
    answer = await exchange.ask(call)
    if answer.outcome is Outcome.OK:
        return "ok", answer.data
    return ("no_record" if answer.outcome is Outcome.NOT_FOUND else "silent"), {}


def look_closer(
    content: bytes, document_type_id: str | None, names: Mapping[str, Text], asked: str, printed: dict[str, Any]
) -> Closer:
    """Lay the print over the photograph (`content`) and look for traces; some seconds of work.

    `names`: what the fields of this type of paper are called. Raises `Problem` for a broken upload.
    """
    from onething.documents.compare import service as compare  # OpenCV's features: loaded when somebody really looks

    found = operation_for(document_type_id)
    agency = get_city().agency(found[0]) if found else None
    who = agency.short if agency else None
    form = _form(printed, document_type_id) if asked == "ok" else None
    if form is None:
        hints = compare.traces(content)
        marked = compare.marked(content, hints) if hints else b""
        return Closer("silent" if asked == "ok" else asked, who, hints=_words(hints), marked=marked)
    compared = compare.compare_upload(form, content)
    order = {"differs": 0, "unclear": 1, "same": 2}
    fields = [
        FieldLook(names.get(each.name) or Text.same(each.name), each.verdict, each.reason) for each in compared.fields
    ]
    return Closer(
        "ok",
        who,
        compared.verdict,
        compared.what,
        compared.todo,
        tuple(sorted(fields, key=lambda field: order[field.verdict])),
        compared.difference or b"",
        _words(compared.hints),
        compare.marked(content, compared.hints) if compared.hints else b"",
    )


def _form(printed: dict[str, Any], document_type_id: str | None) -> Any:
    """The print, with the places of the fields this type of paper has; None when it cannot be opened."""
    from onething.documents.compare import service as compare

    kind = document_type(document_type_id or "")
    places = {name: box for name, box in printed["places"].items() if kind is not None and kind.field(name)}
    try:
        return compare.issued_form(base64.b64decode(printed["picture"], validate=True), places)
    except (Problem, binascii.Error):
        return None


def _words(hints: Any) -> tuple[Text, ...]:
    """Each once: two hints may say the same of two places."""
    return tuple(dict.fromkeys(hint.what for hint in hints))
