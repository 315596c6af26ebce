"""What the components of `templates/components/ui.html` are given. Texts are already in the page's language."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Status = Literal["done", "running", "turn", "wait", "bad"]
"""`turn` means it is the reader's turn, and nothing else."""


@dataclass(frozen=True, slots=True)
class TaskItem:
    """A line of `ui.tasks`: something to do, and how far it is. Without `href` it cannot be opened yet."""

    name: str
    status: Status
    label: str
    href: str | None = None
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A line of `ui.rows`: a value, where it came from (from `ui.origin`), and the way to change it."""

    name: str
    value: str
    origin: str | None = None
    href: str | None = None
    action: str | None = None
    id: str | None = None
    long: str = ""
    """A text of its own, such as articles of association: folded, to be read in full; `value` then says how long it is."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of `ui.choices`."""

    value: str
    label: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry of `ui.timeline`, which takes casework's `Told` as well."""

    at: datetime
    text: str
    kind: Literal["good", "turn", "bad", "plain"] = "good"
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of `ui.explanation`: met, not met or not known, with the law and, in words, what was looked at."""

    text: str
    outcome: Literal["yes", "no", "undecided"]
    ground: str | None = None
    trace: str | None = None
