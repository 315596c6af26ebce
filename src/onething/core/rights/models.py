"""Nouns of rights: acts, how far each reaches, the scope it is asked in, and the decision."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from onething.core.access import Role
from onething.core.errors import Problem
from onething.core.i18n import Text

OFFICER: frozenset[Role] = frozenset({Role.OFFICER})
ADMIN: frozenset[Role] = frozenset({Role.ADMIN})
AUDITOR: frozenset[Role] = frozenset({Role.AUDITOR})
OFFICIALS: frozenset[Role] = OFFICER | ADMIN | AUDITOR
NOBODY: frozenset[Role] = frozenset()
"""Of what the operator of the machine alone may do, at its command line."""


class Reach(StrEnum):
    """What an act is about, and so what must be hers who does it."""

    AGENCY = "agency"
    """A thing of one agency: an officer's own agency, in her city; administrators and auditors, of that city."""
    CITY = "city"
    """A thing of a city: officials of that city."""
    INSTALLATION = "installation"
    """The installation as a whole: officials of the city that it serves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something that only some officials may do. `name` is stable (`room.thing.verb`); the system may do all of them."""

    name: str
    says: Text
    """What it is, as a sentence's object: 批准政策条款 · approve a clause."""
    reach: Reach
    roles: frozenset[Role]
    apart_from: tuple[str, ...] = ()
    """Separation of duty: who did one of these acts to a thing does not do this one to it."""
    looks: bool = False
    """It only reads. Such acts are not narrowed by what a provider grants."""


def act(
    name: str, zh: str, en: str, reach: Reach, roles: frozenset[Role], *, apart_from: tuple[str, ...] = (), looks: bool = False
) -> Act:  # fmt: skip
    """An act in one line."""
    return Act(name=name, says=Text(zh=zh, en=en), reach=reach, roles=roles, apart_from=apart_from, looks=looks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What an act is asked about."""

    city: str
    """Id of the city whose thing it is."""
    own: bool = True
    """Whether that is the city that this installation serves."""
    city_named: Text | None = None
    """How the city is called, for people; its id where nobody knows."""
    agencies: tuple[str, ...] = ()
    """Whose thing it is; several where any of them may. Empty: no agency's yet."""
    named: Text | Callable[[], Text] | None = None
    """How these agencies are called, for people; asked for only when somebody is refused."""
    done: Mapping[str, Collection[str]] = field(default_factory=dict[str, Collection[str]])
    """By act: who (as the event log names them) has done it to this thing; for separation of duty."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether somebody may, and if not, why and who may."""

    allowed: bool
    reason: Problem | None = None

    def __bool__(self) -> bool:
        return self.allowed
