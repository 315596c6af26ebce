"""What agencies report of companies is taken in, and the pictures are worked out from it; what is known of one is shown."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import orjson
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from onething.core import clock, events
from onething.core.access import Principal
from onething.core.errors import Problem
from onething.core.events import SYSTEM, Event
from onething.core.ids import new_id
from onething.core.rights.service import require, scope_of
from onething.subjects import acts
from onething.subjects.errors import TOO_MANY_ROWS, UNKNOWN_SOURCE
from onething.subjects.events import ProfileChanged
from onething.subjects.people import ensure_organisation
from onething.subjects.profiles.models import (
    Profile,
    ProfileSpec,
    Refused,
    Report,
    Taken,
    as_facts,
    read_value,
)
from onething.subjects.profiles.resolving import resolve, stored_picture
from onething.subjects.profiles.tables import DeliveryRow, ProfileRow, ReportRow

MOST_ROWS = 300_000


def deliver(
    session: Session, principal: Principal, spec: ProfileSpec, source: str, rows: Iterable[Mapping[str, Any]], *, city: str = "", name: str = ""
) -> Taken:  # fmt: skip
    """Take in what an officer of an agency of this city delivers. Raises like `take_in`, and the reason why others may not."""
    require(principal, acts.DELIVER, scope_of(source, city=city))
    return take_in(session, spec, source, rows, kind="api", name=name, actor=principal.actor)


def take_in(
    session: Session,
    spec: ProfileSpec,
    source: str,
    rows: Iterable[Mapping[str, Any]],
    *,
    kind: str = "api",
    name: str = "",
    actor: str = SYSTEM,
) -> Taken:
    """Take in a delivery of an agency: each row has `uscc`, `as_of` and dimensions; `name` is kept for new companies.

    A row that cannot be right is refused with its line number and column, and the others are taken. The same content from
    the same agency again changes nothing. Companies whose picture changed get an event `profile.changed`.
    """
    allowed = spec.of_source(source)
    if not allowed:
        raise Problem(UNKNOWN_SOURCE, source=source, known=", ".join(spec.sources))
    lines = list(rows)
    if len(lines) > MOST_ROWS:
        raise Problem(TOO_MANY_ROWS, most=MOST_ROWS)
    # A stretch of a feed and a call with a key of its own are other news than an equal one before: a figure may go back.
    mark = name if kind != "file" else ""
    digest = hashlib.sha256(mark.encode() + orjson.dumps(lines, default=str, option=orjson.OPT_SORT_KEYS)).hexdigest()
    before = session.scalar(select(DeliveryRow).where(DeliveryRow.source == source, DeliveryRow.digest == digest))
    if before is not None:
        return Taken(before.id, before.rows, tuple(Refused(**each) for each in before.refused), (), repeated=True)
    delivery_id, moment = new_id("dlv"), clock.now()
    refused: list[Refused] = []
    made: list[dict[str, Any]] = []
    for number, line in enumerate(lines, 1):
        try:
            company = ensure_organisation(session, uscc=str(line.get("uscc", "")), name=str(line.get("name") or ""))
            as_of, data = _read_line(allowed, line)
        except Problem:
            refused.append(Refused(number, "uscc"))
            continue
        except _BadColumnError as error:
            refused.append(Refused(number, error.column))
            continue
        made.append({"subject_id": company.id, "source": source, "as_of": as_of, "received_at": moment, "delivery_id": delivery_id, "data": data})  # fmt: skip
    session.add(
        DeliveryRow(
            id=delivery_id, source=source, kind=kind, name=name[:200], digest=digest, rows=len(made),
            refused=[{"line": r.line, "why": r.why} for r in refused[:1000]], at=moment, actor=actor,
        )
    )  # fmt: skip
    session.flush()
    if made:
        session.execute(insert(ReportRow), made)
    changed = refresh(session, spec, {row["subject_id"] for row in made})
    return Taken(delivery_id, len(made), tuple(refused), changed)


class _BadColumnError(Exception):
    def __init__(self, column: str) -> None:
        super().__init__(column)
        self.column = column


_FRAME = {"uscc", "name", "as_of"}


def _read_line(allowed: Mapping[str, Any], line: Mapping[str, Any]) -> tuple[date, dict[str, Any]]:
    raw = line.get("as_of")
    try:
        as_of = raw if isinstance(raw, date) else date.fromisoformat(str(raw)[:10])
    except ValueError:
        raise _BadColumnError("as_of") from None
    if as_of > clock.today() + timedelta(days=1):
        raise _BadColumnError("as_of")
    data: dict[str, Any] = {}
    for column, value in line.items():
        if column in _FRAME:
            continue
        dimension = allowed.get(column)
        if dimension is None:
            raise _BadColumnError(column)
        try:
            data[column] = read_value(dimension, value)
        except (ValueError, ArithmeticError):
            raise _BadColumnError(column) from None
    return as_of, data


def refresh(
    session: Session, spec: ProfileSpec, subject_ids: Collection[str], on: date | None = None
) -> tuple[str, ...]:
    """Work out the pictures anew; returns those that changed. Run for everybody at night, because values grow late."""
    day, changed = on or clock.today(), list[str]()
    wanted = sorted(subject_ids)
    for start in range(0, len(wanted), 500):
        chunk = wanted[start : start + 500]
        reports = _reports(session, chunk)
        rows = {row.subject_id: row for row in session.scalars(select(ProfileRow).where(ProfileRow.subject_id.in_(chunk)).with_for_update())}  # fmt: skip
        happened: list[Event] = []
        for subject_id in chunk:
            facts, flags = stored_picture(resolve(spec, subject_id, reports[subject_id], day))
            row = rows.get(subject_id)
            old = row.facts if row else {}
            if row is not None and (row.facts, row.flags) == (facts, flags):
                continue
            names = sorted(name for name in {*old, *facts} if old.get(name) != facts.get(name))
            if row is None:
                session.add(ProfileRow(subject_id=subject_id, facts=facts, flags=flags, version=1, changed_at=clock.now()))  # fmt: skip
            else:
                row.facts, row.flags, row.version, row.changed_at = facts, flags, row.version + 1, clock.now()
            changed.append(subject_id)
            said = ProfileChanged(company=subject_id, dimensions=tuple(names), new=row is None)
            happened.append(Event.of(f"company:{subject_id}", said))
        session.flush()
        events.append_many(session, happened)
    return tuple(changed)


def _reports(session: Session, subject_ids: Sequence[str]) -> dict[str, list[Report]]:
    found: dict[str, list[Report]] = defaultdict(list)
    for row in session.scalars(select(ReportRow).where(ReportRow.subject_id.in_(subject_ids))):
        found[row.subject_id].append(Report(row.source, row.as_of, row.received_at, row.data, row.delivery_id))
    return found


def profile_of(session: Session, spec: ProfileSpec, subject_id: str, on: date | None = None) -> Profile:
    """All that is known of a company, with where each value came from, as it stands or stood `on` a day."""
    row = session.get(ProfileRow, subject_id)
    found = resolve(spec, subject_id, _reports(session, [subject_id])[subject_id], on or clock.today())
    return Profile(subject_id, found.values, row.version if row else 0, row.changed_at if row else None)


def facts_of(session: Session, spec: ProfileSpec, subject_id: str) -> dict[str, Any]:
    """The facts for rules, from the kept picture: one row read."""
    row = session.get(ProfileRow, subject_id)
    return as_facts(spec, row.facts if row else {})


def known_companies(session: Session) -> list[str]:
    """The ids of all companies of which anything was reported."""
    return list(session.scalars(select(ProfileRow.subject_id)))


def how_many(session: Session) -> int:
    """How many companies have a picture."""
    return session.scalar(select(func.count()).select_from(ProfileRow)) or 0
