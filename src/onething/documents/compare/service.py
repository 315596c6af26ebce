"""The door of comparing: a photograph against the form it should be, and traces of work on it."""

from onething.documents.compare.comparing import compare_paper
from onething.documents.compare.forms import Form, form_of
from onething.documents.compare.issued import certificate_form, pdf_form
from onething.documents.compare.models import Comparison
from onething.documents.compare.paper import compare_upload, issued_form, marked, traces

__all__ = [
    "Comparison",
    "Form",
    "certificate_form",
    "compare_paper",
    "compare_upload",
    "form_of",
    "issued_form",
    "marked",
    "pdf_form",
    "traces",
]
