"""The door of comparing: a photograph against the form it should be, and traces of work on it.

What is not an image or PDF within the bounds of an upload is refused with the Problems of the documents' own door.

The form as it should be:
`form_of`: draws a record with the renderer given and finds where each field is printed; what is not printed has no
    place.
`issued_form`: the issuer's own print: a picture with the places of fields, or a PDF whose text says where they are.
`pdf_form`: an issued PDF with text; without values each line is a field.

Comparing:
`compare_upload`: a page of an upload against the issuer's print; 1–4 s.
`compare_paper`: the same for pixels (RGB, upright or not); without hints about half as long.
`traces`: signs of work on the picture alone: hints for a person, never verdicts; about 1 s.
`marked`: the page as uploaded, small, with the places of hints framed; JPEG without metadata.

Nouns: `Form` (the page, and the place of each field's print).
"""

from onething.documents.compare.comparing import compare_paper
from onething.documents.compare.forms import Form, form_of
from onething.documents.compare.issued import pdf_form
from onething.documents.compare.paper import compare_upload, issued_form, marked, traces

__all__ = [
    "Form",
    "compare_paper",
    "compare_upload",
    "form_of",
    "issued_form",
    "marked",
    "pdf_form",
    "traces",
]
