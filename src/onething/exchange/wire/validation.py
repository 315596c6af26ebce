"""The last check of an adapter's reply before it is used as data, on both sides of a gateway."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from onething.catalog.models import EvidenceType, Operation
from onething.core.logs import get_logger
from onething.exchange.base import Reply
from onething.exchange.models import Outcome
from onething.exchange.wire.evidence_checks import (
    NonsenseError,
    UnmappedError,
    check_form,
    check_plain,
    check_subject,
    told_of,
)

log = get_logger(__name__)


def checked(operation: Operation, gives: EvidenceType | None, params: Mapping[str, Any], reply: Reply) -> Reply:
    """The reply with its data in normal form, or the nonsense that it is."""
    if reply.outcome is not Outcome.OK:
        return reply
    try:
        plain = check_form if operation.form_of else check_plain
        data, unknown = told_of(gives, reply.data) if gives else (plain(reply.data), dict[str, str]())
        check_subject(params, data, operation.asked_in)
    except UnmappedError as error:
        log.warning("an answer has no words in the city package", operation=operation.id, why=str(error))
        return replace(reply, outcome=Outcome.FAULT, data={}, reason=str(error), code="unmapped")
    except NonsenseError as error:
        log.warning("agency answered nonsense", operation=operation.id, why=str(error))
        return replace(reply, outcome=Outcome.NONSENSE, data={}, reason=str(error), code="bad_answer")
    return replace(reply, data=data, unknown=unknown)
