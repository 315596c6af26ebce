"""Photographs of a case: which stored picture a browser can show (the upright page once it was read), and what it is called."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from onething.catalog.service import get_city
from onething.web.http.page import Page

SHOWABLE = frozenset({"image/jpeg", "image/png", "image/webp", "image/bmp"})
"""HEIC and TIFF are read like any photograph, but hardly any browser shows them."""


def picture_of(preview: str | None, digest: str, media_type: str) -> tuple[str, str] | None:
    """Digest and media type of what can be shown; None while there is nothing."""
    if preview:
        return preview, "image/jpeg"
    return (digest, media_type) if media_type in SHOWABLE else None


@dataclass(frozen=True, slots=True)
class Photo:
    digest: str
    name: str
    filename: str
    picture: bool
    """There is one to show; a PDF that could not be read has none."""


def photos_of(page: Page, documents: Sequence[dict[str, Any]]) -> list[Photo]:
    """A case's documents as small pictures, in their order."""
    return list(_photos(page, documents))


def _photos(page: Page, documents: Sequence[dict[str, Any]]) -> Iterable[Photo]:
    city = get_city()
    for document in documents:
        kind = city.evidence_type(str(document.get("type") or ""))
        other = page.words(f"filing.type.{document.get('type')}", page.t("console.a_photo"))
        digest = str(document["digest"])
        picture = picture_of(document.get("preview"), digest, str(document.get("media_type") or ""))
        yield Photo(
            digest, page.say(kind.name) if kind else other, str(document.get("filename", "")), picture is not None
        )
