"""Answers that are no JSON of ours, each with the media type by which it is described."""

from typing import Any

from fastapi.responses import JSONResponse, StreamingResponse
from starlette.responses import Response


class PdfResponse(Response):
    """A file for people."""

    media_type = "application/pdf"


class EventStream(StreamingResponse):
    """Server-sent events."""

    media_type = "text/event-stream"


class JsonLd(JSONResponse):
    """Linked data."""

    media_type = "application/ld+json"


class JsonSchema(JSONResponse):
    """A schema of files."""

    media_type = "application/schema+json"


SHAPES: dict[str, dict[str, Any]] = {
    "application/pdf": {"type": "string", "format": "binary"},
    "text/event-stream": {"type": "string", "examples": ["event: case\nid: 12\ndata: 12\n\n"]},
}
"""Schemas of what is no JSON."""
