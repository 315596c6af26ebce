"""The register's own value in place of what was read or typed: one tap where somebody would have to find a rare character."""

from sqlalchemy.orm import Session

from onething.core.access import Principal
from onething.core.errors import Problem
from onething.intake.errors import UNKNOWN_CHOICE
from onething.intake.filing.answers import correct_field, fillable
from onething.intake.filing.situation import Situation, situation_of
from onething.intake.models import Saved
from onething.intake.store import load
from onething.review.service import event_map


def recorded(situation: Situation, slot: str, field: str) -> object | None:
    """What an agency has on record of the thing that `slot.field` speaks of; None when none was asked or two disagree."""
    where = event_map(situation.city, situation.event)
    places = {(slot, field), *(link.other((slot, field)) for link in where.links_of.get((slot, field), ()))}
    said = [
        fact.value for fact in situation.settled if fact.origin.kind == "registry" and (fact.slot, fact.field) in places
    ]
    return said[0] if said and all(value == said[0] for value in said) else None


def take_record(session: Session, principal: Principal, filing_id: str, name: str) -> Saved:
    """Puts the register's value into `slot.field`. Raises `Problem(UNKNOWN_CHOICE)` where no register has one, or the
    field is not the applicant's to change."""
    situation = situation_of(load(session, principal, filing_id))
    slot, _, field = name.partition(".")
    value = recorded(situation, slot, field) if name in fillable(situation.city, situation.event) else None
    if value is None:
        raise Problem(UNKNOWN_CHOICE, choice=name)
    return correct_field(session, principal, filing_id, name, value)
