"""Nouns of documents: what a reader found on a page, field by field."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from onething.core.i18n import Text

Box = tuple[float, float, float, float]
"""Left, top, width, height as shares (0–1) of the upright page image."""


Reason = Literal[
    "checksum", "confusion", "vocabulary", "gazetteer", "format", "second_reading", "date_from_id", "other_field",
    "amount_in_figures", "amount_in_words", "code", "applicant",
]  # fmt: skip
"""Why a value was mended; pages say each as `filing.mended_by.<reason>`. `applicant`: she typed another value."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class Correction(_Model):
    """A value that was mended, and why: `before` is what the reader saw."""

    before: str
    after: str
    reason: Reason


class ReadField(_Model):
    """One field. `value` is normal form (dates ISO, ids upper case); `certain` only if a check or two readings agree."""

    value: str
    confidence: float = Field(ge=0, le=1)
    certain: bool
    box: Box | None = None
    page: int = 0
    corrections: tuple[Correction, ...] = ()


class ReadProblem(_Model):
    """Something the applicant can mend: `code` is stable, `what` and `todo` are in her words."""

    code: str
    what: Text
    todo: Text
    field: str | None = None
    severity: Literal["error", "warning"] = "error"


class ReadSeal(_Model):
    """A red seal seen on the page."""

    shape: Literal["round", "oval", "square"]
    box: Box


class ReadCode(_Model):
    """A QR or bar code seen on the page and what it says; `kind` as zxing names it (`QRCode`, `Code128` …)."""

    kind: str
    text: str
    box: Box


class ReadDocument(_Model):
    """One document recognised in one file."""

    file: str
    type: str | None
    """Document type id, None when none was recognised."""
    fields: dict[str, ReadField]
    problems: tuple[ReadProblem, ...] = ()
    type_confidence: float = 0.0
    page: int = 0
    rotation: int = 0
    """Degrees clockwise by which the page was turned upright: 0, 90, 180, 270."""
    seconds: float = 0.0
    preview: str | None = None
    """Blob digest of the upright page as JPEG, for showing boxes."""
    seals: tuple[ReadSeal, ...] = ()
    codes: tuple[ReadCode, ...] = ()
    """All that are on the page, also when several documents are."""
    text: str = ""
    """What was read, line by line; for understanding contracts and statements. Personal data: never log it."""


class UploadInfo(_Model):
    """What an uploaded file is, by its content, before anything is decoded in full."""

    media_type: Literal[
        "image/jpeg", "image/png", "image/webp", "image/tiff", "image/bmp", "image/heic",
        "application/pdf", "application/ofd",
    ]  # fmt: skip
    bytes: int
    pages: int = 1
    width: int = 0
    """Pixels; points for PDF, tenths of a millimetre for OFD."""
    height: int = 0
    active: bool = False
    """A PDF with scripts or attachments; they are never run or opened."""


class FieldType(_Model):
    """One field of a document type, as other rooms and pages see it."""

    name: str
    label: Text
    kind: str
    optional: bool = False


class DocumentType(_Model):
    """A kind of paper the reader knows, declared in `documents/types/<id>.yaml`."""

    id: str
    name: Text
    fields: tuple[FieldType, ...]

    def field(self, name: str) -> FieldType | None:
        return next((field for field in self.fields if field.name == name), None)
