"""A filing that several people sign: the applicant's side, and the side of those who are invited."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from onething.api.caller import Citizen, Unit
from onething.core.db import get_database
from onething.core.errors import NOT_FOUND, Problem
from onething.core.i18n import Text
from onething.intake import service as intake
from onething.intake.errors import WRONG_CODE

router = APIRouter(tags=["signing"])


class Person(BaseModel):
    name: str
    state: str
    """none, invited, signed, stale or declined."""
    you: bool


class SigningView(BaseModel):
    """Who has signed. `digest` is of what stands there now: it is sent back with a signature."""

    digest: str
    agree: Text
    people: list[Person]
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


class Sign(BaseModel):
    digest: str = Field(max_length=64)


class Confirm(Sign):
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


class Sent(BaseModel):
    sent: int


@router.get("/filings/{filing_id}/signing")
def signing(caller: Citizen, session: Unit, filing_id: str) -> SigningView:
    found = intake.signing(session, caller, filing_id)
    if found is None:
        raise Problem(NOT_FOUND, detail="nothing is signed in this life event")
    people = [Person(name=each.name, state=each.state, you=each is found.mine) for each in found.people]
    return SigningView(
        digest=found.digest, agree=found.agree, people=people, complete=found.complete, trusted_for=found.trusted_for
    )


@router.post("/filings/{filing_id}/signing/invite")
def invite(caller: Citizen, session: Unit, filing_id: str) -> Sent:
    """A message with a link and a code for everybody who has not signed what stands there now."""
    return Sent(sent=intake.invite(session, caller, filing_id))


@router.post("/filings/{filing_id}/signing", status_code=204)
def sign(caller: Citizen, session: Unit, filing_id: str, wanted: Sign) -> None:
    """The applicant signs herself."""
    intake.sign_own(session, caller, filing_id, wanted.digest)


@router.get("/filings/{filing_id}/checks")
def checks(caller: Citizen, session: Unit, filing_id: str) -> list[CheckView]:
    """Every check as things stand."""
    return [
        CheckView(
            number=each.number, id=each.id, group=each.group, name=each.name, outcome=each.outcome, ground=each.ground, what=each.what,
            mend=each.mend, field=each.place,
        )
        for each in intake.check_filing(session, caller, filing_id)
    ]  # fmt: skip


@router.get("/invitations/{invitation_id}")
def invitation(caller: Citizen, session: Unit, invitation_id: str) -> InvitationView:
    """Only for the person who was invited."""
    found = intake.invitation(session, caller, invitation_id)
    return InvitationView(
        id=found.id, inviter=found.inviter, event=found.event.name, state=found.state, agree=found.agree, digest=found.digest,
        content=found.content, signed_at=found.signed_at, changed=found.changed, trusted_for=found.trusted_for,
    )  # fmt: skip


@router.post("/invitations/{invitation_id}/confirm", status_code=204)
def confirm(caller: Citizen, invitation_id: str, wanted: Confirm) -> None:
    """Sign with the code of the message; a wrong code is counted."""
    with get_database().transaction() as session:
        right = intake.confirm(session, caller, invitation_id, wanted.code, wanted.digest)
    if not right:
        raise Problem(WRONG_CODE)


@router.post("/invitations/{invitation_id}/decline", status_code=204)
def decline(caller: Citizen, session: Unit, invitation_id: str) -> None:
    """Say no, or take a signature back."""
    intake.decline(session, caller, invitation_id)
