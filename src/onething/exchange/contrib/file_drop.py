"""An agency that puts files into a folder: its register now and then, our orders and its answers one by one.

Deliveries: `<path><anything>.csv` with `<name>.csv.sha256` written after it; the newest whole one counts (by name), and
only while it is no older than `options.max_age_hours` (36). One that is cut off or altered is never used, not even in part:
half a register would say "no such person". Orders: `out/<path>-<key>.json`, answered by a file of that name in `in/`.
"""

import asyncio
import csv
import hashlib
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from onething.core.clock import now
from onething.core.logs import get_logger
from onething.core.settings import get_settings
from onething.exchange.base import Reply, Request
from onething.exchange.contrib.mirror import Mirror, answer_from
from onething.exchange.models import Outcome
from onething.exchange.settings import ExchangeSettings
from onething.exchange.wire import strict_json
from onething.exchange.wire.paths import put
from onething.exchange.wire.reply_interpretation import judge
from onething.exchange.wire.translation import TranslationError, translation_of

log = get_logger(__name__)
MOST_ANSWER = 1024 * 1024
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_\-]{0,60}")


class DamagedError(ValueError):
    """A delivery that is not what its digest or its heading says."""


class FileDropAdapter:
    """See the module. `gateway.url` is the folder, `operation.path` the beginning of its files' names."""

    def __init__(self, settings: ExchangeSettings) -> None:
        self._settings = settings
        self._lock = asyncio.Lock()

    async def call(self, request: Request) -> Reply:
        translation = translation_of(request.agency, request.operation)
        try:
            wanted = translation.to_theirs(request.params)
        except TranslationError as error:
            return Reply(Outcome.FAULT, reason=str(error), code="not_sendable")
        if not wanted or not _NAME.fullmatch(request.operation.path):
            return Reply(Outcome.FAULT, reason="nothing to look for", code="not_sendable")
        if request.operation.kind == "query":
            if set(wanted) != set(request.operation.request or wanted):
                return Reply(Outcome.FAULT, reason="not all that it is found by", code="not_sendable")
            async with self._lock:
                return await asyncio.to_thread(self._look, request, wanted)
        return await asyncio.to_thread(self._order, request, wanted)

    async def aclose(self) -> None:
        """Nothing is held open."""

    def _folder(self, request: Request) -> Path:
        url = self._settings.gateways.get(request.agency.id, request.agency.gateway.url)
        return Path(url.removeprefix("file://"))

    # -- registers

    def _look(self, request: Request, wanted: dict[str, Any]) -> Reply:
        name = f"{request.agency.id}.{request.operation.id}"
        mirror = Mirror(get_settings().data_dir / "exchange" / "mirrors" / f"{name}.db", wanted)
        self._take(mirror, request)
        state = mirror.state()
        if state is None:
            return Reply(Outcome.UNAVAILABLE, code="no_delivery")
        age = timedelta(hours=float(request.agency.gateway.options.get("max_age_hours", "36")))
        if now() - state.as_of > age:
            return Reply(Outcome.UNAVAILABLE, code="stale_delivery", retry_after=3600)
        return answer_from(mirror, wanted, request)

    def _take(self, mirror: Mirror, request: Request) -> None:
        """The newest whole delivery, when it is newer than what is kept."""
        state = mirror.state()
        for file in sorted(self._folder(request).glob(f"{request.operation.path}*.csv"), reverse=True):
            if state is not None and file.name <= state.mark:
                return
            try:
                _whole(file)
                separator = request.agency.gateway.options.get("separator", ",")
                mirror.replace(_rows(file, request, separator), file.name, _written(file))
            except (OSError, DamagedError, UnicodeDecodeError, csv.Error) as error:
                log.warning(
                    "a delivery is not whole", agency=request.agency.id, file=file.name, error=type(error).__name__
                )
                continue
            return

    # -- orders

    def _order(self, request: Request, wanted: dict[str, Any]) -> Reply:
        place, _, field = request.agency.gateway.idempotency.partition(":")
        put(wanted, field if place == "body" else "idempotency_key", request.key)
        name = f"{request.operation.path}-{hashlib.sha256(request.key.encode()).hexdigest()[:32]}.json"
        out, answer = self._folder(request) / "out" / name, self._folder(request) / "in" / name
        if not out.exists():  # the same order again is the same file
            out.parent.mkdir(parents=True, exist_ok=True)
            _write(out, orjson.dumps(wanted))
        if not answer.exists():
            wait = float(request.agency.gateway.options.get("poll_seconds", "300"))
            return Reply(Outcome.UNAVAILABLE, code="waiting_for_file", retry_after=wait)
        if answer.stat().st_size > MOST_ANSWER:
            return Reply(Outcome.NONSENSE, reason="too large", code="too_large")
        try:
            body: Any = strict_json.loads(answer.read_bytes())
        except strict_json.UnsafeJsonError:
            return Reply(Outcome.NONSENSE, reason="not JSON", code="not_json")
        return judge(200, body, translation_of(request.agency, request.operation), request)


def _write(file: Path, content: bytes) -> None:
    """Whole or not at all: the agency may look at any moment."""
    draft = file.with_name(f".{file.name}.draft")
    with draft.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)


def _written(file: Path) -> datetime:
    return datetime.fromtimestamp(file.with_name(file.name + ".sha256").stat().st_mtime, UTC)


def _whole(file: Path) -> None:
    """Raises `DamagedError`, or `OSError` while its digest is not there yet."""
    told = file.with_name(file.name + ".sha256").read_text(encoding="ascii").split()
    with file.open("rb") as content:
        made = hashlib.file_digest(content, "sha256").hexdigest()
    if not told or told[0].lower() != made:
        raise DamagedError("the digest is another")


def _rows(file: Path, request: Request, separator: str) -> Iterator[dict[str, str]]:
    """Raises `DamagedError` for a heading without the columns of the map, or a line of another length."""
    with file.open(encoding=request.agency.gateway.options.get("encoding", "utf-8-sig"), newline="") as content:
        lines = csv.reader(content, delimiter=separator, strict=True)
        heading = next(lines, list[str]())
        if len(set(heading)) != len(heading) or not {
            *request.operation.request,
            *request.operation.response.values(),
        } <= set(heading):
            raise DamagedError("the heading is another")
        for line in lines:
            if len(line) != len(heading):
                raise DamagedError("a line has another number of fields")
            yield dict(zip(heading, line, strict=True))
