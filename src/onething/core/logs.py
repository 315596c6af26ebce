"""Structured logs with personal data masked before anything is written."""

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, TextIO, cast

import structlog

from onething.core.settings import get_settings

_CITIZEN_ID = re.compile(r"(?<![0-9])[1-9][0-9]{5}(?:18|19|20)[0-9]{9}[0-9Xx](?![0-9])")
_PHONE = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")
_BANK_CARD = re.compile(r"(?<![0-9])[0-9]{16,19}(?![0-9])")
_PRIVATE_KEYS = frozenset(
    {"name", "id_number", "phone", "address", "account", "claims", "token", "code", "params", "data"}
)


def mask(text: str) -> str:
    """The text with citizen ids, phones and bank cards covered."""
    text = _CITIZEN_ID.sub(lambda m: f"{m[0][:3]}***{m[0][-2:]}", text)
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


class _Stderr:
    """Whatever standard error is at the moment of writing: it may be replaced after logging was set up."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


class _MaskFilter(logging.Filter):
    """The same covering for libraries that log through the standard library."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = mask(record.getMessage()), None
        return True


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
    handler.addFilter(_MaskFilter())
    logging.basicConfig(
        level=settings.log_level, handlers=[handler], format="%(levelname)s %(name)s %(message)s", force=True
    )
    for noisy in ("httpx", "httpcore", "dbos", "alembic", "fontTools", "RapidOCR"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def trace_of(error: BaseException) -> str:
    """The trace of an error as text. A pretty trace would show the values of variables, which are people's data."""
    return "".join(traceback.format_exception(error))[-6000:]


def get_logger(name: str) -> Any:
    """A structured logger: `log.info("case opened", case_id=…)`."""
    return structlog.get_logger(room=name)
