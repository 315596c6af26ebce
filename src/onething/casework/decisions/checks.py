"""Runs the life event's checks as a service's decision; inputs and results are stored whole, so that a replay gives the same answer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from onething.casework.decisions import reservations
from onething.casework.tables import CheckRunRow
from onething.catalog.models import City, LifeEvent
from onething.core.clock import now
from onething.core.db import Database
from onething.core.ids import new_id
from onething.planning.models import Facts
from onething.review.service import CheckResult, replay, run_checks
from onething.trust.sealing.service import open_of_many, owner_of, seal_values

_RESULTS = "check_run.results"


def outcome_of(results: Sequence[CheckResult]) -> str:
    """`refuse` when one refuses, else `refer` when one refers, else `pending` when one waits for an agency, else `pass`."""
    outcomes = {result.outcome for result in results}
    return next((word for word in ("refuse", "refer", "pending") if word in outcomes), "pass")


def check(
    city: City, event: LifeEvent, facts: Facts, day: date, db: Database | None = None, case_id: str = "",
    unasked: Collection[str] = (),
) -> list[CheckResult]:  # fmt: skip
    """All checks, side by side, within the event's time budget and its patience. Blocks for as long as that takes.

    A busy machine is no doubt about a case: an officer is troubled only with what is still not finished then.

    `unasked`: slots about which no agency gave an answer; what cannot be judged without them is pending.
    `db` is where others' reservations are looked up; of those only the ones made before this case's count.
    """
    taken: dict[str, tuple[str, ...]] = {}
    if db is not None and any(each.compare_days for each in event.reserves):
        with db.reading() as session:
            taken = reservations.reserved_before(session, event, case_id)
    return run_checks(city, event, facts, day, reserved=taken, patience=event.check_patience_seconds, unasked=unasked)


def findings_of(results: Sequence[CheckResult], *outcomes: str) -> list[dict[str, Any]]:
    """The checks of some outcomes as findings of a task: what is wrong, or what an officer has to judge."""
    said: list[dict[str, Any]] = []
    for result in results:
        if result.outcome not in outcomes:
            continue
        words = (result.what if result.outcome == "refuse" else result.ask) or result.what or result.name
        mend = result.mend.model_dump() if result.mend else None
        said.append({
            "code": result.id, "outcome": "no" if result.outcome == "refuse" else "undecided", "words": words.model_dump(),
            "ground": result.ground, "missing": sorted(result.values), "trace": [], "mend": mend, "number": result.number,
        })  # fmt: skip
    return said


def run_row(
    city: City, event: LifeEvent, results: Sequence[CheckResult], day: date, *, subject_id: str, case_id: str = "",
    filing_id: str = "", task_id: str = "",
) -> dict[str, Any]:  # fmt: skip
    """The row of one run with every check's trace, plain; `keep_runs` writes it."""
    return {
        "id": new_id("chk"), "case_id": case_id or None, "filing_id": filing_id or None, "task_id": task_id, "at": now(), "day": day,
        "subject_id": subject_id, "life_event": event.id, "catalog_version": city.version, "outcome": outcome_of(results),
        "results": [result.as_dict() for result in results],
    }  # fmt: skip


def keep_runs(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Write runs in the caller's transaction, sealed. Raises `Problem(trust.erased)`."""
    if rows:
        owned = [(owner_of(row["subject_id"], row["id"]), row["results"]) for row in rows]
        sealed = seal_values(session, owned, _RESULTS)
        session.execute(insert(CheckRunRow), [row | {"results": text} for row, text in zip(rows, sealed, strict=True)])


def keep_run(
    session: Session,
    city: City,
    event: LifeEvent,
    results: Sequence[CheckResult],
    day: date,
    subject_id: str,
    filing_id: str,
) -> str:
    """Keep what the checks said of a filing that is not a case yet; the run's id. Raises `Problem(trust.erased)`."""
    run = run_row(city, event, results, day, subject_id=subject_id, filing_id=filing_id)
    keep_runs(session, [run])
    return run["id"]


@dataclass(frozen=True, slots=True)
class CheckRun:
    """One run of all checks, as it was kept."""

    id: str
    at: datetime
    day: date
    outcome: str
    catalog_version: str
    results: tuple[dict[str, Any], ...]
    """Empty once the person was erased."""


def last_run(session: Session, *, case_id: str = "", filing_id: str = "") -> CheckRun | None:
    """The newest run of a case, or of a filing that is not one yet. Rights are the caller's."""
    where = CheckRunRow.case_id == case_id if case_id else CheckRunRow.filing_id == filing_id
    row = session.scalars(select(CheckRunRow).where(where).order_by(CheckRunRow.id.desc()).limit(1)).first()
    return _runs(session, [row])[0] if row else None


def runs_of(session: Session, case_id: str, limit: int = 100) -> list[CheckRun]:
    query = select(CheckRunRow).where(CheckRunRow.case_id == case_id).order_by(CheckRunRow.id).limit(limit)
    return _runs(session, session.scalars(query).all())


def _runs(session: Session, rows: Sequence[CheckRunRow]) -> list[CheckRun]:
    plain = open_of_many(session, [(owner_of(row.subject_id, row.id), row.results) for row in rows], _RESULTS)
    return [
        CheckRun(row.id, row.at, row.day, row.outcome, row.catalog_version, tuple(results or ()))
        for row, results in zip(rows, plain, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Replayed:
    """One check judged again from its trace. `why` says what could not be done, empty when it was done."""

    run: str
    check: str
    before: str
    again: str
    why: str = ""

    @property
    def same(self) -> bool:
        return not self.why and self.before == self.again


def replay_run(city: City, event: LifeEvent, run: CheckRun) -> list[Replayed]:
    """Judge a run again by its traces. Checks of another version of the package are compared with today's and say so."""
    known = {check.id: check for check in event.checks}
    out: list[Replayed] = []
    for stored in run.results:
        check = known.get(stored["id"])
        if check is None:
            out.append(Replayed(run.id, stored["id"], stored["outcome"], "", "not_in_catalog"))
            continue
        again = replay(check, stored, run.day)
        why = "" if run.catalog_version == city.version or again.outcome == stored["outcome"] else "other_version"
        out.append(Replayed(run.id, check.id, stored["outcome"], again.outcome, why))
    return out
