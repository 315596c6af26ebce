"""DBOS (MIT) as the durable engine: embedded, checkpoints in SQLite or PostgreSQL.

Settings follow measurements (docs/decisions): own engine settings for SQLite, JSON instead of pickle, a pinned
application version (the default is a hash of the source, so any deploy would strand running cases) and a stable
executor id, so that a restarted worker finds its own work and an heir can ask for it by name.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import orjson
from dbos import DBOS, DBOSConfig, SetWorkflowID
from dbos._serialization import Serializer
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url

from onething.casework.execution.engine import SegmentBody, Started
from onething.core.db import most_connections, own_file
from onething.core.ids import new_id
from onething.core.logs import get_logger
from onething.core.wal import write_ahead

APPLICATION_VERSION = "1"
"""Raise only when running segments of the old version must not be continued by new code."""

FROZEN_SECONDS = 10.0
"""A process frozen inside a transaction loses its locks after so long (PostgreSQL)."""

_OPEN = ("PENDING", "ENQUEUED")
_OVER = ("SUCCESS", "ERROR", "CANCELLED")
log = get_logger("casework.engine")
_body: SegmentBody | None = None


@DBOS.workflow(name="segment", max_recovery_attempts=None)
async def _segment(case_id: str, k: int, tasks: list[str]) -> str:
    """One segment: with recorded steps, and what was begun before segments were started together."""
    if _body is None:
        raise RuntimeError("the engine was not launched")
    return await _body(case_id, k, tasks)


@DBOS.workflow(name="segments", max_recovery_attempts=None)
async def _segments(batch: list[tuple[str, int, list[str]]]) -> None:
    """Segments that were claimed together, each by itself; a recovered batch finds those that are done done."""
    if _body is None:
        raise RuntimeError("the engine was not launched")
    try:
        await asyncio.gather(*(_to_its_end(*each) for each in batch))
    finally:
        _ended.difference_update((case_id, k) for case_id, k, _ in batch)


_ended: set[tuple[str, int]] = set()
"""Segments that have ended in this process, of workflows that have not: the engine has nothing to do for them any more."""


async def _to_its_end(case_id: str, k: int, tasks: list[str]) -> None:
    try:
        if _body is not None:
            await _body(case_id, k, tasks)
    except Exception as error:  # noqa: BLE001 - the segment stays claimed, and the sweeper goes on with a new one
        log.error("segment failed", error=type(error).__name__)
    finally:
        _ended.add((case_id, k))


class JsonSerializer(Serializer):
    """Plain JSON: readable, and a checkpoint never runs code when it is read."""

    def serialize(self, data: Any) -> str:
        return orjson.dumps(data, default=_exception_words).decode()

    def deserialize(self, serialized_data: str) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        value: Any = orjson.loads(serialized_data)
        if isinstance(value, dict) and "__error__" in value:
            return RuntimeError(str(cast("dict[str, Any]", value)["__error__"]))
        return cast("Any", value)

    def name(self) -> str:
        return "onething_json"


def _exception_words(value: Any) -> Any:
    if isinstance(value, BaseException):
        return {"__error__": f"{type(value).__name__}: {value}"}
    raise TypeError(type(value).__name__)


def checkpoint_engine(url: str, pool_size: int) -> Engine:
    """The SQLAlchemy engine under DBOS's tables."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        # DBOS bounds idle transactions only on engines that it makes itself.
        options = {"options": f"-c idle_in_transaction_session_timeout={int(FROZEN_SECONDS * 1000)}"}
        address = parsed.set(drivername="postgresql+psycopg")
        return create_engine(
            address,
            pool_size=pool_size,
            max_overflow=most_connections(pool_size) - pool_size,
            connect_args=options,
            hide_parameters=True,
        )
    if parsed.database:
        own_file(Path(parsed.database))
    engine = create_engine(
        url,
        pool_size=4,
        max_overflow=0,
        pool_timeout=30,
        hide_parameters=True,
        connect_args={"check_same_thread": False, "timeout": 30},
    )

    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = "IMMEDIATE"
        write_ahead(connection)
        for pragma in ("synchronous=FULL", "busy_timeout=30000", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "connect", prepare)
    return engine


class DbosEngine:
    """One per process: DBOS keeps its state in module globals."""

    def __init__(self, url: str, worker_id: str, pool_size: int = 2, *, record_steps: bool = False) -> None:
        """`record_steps` checkpoints every task in the engine too. That is not needed for exactly-once, because a task's
        own row is written in the same transaction as its evidence and events; it costs 4–6 ms of CPU a task."""
        self._record_steps = record_steps
        self._sql = checkpoint_engine(url, pool_size)
        config = DBOSConfig(
            name="onething",
            system_database_url=url,
            system_database_engine=self._sql,
            serializer=JsonSerializer(),
            application_version=APPLICATION_VERSION,
            executor_id=worker_id,
            log_level="ERROR",
            max_executor_threads=16,
            use_listen_notify=False,
            notification_listener_polling_interval_sec=1.0,
            scheduler_polling_interval_sec=300.0,
        )
        self._dbos = DBOS(config=config)

    def launch(self, body: SegmentBody) -> None:
        global _body
        _body = body
        DBOS.launch()

    async def start(self, segments: Sequence[Started]) -> None:
        batch = [(each.case_id, each.k, each.tasks) for each in segments]
        if not self._record_steps:
            try:
                with SetWorkflowID(new_id("claim")):
                    await DBOS.start_workflow_async(_segments, batch)
            except Exception:
                _ended.update((case_id, k) for case_id, k, _ in batch)
                raise
            return
        for case_id, k, tasks in batch:  # steps are numbered within one segment
            with SetWorkflowID(new_id("claim")):
                await DBOS.start_workflow_async(_segment, case_id, k, tasks)

    async def step(self, name: str, work: Callable[[], Awaitable[str]]) -> str:
        if not self._record_steps:
            return await work()

        async def body() -> str:
            return await work()

        return await DBOS.run_step_async({"name": name}, body)

    async def adopt(self, worker_id: str) -> int:
        # The only way to recover another executor's workflows without DBOS's hosted service.
        recover = self._dbos._recover_pending_workflows  # pyright: ignore[reportPrivateUsage]
        return len(await asyncio.to_thread(recover, [worker_id]))

    async def unfinished(self) -> set[tuple[str, int]]:
        found: set[tuple[str, int]] = set()
        open_ones = await DBOS.list_workflows_async(status=list(_OPEN), load_output=False)
        for each in open_ones:
            given: Any = each.input["args"] if each.input else ()
            batch: Any = given[0] if each.name == "segments" else [given]
            found |= {(str(segment[0]), int(segment[1])) for segment in batch if len(segment) == 3}
        return found - _ended

    async def forget(self, before: datetime) -> int:
        done = await DBOS.list_workflows_async(
            status=list(_OVER), completed_before=before.isoformat(), limit=1_000, load_input=False, load_output=False
        )
        if done:
            await DBOS.delete_workflows_async([each.workflow_id for each in done])
        return len(done)

    def close(self, wait_seconds: int) -> None:
        DBOS.destroy(workflow_completion_timeout_sec=wait_seconds)
        self._sql.dispose()
