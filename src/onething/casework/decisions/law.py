"""Conditions and decision rules of a city package, applied to the facts of a case."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from onething.catalog.models import City, LegalGround, LifeEvent, Service
from onething.catalog.rulebook import service as rulebook
from onething.catalog.service import rules_of
from onething.planning.models import Facts
from onething.planning.service import holds as _holds
from onething.rules.service import Decision, compile_expression, decide


def holds(condition: str | None, facts: Facts, day: date) -> bool | None:
    """Whether a condition of the package holds; None when the facts do not tell. No condition always holds."""
    return _holds(condition, facts, day)


def decision_on(city: City, event: LifeEvent, service: Service, facts: Facts, day: date) -> tuple[Decision, str]:
    """What the service's rules in force on `day` say, and which version of them: officials' own, or the package's (`…@0`)."""
    if not service.rules:
        raise ValueError(f"service {service.id} has no rules")
    path, name = rules_of(city, event, service.rules)
    live = rulebook.in_force(city, path, name, day)
    return decide(live.ruleset, facts, day), live.version


def version_on(city: City, event: LifeEvent, service: Service | None, day: date) -> str:
    """The version of the service's rules that decides on `day`; "" when it has none. Kept with what is issued by it."""
    if service is None or not service.rules:
        return ""
    return rulebook.in_force(city, *rules_of(city, event, service.rules), day).version


def cite(ground: LegalGround | None) -> str:
    """`《户口登记条例》第七条`, as it goes into logs."""
    return "" if ground is None else f"{ground.title}{ground.article}"


_ARTICLE = re.compile(r"《([^》]+)》([^《]*)")


def titles_once(grounds: Iterable[str]) -> str:
    """《甲》第一条、《甲》第二条、《乙》第三条 → 《甲》第一条、第二条、《乙》第三条: each title once, articles in their order."""
    articles: dict[str, list[str]] = {}
    other: list[str] = []
    for ground in grounds:
        found = _ARTICLE.findall(ground)
        other += [ground] if ground and not found else []
        for title, article in found:
            articles.setdefault(title, []).append(article.strip("、，; "))
    named = [
        f"《{title}》{'、'.join(dict.fromkeys(each for each in those if each))}" for title, those in articles.items()
    ]
    return "、".join([*named, *dict.fromkeys(other)])


def findings_of(decision: Decision, version: str = "") -> list[dict[str, Any]]:
    """The reasons of a decision as plain JSON: code, outcome, words in both languages, ground, trace, version of the rules.

    `outcome` is "no" for what speaks against the applicant, and the words are what is so, not what would have to be.
    """
    return [
        {
            "code": reason.id,
            "outcome": reason.met,
            "words": reason.said.model_dump(),
            "ground": titles_once(str(ground) for ground in reason.ground),
            "missing": list(reason.missing),
            "trace": [step.as_dict() for step in reason.trace],
            "rules": version,
        }
        for reason in decision.reasons
    ]


def referrals_of(service: Service, facts: Facts, day: date) -> list[dict[str, Any]]:
    """The circumstances of a service that an officer must judge here, in the form of `findings_of`.

    `missing` names the facts they rest on, whether they are known or not: she compares just these.
    """
    doubts: list[dict[str, Any]] = []
    for referral in service.handling.referrals:
        outcome = holds(referral.when, facts, day)
        if outcome is not False:
            doubts.append(
                {
                    "code": "referral", "outcome": "undecided", "words": {"zh": referral.why.zh, "en": referral.why.en},
                    "ground": cite(referral.ground), "missing": sorted(compile_expression(referral.when).names), "trace": [],
                }
            )  # fmt: skip
    return doubts
