"""The register's own value in place of what was read or typed: one tap where somebody would have to find a rare character."""

from sqlalchemy.orm import Session

from onething.core.access import Principal
from onething.core.errors import Problem
from onething.intake.errors import UNKNOWN_CHOICE
from onething.intake.filing.answers import correct_field, fillable
from onething.intake.filing.situation import situation_of
from onething.intake.filing.standing import recorded
from onething.intake.models import Saved
from onething.intake.store import load


def take_record(session: Session, principal: Principal, filing_id: str, name: str) -> Saved:
    """Puts the register's value into `slot.field`. Raises `Problem(UNKNOWN_CHOICE)` where no register has one, or the
    field is not the applicant's to change."""
    situation = situation_of(load(session, principal, filing_id))
    slot, _, field = name.partition(".")
    mine = name in fillable(situation.city, situation.event)
    value = recorded(situation.city, situation.event, situation.settled, slot, field) if mine else None
    if value is None:
        raise Problem(UNKNOWN_CHOICE, choice=name)
    return correct_field(session, principal, filing_id, name, value, source="record")
