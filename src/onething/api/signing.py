"""A filing that several people sign: the applicant's side, and the side of those who are invited."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from onething.api.caller import Citizen, Unit
from onething.api.filings import CHANGES
from onething.api.paging import Cursor, Items, mapped, up_to
from onething.api.refusals import refusals
from onething.core.db import get_database
from onething.core.errors import NOT_FOUND, Problem
from onething.core.i18n import Text
from onething.core.paging import page_of
from onething.intake import service as intake
from onething.intake.errors import (
    CONTENT_CHANGED,
    FILING_NOT_FOUND,
    INVITATION_NOT_FOUND,
    INVITATION_OVER,
    NOTHING_TO_SIGN,
    WRONG_CODE,
)
from onething.trust.errors import ERASED

router = APIRouter(tags=["signing"])


class Signer(BaseModel):
    name: str
    state: str
    """none, invited, signed, stale or declined."""
    you: bool


class SigningView(BaseModel):
    """Who has signed. `digest` is of what stands there now: it is sent back with a signature."""

    digest: str
    agree: Text
    people: list[Signer]
    complete: bool
    trusted_for: Text


class InvitationView(BaseModel):
    """What an invited person would sign: `content` is slot → field → value."""

    id: str
    inviter: str
    event: Text
    state: str
    agree: Text
    digest: str
    content: dict[str, Any]
    signed_at: datetime | None
    changed: bool
    trusted_for: Text


class Signature(BaseModel):
    digest: str = Field(max_length=64)


class InvitationConfirmation(Signature):
    code: str = Field(max_length=12)


class CheckView(BaseModel):
    """One check in plain words: what is wrong, and how it is mended."""

    number: int
    id: str
    group: str
    name: Text
    outcome: str
    ground: str
    what: Text | None
    mend: Text | None
    field: str | None


class InvitationsSent(BaseModel):
    sent: int


@router.get("/filings/{filing_id}/signing", responses=refusals(NOT_FOUND, FILING_NOT_FOUND, ERASED))
def get_signing(caller: Citizen, session: Unit, filing_id: str) -> SigningView:
    """Who has signed a filing and who has not, and what they sign."""
    found = intake.signing(session, caller, filing_id)
    if found is None:
        raise Problem(NOT_FOUND, detail="nothing is signed in this life event")
    people = [Signer(name=each.name, state=each.state, you=each is found.mine) for each in found.people]
    return SigningView(
        digest=found.digest, agree=found.agree, people=people, complete=found.complete, trusted_for=found.trusted_for
    )


@router.post("/filings/{filing_id}/signing/invite", responses=refusals(NOTHING_TO_SIGN, *CHANGES))
def invite_signers(caller: Citizen, session: Unit, filing_id: str) -> InvitationsSent:
    """A message with a link and a code for everybody who has not signed what stands there now."""
    return InvitationsSent(sent=intake.invite(session, caller, filing_id))


@router.post(
    "/filings/{filing_id}/signing", status_code=204, responses=refusals(NOTHING_TO_SIGN, CONTENT_CHANGED, *CHANGES)
)
def sign_filing(caller: Citizen, session: Unit, filing_id: str, wanted: Signature) -> None:
    """The applicant signs herself."""
    intake.sign_own(session, caller, filing_id, wanted.digest)


@router.get("/filings/{filing_id}/checks", responses=refusals(FILING_NOT_FOUND, ERASED))
def list_checks(
    caller: Citizen, session: Unit, filing_id: str, cursor: Cursor = None, limit: Annotated[int, up_to(500)] = 200
) -> Items[CheckView]:
    """Every check of a filing as things stand."""
    found = intake.check_filing(session, caller, filing_id)
    shown = page_of("checks", found, lambda each: each.id, cursor, limit)
    items = [
        CheckView(
            number=each.number, id=each.id, group=each.group, name=each.name, outcome=each.outcome, ground=each.ground, what=each.what,
            mend=each.mend, field=each.place,
        )
        for each in shown
    ]  # fmt: skip
    return Items[CheckView](**mapped(shown, items))


@router.get("/invitations/{invitation_id}", responses=refusals(INVITATION_NOT_FOUND, INVITATION_OVER, ERASED))
def get_invitation(caller: Citizen, session: Unit, invitation_id: str) -> InvitationView:
    """What an invited person would sign; only for that person."""
    found = intake.invitation(session, caller, invitation_id)
    return InvitationView(
        id=found.id, inviter=found.inviter, event=found.event.name, state=found.state, agree=found.agree, digest=found.digest,
        content=found.content, signed_at=found.signed_at, changed=found.changed, trusted_for=found.trusted_for,
    )  # fmt: skip


@router.post(
    "/invitations/{invitation_id}/confirm",
    status_code=204,
    responses=refusals(INVITATION_NOT_FOUND, INVITATION_OVER, CONTENT_CHANGED, WRONG_CODE, ERASED),
)
def confirm_invitation(caller: Citizen, invitation_id: str, wanted: InvitationConfirmation) -> None:
    """Sign with the code of the message; a wrong code is counted."""
    with get_database().transaction() as session:
        right = intake.confirm(session, caller, invitation_id, wanted.code, wanted.digest)
    if not right:
        raise Problem(WRONG_CODE)


@router.post(
    "/invitations/{invitation_id}/decline",
    status_code=204,
    responses=refusals(INVITATION_NOT_FOUND, INVITATION_OVER, ERASED),
)
def decline_invitation(caller: Citizen, session: Unit, invitation_id: str) -> None:
    """Say no, or take a signature back."""
    intake.decline(session, caller, invitation_id)
