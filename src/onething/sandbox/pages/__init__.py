"""The few pages of the sandbox: templates, one style sheet, headers."""

from functools import lru_cache
from pathlib import Path

from fastapi import Response
from jinja2 import Environment, FileSystemLoader

_HERE = Path(__file__).parent
_CSP = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(_HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True)


def page(template: str, /, status: int = 200, **values: object) -> Response:
    """A page from a template, with a strict content policy and no caching."""
    html = _environment().get_template(template).render(**values)
    headers = {"Content-Security-Policy": _CSP, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"}  # fmt: skip
    return Response(html, status, headers, "text/html; charset=utf-8")


def asset(name: str, media_type: str) -> Response:
    """A file beside the templates."""
    return Response((_HERE / name).read_bytes(), 200, {"Cache-Control": "max-age=300"}, media_type)
