"""Checks of a filing as data: what is looked at, when it fails, what the applicant is told and how it is mended.

A check either asks a condition of the facts at once, or first has a *component* find something out (`found`) and then
judges what was found. Components are named parts of the review room; the judgement always stands here, with its law.
"""

from typing import Any, NamedTuple

from pydantic import Field, model_validator

from onething.catalog.model.agencies import LegalGround, Model, Slug
from onething.catalog.model.kinds import ComponentName, Condition, Expression, FactName, ParameterName, Told
from onething.core.i18n import Text


class Find(Model):
    """A component to call; `with` maps its parameters to expressions over the facts."""

    component: ComponentName
    with_: dict[ParameterName, Expression] = Field(default_factory=dict[str, str], alias="with")
    options: dict[str, Any] = Field(default_factory=dict[str, Any])
    """Fixed settings of the component, e.g. a word list or a threshold of its search."""
    reserved: dict[ParameterName, FactName] = Field(default_factory=dict[str, str])
    """Parameters that get what other cases have reserved and no register shows yet: parameter → fact of `reserves`."""


class ComponentNames(NamedTuple):
    """What a component of the review is called with and what it returns, by name."""

    takes: tuple[str, ...]
    finds: tuple[str, ...]
    options: tuple[str, ...] = ()


class Check(Model):
    """One check. `refuse_when` fails it, `refer_when` (or not being able to tell) leaves it to an officer.

    Expressions read the facts of the case and, under `found`, what the component found. `{…}` places in the texts are
    expressions of the same kind.
    """

    id: Slug
    number: int = Field(ge=1)
    group: Slug
    name: Text
    ground: LegalGround
    when: Condition | None = None
    """Applies only when this holds; unknown counts as applying."""
    find: Find | None = None
    refuse_when: Condition | None = None
    refer_when: Condition | None = None
    pending_when: Condition | None = None
    """Neither passed nor failed yet, because somebody has still to act: nobody has signed whose face could be compared."""
    note_when: Condition | None = None
    """Worth telling, never a fault: a permit to be had after opening."""
    text: Told
    """What is wrong."""
    mend: Told
    """What the applicant can do about it."""
    ask: Told | None = None
    """What an officer has to judge when it is referred."""
    field: FactName | None = None
    """`slot.field` to which the applicant is led."""

    @model_validator(mode="after")
    def _judges(self) -> "Check":
        if self.refuse_when is None and self.refer_when is None and self.note_when is None:
            raise ValueError("a check needs refuse_when, refer_when or note_when")
        return self
