"""What one check said, and all that is needed to let it say it again."""

from dataclasses import dataclass, field
from typing import Any, Literal

from onething.core.i18n import Text

Outcome = Literal["pass", "refuse", "refer", "note", "pending", "not_needed"]
"""`pending`: it cannot be told yet, because nobody has been asked about it; never a fault of anybody's."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check's outcome with its trace.

    `inputs` went into the component, `found` came out of it; `values` are the facts that the conditions read. Judging
    `found` and `values` by the check of the same catalog version gives the same outcome: that is what `replay` does.
    """

    id: str
    number: int
    group: str
    name: Text
    outcome: Outcome
    ground: str
    what: Text | None = None
    mend: Text | None = None
    ask: Text | None = None
    fired: str = ""
    """The condition that decided; "time" or "component" when the check could not be carried out, "unasked" while it waits."""
    inputs: dict[str, Any] = field(default_factory=dict[str, Any])
    found: dict[str, Any] = field(default_factory=dict[str, Any])
    values: dict[str, Any] = field(default_factory=dict[str, Any])
    milliseconds: float = 0.0
    place: str | None = None
    """`slot.field` to be mended."""

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON, as it is stored and shown."""
        return {
            "id": self.id, "number": self.number, "group": self.group, "outcome": self.outcome, "ground": self.ground,
            "name": self.name.model_dump(), "what": self.what.model_dump() if self.what else None,
            "mend": self.mend.model_dump() if self.mend else None, "ask": self.ask.model_dump() if self.ask else None,
            "fired": self.fired, "inputs": self.inputs, "found": self.found, "values": self.values,
            "milliseconds": round(self.milliseconds, 2),
        }  # fmt: skip
