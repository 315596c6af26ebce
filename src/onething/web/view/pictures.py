"""Which stored picture of an upload a browser can show: the upright page once it was read, till then the upload itself."""

SHOWABLE = frozenset({"image/jpeg", "image/png", "image/webp", "image/bmp"})
"""HEIC and TIFF are read like any photograph, but hardly any browser shows them."""


def picture_of(preview: str | None, digest: str, media_type: str) -> tuple[str, str] | None:
    """Digest and media type of what can be shown; None while there is nothing."""
    if preview:
        return preview, "image/jpeg"
    return (digest, media_type) if media_type in SHOWABLE else None
