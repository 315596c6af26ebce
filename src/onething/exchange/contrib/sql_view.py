"""An agency that grants read access to a view: one SELECT with bound values, in a session that cannot write.

`gateway.url` is a SQLAlchemy address with a login that may read the view; `operation.path` is the view. `request` maps
its columns to our parameters (all compared for equality), `response` our fields to its columns. More than one row is no
answer: a register that has a person twice must be looked at by people.
"""

import asyncio
import re
import time
from typing import Any

from sqlalchemy import ColumnClause, Engine, column, create_engine, event, select, table
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from onething.exchange.base import Reply, Request
from onething.exchange.models import Outcome
from onething.exchange.settings import ExchangeSettings
from onething.exchange.wire.reply_interpretation import judge
from onething.exchange.wire.translation import TranslationError, translation_of

_NAME = re.compile(r"[^\W\d]\w{0,62}(\.[^\W\d]\w{0,62})?", re.UNICODE)
_STEPS = 2000
"""SQLite asks whether to go on after so many steps of its machine."""


class SqlViewAdapter:
    """See the module. Queries run in threads, bounded by the database's own clock as well as ours."""

    def __init__(self, settings: ExchangeSettings) -> None:
        self._settings = settings
        self._engines: dict[str, Engine] = {}

    async def call(self, request: Request) -> Reply:
        if request.operation.kind != "query":
            return Reply(Outcome.FAULT, reason="a view is only read", code="read_only")
        translation = translation_of(request.agency, request.operation)
        try:
            wanted = translation.to_theirs(request.params)
        except TranslationError as error:
            return Reply(Outcome.FAULT, reason=str(error), code="not_sendable")
        if not wanted:
            return Reply(Outcome.FAULT, reason="nothing to look for", code="not_sendable")
        columns = list(request.operation.response.values())
        try:
            rows = await asyncio.to_thread(self._rows, request, wanted, columns)
        except DBAPIError as error:
            return Reply(Outcome.UNAVAILABLE, code="timeout" if "interrupt" in str(error.orig) else "database")
        if not rows:
            return Reply(Outcome.NOT_FOUND, code="no_row")
        if len(rows) > 1:
            return Reply(Outcome.NONSENSE, reason="more than one row", code="not_unique")
        return judge(200, rows[0], translation, request)

    def _rows(self, request: Request, wanted: dict[str, Any], columns: list[str]) -> list[dict[str, Any]]:
        view = table(_name(request.operation.path), *(_column(each) for each in {*columns, *wanted}))
        query = select(*(view.c[each] for each in columns)).limit(2)
        for name, value in wanted.items():
            query = query.where(view.c[name] == value)
        engine = self._engine(request)
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                end = time.monotonic() + request.timeout
                raw: Any = connection.connection.driver_connection
                raw.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
            else:
                connection.exec_driver_sql(f"SET LOCAL statement_timeout = {int(request.timeout * 1000)}")
            return [
                {name: _plain(value) for name, value in row.items()} for row in connection.execute(query).mappings()
            ]

    def _engine(self, request: Request) -> Engine:
        url = self._settings.gateways.get(request.agency.id, request.agency.gateway.url)
        if url not in self._engines:
            self._engines[url] = _read_only(url)
        return self._engines[url]

    async def aclose(self) -> None:
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()


def _name(text: str) -> str:
    """A view or column as the package names it; raises ValueError for what is not a plain name."""
    if not _NAME.fullmatch(text):
        raise ValueError(f"{text!r} is not the name of a view or column")
    return text


def _column(text: str) -> ColumnClause[Any]:
    return column(_name(text))


def _read_only(url: str) -> Engine:
    """An engine whose every connection refuses to write, whatever rights its login has."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(f"sqlite:///file:{parsed.database}?mode=ro&uri=true", connect_args={"timeout": 5})
        event.listen(engine, "connect", _query_only)
        return engine
    options = {"options": "-c default_transaction_read_only=on"}
    return create_engine(url, pool_size=4, pool_pre_ping=True, connect_args=options)


def _query_only(raw: Any, _record: Any) -> None:
    raw.execute("PRAGMA query_only = ON")


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
