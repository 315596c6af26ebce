"""Can the records of a mocked agency go over the wire? Each is answered by the operations that look it up, and read again."""

from collections.abc import Iterator, Mapping
from typing import Any

from onething.catalog.models import Agency, City, MockAgency, Operation
from onething.catalog.service import Finding
from onething.exchange.example_check import plain, same
from onething.exchange.wire.agency_side import AgencySide, CannotBeToldError
from onething.rules.service import compile_expression

Where = tuple[str | int, ...]


def check_mocks(city: City, agency: Agency) -> Iterator[Finding]:
    """Every value of every record that an operation would answer and that it has no way to write."""
    for index, mocked in enumerate(city.sandbox.agencies):
        if mocked.agency == agency.id:
            for name, mock in mocked.operations.items():
                operation = agency.operation(name)
                if operation is not None and operation.kind == "query" and mock.find:
                    at: Where = ("sandbox", "agencies", index, "records", mock.find)
                    yield from _records(agency, operation, mocked, mock.find, at)


def _records(agency: Agency, operation: Operation, mocked: MockAgency, name: str, at: Where) -> Iterator[Finding]:
    try:
        side = AgencySide(agency, operation)
    except ValueError:  # said of the format itself
        return
    for number, record in enumerate(mocked.records.get(name, ())):
        told = {field: worked_out(value) for field, value in record.items() if field in operation.response}
        bad = [field for field, value in told.items() if value is not None and not _can_say(side, field, value)]
        for field in bad:
            yield Finding.fault(
                (*at, number, field), f"“{operation.id}”按格式 {operation.formats.get(field, '')} 写不出“{told[field]}”。",
                f'"{operation.id}" cannot write "{told[field]}" by its format {operation.formats.get(field, "")}.',
            )  # fmt: skip
        try:
            if not bad:
                side.good(told)
        except (CannotBeToldError, ValueError) as error:
            yield Finding.fault(
                (*at, number), f"“{operation.id}”答不出这条记录，满足不了“{error}”。",
                f'"{operation.id}" cannot answer this record: it would not meet "{error}".',
            )  # fmt: skip


def _can_say(side: AgencySide, field: str, value: Any) -> bool:
    found = side.said(field, value)
    return found is not None and (same(found, value) or _number(found) == _number(value) is not None)


def _number(value: Any) -> float | None:
    try:
        return None if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return None


def worked_out(value: Any) -> Any:
    """As it goes over the wire; a text that begins with = is an expression."""
    if isinstance(value, str) and value.startswith("="):
        try:
            return plain(compile_expression(value[1:]).evaluate({}))
        except ValueError:  # said of the sandbox itself
            return None
    if isinstance(value, Mapping):
        return {name: worked_out(inner) for name, inner in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    return plain(value)
