"""Who is acting. Rights are part of every query (the principal goes into the WHERE clause), never a loop over rows."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    CITIZEN = "citizen"
    """A person, or somebody who acts for a company: sees what belongs to their own subject."""
    OFFICER = "officer"
    """Sees and decides the tasks of her own agency."""
    ADMIN = "admin"
    """Runs the installation; sees queues, robots and settings, decides nothing."""
    AUDITOR = "auditor"
    """Sees everything, changes nothing; each look is recorded."""
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Principal:
    """The signed-in person, or the system itself."""

    role: Role
    user_id: str
    """Opaque id at the identity provider, or `system`."""
    name: str = ""
    subject_id: str | None = None
    """For citizens and companies: their record in `subjects`."""
    agency_id: str | None = None
    """For officers: the agency they work for."""

    @property
    def actor(self) -> str:
        """How the event log names this person, without a name: `officer:police:u_8f3…`, `citizen:subj_…`."""
        if self.role is Role.SYSTEM:
            return "system"
        if self.role is Role.CITIZEN:
            return f"citizen:{self.subject_id or self.user_id}"
        return f"{self.role.value}:{self.agency_id or '-'}:{self.user_id}"


SYSTEM_PRINCIPAL = Principal(Role.SYSTEM, "system", "onething")
