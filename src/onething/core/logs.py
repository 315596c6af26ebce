"""Structured logs with personal data masked before anything is written, traces and other libraries' lines included."""

import json
import logging
import re
import sys
import threading
import time
import traceback
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any, TextIO, cast

import structlog

from onething.core.errors import is_code
from onething.core.settings import get_settings
from onething.core.tracing import correlation_id

_CITIZEN_ID = re.compile(r"(?<![0-9])[1-9][0-9]{5}(?:18|19|20)[0-9]{9}[0-9Xx](?![0-9])")
_OTHER_PAPER = re.compile(r"(PASSPORT|HK_MACAO_PERMIT|TAIWAN_PERMIT|PERMANENT_RESIDENCE):[A-Z0-9:]+", re.IGNORECASE)
_PHONE = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")
_BANK_CARD = re.compile(r"(?<![0-9])[0-9]{16,19}(?![0-9])")
_QUOTED = (
    (re.compile(r"(Key \([^)]*\)=)\(.*?\)(?= )"), r"\1([private])"),  # PostgreSQL, of a row that is there already
    (re.compile(r"(Failing row contains )\(.*\)"), r"\1([private])"),
    (re.compile(r"(input_value=).*?(, input_type=)", re.DOTALL), r"\1[private]\2"),  # pydantic
)
"""Where libraries quote values in their messages."""
_PRIVATE_KEYS = frozenset(
    {"name", "id_number", "phone", "address", "account", "claims", "token", "code", "params", "data"}
)


def mask(text: str) -> str:
    """The text with citizen ids, phones, bank cards and values that libraries quote covered."""
    for pattern, covered in _QUOTED:
        text = pattern.sub(covered, text)
    text = _CITIZEN_ID.sub(lambda m: f"{m[0][:3]}***{m[0][-2:]}", text)
    text = _OTHER_PAPER.sub(lambda m: f"{m[1]}:***", text)
    text = _PHONE.sub(lambda m: f"{m[0][:3]}****{m[0][-2:]}", text)
    return _BANK_CARD.sub("[card]", text)


def _mask_value(value: Any, depth: int = 0) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        items = cast("dict[Any, Any]", value)
        return {key: _mask_field(str(key), item, depth + 1) for key, item in items.items()} if depth < 4 else "…"
    if isinstance(value, list | tuple):
        many = cast("list[Any]", value)
        return [_mask_value(item, depth + 1) for item in many[:20]] if depth < 4 else "…"
    return value


def _mask_field(key: str, value: Any, depth: int = 0) -> Any:
    if key == "code" and isinstance(value, str) and is_code(value):
        return value  # of an error; a code that was sent to somebody's phone is none of these
    return "[private]" if key in _PRIVATE_KEYS and value not in (None, "") else _mask_value(value, depth)


def mask_processor(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """structlog processor: covers private keys and identifiers anywhere in an entry."""
    for key, value in list(event.items()):
        if key not in {"event", "level", "timestamp", "room"}:
            event[key] = _mask_field(key, value)
    event["event"] = mask(str(event.get("event", "")))
    if isinstance(event.get("exception"), str):
        event["exception"] = mask(event["exception"])
    return event


def correlate(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """structlog processor: the id of what the line belongs to, the same in every process that had a part in it."""
    found = correlation_id()
    if found:
        event.setdefault("correlation", found)
    return event


class _Stderr:
    """Whatever standard error is at the moment of writing: it may be replaced after logging was set up."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


class _Masked(logging.Formatter):
    """The same covering for libraries that log through the standard library: of the whole line with its trace."""

    def format(self, record: logging.LogRecord) -> str:
        return mask(super().format(record))


class _MaskedJson(_Masked):
    """The same as one object a line, as this product's own lines are: who reads them by program reads all of them."""

    def format(self, record: logging.LogRecord) -> str:
        trace = self.formatException(record.exc_info) if record.exc_info else ""
        entry = {"room": record.name, "event": record.getMessage()} | ({"exception": trace} if trace else {})
        if found := correlation_id():
            entry["correlation"] = found
        told = {name: mask(text) for name, text in entry.items()} | {"level": record.levelname.lower()}
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        return json.dumps(told | {"timestamp": moment}, ensure_ascii=False)


class _StoreAway(logging.Filter):
    """Libraries tell of a database that does not answer with a trace for every attempt: one line a minute tells as much."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if error is None or not is_store_away(error):
            return True
        left_out = seldom(f"store away {record.name}")
        if left_out is None:
            return False
        record.msg, record.args = f"the database does not answer ({type(error).__name__})", None
        record.msg += f", {left_out} more such lines were left out" if left_out else ""
        record.exc_info = record.exc_text = record.stack_info = None
        return True


def is_store_away(error: BaseException) -> bool:
    """Whether an error, or what it came from, says that the database does not answer. SQLite uses one kind for everything: tables and
    columns that are not there are no silence."""
    seen: BaseException | None = error
    for _ in range(8):
        if seen is None:
            return False
        kinds = {(kind.__module__.partition(".")[0], kind.__name__) for kind in type(seen).__mro__}
        if kinds & _AWAY:
            return not any(word in str(seen) for word in ("no such", "has no column", "syntax error"))
        seen = seen.__cause__
    return False


_AWAY = {
    ("sqlalchemy", "OperationalError"), ("sqlalchemy", "InterfaceError"), ("sqlalchemy", "TimeoutError"),
    ("psycopg", "OperationalError"), ("psycopg", "InterfaceError"), ("psycopg_pool", "PoolTimeout"),
    ("sqlite3", "OperationalError"),
}  # fmt: skip

_told: dict[str, tuple[float, int]] = {}
_telling = threading.Lock()


def seldom(what: str, every: float = 60.0) -> int | None:
    """For a line that would be written again and again: None while the last one of this kind is younger than `every` seconds,
    else how many were left out since."""
    moment = time.monotonic()
    with _telling:
        at, left_out = _told.get(what, (-1e9, 0))
        if moment - at < every:
            _told[what] = (at, left_out + 1)
            return None
        if len(_told) > 1000:
            _told.clear()
        _told[what] = (moment, 0)
        return left_out


def _unheard(kind: type[BaseException], error: BaseException | None, thread: str = "main") -> None:
    """What nobody caught, as one masked entry instead of Python's own trace."""
    if error is None or issubclass(kind, KeyboardInterrupt | SystemExit):
        return
    trace = {} if is_store_away(error) else {"trace": trace_of(error)}
    get_logger("core").error("unexpected end", thread=thread, error=kind.__name__, **trace)


def configure() -> None:
    """Set up logging once per process, from the settings."""
    settings, stderr = get_settings(), _Stderr()
    last: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.log_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            correlate,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            mask_processor,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[settings.log_level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(cast("TextIO", stderr)),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stderr)
    handler.addFilter(_StoreAway())
    handler.setFormatter(_MaskedJson() if settings.log_json else _Masked("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)
    sys.excepthook = lambda kind, error, _trace: _unheard(kind, error)
    threading.excepthook = lambda told: _unheard(told.exc_type, told.exc_value, told.thread.name if told.thread else "")
    for noisy in ("httpx", "httpcore", "dbos", "alembic", "fontTools", "RapidOCR"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def trace_of(error: BaseException) -> str:
    """The trace of an error as text. A pretty trace would show the values of variables, which are people's data."""
    return mask("".join(traceback.format_exception(error))[-6000:])


def get_logger(name: str) -> Any:
    """A structured logger: `log.info("case opened", case_id=…)`."""
    return structlog.get_logger(room=name)
