"""The document studio: renders specimen certificates and photographs them, with the truth beside every picture.

`render(type, fields)` draws, `photograph(image, grade, seed)` gives a JPEG, `sample(type, seed)` makes up contents.
"""

import random
import re
from collections.abc import Callable, Mapping

from PIL import Image

from onething.sandbox.studio import companies, dealings, dwellings, plastic
from onething.sandbox.studio.canvas import Box, Profile, faces, noting
from onething.sandbox.studio.cards import id_card_back, id_card_front
from onething.sandbox.studio.forms import chinese_date
from onething.sandbox.studio.papers import birth_certificate, household_page, marriage_certificate
from onething.sandbox.studio.photograph import GRADES, Grade, photograph
from onething.sandbox.studio.samples import MAKERS as PEOPLE

MAKERS = PEOPLE | dealings.MAKERS

_PAINTERS: dict[str, Callable[[Mapping[str, str], int], Image.Image]] = {
    painter.__name__: painter
    for painter in (
        birth_certificate, id_card_front, id_card_back, household_page, marriage_certificate,
        companies.articles_of_association, companies.business_licence, companies.income_certificate, companies.vat_invoice,
        dwellings.deed_tax_receipt, dwellings.divorce_certificate, dwellings.household_cover, dwellings.lease_contract,
        dwellings.property_certificate, dwellings.sale_contract, plastic.bank_card, plastic.residence_permit,
        plastic.social_security_card,
    )
}  # fmt: skip
TYPES: tuple[str, ...] = tuple(_PAINTERS)
_WORDS = {"male": "男", "female": "女"}
UNREAD = frozenset({"mother_address", "father_address"})
"""Printed on the paper, but not fields of the document type."""

__all__ = ["GRADES", "TYPES", "UNREAD", "Grade", "Profile", "issued", "photograph", "render", "sample", "truth"]


def sample(type: str, seed: int = 0, **known: str) -> dict[str, str]:  # noqa: A002 - the word everybody uses here
    """Contents of one document in normal form (dates ISO, sex male/female); `known` replaces what was made up."""
    return MAKERS[type](random.Random(f"{type}/{seed}")) | known


def render(type: str, fields: Mapping[str, str], seed: int = 0, profile: Profile = "studio") -> Image.Image:  # noqa: A002
    """The specimen document, flat and upright. Raises KeyError for an unknown type or a missing field.

    `profile` `held_out` sets it in faces that specimens for tuning never use.
    """
    with faces(profile):
        return _PAINTERS[type](fields, seed)


def issued(type: str, fields: Mapping[str, str]) -> tuple[Image.Image, dict[str, Box]]:  # noqa: A002
    """The paper as its issuer would print it again from the record, and where each field's value stands on it."""
    with noting() as noted:
        picture = render(type, fields)
    places: dict[str, Box] = {}
    for name, value in fields.items():
        meant = chinese_date(value, True) if re.match(r"\d{4}-\d{2}-\d{2}", value) else _WORDS.get(value, value)
        found = next(
            (box for text, box in noted if value and text.startswith(meant) and box not in places.values()), None
        )
        if found is not None:
            places[name] = found
    return picture, places


def truth(type: str, fields: Mapping[str, str]) -> dict[str, object]:  # noqa: A002
    """What `onething documents evaluate` expects beside a picture: `{type, fields}`."""
    return {"type": type, "fields": {key: value for key, value in fields.items() if key not in UNREAD}}
