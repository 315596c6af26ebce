"""Change feeds: an agency tells what changed since a cursor; the cursor moves in the transaction that took the rows in."""

from functools import lru_cache
from typing import Any, Protocol

import httpx
from sqlalchemy.orm import Session

from onething.core import clock
from onething.core.db import Database
from onething.subjects.profiles.deliveries import take_in
from onething.subjects.profiles.models import ProfileSpec, Taken
from onething.subjects.profiles.tables import FeedRow


class Feed(Protocol):
    """What has changed since `cursor` ('' from the beginning): rows and the next cursor. No rows: nothing is new."""

    def changes(self, cursor: str, limit: int) -> tuple[list[dict[str, Any]], str]: ...


class HttpFeed:
    """`GET {base}/feed/{source}?after=…&limit=…` → `{"rows": […], "next": "…"}`."""

    def __init__(self, base: str, source: str, timeout: float = 20.0) -> None:
        self._url, self._timeout = f"{base.rstrip('/')}/feed/{source}", timeout

    def changes(self, cursor: str, limit: int) -> tuple[list[dict[str, Any]], str]:
        answer = _http().get(self._url, params={"after": cursor, "limit": limit}, timeout=self._timeout)
        answer.raise_for_status()
        body = answer.json()
        return list(body["rows"]), str(body["next"])


@lru_cache(maxsize=1)
def _http() -> httpx.Client:
    """One for the process: a client reads all authorities' certificates when it is made, and feeds are asked again and again."""
    return httpx.Client()


def follow(db: Database, spec: ProfileSpec, source: str, feed: Feed, limit: int = 500) -> list[Taken]:
    """Read a feed to its end. Cut off at any point, it goes on where it was: no change is lost, none counts twice."""
    done: list[Taken] = []
    while True:
        with db.reading() as session:
            cursor = _cursor(session, source)
        rows, following = feed.changes(cursor, limit)
        if not rows:
            return done
        with db.transaction() as session:
            if _cursor(session, source) != cursor:
                continue  # somebody else read this stretch meanwhile
            done.append(take_in(session, spec, source, rows, kind="feed", name=following, actor=f"agency:{source}"))
            session.merge(FeedRow(source=source, cursor=following, read_at=clock.now()))


def _cursor(session: Session, source: str) -> str:
    row = session.get(FeedRow, source, populate_existing=True)
    return row.cursor if row else ""
