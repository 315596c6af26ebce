"""The door of oversight: what operators did goes into the append-only log, and is read and searched.

The log:
`record`: one act, within the caller's transaction. Ids that are not opaque are left out.
`search`: acts, newest first; by who, what, when; administrators and auditors only (rights.other_role, rights.other_city for others).
`opaque`: of words, those that are ids of ours; they tell nothing of a person.

Who acts through commands:
`machine`: the machine, and where its user came from.

Nouns: `MOST` (acts in one answer).
"""

import os
import re
import socket
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.core import events
from onething.core.access import Principal
from onething.core.events import Event
from onething.core.rights.service import require
from onething.core.tables import EventRow
from onething.oversight import acts
from onething.oversight.events import STREAM, OperatorActed
from onething.oversight.models import Act

__all__ = ["MOST", "machine", "opaque", "record", "search"]

MOST = 500
"""Most acts in one answer."""
_OPAQUE = re.compile(r"[a-z]{2,12}_[0-9a-hjkmnp-tv-z]{26}")


def opaque(words: Iterable[str]) -> tuple[str, ...]:
    """Of these words, the ids that this product made. Everything else may be a name or a number of a person."""
    return tuple(word for word in words if _OPAQUE.fullmatch(word))


def record(
    session: Session, who: str, via: Literal["page", "api", "command"], what: str, *,
    on: Iterable[str] = (), options: Iterable[str] = (), whence: str = "", code: int = 0,
) -> None:  # fmt: skip
    """Write one act. `code` is an exit code of a command, or an HTTP status."""
    said = OperatorActed(
        via=via, what=what[:200], on=opaque(on)[:20], options=tuple(options)[:20], whence=whence[:80],
        outcome=_outcome(via, code), code=code,
    )  # fmt: skip
    events.append(session, Event.of(STREAM, said, who[:120]))


def _outcome(via: str, code: int) -> Literal["done", "refused", "failed"]:
    if via == "command":
        return "done" if code == 0 else "refused" if code in {1, 2, 3} else "failed"
    return "done" if code < 400 else "refused" if code < 500 else "failed"


def search(
    session: Session, reader: Principal, *, who: str = "", what: str = "",
    since: datetime | None = None, before: int | None = None, limit: int = 100,
) -> Sequence[Act]:  # fmt: skip
    """Acts, newest first. `who` and `what` are pieces of what is kept; `before` is the number of the last act of the page before.

    Raises the reason for readers who are neither administrators nor auditors of the city that is served.
    """
    require(reader, acts.READ_ACTS)
    query = select(EventRow).where(EventRow.type == OperatorActed.NAME).order_by(EventRow.seq.desc())
    if who:
        query = query.where(EventRow.actor.contains(who, autoescape=True))
    if what:
        query = query.where(EventRow.data["what"].as_string().contains(what, autoescape=True))
    if since is not None:
        query = query.where(EventRow.at >= since)
    if before is not None:
        query = query.where(EventRow.seq < before)
    return [_act(row) for row in session.scalars(query.limit(max(1, min(limit, MOST))))]


def _act(row: EventRow) -> Act:
    data = row.data
    return Act(
        row.seq, row.at, row.actor, data["via"], data["what"], tuple(data["on"]), tuple(data["options"]),
        data["whence"], data["outcome"], data["code"],
    )  # fmt: skip


def machine() -> str:
    """The machine's name, and the address its user came from where there is one."""
    came = os.environ.get("SSH_CONNECTION", "").partition(" ")[0]
    return f"{socket.gethostname()} from {came}" if came else socket.gethostname()
