"""The document studio: renders specimen certificates and photographs them, with the truth beside every picture.

`render(type, fields)` draws, `photograph(image, grade, seed)` gives a JPEG, `sample(type, seed)` makes up contents.
"""

import random
from collections.abc import Callable, Mapping

from PIL import Image

from onething.sandbox.studio.cards import id_card_back, id_card_front
from onething.sandbox.studio.papers import birth_certificate, household_page, marriage_certificate
from onething.sandbox.studio.photograph import GRADES, Grade, photograph
from onething.sandbox.studio.samples import MAKERS

_PAINTERS: dict[str, Callable[[Mapping[str, str], int], Image.Image]] = {
    "birth_certificate": birth_certificate,
    "id_card_front": id_card_front,
    "id_card_back": id_card_back,
    "household_page": household_page,
    "marriage_certificate": marriage_certificate,
}
TYPES: tuple[str, ...] = tuple(_PAINTERS)
UNREAD = frozenset({"mother_address", "father_address"})
"""Printed on the paper, but not fields of the document type."""

__all__ = ["GRADES", "TYPES", "UNREAD", "Grade", "photograph", "render", "sample", "truth"]


def sample(type: str, seed: int = 0, **known: str) -> dict[str, str]:  # noqa: A002 - the word everybody uses here
    """Contents of one document in normal form (dates ISO, sex male/female); `known` replaces what was made up."""
    return MAKERS[type](random.Random(f"{type}/{seed}")) | known


def render(type: str, fields: Mapping[str, str], seed: int = 0) -> Image.Image:  # noqa: A002
    """The specimen document, flat and upright. Raises KeyError for an unknown type or a missing field."""
    return _PAINTERS[type](fields, seed)


def truth(type: str, fields: Mapping[str, str]) -> dict[str, object]:  # noqa: A002
    """What `onething documents evaluate` expects beside a picture: `{type, fields}`."""
    return {"type": type, "fields": {key: value for key, value in fields.items() if key not in UNREAD}}
