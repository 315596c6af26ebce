"""Writing down what robots did, and reading it for the console."""

from datetime import timedelta

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from onething.core.access import Principal, Role
from onething.core.blobs import get_blobs
from onething.core.clock import now
from onething.core.db import Database, get_database
from onething.core.errors import NOT_FOUND, Problem
from onething.core.ids import new_id
from onething.exchange.base import Reply, Request
from onething.exchange.contrib.robot.playing import Player
from onething.exchange.contrib.robot.tables import RobotRunRow

PAGE = 50


def keep_run(request: Request, reference: str, reply: Reply, player: Player, ms: float) -> None:
    """Save a run and its pictures."""
    blobs = get_blobs()
    steps = [{"what": shot.what, "ms": shot.ms, "picture": blobs.put(shot.picture)} for shot in player.shots]
    row = RobotRunRow(
        id=new_id("run"), at=now(), agency=request.agency.id, operation=request.operation.id,
        case_id=request.call.case_id, reference=reference, outcome=reply.outcome.value, code=reply.code[:80], ms=round(ms, 1),
        steps=steps, drift=dict(player.hands.drift),
    )  # fmt: skip
    with get_database().transaction() as session:
        session.add(row)


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


def forget_pictures(database: Database, days: int) -> int:
    """Take the pictures (they show personal data) off runs older than `days`; returns how many runs."""
    with database.transaction() as session:
        old = session.scalars(select(RobotRunRow).where(RobotRunRow.at < now() - timedelta(days=days))).all()
        gone = {step["picture"] for row in old for step in row.steps if step.get("picture")}
        for row in old:
            steps = [step | {"picture": ""} for step in row.steps]
            session.execute(update(RobotRunRow).where(RobotRunRow.id == row.id).values(steps=steps))
    for digest in gone:
        get_blobs().path(digest).unlink(missing_ok=True)
    return len(old)


def _visible(query: Select[RobotRunRow], actor: Principal) -> Select[RobotRunRow]:
    """Officers see their own agency's robots, administrators and auditors all, others none: part of the query."""
    if actor.role in (Role.ADMIN, Role.AUDITOR, Role.SYSTEM):
        return query
    return query.where(RobotRunRow.agency == (actor.agency_id if actor.role is Role.OFFICER else None))
