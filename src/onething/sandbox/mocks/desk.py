"""From a package's data to an agency of the sandbox: `MockAgency` → `Desk`, with its records in SQLite.

It speaks as the catalog says that the agency speaks: requests are read and answers written by the operation's own maps.
"""

import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from onething.catalog.models import Agency, City, EvidenceType, Example, FieldSpec, Mock, MockAgency, Operation
from onething.catalog.service import number_filled, number_wants_serial
from onething.core import clock
from onething.exchange.service import AgencySide
from onething.rules.service import compile_expression
from onething.sandbox.agencies.desk import Desk, DoneBeforeError, Envelope, RefusedError, UnknownError, next_number
from onething.sandbox.agencies.desk import Operation as DeskOperation
from onething.sandbox.agencies.fields import BadFieldError, Fields
from onething.sandbox.mocks.made_up import made_up

SCHEMA = "CREATE TABLE _record (id INTEGER PRIMARY KEY, list TEXT NOT NULL, body TEXT NOT NULL);"
Row = dict[str, Any]


def desk_of(city: City, agency: Agency) -> Desk:
    """The agency as the package's sandbox has it. Raises ValueError where an operation's formats cannot be read."""
    mocked = city.sandbox.agency(agency.id)
    desk = Desk(agency.id, f"{agency.name.zh}（模拟）", _envelope(agency), SCHEMA, _filling(mocked))
    for operation in agency.operations:
        kind = city.evidence_type(operation.gives) if operation.gives else None
        act = Act(city, agency, mocked, operation, kind, AgencySide(agency, operation))
        desk.operations.append(DeskOperation(operation.id, operation.path, act, operation.kind != "query"))
    return desk


def _envelope(agency: Agency) -> Envelope:
    """Operations answer as they are understood; what is wrong with a request is told in the gateway's words."""
    side = AgencySide(agency, agency.operations[0]) if agency.operations else None
    return Envelope(
        ok=lambda told: cast("tuple[int, Any]", told),
        unknown=lambda: side.unknown() if side else (404, {}),
        refused=lambda code, words, status: side.refusal(code, words) if side else (status, {}),
        bad_field="BAD_FIELD",
        no_key="NO_KEY",
        key_reused="KEY_REUSED",
    )


def _filling(mocked: MockAgency) -> Callable[[sqlite3.Connection, Any], None]:
    def fill(db: sqlite3.Connection, _city: Any) -> None:
        rows = [(name, _written(worked_out(row))) for name, rows in mocked.records.items() for row in rows]
        db.executemany("INSERT INTO _record (list, body) VALUES (?, ?)", rows)

    return fill


@dataclass
class Act:
    """One operation, carried out by its mock, its examples, or with made-up values."""

    city: City
    agency: Agency
    mocked: MockAgency
    operation: Operation
    kind: EvidenceType | None
    side: AgencySide

    def __call__(self, db: sqlite3.Connection, fields: Fields) -> tuple[int, Any]:
        try:
            asked = self.side.asked(fields.body)
        except ValueError as error:
            raise BadFieldError("", str(error)) from None
        mock = self.mocked.operations.get(self.operation.id)
        return self._by_mock(db, asked, mock) if mock is not None else self._by_itself(db, asked)

    def _by_itself(self, db: sqlite3.Connection, asked: Row) -> tuple[int, Any]:
        example = self._example(asked)
        if example is not None:
            return example.status, plain(example.answer)
        if self.operation.kind == "query":
            raise UnknownError
        return self.side.good(self._whole(db, asked))

    def _example(self, asked: Row) -> Example | None:
        return next(
            (
                each
                for each in self.operation.examples
                if each.with_ and all(same(asked.get(name), value) for name, value in each.with_.items())
            ),
            None,
        )

    def _by_mock(self, db: sqlite3.Connection, asked: Row, mock: Mock) -> tuple[int, Any]:
        kept = [each.keep for each in self.mocked.operations.values() if each.keep]
        lists = {**{name: [] for name in (*self.mocked.records, *kept)}, **_lists(db)}
        record = _found(lists.get(mock.find, []), asked, mock.by) if mock.find else {}
        if record is None:
            raise UnknownError
        facts = {**asked, "asked": asked, "record": record, "records": lists, "serial": self._serial(db)}
        for refusal in mock.refuse:
            if compile_expression(refusal.when).evaluate(facts) is True:
                raise RefusedError(refusal.code, refusal.reason)
        before = self._before(lists, mock, asked)
        if before is not None:
            code = next(iter(self.operation.already), "DONE_BEFORE")
            raise DoneBeforeError(code, "此事已经办理过")
        data = {name: value for name, value in record.items() if name in self._named()}
        for name, text in mock.give.items():
            data[name] = plain(compile_expression(text).evaluate(facts))
        for name, pattern in mock.numbers.items():
            data[name] = self._number(db, name, pattern, {**asked, **data})
        if self.operation.kind == "perform":
            data = self._whole(db, asked, data)
        _changed(db, mock, {**asked, **data}, asked)
        return self.side.good(data)

    def _named(self) -> set[str]:
        return set(self.operation.response) or {spec.id for spec in (self.kind.fields if self.kind else ())}

    def _serial(self, db: sqlite3.Connection) -> int:
        return next_number(db, self.operation.id) if self.operation.kind == "perform" else 0

    def _number(self, db: sqlite3.Connection, name: str, pattern: str, values: Mapping[str, Any]) -> str:
        serial = next_number(db, f"{self.operation.id}.{name}") if number_wants_serial(pattern) else 0
        return number_filled(pattern, values, self.city.division, clock.today(), serial)

    def _whole(self, db: sqlite3.Connection, asked: Row, data: Row | None = None) -> Row:
        """What is answered, with all that the evidence type requires: from what was asked, else made up."""
        out = dict(data or {})
        for spec in self.kind.fields if self.kind else ():
            if out.get(spec.id) is None and spec.id in self._named():
                if asked.get(spec.id) is not None:
                    out[spec.id] = asked[spec.id]
                elif spec.required:
                    out[spec.id] = self.made_up(spec, next_number(db, f"{self.operation.id}.{spec.id}"))
        return out

    def made_up(self, spec: FieldSpec, serial: int) -> Any:
        """A made-up value that the agency has a way to write: where a text goes by a list of codes or is a day, one of these."""
        word, _, table = self.operation.formats.get(spec.id, "").rpartition("|")[2].partition(":")
        codes = [
            each for code in self.agency.codes if word == "codes" and code.id == table for each in code.values.values()
        ]
        day = clock.today()
        first = made_up(spec, serial)
        others = [*codes, day.isoformat(), day.replace(day=1).isoformat(), serial, f"{serial}.00"]
        return next((value for value in (first, *others) if self.side.said(spec.id, value) == value), first)

    def _before(self, lists: Mapping[str, list[Row]], mock: Mock, asked: Row) -> Row | None:
        if not mock.once or not mock.keep:
            return None
        wanted = {name: asked.get(name) for name in mock.once}
        return _found(lists.get(mock.keep, []), wanted, mock.once)


def _lists(db: sqlite3.Connection) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for name, body in db.execute("SELECT list, body FROM _record ORDER BY id"):
        found.setdefault(name, []).append(json.loads(body))
    return found


def _found(rows: list[Row], asked: Mapping[str, Any], by: tuple[str, ...] = ()) -> Row | None:
    """The first record that has the values asked for, in all the fields that both know (`by`: in these)."""
    return next((row for row in rows if _is(row, asked, by)), None)


def _is(row: Row, asked: Mapping[str, Any], by: tuple[str, ...]) -> bool:
    names = by or tuple(name for name in asked if name in row)
    return bool(names) and all(same(row.get(name), asked.get(name)) for name in names)


def _changed(db: sqlite3.Connection, mock: Mock, row: Row, asked: Row) -> None:
    """Records are taken away and added. Raises `UnknownError` when there is nothing to take away."""
    if mock.drop:
        rows = db.execute("SELECT id, body FROM _record WHERE list = ? ORDER BY id", (mock.drop,)).fetchall()
        gone = next((number for number, body in rows if _is(json.loads(body), asked, mock.by)), None)
        if gone is None:
            raise UnknownError
        db.execute("DELETE FROM _record WHERE id = ?", (gone,))
    if mock.keep:
        db.execute("INSERT INTO _record (list, body) VALUES (?, ?)", (mock.keep, _written(row)))


def _written(row: Mapping[str, Any]) -> str:
    return json.dumps(plain(row), ensure_ascii=False)


def plain(value: Any) -> Any:
    """As JSON has it: days and moments are texts, exact numbers are numbers."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: plain(inner) for name, inner in cast("Mapping[str, Any]", value).items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in cast("list[Any]", value)]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return int(value) if value == int(value) else float(value)


def worked_out(value: Any) -> Any:
    """As `plain`; a text that begins with = is an expression, worked out on the day: `=today()`."""
    if isinstance(value, str) and value.startswith("="):
        return plain(compile_expression(value[1:]).evaluate({}))
    if isinstance(value, Mapping):
        return {name: worked_out(inner) for name, inner in cast("Mapping[str, Any]", value).items()}
    if isinstance(value, list | tuple):
        return [worked_out(inner) for inner in cast("list[Any]", value)]
    return plain(value)


def same(found: Any, wanted: Any) -> bool:
    """Equal as people write it: 30 and "30", a day and its text."""
    one, other = plain(found), plain(wanted)
    if isinstance(one, bool) or isinstance(other, bool) or one is None or other is None:
        return one is other
    return str(one) == str(other)
