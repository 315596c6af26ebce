"""Trying whether sealed columns open: a few of the oldest and of the newest rows, for `onething db check`."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from onething.core.errors import Problem
from onething.core.processes.health import Check
from onething.trust.errors import ERASED

EACH = 25
"""Rows from either end."""


def try_some(
    name: str, session: Session, query: Select[*tuple[Any, ...]], order: Any, open_one: Callable[[Any], object]
) -> Check:
    """Whether a sample of what `query` gives (whole rows or tables' rows), ordered by a column, opens. An erased person's reads as nothing."""
    rows: list[Any] = [*session.execute(query.order_by(order).limit(EACH))]
    rows += session.execute(query.order_by(order.desc()).limit(EACH))
    rows = list(dict.fromkeys(rows))  # a short table has both ends in common
    bad: dict[str, int] = {}
    for row in rows:
        try:
            open_one(row)
        except Problem as problem:
            if problem.kind is not ERASED:
                bad[problem.kind.code] = bad.get(problem.kind.code, 0) + 1
        except (ValueError, TypeError, KeyError) as error:
            bad[type(error).__name__] = bad.get(type(error).__name__, 0) + 1
    told = ", ".join(f"{count} × {code}" for code, count in sorted(bad.items()))
    return Check(f"sealed {name}", not bad, f"of {len(rows)} tried: {told}" if bad else f"{len(rows)} opened")
