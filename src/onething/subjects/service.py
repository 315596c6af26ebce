"""The door of subjects: people are made once, by their id number, and found again whatever account they come with."""

from onething.subjects.errors import BAD_IDENTITY, BAD_PHONE
from onething.subjects.models import Person
from onething.subjects.people import (
    ensure_organisation,
    ensure_person,
    find_person,
    people,
    person,
    set_language,
    set_phone,
    set_sms,
)
from onething.subjects.sealing import OPEN as LYING_OPEN

__all__ = [
    "BAD_IDENTITY",
    "BAD_PHONE",
    "LYING_OPEN",
    "Person",
    "ensure_organisation",
    "ensure_person",
    "find_person",
    "people",
    "person",
    "set_language",
    "set_phone",
    "set_sms",
]
