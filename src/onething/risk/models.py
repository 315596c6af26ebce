"""Nouns of the risk room. Whoever reads them sees no names and no numbers of persons: entities are keyed hashes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any

from onething.core.i18n import Text


class Kind(IntEnum):
    """What an entity of the relation graph is."""

    COMPANY = 0
    PERSON = 1
    ADDRESS = 2
    PHONE = 3
    AGENT = 4
    HOME = 5
    """Home division of a legal representative (GB/T 2260): it links companies only for counting bursts."""


class Role(IntEnum):
    """How an entity belongs to a company."""

    REPRESENTATIVE = 0
    HOLDER = 1
    DIRECTOR = 2
    SUPERVISOR = 3
    FINANCE = 4
    REGISTERED_AT = 5
    REACHED_BY = 6
    FILED_BY = 7
    HOME_OF_REPRESENTATIVE = 8


PERSONAL_ROLES = (Role.REPRESENTATIVE, Role.HOLDER, Role.DIRECTOR, Role.SUPERVISOR, Role.FINANCE)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a company to be: `entity` is a node of the graph, or -1 when never seen before."""

    entity: int
    role: Role
    share: float = 0.0
    """Share of the capital, 0–1; holders only."""
    age: float | None = None
    """Years."""
    corporate: bool = False
    """A company that holds a share; its age is its own, not a person's."""
    from_afar: bool | None = None
    """Whether the home division lies in another province than the city."""


@dataclass(frozen=True, slots=True)
class Filing:
    """A company to be, as the graph can see it. Node numbers are -1 where the entity was never seen."""

    moment: int
    """Minutes since 2000-01-01 (see `graph.minutes`)."""
    members: tuple[Member, ...]
    address: int = -1
    phones: tuple[int, ...] = ()
    agent: int = -1
    """-1: never seen; -2: filed without an agent."""
    home: int = -1
    capital: float | None = None
    """Yuan."""
    watched_trade: bool | None = None
    """Whether the trade is on the city's list of trades in which false invoices are common."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One indicator that spoke for referring, with its value and how much it weighed."""

    indicator: str
    value: float
    weight: float
    """Change of the log odds against a usual company; infinite for a rule that refers by itself."""
    text: Text


@dataclass(frozen=True, slots=True)
class Assessment:
    """What is known of the risk of one filing. `trace` holds all that is needed to judge it again."""

    refer: bool
    probability: float
    reasons: tuple[Reason, ...]
    model: str
    """Version of the model, or `rules` when there was none."""
    trace: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Finding:
    """What an officer, or later life, found out about a company: what models learn from."""

    company: str
    """Keyed hash of its credit code or of its filing."""
    shell: bool
    found_at: datetime
    by: str
    """`officer:<id>` or the agency that revoked it."""
