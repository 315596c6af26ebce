"""The check of a package's sandbox: everybody and everything that mocks and filings name is there. Nothing here stops a city."""

import re
from collections.abc import Iterator
from typing import Any, cast

from onething.catalog.checking.expressions import faults_of_value, kind_of, read_expression
from onething.catalog.checking.findings import Finding, Where, strange
from onething.catalog.checking.known_names import Names, twice
from onething.catalog.checking.shapes import ANY, Fields, Scalar, Shape, of_field
from onething.catalog.model.number_pattern import KNOWN, places
from onething.catalog.models import Agency, City, EvidenceType, Mock, MockAgency, Operation, SandboxFiling
from onething.core.persons.numbers import as_person_number

_AT: Where = ("sandbox",)


def check_sandbox(city: City) -> Iterator[Finding]:
    """Everything that can be wrong with `sandbox/*.yaml`."""
    sandbox = city.sandbox
    for name in ("people", "officials", "filings"):
        yield from twice([((*_AT, name, index), each.id) for index, each in enumerate(getattr(sandbox, name))])
    for index, person in enumerate(sandbox.people):
        number = as_person_number(person.id_number)
        if number is None:
            yield Finding.fault(
                (*_AT, "people", index, "id_number"),
                f"“{person.id_number}”不是身份证号（GB 11643）；别的证件写成 PASSPORT:USA:C12345678 这样。",
                f'"{person.id_number}" is no citizen id number (GB 11643); other papers are written like PASSPORT:USA:C12345678.',
            )  # fmt: skip
        elif number.birth_date is None and (person.born is None or person.sex is None):
            yield Finding.fault(
                (*_AT, "people", index), "这种证件的号码看不出生日和性别，请写 born 和 sex。",
                "The number of this paper tells neither birth date nor sex: write `born` and `sex`.",
            )  # fmt: skip
    agencies = [agency.id for agency in city.agencies]
    for index, official in enumerate(sandbox.officials):
        at: Where = (*_AT, "officials", index)
        if official.agency is not None and official.agency not in agencies:
            yield strange((*at, "agency"), "部门", "agency", official.agency, agencies)
        if official.role == "officer" and official.agency is None:
            yield Finding.fault(
                at, "审核员要写是哪个部门的(agency)。", "An officer is of an agency: name it (`agency`)."
            )
    seen: set[str] = set()
    for index, mocked in enumerate(sandbox.agencies):
        at = (*_AT, "agencies", index)
        agency = city.agency(mocked.agency)
        if agency is None:
            yield strange((*at, "agency"), "部门", "agency", mocked.agency, agencies)
            continue
        if mocked.agency in seen:
            yield Finding.fault(
                (*at, "agency"), f"“{mocked.agency}”在两个文件里模拟。", f'"{mocked.agency}" is mocked in two files.'
            )
        seen.add(mocked.agency)
        yield from _agency(city, agency, mocked, at)
    for index, filing in enumerate(sandbox.filings):
        yield from _filing(city, filing, (*_AT, "filings", index))


def _agency(city: City, agency: Agency, mocked: MockAgency, at: Where) -> Iterator[Finding]:
    known = [operation.id for operation in agency.operations]
    yield from _worked_out(mocked.records, (*at, "records"))
    yield from _fields(agency, mocked, (*at, "records"))
    for name, mock in mocked.operations.items():
        here = (*at, "operations", name)
        operation = agency.operation(name)
        if operation is None:
            yield strange(here, "本部门的操作", "operation of this agency", name, known)
            continue
        kind = city.evidence_type(operation.gives) if operation.gives else None
        yield from _lists(mocked, mock, here)
        yield from _mock(operation, kind, mocked, mock, here)


def _fields(agency: Agency, mocked: MockAgency, at: Where) -> Iterator[Finding]:
    """Fields of records that no operation asks for or answers, and no mock reads: nobody would ever see them."""
    known = {name for operation in agency.operations for name in (*operation.request.values(), *operation.response)}
    mocks = mocked.operations.values()
    texts = " ".join(text for mock in mocks for text in (*mock.give.values(), *(each.when for each in mock.refuse)))
    for name, rows in mocked.records.items():
        for number, row in enumerate(rows):
            for field in row:
                if field not in known and not re.search(rf"\b{re.escape(field)}\b", texts):
                    place = (*at, name, number, field)
                    yield strange(place, "本部门操作的字段", "field of this agency's operations", field, sorted(known))


def _worked_out(value: Any, at: Where) -> Iterator[Finding]:
    """Values that are expressions, anywhere inside."""
    if isinstance(value, str) and value.startswith("="):
        yield from (Finding(at, f.what, f.suggestion, fatal=False) for f in read_expression(value[1:], {}).faults)
    elif isinstance(value, dict):
        for name, inner in cast("dict[str, Any]", value).items():
            yield from _worked_out(inner, (*at, name))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(cast("list[Any]", value)):
            yield from _worked_out(inner, (*at, index))


def _lists(mocked: MockAgency, mock: Mock, at: Where) -> Iterator[Finding]:
    kept = {each.keep for each in mocked.operations.values() if each.keep}
    for part in ("find", "drop"):
        name = getattr(mock, part)
        if name and name not in mocked.records and name not in kept:
            yield strange((*at, part), "记录表", "list of records", name, [*mocked.records, *sorted(kept)])


def _mock(
    operation: Operation, kind: EvidenceType | None, mocked: MockAgency, mock: Mock, at: Where
) -> Iterator[Finding]:
    takes = [name for name in operation.request.values() if not name.startswith("=")]
    gives = list(operation.response)
    for part in ("by", "once"):
        for index, name in enumerate(getattr(mock, part)):
            if takes and name not in takes:
                yield strange((*at, part, index), "参数", "parameter", name, takes)
    names = shapes_in(mocked, mock, takes)
    for name, text in mock.give.items():
        if gives and name not in gives:
            yield strange((*at, "give", name), "应答的字段", "field of the answer", name, gives)
        found = read_expression(text, names)
        spec = kind.field(name) if kind else None
        faults = [*found.faults, *(faults_of_value(found, of_field(spec)) if spec else ())]
        yield from (Finding((*at, "give", name), f.what, f.suggestion, fatal=False) for f in faults)
    for name, pattern in mock.numbers.items():
        if gives and name not in gives:
            yield strange((*at, "numbers", name), "应答的字段", "field of the answer", name, gives)
        yield from _number(pattern, [*takes, *gives], (*at, "numbers", name))
    for index, refusal in enumerate(mock.refuse):
        found = read_expression(refusal.when, names)
        here = (*at, "refuse", index, "when")
        yield from (Finding(here, f.what, f.suggestion, fatal=False) for f in found.faults)
        if not found.faults and kind_of(found.shape) not in ("bool", "any"):
            yield Finding.fault(here, "这里要一个结果为“是/否”的条件。", "A condition (true or false) is wanted here.")


def _number(pattern: str, values: list[str], at: Where) -> Iterator[Finding]:
    try:
        found = places(pattern)
    except ValueError as error:
        yield Finding.fault(at, f"编号写法里的“{error}”看不懂。", f"In the number, {error} cannot be understood.")
        return
    known = [*sorted(KNOWN), "serial", "check", *values]
    for name, _ in found:
        if name not in known:
            yield strange(at, "编号里的位置", "place of a number", name, known)


def shapes_in(mocked: MockAgency, mock: Mock, takes: list[str]) -> dict[str, Shape]:
    """What the expressions of a mock may read."""
    names: dict[str, Shape] = dict.fromkeys(takes, ANY)
    names["asked"] = Fields(dict.fromkeys(takes, ANY), "asked")
    columns = {name for row in mocked.records.get(mock.find or "", ()) for name in row}
    names["record"] = Fields(dict.fromkeys(columns, ANY), "record") if columns else ANY
    kept = [each.keep for each in mocked.operations.values() if each.keep]
    names["records"] = Fields(dict.fromkeys([*mocked.records, *kept], ANY), "records")
    names["serial"] = Scalar("number")
    return names


def _filing(city: City, filing: SandboxFiling, at: Where) -> Iterator[Finding]:
    people = [person.id for person in city.sandbox.people]
    if filing.person not in people:
        yield strange((*at, "person"), "沙盒里的人", "person of the sandbox", filing.person, people)
    event = city.life_event(filing.life_event)
    if event is None:
        known = [each.id for each in city.life_events]
        yield strange((*at, "life_event"), "一件事", "life event", filing.life_event, known)
        return
    names = Names(city, event)
    for part, facts in (("answers", filing.answers), ("facts", filing.expect.facts)):
        here = (*at, part) if part == "answers" else (*at, "expect", part)
        for name, value in facts.items():
            yield from _fact(names, name, (*here, name))
            yield from _coded(names, name, value, (*here, name))
            yield from _worked_out(value, (*here, name))
    asked = {question.field for question in event.questions}
    for name in filing.answers:
        if names.field(name) is not None and name not in asked:
            yield strange((*at, "answers", name), "要问的问题", "question that is asked", name, asked)
    for index, name in enumerate(filing.expect.asked or ()):
        if name not in asked:
            yield strange((*at, "expect", "asked", index), "要问的问题", "question", name, asked)
    yield from _named(names, filing, at)
    for slot, fields in filing.papers.items():
        yield from _paper(names, slot, fields, (*at, "papers", slot))


def _named(names: Names, filing: SandboxFiling, at: Where) -> Iterator[Finding]:
    """Services and operations that a filing names."""
    services = [service.id for service in names.event.services]
    named = [((*at, "leave_out", index), name) for index, name in enumerate(filing.leave_out)]
    named += [((*at, "officers", name), name) for name in filing.officers]
    named += [((*at, "expect", "services", name), name) for name in filing.expect.services]
    for where, name in named:
        if name not in services:
            yield strange(where, "事项", "service", name, services)
    for index, name in enumerate(filing.declines):
        if name not in names.operations:
            yield strange((*at, "declines", index), "部门操作", "operation", name, names.operations)


def _fact(names: Names, name: str, at: Where) -> Iterator[Finding]:
    for finding in names.fact(name, at):
        yield Finding(finding.path, finding.what, finding.suggestion, fatal=False)
    if "." not in name:
        yield Finding.fault(at, f"“{name}”要写成“材料位.字段”。", f'Write "{name}" as `slot.field`.')


def _coded(names: Names, name: str, value: Any, at: Where) -> Iterator[Finding]:
    spec = names.field(name)
    if (
        spec is not None
        and spec.type == "code"
        and value is not None
        and str(value) not in spec.codes
        and str(value)[:1] != "="
    ):
        yield strange(at, f"“{name}”的代码", f'code of "{name}"', str(value), spec.codes)


def _paper(names: Names, slot: str, fields: dict[str, Any], at: Where) -> Iterator[Finding]:
    if slot not in names.slots:
        yield strange(at, "材料位", "slot", slot, names.slots)
        return
    kind = names.city.type_of(names.slots[slot])
    known = [spec.id for spec in kind.fields] if kind else []
    for name, value in fields.items():
        if name not in known:
            yield strange((*at, name), f"“{slot}”的字段", f'field of "{slot}"', name, known)
        yield from _coded(names, f"{slot}.{name}", value, (*at, name))
        yield from _worked_out(value, (*at, name))
