"""The operator's page of faults: what is wrong on our side or in the city package, and which cases it holds up."""

from typing import Annotated

from fastapi import Response

from onething.casework import acts
from onething.casework.faults.service import close_fault, open_faults, try_again
from onething.web.http.page import Doing, Page, Unit, page_router

router = page_router("/console/faults")
KNOWN = {
    "not_sendable", "unmapped", "unknown_value", "adapter_error", "unknown_operation", "no_right", "key_reused", "read_only", "bad_template", "certificate_incomplete", "broken_check",
}  # fmt: skip
"""Codes that have words; another one stands as it is."""


@router.get("")
def overview(page: Annotated[Page, Doing(acts.READ_FAULTS)], session: Unit) -> Response:
    """Open faults, the latest first; causes and the cases that they hold up apart."""
    found = open_faults(session, page.actor)
    return page.show(
        "console/faults.html", causes=[each for each in found if not each.fault.stream],
        held_up=[each for each in found if each.fault.stream], may_act=page.may(acts.MEND_FAULT),
        known=KNOWN,
    )  # fmt: skip


@router.post("/again")
def again(page: Annotated[Page, Doing(acts.MEND_FAULT)], session: Unit) -> Response:
    """Everything that faults hold up is tried again."""
    cases = try_again(session, page.actor)
    page.leave_note(session, "faults.tried" if cases else "faults.tried_none")
    return page.go("/console/faults")


@router.post("/{key}/close")
def close(page: Annotated[Page, Doing(acts.MEND_FAULT)], session: Unit, key: str) -> Response:
    """A cause is seen to."""
    close_fault(session, page.actor, key)
    return page.go("/console/faults")
