"""Texts that rules, checks, agencies and officials write about a case are encrypted: they name people, addresses and amounts.

Codes, sources and what is asked stay open beside it, because cases are carried on by them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from onething.trust.sealing.service import is_sealed, open_of_many, owner_of, seal_values

WORDS = ("findings", "reason", "message", "words", "answered", "mend")
_SEALED, _USE = "said", "case.said"
_REASON = "work_item.reason"


def sealed(session: Session, subject_id: str, case_id: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """A task's result or an item's content as its row keeps it. Raises `Problem(trust.erased)`.

    What is sealed already stays as it is, unless there are new words: then they are kept with the old ones.
    """
    words = {name: told[name] for name in WORDS if told.get(name)}
    rest = {name: value for name, value in told.items() if name not in words}
    if not words:
        return rest
    before = opened(session, subject_id, case_id, rest)
    rest.pop(_SEALED, None)
    words = {name: before[name] for name in WORDS if before.get(name)} | words
    rest = {name: value for name, value in rest.items() if name not in words}
    return rest | {_SEALED: seal_values(session, [(owner_of(subject_id, case_id), words)], _USE)[0]}


def opened(session: Session, subject_id: str, case_id: str, stored: Mapping[str, Any]) -> dict[str, Any]:
    """The inverse; without the words where the person was erased."""
    return opened_all(session, subject_id, case_id, [stored])[0]


def opened_all(
    session: Session, subject_id: str, case_id: str, stored: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Several of one case, with one look-up of its key."""
    owner = owner_of(subject_id, case_id)
    words = open_of_many(session, [(owner, each.get(_SEALED)) for each in stored], _USE)
    return [
        {name: value for name, value in each.items() if name != _SEALED} | (told or {})
        for each, told in zip(stored, words, strict=True)
    ]


def sealed_reason(session: Session, subject_id: str, case_id: str, reason: str) -> str:
    """What an official wrote with a decision, as its column keeps it."""
    return seal_values(session, [(owner_of(subject_id, case_id), reason)], _REASON)[0] if reason else reason


def opened_reason(session: Session, subject_id: str, case_id: str, stored: str | None) -> str | None:
    if not is_sealed(stored):
        return stored
    return open_of_many(session, [(owner_of(subject_id, case_id), stored)], _REASON)[0]
