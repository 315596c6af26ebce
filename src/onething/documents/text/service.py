"""The door of understanding text.

A text:
`understand`: parties, ids, addresses, amounts, dates, periods, purposes, and doubts; never raises for what the text
    says. A language model is asked when one is set or given; when it fails, what the rules found stands and a doubt
    says so.

Two values:
`same_meaning`: two values of a kind (name, organisation, address, amount, date) compared by meaning; else as plain
    text.
`same_name`: two personal names; a character that one side could not write may be any character.
`same_address`: two addresses, token by token; other numbers, roads or places make them different, what cannot be
    taken apart leaves it open.
`same_amount`: two sums in figures, with 万, or in capitals.

One value:
`written_amount`: what somebody typed for a sum, in yuan; None when it is none.
`is_whole_address`: whether an address leads to a door; a city or district alone does not.
`MOST`: the largest sum that a field holds, in yuan.
"""

from datetime import date
from functools import lru_cache

from onething.core.errors import Problem
from onething.core.i18n import texts_of
from onething.core.settings import settings_of
from onething.documents.fields.amounts import MOST, written_amount
from onething.documents.settings import DocumentsSettings
from onething.documents.text.divisions import Divisions, load_divisions
from onething.documents.text.likeness import (
    same_address,
    same_amount,
    same_meaning,
    same_name,
)
from onething.documents.text.model import OpenAiProposer, Proposer, with_model
from onething.documents.text.models import Doubt, Understanding
from onething.documents.text.understand import read_text
from onething.documents.text.whole_address import leads_to_a_door

say = texts_of(__name__)

__all__ = [
    "MOST",
    "is_whole_address",
    "same_address",
    "same_amount",
    "same_meaning",
    "same_name",
    "understand",
    "written_amount",
]


def divisions() -> Divisions:
    """Places known here: the product's names, and the operator's folder (`ONETHING_DOCUMENTS_GAZETTEER`)."""
    return load_divisions(settings_of(DocumentsSettings).documents_gazetteer)


def is_whole_address(text: str) -> bool:
    """Whether it leads to a door: a road or estate with a number, a building, a room, or a village."""
    return leads_to_a_door(text, divisions())


@lru_cache(maxsize=1)
def _proposer() -> Proposer | None:
    settings = settings_of(DocumentsSettings)
    if not settings.documents_model_url:
        return None
    return OpenAiProposer(
        settings.documents_model_url, settings.documents_model_name, settings.documents_model_key.get_secret_value(),
        settings.documents_model_timeout,
    )  # fmt: skip


def understand(text: str, *, on: date | None = None, proposer: Proposer | None = None) -> Understanding:
    """Parties, ids, addresses, amounts, dates, periods and purposes of a text, and doubts about them.

    A model is asked when one is set (`ONETHING_DOCUMENTS_MODEL_URL`) or given; when it fails, the rules' findings stand and
    a doubt says so. `on`: the day after which nobody in the text was born. Never raises for what the text says.
    """
    places = divisions()
    ours, part = read_text(text, divisions=places, on=on), proposer or _proposer()
    if part is None:
        return ours
    try:
        return with_model(text, ours, part, divisions=places, on=on)
    except Problem:
        silent = Doubt(text="", start=0, end=0, source="model", code="model_silent", what=say("model.silent"))
        return ours.model_copy(update={"doubts": (*ours.doubts, silent)})
