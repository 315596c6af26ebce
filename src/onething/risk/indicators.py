"""Indicators: what is measured of a filing. One function for training, for screening and for the case of the day.

Each is a number, or NaN for *not known*; what they mean in words and from where they are worrying stands in the
city's data (`risk/indicators.yaml`). All counts are of what was known before the filing.
"""

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from onething.risk.graph import DAY, YEAR, Ints
from onething.risk.models import Filing, Member, Role
from onething.risk.surroundings import Known, Surroundings, look_around

NAMES: tuple[str, ...] = (
    "address_alive", "address_new_90d", "address_revoked_share", "address_shared",
    "representative_alive", "representative_new_365d", "people_revoked", "people_revoked_recent",
    "representative_age", "youngest", "oldest", "representative_holds_nothing", "from_afar_share", "home_30d", "home_burst",
    "phone_alive", "phone_representatives", "agent_7d", "agent_burst", "agent_revoked_share", "without_agent",
    "near", "near_young_share", "near_revoked_share", "near_same_agent_share", "near_per_end", "days_since_nearest",
    "far", "far_revoked_share", "rotation", "ring_size", "corporate_holders", "corporate_holder_age_years",
    "largest_share", "capital_log10", "watched_trade",
)  # fmt: skip
PLACE = {name: number for number, name in enumerate(NAMES)}
_PRIOR_REVOKED, _PRIOR_WEIGHT = 0.03, 10.0
"""A share of few companies says little: it is drawn to the usual one, as if ten usual companies were among them."""


def measure(known: Known, filing: Filing) -> NDArray[np.float32]:
    """All indicators of one filing, in the order of `NAMES`."""
    around = look_around(known, filing)
    values: dict[str, float] = {}
    values |= _address(known, filing)
    values |= _people(known, filing)
    values |= _channels(known, filing)
    values |= _network(known, filing, around)
    values |= _own(filing)
    out = np.full(len(NAMES), np.nan, np.float32)
    for name, value in values.items():
        out[PLACE[name]] = value
    return out


def measure_all(known: Known, filings: Iterable[Filing]) -> NDArray[np.float32]:
    """One row a filing."""
    rows = [measure(known, filing) for filing in filings]
    return np.stack(rows) if rows else np.empty((0, len(NAMES)), np.float32)


def _revoked_share(known: Known, companies: Ints, moment: int) -> float:
    bad = float(known.graph.revoked(companies, moment).sum())
    return (bad + _PRIOR_REVOKED * _PRIOR_WEIGHT) / (len(companies) + _PRIOR_WEIGHT)


def _address(known: Known, filing: Filing) -> dict[str, float]:
    graph, moment, node = known.graph, filing.moment, filing.address
    if node < 0:
        return {"address_alive": 0, "address_new_90d": 0, "address_revoked_share": _PRIOR_REVOKED, "address_shared": 0}
    there = graph.companies_at(node, moment)
    return {
        "address_alive": float(graph.alive(there, moment).sum()),
        "address_new_90d": float(graph.between(node, moment - 90 * DAY, moment)),
        "address_revoked_share": _revoked_share(known, there, moment),
        "address_shared": float(graph.nodes.shared[node]),
    }


def _people(known: Known, filing: Filing) -> dict[str, float]:
    graph, moment = known.graph, filing.moment
    represent = next((m for m in filing.members if m.role is Role.REPRESENTATIVE), None)
    values: dict[str, float] = {"representative_alive": 0, "representative_new_365d": 0}
    if represent is not None and represent.entity >= 0:
        part = graph.known_of(represent.entity, moment)
        led = graph.of_other.company[part][graph.of_other.role[part] == Role.REPRESENTATIVE]
        values["representative_alive"] = float(graph.alive(led, moment).sum())
        values["representative_new_365d"] = float(graph.between(represent.entity, moment - YEAR, moment))
    before = [
        graph.companies_at(m.entity, moment) for m in filing.members if m.entity >= 0 and not known.fixed[m.entity]
    ]
    theirs = np.unique(np.concatenate(before)) if before else np.empty(0, np.int32)
    bad = theirs[graph.revoked(theirs, moment)]
    values["people_revoked"] = float(len(bad))
    values["people_revoked_recent"] = float((graph.nodes.ended[bad] > moment - 3 * YEAR).sum())
    return values | _persons(filing.members, represent)


def _persons(members: tuple[Member, ...], represent: Member | None) -> dict[str, float]:
    ages = [m.age for m in members if m.age is not None]
    afar = [m.from_afar for m in members if m.from_afar is not None]
    holders = {m.entity for m in members if m.role is Role.HOLDER and m.entity >= 0}
    nothing = represent is not None and represent.entity >= 0 and represent.entity not in holders
    return {
        "representative_age": math.nan if represent is None or represent.age is None else represent.age,
        "youngest": min(ages, default=math.nan),
        "oldest": max(ages, default=math.nan),
        "representative_holds_nothing": float(nothing),
        "from_afar_share": sum(afar) / len(afar) if afar else math.nan,
    }


def _channels(known: Known, filing: Filing) -> dict[str, float]:
    """Telephone, agent and home: what one hand uses again and again."""
    graph, moment = known.graph, filing.moment
    phones = [graph.companies_at(node, moment) for node in filing.phones if node >= 0]
    there = np.unique(np.concatenate(phones)) if phones else np.empty(0, np.int32)
    members = graph.members_of(there[-200:], moment)
    values = {
        "phone_alive": float(graph.alive(there, moment).sum()),
        "phone_representatives": float(len(np.unique(members.other[members.role == Role.REPRESENTATIVE]))),
        "without_agent": float(filing.agent == -2),
        "agent_7d": 0.0, "agent_burst": 0.0, "agent_revoked_share": _PRIOR_REVOKED, "home_30d": 0.0, "home_burst": 0.0,
    }  # fmt: skip
    if filing.agent >= 0:
        week, half = (graph.between(filing.agent, moment - days * DAY, moment) for days in (7, 182))
        values |= {"agent_7d": float(week), "agent_burst": (week + 1) / (half / 26 + 1)}
        values["agent_revoked_share"] = _revoked_share(known, graph.companies_at(filing.agent, moment), moment)
    if filing.home >= 0:
        month, years = (graph.between(filing.home, moment - days * DAY, moment) for days in (30, 730))
        values |= {"home_30d": float(month), "home_burst": (month + 1) / (years / 24 + 1)}
    return values


def _network(known: Known, filing: Filing, around: Surroundings) -> dict[str, float]:
    graph, moment, first = known.graph, filing.moment, around.first
    count = len(first)
    began = graph.began(first)
    agents = graph.members_of(first, moment)
    same = (agents.role == Role.FILED_BY) & (agents.other == filing.agent)
    return {
        "near": float(count),
        "near_young_share": float((began > moment - YEAR // 2).mean()) if count else 0.0,
        "near_revoked_share": _revoked_share(known, first, moment),
        "near_same_agent_share": float(same.sum()) / count if count and filing.agent >= 0 else 0.0,
        "near_per_end": count / (around.ends + 1),
        "days_since_nearest": float(moment - began.max()) / DAY if count else math.nan,
        "far": float(len(around.second)),
        "far_revoked_share": _revoked_share(known, around.second, moment),
        "rotation": around.rotation,
        "ring_size": float(around.ring),
        "corporate_holder_age_years": _corporate_age(known, filing),
    }


def _corporate_age(known: Known, filing: Filing) -> float:
    """Years the youngest corporate holder has existed: shells are made in layers, one soon after the other."""
    companies = [m.entity for m in filing.members if m.corporate and m.entity >= 0]
    if not companies:
        return math.nan
    return float(filing.moment - known.graph.began(np.array(companies, np.int32)).max()) / YEAR


def _own(filing: Filing) -> dict[str, float]:
    holders = [m for m in filing.members if m.role is Role.HOLDER]
    corporate = [m for m in holders if m.corporate]
    watched = math.nan if filing.watched_trade is None else float(filing.watched_trade)
    return {
        "corporate_holders": float(len(corporate)),
        "largest_share": max((m.share for m in holders), default=math.nan),
        "capital_log10": math.nan if not filing.capital else math.log10(filing.capital),
        "watched_trade": watched,
    }
