"""Pages of a company's corner that a suggestion can be attached to, and what they are called."""

from onething.core.i18n import Text
from onething.web.http.messages import MESSAGES

PAGES = {"/company": "home", "/company/policies": "policies", "/company/received": "received", "/company/profile": "profile", "/company/try": "try"}  # fmt: skip
"""Path → the end of the key of its name."""


def page_name(path: str) -> Text:
    """What a page is called in both languages."""
    return MESSAGES(f"company.nav_{PAGES[path]}") if path in PAGES else MESSAGES("company.say_page")
