"""Nouns of comparing paper with a record."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from onething.core.i18n import Text
from onething.documents.models import Box

Verdict = Literal["same", "differs", "other_record", "other_paper", "unclear"]
"""`same`: every field reads as the record. `differs`: some fields do not. `other_record`: the same kind of paper with other
contents. `other_paper`: the photograph could not be laid over the form. `unclear`: too blurred or too dark to tell."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class FieldComparison(_Model):
    """One field: `likeness` is the worst window of its print, 1 the same; `corners` are where it lies on the photograph."""

    name: str
    verdict: Literal["same", "differs", "unclear"]
    likeness: float
    record: str = ""
    corners: tuple[tuple[float, float], ...] = ()
    """Left top, right top, right bottom, left bottom as shares (0–1) of the photograph."""
    reason: Text


class Hint(_Model):
    """A sign that somebody may have worked on the picture. Never a verdict: a person looks."""

    code: Literal["copy_move", "error_level", "elsewhere"]
    what: Text
    boxes: tuple[Box, ...] = ()
    """Shares (0–1) of the photograph; of the form for `elsewhere`."""
    strength: float


class Comparison(_Model):
    """A photograph against a record."""

    verdict: Verdict
    fields: tuple[FieldComparison, ...] = ()
    hints: tuple[Hint, ...] = ()
    matches: int = 0
    """Features that agree on how the photograph lies on the form."""
    what: Text
    todo: Text
    difference: bytes | None = None
    """PNG: for each field that differs, the record's print above the photograph's."""

    @property
    def differing(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields if field.verdict == "differs")
