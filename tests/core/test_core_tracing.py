"""One correlation id: taken over where one comes in, made where none does, in log lines and answers, with nobody's data."""

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.testclient import TestClient

from onething.core import logs, tracing
from onething.core.db import Database
from onething.core.settings import get_settings
from onething.host.web import create_app

GIVEN = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
ID = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """Spans as they would be exported."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(tracing, "_tracer", provider.get_tracer("onething"))
    monkeypatch.setattr(tracing, "_exports", lambda: True)
    yield exporter
    provider.shutdown()


def test_without_an_exporter_there_is_an_id_all_the_same_and_it_is_handed_on() -> None:
    assert tracing.correlation_id() == ""
    assert tracing.headers() == {}
    with tracing.span("outer"):
        first = tracing.correlation_id()
        assert len(first) == 32
        with tracing.span("inner", "asks"):
            assert tracing.correlation_id() == first
            assert first in tracing.headers()["traceparent"]
        parent = tracing.traceparent()
    assert tracing.correlation_id() == ""
    with tracing.span("elsewhere", "takes_up", parent=parent):
        assert tracing.correlation_id() == first
    with tracing.span("another"):
        assert tracing.correlation_id() != first


def test_with_an_exporter_spans_hang_together(kept: InMemorySpanExporter) -> None:
    with tracing.span("request", "answers", parent=GIVEN), tracing.span("ask police.resident", "asks"):
        assert tracing.correlation_id() == ID
    asked, request = kept.get_finished_spans()
    assert (request.name, asked.name) == ("request", "ask police.resident")
    assert asked.parent is not None
    assert asked.parent.span_id == request.get_span_context().span_id
    assert f"{request.get_span_context().trace_id:032x}" == ID


@pytest.mark.parametrize(
    "given_header",
    ["", "nonsense", GIVEN[:-3], GIVEN.upper(), "ff" + GIVEN[2:], f"00-{'0' * 32}-00f067aa0ba902b7-01", GIVEN + "-x", "00-" + "a" * 5000],
)  # fmt: skip
def test_what_is_no_traceparent_is_not_believed(given_header: str) -> None:
    with tracing.span("request", "answers", parent=given_header):
        assert tracing.correlation_id() not in {"", ID}
    assert tracing.id_of(given_header) == ""


def test_values_that_may_be_somebodys_are_left_out_of_spans(kept: InMemorySpanExporter) -> None:
    told = {"case": "case_01m8nv4bm6c4h7bgrnjws6xemz", "name": "李梅", "id": "310101199003070012", "phone": "13800000001", "tries": 3}  # fmt: skip
    with pytest.raises(ValueError, match="李梅"), tracing.span("work", attributes=told):
        raise ValueError("李梅 13800000001")
    (span,) = kept.get_finished_spans()
    assert dict(span.attributes or {}) == {"case": "case_01m8nv4bm6c4h7bgrnjws6xemz", "tries": 3}
    assert span.events == ()
    assert span.status.description == "ValueError"


@given(st.text())
def test_no_text_with_a_long_number_or_beyond_ascii_is_safe(text: str) -> None:
    if tracing.is_safe(text):
        assert text.isascii()
        assert not any(part.isdigit() and len(part) >= 9 for part in text.replace("-", " ").split())


def test_a_log_line_carries_the_id(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONETHING_LOG_JSON", "true")
    get_settings.cache_clear()
    logs.configure()
    with tracing.span("request", "answers", parent=GIVEN):
        logs.get_logger("test").info("inside")
    logs.get_logger("test").info("outside")
    inside, outside = (json.loads(line) for line in capsys.readouterr().err.splitlines()[-2:])
    assert inside["correlation"] == ID
    assert "correlation" not in outside
    get_settings.cache_clear()
    logs.configure()


def test_answers_problems_and_error_pages_tell_it(db: Database) -> None:
    client = TestClient(create_app(with_background=False), base_url="http://127.0.0.1:8000")
    home = client.get("/", headers={"traceparent": GIVEN})
    assert home.headers["x-correlation-id"] == ID
    assert client.get("/").headers["x-correlation-id"] not in {"", ID}
    missing = client.get("/no/such/page", headers={"traceparent": GIVEN})
    assert ID in missing.text
    problem = client.get("/api/v1/cases", headers={"traceparent": GIVEN}).json()
    assert problem["correlation"] == ID
    assert "x-correlation-id" not in client.get("/health/live").headers


def test_traces_wanted_without_the_extra_are_refused_in_words() -> None:
    code = (
        "import sys; sys.modules['opentelemetry.sdk'] = None; sys.modules['opentelemetry.sdk.resources'] = None\n"
        "from pathlib import Path; from onething.core.errors import Problem; from onething.core.settings import Settings\n"
        "from onething.core import tracing_export\n"
        "assert tracing_export.begin('web', Settings()) is False\n"
        "try: tracing_export.begin('web', Settings(traces_file=Path('/tmp/x')))\n"
        "except Problem as problem: print(problem.kind.code, problem.next.en)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert "core.no_traces" in done.stdout, done.stderr
    assert "onething[otel]" in done.stdout


def test_nothing_of_the_sdk_is_loaded_when_traces_are_off() -> None:
    code = "import sys; from onething.core import tracing, tracing_export, logs; print([m for m in sys.modules if m.startswith('opentelemetry.sdk')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "[]", done.stderr
