"""Document types are data: `types/<id>.yaml` says which words are printed on the paper, where each value stands and
what must hold between values. A new type needs a file here (or in a city's package) and no Python.
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from onething.core.i18n import Text
from onething.documents.models import DocumentType, FieldType

Kind = Literal[
    "text", "person_name", "address", "organisation", "citizen_id", "date", "date_or_long", "moment", "sex",
    "ethnicity", "number", "decimal", "code", "word", "company_code", "bank_card", "amount", "amount_words",
]  # fmt: skip


class _Spec(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Anchor(_Spec):
    """A printed label. `nth` counts its occurrences in reading order from 1; `after` starts behind another label."""

    text: str
    nth: int = 1
    after: str | None = None
    before: str | None = None


class FieldSpec(_Spec):
    """Where one value stands and what it looks like."""

    label: Text
    kind: Kind
    anchors: tuple[Anchor, ...] = ()
    """Tried in order; the first one found on the page counts."""
    also: tuple[str, ...] = ()
    """Other wordings of the label, of other years, provinces and forms; they count like the anchors."""
    ends: tuple[str, ...] = ()
    """For free wording inside a sentence: regular expressions of what follows the value."""
    under: tuple[str, ...] = ()
    """Where a label is printed for several people: the wordings that stand before those of this one."""
    pos: int = 1
    """Which value of its shape behind the label it is: a period has two days."""
    bare: Literal["first", "last"] | None = None
    """Where a value without a label is taken from: the first or the last of its shape that no other field claims."""
    many: bool = False
    """For names: several may stand there; they are joined by 、."""
    open: bool = False
    """For `word`: other wordings than those listed are possible and read as they are printed."""
    like: str | None = None
    """Regular expression that the value must match wherever a label does not vouch for it."""
    where: Literal["right", "below", "text"] = "right"
    """`text`: anywhere in the running text at the place where `pick` matches. Otherwise both right of and below the label are looked at."""
    lines: int = 1
    """How many lines the value may run over."""
    pick: str | None = None
    """Regular expression on the joined text; its first group is the value."""
    drop: str | None = None
    """Regular expression of printed matter inside the value, taken out (units, form words)."""
    shape: str | tuple[str, ...] | None = None
    """For `code`: A letter, 9 digit, ? a Chinese character, % a province in one character, anything else stands for itself; several: any of them."""
    words: dict[str, str] = Field(default_factory=dict)
    """For `word`: what may be printed → normal form."""
    phrases: tuple[str, ...] = ()
    """For names of organisations and places: wordings that a weakly read character is completed to."""
    low: float | None = None
    high: float | None = None
    optional: bool = False

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.where == "text" and self.pick is None and not self.wordings and self.bare is None:
            raise ValueError("where: text needs pick, a label or bare")
        for pattern in (self.pick, self.like, *self.ends):
            if pattern is not None:
                re.compile(pattern)
        return self

    @property
    def wordings(self) -> tuple[str, ...]:
        """Every wording of its label."""
        return (*(anchor.text for anchor in self.anchors), *self.also)

    @property
    def shapes(self) -> tuple[str, ...]:
        return (self.shape,) if isinstance(self.shape, str) else self.shape or ()


class DateInId(_Spec):
    """The date printed must be the one inside the citizen id."""

    rule: Literal["date_in_id"]
    id: str
    date: str


class SexInId(_Spec):
    rule: Literal["sex_in_id"]
    id: str
    sex: str


class SexOfId(_Spec):
    """A citizen id whose sex is fixed by its place on the form (mother, wife)."""

    rule: Literal["sex_of_id"]
    id: str
    sex: Literal["male", "female"]


class NotFuture(_Spec):
    rule: Literal["not_future"]
    fields: tuple[str, ...]


class InOrder(_Spec):
    """The first date is not after the second; at most `days` lie between them, if given."""

    rule: Literal["in_order"]
    first: str
    second: str
    days: int | None = None


class SpanYears(_Spec):
    """The two dates are a whole number of years apart, one of `years`."""

    rule: Literal["span_years"]
    first: str
    second: str
    years: tuple[int, ...]


class OneOf(_Spec):
    """The value repeats one of other fields."""

    rule: Literal["one_of"]
    field: str
    fields: tuple[str, ...]
    must: bool = False
    """It always does: where it does not, something was misread."""


class PartInCode(_Spec):
    """A piece of a code repeats another value: `part` is a regular expression on the code with one group."""

    rule: Literal["part_in_code"]
    code: str
    part: str
    field: str
    of: str
    """Regular expression on the other field with one group."""


class SwapBySex(_Spec):
    """Two people printed in either order: exchanged when the id says so."""

    rule: Literal["swap_by_sex"]
    id: str
    sex: Literal["male", "female"]
    pairs: tuple[tuple[str, str], ...]


class AmountsAgree(_Spec):
    """An amount printed in figures and in Chinese capitals: the two vouch for each other, and mend each other."""

    rule: Literal["amounts_agree"]
    figures: str
    words: str


class AddsUp(_Spec):
    """The parts make the total, to the fen."""

    rule: Literal["adds_up"]
    parts: tuple[str, ...]
    total: str


class Expired(_Spec):
    """A date in the past deserves a warning."""

    rule: Literal["expired"]
    field: str


Rule = Annotated[
    DateInId
    | SexInId
    | SexOfId
    | NotFuture
    | InOrder
    | SpanYears
    | OneOf
    | PartInCode
    | SwapBySex
    | Expired
    | AmountsAgree
    | AddsUp,
    Field(discriminator="rule"),
]


class TypeSpec(_Spec):
    """One document type."""

    id: str
    name: Text
    recognise: dict[str, float]
    """Words on the paper and how much each speaks for this type."""
    against: tuple[str, ...] = ()
    """Words that rule it out."""
    enough: float = 3.0
    """Weight that must be found before the type is believed."""
    titles: tuple[str, ...] = ()
    """What stands as heading on papers of this kind, of any year and province."""
    needs: tuple[str, ...] = ()
    """One of these must stand there: what tells the kind from another with the same labels (结婚, 离婚)."""
    signs: dict[str, float] = Field(default_factory=dict)
    """Further words that speak for the kind together, and how much each does; none of them decides alone."""
    labels: tuple[str, ...] = ()
    """Other printed words; like a field's label they end the value before them."""
    fields: dict[str, FieldSpec]
    rules: tuple[Rule, ...] = ()
    codes: tuple[str, ...] = ()
    """What a QR or bar code on it may say: regular expressions whose named groups are fields, compared with the print."""
    pages: Literal["one", "many"] = "one"
    """`many`: running text that goes on overleaf; what a following page without a heading says belongs to it."""
    running: bool = False
    """Its values stand in sentences: labels count in the middle of a line, and a value goes on in the next row of the text."""
    seal: bool = False
    """A valid paper bears a red seal; without one the applicant is told."""

    @property
    def printed(self) -> tuple[str, ...]:
        """Every word printed on the form, longest first."""
        words = set(self.labels) | {text for spec in self.fields.values() for text in spec.wordings}
        return tuple(sorted(words, key=lambda word: (-len(word), word)))

    @property
    def anchored(self) -> frozenset[str]:
        """The labels a whole form bears, without their other wordings."""
        return frozenset(self.labels) | {anchor.text for spec in self.fields.values() for anchor in spec.anchors}

    def public(self) -> DocumentType:
        fields = (FieldType(name=n, label=s.label, kind=s.kind, optional=s.optional) for n, s in self.fields.items())
        return DocumentType(id=self.id, name=self.name, fields=tuple(fields))


class TypeSpecError(ValueError):
    """A type file that cannot be used; the message names the file and the path inside it."""


def load_type(path: Path) -> TypeSpec:
    """Read one YAML file. Raises `TypeSpecError`."""
    try:
        data: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        spec = TypeSpec.model_validate(data)
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise TypeSpecError(f"{path}: {error}") from error
    if spec.id != path.stem:
        raise TypeSpecError(f"{path}: id {spec.id!r} must be the file's name")
    _check_names(path, spec)
    return spec


def _check_names(path: Path, spec: TypeSpec) -> None:
    """Every field that a rule names must exist."""
    for rule in spec.rules:
        named: list[Any] = list(rule.model_dump(exclude={"rule", "part", "of", "years", "days", "must"}).values())
        while named:
            item = named.pop()
            if isinstance(item, list | tuple):
                named += item  # pyright: ignore[reportUnknownArgumentType]
            elif item not in spec.fields and item not in {"male", "female"}:
                raise TypeSpecError(f"{path}: rule {rule.rule} names no field: {item!r}")
    for name, field in spec.fields.items():
        if not field.wordings and field.bare is None and field.where != "text":
            raise TypeSpecError(f"{path}: {name}: where: {field.where} needs a label, or bare")
    for pattern in spec.codes:
        try:
            groups = re.compile(pattern).groupindex
        except re.error as error:
            raise TypeSpecError(f"{path}: codes: {pattern!r}: {error}") from error
        for name in groups:
            if name not in spec.fields:
                raise TypeSpecError(f"{path}: codes: {name!r} is no field")


@lru_cache(maxsize=8)
def load_types(*extra: Path) -> dict[str, TypeSpec]:
    """All types by id: ours, then those of `extra` folders, which may replace ours."""
    specs: dict[str, TypeSpec] = {}
    for folder in (Path(__file__).parent / "types", *extra):
        for path in sorted(folder.glob("*.yaml")):
            spec = load_type(path)
            specs[spec.id] = spec
    return specs
