"""The door of documents: check an upload, read it, list the types, draw a certificate."""

from functools import lru_cache

from onething.documents.fields.document_types import load_types
from onething.documents.files.codes_apart import codes_in, expect_picture
from onething.documents.files.uploads import check_upload
from onething.documents.models import DocumentType, UploadInfo
from onething.documents.reading.pool import Reader
from onething.documents.rendering.certificate_forms import render_certificate

__all__ = [
    "DocumentType", "Reader", "UploadInfo", "check_upload", "codes_in", "document_type", "document_types", "expect_picture", "render_certificate",
]  # fmt: skip


@lru_cache(maxsize=1)
def document_types() -> list[DocumentType]:
    """Every kind of paper the reader knows, by id."""
    return [spec.public() for spec in load_types().values()]


def document_type(type_id: str) -> DocumentType | None:
    """One type by its id."""
    return next((kind for kind in document_types() if kind.id == type_id), None)
