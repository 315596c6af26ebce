"""The door of documents: check an upload, read it, list the types, draw a certificate.

Uploads:
`check_upload`: what a file is, by its content and only its headers. Raises a Problem when it is empty, too large, of
    a kind we do not read, damaged or locked.
`codes_in`: what the QR and bar codes of a picture or of the first pages of a PDF say; a Problem for a file that is
    neither, is too large, or could not be read in the seconds given.
`expect_picture`: has a reader wait for the next picture; called after each, and by whoever expects the first.
`Reader`: reads uploads in processes of their own, from any number of threads; use it in a with block.

Types:
`document_types`: every kind of paper the reader knows, by id.
`document_type`: one of them; None for an id that is not there.

Drawing:
`render_certificate`: a template and plain JSON data → PDF; documents.template_failed, whose detail is for the log.
`words_in`: the text of a drawn file without blanks and line ends.
`tidy`: a value as it is to be signed and printed: nothing unseen, private code points as the standard has them.
`unprintable`: the characters of a tidy text that cannot stand on a certificate; empty when all of it can.
"""

from functools import lru_cache

from onething.documents.fields.document_types import load_types
from onething.documents.files.codes_apart import codes_in, expect_picture
from onething.documents.files.uploads import check_upload
from onething.documents.models import DocumentType
from onething.documents.reading.pool import Reader
from onething.documents.rendering.certificate_forms import render_certificate
from onething.documents.rendering.drawn_words import words_in
from onething.documents.rendering.print_text import tidy, unprintable

__all__ = [
    "Reader",
    "check_upload",
    "codes_in",
    "document_type",
    "document_types",
    "expect_picture",
    "render_certificate",
    "tidy",
    "unprintable",
    "words_in",
]


@lru_cache(maxsize=1)
def document_types() -> list[DocumentType]:
    """Every kind of paper the reader knows, by id."""
    return [spec.public() for spec in load_types().values()]


def document_type(type_id: str) -> DocumentType | None:
    """One type by its id."""
    return next((kind for kind in document_types() if kind.id == type_id), None)
