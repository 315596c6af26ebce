"""Checks of a filing as data: what is looked at, when it fails, what the applicant is told and how it is mended.

A check either asks a condition of the facts at once, or first has a *component* find something out (`found`) and then
judges what was found. Components are named parts of the review room; the judgement always stands here, with its law.
"""

from typing import Any

from pydantic import Field, model_validator

from onething.catalog.model.agencies import LegalGround, Model, Slug
from onething.core.i18n import Text


class Find(Model):
    """A component to call; `with` maps its parameters to expressions over the facts."""

    component: str
    with_: dict[str, str] = Field(default_factory=dict[str, str], alias="with")
    options: dict[str, Any] = Field(default_factory=dict[str, Any])
    """Fixed settings of the component, e.g. a word list or a threshold of its search."""
    reserved: dict[str, str] = Field(default_factory=dict[str, str])
    """Parameters that get what other cases have reserved and no register shows yet: parameter → fact of `reserves`."""


class Check(Model):
    """One check. `refuse_when` fails it, `refer_when` (or not being able to tell) leaves it to an officer.

    Expressions read the facts of the case and, under `found`, what the component found. `{…}` places in the texts are
    expressions of the same kind.
    """

    id: Slug
    number: int
    group: Slug
    name: Text
    ground: LegalGround
    when: str | None = None
    """Applies only when this holds; unknown counts as applying."""
    find: Find | None = None
    refuse_when: str | None = None
    refer_when: str | None = None
    note_when: str | None = None
    """Worth telling, never a fault: a permit to be had after opening."""
    text: Text
    """What is wrong."""
    mend: Text
    """What the applicant can do about it."""
    ask: Text | None = None
    """What an officer has to judge when it is referred."""
    field: str | None = None
    """`slot.field` to which the applicant is led."""

    @model_validator(mode="after")
    def _judges(self) -> "Check":
        if self.refuse_when is None and self.refer_when is None and self.note_when is None:
            raise ValueError("a check needs refuse_when, refer_when or note_when")
        return self
