"""From a what-if to the next version of a clause: a draft like any other, which a second person has to approve. Pure but for `propose`."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import yaml
from sqlalchemy.orm import Session

from onething.core.access import Principal
from onething.core.clock import today
from onething.policy.knowledge import store
from onething.policy.matching.clauses import ready
from onething.policy.models import Clause
from onething.policy.whatif.city import turned
from onething.subjects.profiles.models import Dimension, ProfileSpec

_TYPES = {"integer": "number", "number": "number", "money": "number", "bool": "bool", "date": "date", "text": "text", "enum": "text"}  # fmt: skip


def rule_text(clause: Clause, spec: ProfileSpec) -> str:
    """The clause's rules as a rule file, with the company dimensions that it reads declared as facts."""
    found = ready(clause.model_copy(update={"valid_from": None, "valid_to": None}), today())
    names = sorted(found.names) if found is not None else []
    facts = {each.path: _fact(each) for each in spec.dimensions if each.path in names}
    rules = clause.ruleset.model_dump(mode="json", exclude_defaults=True)
    return yaml.safe_dump(
        {"rules_version": 1, "facts": facts, "rulesets": [rules]}, allow_unicode=True, sort_keys=False, width=120
    )


def _fact(dimension: Dimension) -> dict[str, Any]:
    made: dict[str, Any] = {"type": _TYPES[dimension.type], "name": {"zh": dimension.name.zh, "en": dimension.name.en}}
    if dimension.values:
        made["values"] = [option.code for option in dimension.values]
    return made


def propose(session: Session, principal: Principal, clause: Clause, spec: ProfileSpec, turns: Mapping[str, Decimal], reason: str) -> str:  # fmt: skip
    """A draft of the clause with its dials turned; gives the id of the rule version. Nothing is in force by this."""
    then = turned(clause, turns)
    return store.start_clause(session, principal, then, rule_text(then, spec), None, reason[:500]).rule.id
