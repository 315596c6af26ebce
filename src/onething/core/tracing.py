"""One correlation id for what belongs together: from a browser's request through worker, gateway and agency, and back.

It is the trace id of W3C Trace Context (`traceparent`). It exists whether or not traces are exported: log lines, answers and the
operators' view of a case carry it. With the extra `otel` installed and `ONETHING_TRACES_URL` or `ONETHING_TRACES_FILE` set, spans are
exported under the same id; without, the OpenTelemetry interface does nothing and costs microseconds.

Spans hold codes and opaque ids, never personal data: `span` drops attributes whose values could be anything else.
"""

import contextlib
import re
import secrets
from collections.abc import Generator, Mapping
from typing import Literal

from opentelemetry import context as otel
from opentelemetry import trace
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, SpanKind, Status, StatusCode, TraceFlags

HEADER = "traceparent"
CORRELATION_HEADER = "X-Correlation-Id"
_FORM = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})")
_SAFE = re.compile(r"[A-Za-z0-9_./:{} -]{1,120}")
_LONG_NUMBER = re.compile(r"[0-9]{9,}")
_tracer = trace.get_tracer("onething")
_KINDS = {
    "inside": SpanKind.INTERNAL, "answers": SpanKind.SERVER, "asks": SpanKind.CLIENT, "takes_up": SpanKind.CONSUMER,
}  # fmt: skip
Kind = Literal["inside", "answers", "asks", "takes_up"]


def _read(given: str | None) -> SpanContext | None:
    """What a `traceparent` says; None for anything that is not one."""
    found = _FORM.fullmatch(given) if given else None
    if found is None:
        return None
    flags = TraceFlags(int(found[3], 16) & TraceFlags.SAMPLED)
    return SpanContext(int(found[1], 16), int(found[2], 16), is_remote=True, trace_flags=flags)


def correlation_id() -> str:
    """The id of what is going on here, 32 hexadecimal digits; empty where nothing was begun."""
    found = trace.get_current_span().get_span_context()
    return f"{found.trace_id:032x}" if found.is_valid else ""


def traceparent() -> str | None:
    """What to hand on, so that others go on under the same id; None where nothing was begun."""
    found = trace.get_current_span().get_span_context()
    if not found.is_valid:
        return None
    return f"00-{found.trace_id:032x}-{found.span_id:016x}-{found.trace_flags & TraceFlags.SAMPLED:02x}"


def headers() -> dict[str, str]:
    """The header that hands it on over HTTP."""
    found = traceparent()
    return {HEADER: found} if found else {}


def id_of(parent: str | None) -> str:
    """The correlation id within a `traceparent` that was kept; empty for None or anything else."""
    found = _read(parent)
    return f"{found.trace_id:032x}" if found else ""


@contextlib.contextmanager
def span(
    name: str, kind: Kind = "inside", *, parent: str | None = None, attributes: Mapping[str, str | int] | None = None
) -> Generator[Span]:
    """What happens inside belongs together, under `parent`'s id, that of what is going on, or a new one.

    `name` and attributes are codes; a value with nine digits in a row, or with anything but plain ASCII, is left out.
    """
    around = _context(parent)
    safe = {key: value for key, value in (attributes or {}).items() if is_safe(value)}
    with _tracer.start_as_current_span(
        name, around, _KINDS[kind], safe, record_exception=False, set_status_on_exception=False
    ) as begun:
        try:
            yield begun
        except BaseException as error:
            begun.set_status(Status(StatusCode.ERROR, type(error).__name__))  # its words may name people
            raise


def _context(parent: str | None) -> otel.Context | None:
    remote = _read(parent)
    if remote is not None:
        return trace.set_span_in_context(NonRecordingSpan(remote))
    if trace.get_current_span().get_span_context().is_valid or _exports():
        return None
    # Nobody exports, so nobody would make an id: made here, for the log and for others who may export.
    made = SpanContext(secrets.randbits(128) or 1, secrets.randbits(64) or 1, is_remote=False)
    return trace.set_span_in_context(NonRecordingSpan(made))


_exporting = False


def export_by(tracer: trace.Tracer) -> None:
    """From now on spans go where this tracer's provider sends them. It is not made the provider of the whole process: what
    libraries would export by themselves (addresses with what people searched for, words of errors) stays out."""
    global _tracer, _exporting
    _tracer, _exporting = tracer, True


def _exports() -> bool:
    return _exporting


def is_safe(value: str | int) -> bool:
    """Whether a value may stand in a span: a number below a billion, or a short code without long numbers."""
    if isinstance(value, int):
        return abs(value) < 10**9
    return _SAFE.fullmatch(value) is not None and _LONG_NUMBER.search(value) is None
