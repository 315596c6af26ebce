"""Where spans go: to a collector (OTLP over HTTP), or into a file for trying out. Needs the extra `otel`.

The SDK's own environment variables (`OTEL_…`) hold too: sampling, batches, headers for the collector.
"""

import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onething.core import tracing
from onething.core.errors import NO_TRACES, Problem
from onething.core.settings import Settings

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan

_begun = False


def begin(kind: str, settings: Settings) -> bool:
    """Export the spans of this process from now on, as the settings say; False where they name no place. Once in a process.

    Raises `Problem(core.no_traces)` when a place is set and the extra is not installed.
    """
    global _begun
    if _begun or not (settings.traces_url or settings.traces_file):
        return _begun
    try:
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor
    except ImportError as error:
        raise Problem(NO_TRACES, str(error)) from error
    about = {"service.name": f"onething-{kind}", "service.instance.id": settings.worker_id}
    provider = TracerProvider(resource=Resource.create(about))
    if settings.traces_file:
        provider.add_span_processor(SimpleSpanProcessor(_FileExporter(settings.traces_file, kind)))  # type: ignore[arg-type]
    if settings.traces_url:
        provider.add_span_processor(BatchSpanProcessor(_otlp(settings.traces_url)))
    tracing.export_by(provider.get_tracer("onething"))
    _begun = True
    return True


def _otlp(url: str) -> Any:
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    except ImportError as error:
        raise Problem(NO_TRACES, str(error)) from error
    return OTLPSpanExporter(endpoint=f"{url.rstrip('/')}/v1/traces")


class _FileExporter:
    """One line of JSON for each span; several processes may write one file."""

    def __init__(self, path: Path, kind: str) -> None:
        self._path, self._kind, self._lock = path, kind, threading.Lock()

    def export(self, spans: Sequence["ReadableSpan"]) -> Any:
        from opentelemetry.sdk.trace.export import SpanExportResult

        lines = "".join(json.dumps(self._line(span)) + "\n" for span in spans)
        with self._lock, self._path.open("a", encoding="utf-8") as out:
            out.write(lines)
        return SpanExportResult.SUCCESS

    def _line(self, span: "ReadableSpan") -> dict[str, Any]:
        own, parent = span.get_span_context(), span.parent
        return {
            "process": self._kind, "name": span.name, "kind": span.kind.name.lower(),
            "trace": f"{own.trace_id:032x}" if own else "", "span": f"{own.span_id:016x}" if own else "",
            "parent": f"{parent.span_id:016x}" if parent else "", "attributes": dict(span.attributes or {}),
            "ms": ((span.end_time or 0) - (span.start_time or 0)) / 1e6, "status": span.status.status_code.name.lower(),
        }  # fmt: skip

    def shutdown(self) -> None:
        pass

    def force_flush(self, timeout_millis: int = 30_000) -> bool:  # noqa: ARG002 - every line is written at once
        return True
