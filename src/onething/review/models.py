"""Nouns of review: facts know where they came from; findings know what to do."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from onething.catalog.models import LegalGround
from onething.core.i18n import Text
from onething.documents.models import ReadProblem


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class Origin(_Model):
    """Where a value came from: always visible to the applicant and the officer."""

    kind: Literal["upload", "registry", "answer", "sign_in", "derived", "issued", "signed"]
    ref: str = ""
    """Document id, `agency.operation`, question id or service id."""
    at: str = ""
    confidence: float = 1.0
    certain: bool = True
    box: tuple[float, float, float, float] | None = None
    page: int = 0
    how: str = ""
    """How it became what it is: of a photograph the reason for which the reading was mended, of an answer whether she took it over
    from the register (`record`), from what was proposed (`proposed`) or checked it against her paper (`corrected`)."""


class Fact(_Model):
    """One value of one field of one slot, with its origin. Several facts may speak of one field and disagree."""

    slot: str
    field: str
    value: Any
    origin: Origin


class DocumentProblem(_Model):
    """What the reader had to say about one upload. `slot` is None while nobody knows whose document it is."""

    document: str
    slot: str | None = None
    problem: ReadProblem


class Finding(_Model):
    """One thing the review has to say. `group` decides who acts."""

    code: str
    """Stable: `missing_document`, `missing_answer`, `mismatch`, `bad_format`, `expired`, `future_date`, `not_eligible` …"""
    group: Literal["fix_now", "ask_agency", "officer", "note"]
    slot: str | None = None
    field: str | None = None
    what: Text
    todo: Text
    grounds: tuple[LegalGround, ...] = ()
    evidence: tuple[Origin, ...] = ()
    """The origins of the values compared, for showing beside each other."""
    values: tuple[str, ...] = ()
    """The values compared, in the order of `evidence`; citizen ids are covered."""
    about: str | None = None
    """`slot.field` of the other side of a comparison, or the document a problem is about."""
    rule: str | None = None


class Review(_Model):
    """The outcome of one pre-review. `may_submit` is False while anything must be fixed."""

    findings: tuple[Finding, ...]
    may_submit: bool
    needs_officer: bool
    of_another: bool = False
    """The papers are of other people than the one who signed in: no agency is asked about them for her."""

    def group(self, name: Literal["fix_now", "ask_agency", "officer", "note"]) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.group == name)
