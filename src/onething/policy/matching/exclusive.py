"""Clauses that cannot be had together (就高不重复): which of them a company is given. The one rule for the desk and for what-ifs."""

from collections.abc import Collection, Mapping
from decimal import Decimal


def highest(groups: Mapping[str, Collection[str]], due: Mapping[str, Decimal], given: Collection[str]) -> set[str]:
    """Of clauses that exclude each other the one that was given, else the highest; ties by id, so that it is always the same.

    `groups`: clause → those it cannot be had together with; `due`: clause → yuan that its conditions give; `given`: clauses
    of which money has gone already.
    """
    kept: set[str] = set(given)
    for clause_id in sorted(due, key=lambda name: (-due[name], name)):
        if not kept & frozenset(groups.get(clause_id, ())):
            kept.add(clause_id)
    return kept
