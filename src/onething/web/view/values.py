"""Values of the catalog's fields in the language of a page."""

from typing import Any

from onething.catalog import service as catalog
from onething.catalog.models import FieldSpec
from onething.core.i18n import Lang


def shown(spec: FieldSpec | None, value: Any, lang: Lang) -> str:
    """One value in the words of the page's language; an em dash when there is none."""
    return catalog.shown(spec, value).get(lang)


def options_of(spec: FieldSpec | None, lang: Lang) -> list[tuple[str, str]]:
    """The choices of a coded field."""
    return [(code, text.get(lang)) for code, text in spec.codes.items()] if spec else []
