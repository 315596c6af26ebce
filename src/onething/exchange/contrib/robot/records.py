"""Writing down what robots did, and reading it for the console."""

from datetime import timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from onething.core.access import Principal
from onething.core.blobs import get_blobs
from onething.core.clock import now
from onething.core.db import Database, get_database
from onething.core.errors import NOT_FOUND, Problem
from onething.core.ids import new_id
from onething.core.rights.service import require_somewhere, rows
from onething.exchange import acts
from onething.exchange.base import Reply, Request
from onething.exchange.contrib.robot.playing import Player
from onething.exchange.contrib.robot.tables import RobotRunRow
from onething.trust.errors import ERASED
from onething.trust.sealing.service import fetch_file, keep_files, owner_of

PAGE = 50
_AT_ONCE = 200


def keep_run(request: Request, reference: str, reply: Reply, player: Player, ms: float) -> None:
    """Save a run and its pictures."""
    run_id, database = new_id("run"), get_database()
    names = _kept(database, owner_of(request.call.subject_id or "", run_id), [shot.picture for shot in player.shots])
    steps = [
        {"what": shot.what, "ms": shot.ms, "picture": name} for shot, name in zip(player.shots, names, strict=True)
    ]
    row = RobotRunRow(
        id=run_id, at=now(), agency=request.agency.id, operation=request.operation.id,
        case_id=request.call.case_id, reference=reference, outcome=reply.outcome.value, code=reply.code[:80], ms=round(ms, 1),
        steps=steps, drift=dict(player.hands.drift), pictures=any(names),
    )  # fmt: skip
    with database.transaction() as session:
        session.add(row)


def _kept(database: Database, owner: str, pictures: list[bytes]) -> list[str]:
    """Where the pictures lie; nowhere for a person whose data was erased."""
    try:
        return keep_files(database, owner, pictures)
    except Problem as problem:
        if problem.kind is not ERASED:
            raise
        return [""] * len(pictures)


def runs(
    session: Session, actor: Principal, *, failed: bool = False, before: str = "", limit: int = PAGE
) -> list[RobotRunRow]:
    """The newest runs that the official may see, newest first."""
    query = select(RobotRunRow).order_by(RobotRunRow.at.desc(), RobotRunRow.id.desc()).limit(min(limit, PAGE))
    if failed:
        query = query.where(RobotRunRow.outcome.not_in(("ok", "not_found")))
    if before:
        query = query.where(RobotRunRow.id < before)
    return list(session.scalars(_visible(query, actor)))


def run_of(session: Session, actor: Principal, run_id: str) -> RobotRunRow:
    """One run; raises `Problem(NOT_FOUND)` for what is not there or not hers."""
    found = session.scalars(_visible(select(RobotRunRow).where(RobotRunRow.id == run_id), actor)).one_or_none()
    if found is None:
        raise Problem(NOT_FOUND)
    return found


def picture_of(session: Session, actor: Principal, run_id: str, step: int) -> bytes:
    """What the robot saw at a step, a JPEG.

    Raises the reason for an administrator, `Problem(NOT_FOUND)`, also once it was forgotten, and `Problem(trust.erased)` when its person was.
    """
    require_somewhere(
        actor, acts.OPEN_PICTURES
    )  # an administrator sees how robots go, not whose papers they had before them
    steps = run_of(session, actor, run_id).steps
    name = steps[step].get("picture") if 0 <= step < len(steps) else None
    if not name:
        raise Problem(NOT_FOUND)
    return fetch_file(name, session)


def forget_pictures(database: Database, days: int) -> int:
    """Take the pictures (they show personal data) off runs older than `days`; returns how many runs."""
    forgotten = 0
    while True:
        with database.transaction() as session:
            query = select(RobotRunRow).where(RobotRunRow.pictures, RobotRunRow.at < now() - timedelta(days=days))
            old = session.scalars(query.order_by(RobotRunRow.at).limit(_AT_ONCE)).all()
            gone = {step["picture"] for row in old for step in row.steps if step.get("picture")}
            for row in old:
                row.steps, row.pictures = [step | {"picture": ""} for step in row.steps], False
        for name in gone:
            get_blobs().path(name).unlink(missing_ok=True)
        forgotten += len(old)
        if len(old) < _AT_ONCE:
            return forgotten


def _visible(query: Select[RobotRunRow], actor: Principal) -> Select[RobotRunRow]:
    """Officers see their own agencies' robots, administrators and auditors of the city all, others none: part of the query."""
    return query.where(rows(actor, acts.READ_ROBOTS, agency=RobotRunRow.agency))
