"""Data standards as data: do the agencies' maps fit the common vocabulary, and do their answers fit the maps?

The vocabulary is the evidence types of the city package, the maps are the agencies' files, the standards are `standards.yaml` (ours,
then the city's own). Pure but for reading those two files; nothing here repeats a person's value, only names and codes.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Literal

import yaml

from onething.catalog.models import Agency, City, EvidenceType, FieldSpec, Operation
from onething.core.i18n import Text, texts_of
from onething.exchange.wire.conditions import Condition
from onething.exchange.wire.evidence_checks import NonsenseError, check_evidence
from onething.exchange.wire.formats import NOTHING, Format, FormatError
from onething.exchange.wire.paths import look_up
from onething.exchange.wire.translation import translation_of

say = texts_of(__name__)

OURS = Path(__file__).with_name("standards.yaml")
MOST_CODES = 50
_STEP_OF = {"date": "date", "datetime": "datetime", "bool": "bool"}


@dataclass(frozen=True, slots=True)
class Element:
    """A field that a standard governs."""

    id: str
    standard: str
    name: Text
    fields: tuple[str, ...]
    type: str = ""
    code_list: str = ""

    def governs(self, name: str) -> bool:
        return any(fnmatchcase(name, pattern) for pattern in self.fields)


@dataclass(frozen=True, slots=True)
class CodeList:
    """A standard's codes → the common vocabulary's words."""

    id: str
    standard: str
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Standards:
    elements: tuple[Element, ...]
    code_lists: dict[str, CodeList]

    def of(self, name: str) -> Element | None:
        """The standard of a field, by its name; the first that governs it."""
        return next((one for one in self.elements if one.governs(name)), None)


@dataclass(frozen=True, slots=True)
class Finding:
    """`error`: answers will be lost or wrong; `note`: worth knowing (own codes, values that cannot come)."""

    level: Literal["error", "note"]
    where: str
    what: Text


def load(city: City) -> Standards:
    """Our standards with the city's own over them. Raises `ValueError` naming the file that cannot be read."""
    elements: dict[str, Element] = {}
    lists: dict[str, CodeList] = {}
    for file in (OURS, city.folder / "standards.yaml"):
        if not file.is_file():
            continue
        try:
            told: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
            for one in told.get("elements", []):
                elements[one["id"]] = Element(
                    one["id"], one["standard"], Text(**one["name"]), tuple(one["fields"]), one.get("type", ""), one.get("code_list", ""),
                )  # fmt: skip
            for one in told.get("code_lists", []):
                values = {str(theirs): str(ours) for theirs, ours in one["values"].items()}
                lists[one["id"]] = CodeList(one["id"], one["standard"], values)
        except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{file.name}: {type(error).__name__} {error}") from None
    return Standards(tuple(elements.values()), lists)


# -- maps against the vocabulary


def check(city: City, standards: Standards) -> list[Finding]:
    """Everything about evidence types and agencies' maps that does not fit."""
    found = [each for kind in city.evidence_types for each in _vocabulary(kind, standards)]
    for agency, operation in city.operations():
        kind = city.evidence_type(operation.gives) if operation.gives else None
        if kind is not None:
            found += _operation(agency, operation, kind, standards)
    return found


WIDER = {"citizen_id": "person_id"}
"""A number of any paper of a person may stand where a standard knows citizen ids alone; one that is a citizen id is of that form."""


def _vocabulary(kind: EvidenceType, standards: Standards) -> Iterator[Finding]:
    for spec in kind.fields:
        element = standards.of(spec.id)
        if element is not None and element.type and spec.type not in (element.type, WIDER.get(element.type)):
            what = say("standards.other_type", standard=element.standard, wanted=element.type, given=spec.type)
            yield Finding("error", f"{kind.id}.{spec.id}", what)


def _operation(agency: Agency, operation: Operation, kind: EvidenceType, standards: Standards) -> Iterator[Finding]:
    where = f"{agency.id}.{operation.id}"
    specs = {spec.id: spec for spec in kind.fields}
    if operation.response:
        for name in operation.response:
            if name not in specs:
                named = Text(zh=kind.name.zh, en=kind.id)
                yield Finding("error", f"{where}.{name}", say("standards.no_such_field", kind=named))
        for spec in kind.fields:
            if spec.required and spec.id not in operation.response:
                yield Finding("error", f"{where}.{spec.id}", say("standards.unmapped"))
    for name, spec in specs.items():
        if name in operation.response:
            yield from _format(agency, operation, spec, standards)


def _format(agency: Agency, operation: Operation, spec: FieldSpec, standards: Standards) -> Iterator[Finding]:
    where = f"{agency.id}.{operation.id}.{spec.id}"
    steps = [part.partition(":")[0].strip() for part in operation.formats.get(spec.id, "").split("|") if part]
    wrong = next((step for step in steps if _STEP_OF.get(step, spec.type) != spec.type), None)
    if wrong is not None:
        level = "note" if spec.type == "text" else "error"  # a text takes any value, and says nothing of its form
        yield Finding(level, where, say("standards.converter", type=spec.type, converter=wrong))
    mapped = _codes_of(agency, operation, spec.id)
    if mapped is None:
        return
    if spec.codes:
        for theirs, ours in mapped.items():
            if ours not in spec.codes:
                yield Finding("error", where, say("standards.code_outside", theirs=theirs, ours=ours))
        if missing := sorted(set(spec.codes) - set(mapped.values())):
            yield Finding("note", where, say("standards.never_given", values=Text.joined(missing)))
    yield from _against_list(where, mapped, spec, standards)


def _against_list(where: str, mapped: dict[str, str], spec: FieldSpec, standards: Standards) -> Iterator[Finding]:
    element = standards.of(spec.id)
    codes = standards.code_lists.get(element.code_list) if element and element.code_list else None
    if codes is None:
        return
    for theirs, ours in mapped.items():
        if theirs in codes.values and codes.values[theirs] != ours:
            meant = codes.values[theirs]
            what = say("standards.other_meaning", theirs=theirs, standard=codes.standard, meant=meant, ours=ours)
            yield Finding("error", where, what)
    own = sorted(
        theirs for theirs, ours in mapped.items() if theirs not in codes.values and ours in codes.values.values()
    )
    if own:
        yield Finding("note", where, say("standards.own_codes", standard=codes.standard, codes=Text.joined(own)))


def _codes_of(agency: Agency, operation: Operation, name: str) -> dict[str, str] | None:
    for part in operation.formats.get(name, "").split("|"):
        step, _, argument = part.partition(":")
        if step.strip() == "codes":
            return next((one.values for one in agency.codes if one.id == argument.strip()), dict[str, str]())
    return None


# -- who calls what how


@dataclass(frozen=True, slots=True)
class Naming:
    """One common field and what an agency calls it."""

    evidence: str
    field: str
    name: Text
    type: str
    standard: str
    agency: str
    operation: str
    theirs: str
    format: str


def namings(city: City, standards: Standards, agency_id: str | None = None) -> list[Naming]:
    """The whole map between the common vocabulary and the agencies' names."""
    found: list[Naming] = []
    for agency, operation in city.operations():
        kind = city.evidence_type(operation.gives) if operation.gives else None
        if kind is None or (agency_id and agency.id != agency_id):
            continue
        for spec in kind.fields:
            if spec.id in operation.response:
                element = standards.of(spec.id)
                found.append(Naming(
                    kind.id, spec.id, spec.name, spec.type, element.standard if element else "", agency.id, operation.id,
                    operation.response[spec.id], operation.formats.get(spec.id, ""),
                ))  # fmt: skip
    return sorted(found, key=lambda one: (one.evidence, one.field, one.agency))


# -- answers against the maps


@dataclass(slots=True)
class FieldReport:
    """How one field did in a sample of answers."""

    filled: int = 0
    missing: int = 0
    misfit: int = 0
    unknown_codes: Counter[str] = field(default_factory=Counter[str])
    """Codes that are in no map, most frequent first; codes name nobody."""


@dataclass(slots=True)
class SampleReport:
    """A validation report over a sample of an agency's answers, in its own form."""

    operation: str
    answers: int = 0
    good: int = 0
    empty: int = 0
    """Answers that say "no such record"."""
    refused: int = 0
    reasons: Counter[str] = field(default_factory=Counter[str])
    fields: dict[str, FieldReport] = field(default_factory=dict[str, FieldReport])


def examine(city: City, agency: Agency, operation: Operation, answers: Iterable[Any]) -> SampleReport:
    """Judge a sample. Raises `ValueError` for an operation that gives no evidence."""
    kind = city.evidence_type(operation.gives) if operation.gives else None
    if kind is None:
        raise ValueError(f"{agency.id}.{operation.id} gives no evidence")
    translation, report = translation_of(agency, operation), SampleReport(f"{agency.id}.{operation.id}")
    report.fields = {spec.id: FieldReport() for spec in kind.fields if spec.id in operation.response}
    for body in answers:
        report.answers += 1
        if _says(translation.not_found, body, otherwise=False):
            report.empty += 1
        elif not _says(translation.ok, body, otherwise=True):
            report.refused += 1
        else:
            _one(report, agency, operation, kind, translation.formats, body)
    return report


def _says(condition: Condition | None, body: Any, *, otherwise: bool) -> bool:
    return condition.holds(body, 200) if condition is not None else otherwise


def _one(
    report: SampleReport, agency: Agency, operation: Operation, kind: EvidenceType, formats: Any, body: Any
) -> None:
    data: dict[str, Any] = {}
    fits = True
    for name, counted in report.fields.items():
        value = look_up(body, operation.response[name])
        if value is None or value == "":
            counted.missing += 1
            continue
        counted.filled += 1
        form: Format = formats.get(name, NOTHING)
        try:
            data[name] = form.to_ours(value)
        except FormatError:
            fits = False
            counted.misfit += 1
            codes = _codes_of(agency, operation, name)
            if codes is not None and str(value) not in codes and len(counted.unknown_codes) < MOST_CODES:
                counted.unknown_codes[str(value)[:20]] += 1
    try:
        check_evidence(kind, data)
    except NonsenseError as error:
        fits = False
        report.reasons[str(error)] += 1
    report.good += fits
