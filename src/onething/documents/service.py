"""The door of documents: check an upload, read it, list the types, draw a certificate."""

from functools import lru_cache
from itertools import islice

from onething.documents.certificates import render_certificate
from onething.documents.models import DocumentType, UploadInfo
from onething.documents.pool import Reader
from onething.documents.types import load_types
from onething.documents.uploads import check_upload

__all__ = [
    "DocumentType", "Reader", "UploadInfo", "check_upload", "codes_in", "document_type", "document_types", "render_certificate",
]  # fmt: skip


def codes_in(content: bytes, pages: int = 3) -> list[str]:
    """What the QR and bar codes on a picture or the first pages of a PDF say. Raises `Problem` for a file that is neither."""
    from onething.documents.codes import read_codes  # OpenCV: loaded when a picture is really looked at
    from onething.documents.pages import open_pages

    check_upload(content, "")
    found: list[str] = []
    for page in islice(open_pages(content, ""), pages):
        found += [code.text for code in read_codes(page.pixels)]
    return found


@lru_cache(maxsize=1)
def document_types() -> list[DocumentType]:
    """Every kind of paper the reader knows, by id."""
    return [spec.public() for spec in load_types().values()]


def document_type(type_id: str) -> DocumentType | None:
    """One type by its id."""
    return next((kind for kind in document_types() if kind.id == type_id), None)
