"""Who is acting. Rights are part of every query (the principal goes into the WHERE clause), never a loop over rows.

What each role may do, and where, is declared by the rooms and asked in `core.rights`.
"""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    CITIZEN = "citizen"
    """A person, or somebody who acts for a company: sees what belongs to their own subject."""
    OFFICER = "officer"
    """Works for one or more agencies: sees and decides what is theirs."""
    ADMIN = "admin"
    """Runs the installation of her cities; sees queues, robots and settings, opens nobody's papers."""
    AUDITOR = "auditor"
    """Sees everything of her cities, changes nothing; each look is recorded."""
    SYSTEM = "system"
    """The installation itself: workers, and the operator of the machine at its command line, who is logged by her own name."""


@dataclass(frozen=True, slots=True)
class Principal:
    """The signed-in person, or the system itself."""

    role: Role
    user_id: str
    """Opaque id at the identity provider; `system`, or who runs a command (`os:alice`)."""
    name: str = ""
    subject_id: str | None = None
    """For citizens and companies: their record in `subjects`."""
    agency_id: str | None = None
    """For officers: the agency they work for; the first one where there are several."""
    also_at: tuple[str, ...] = ()
    """For officers: further agencies they work for."""
    cities: frozenset[str] | None = None
    """For officials: ids of the cities they work for. None: the city that this installation serves, and no other."""
    away: str = ""
    """For officials who do not work for the city that this installation serves: the city that they work for."""
    grants: frozenset[str] | None = None
    """For officials: the acts that their provider names for them (`policy.*`). None: all that their role has; it never has more."""

    @property
    def agencies(self) -> tuple[str, ...]:
        """Every agency that an officer works for."""
        return (self.agency_id, *self.also_at) if self.agency_id else self.also_at

    @property
    def actor(self) -> str:
        """How the event log names this person, without a name: `officer:police:u_8f3…`, `citizen:subj_…`,
        `os:alice` for a command; `officer:hangzhou/tax:u_…` of a city that is not the one served."""
        if self.role is Role.SYSTEM:
            return self.user_id
        if self.role is Role.CITIZEN:
            return f"citizen:{self.subject_id or self.user_id}"
        agency = self.agency_id or "-"
        return f"{self.role.value}:{f'{self.away}/{agency}' if self.away else agency}:{self.user_id}"


SYSTEM_PRINCIPAL = Principal(Role.SYSTEM, "system", "onething")
