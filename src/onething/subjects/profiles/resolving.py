"""From reports to a picture. Pure: late, missing and contradictory values are told apart and nothing is guessed."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from onething.subjects.profiles.models import Dimension, Profile, ProfileSpec, Report, Reported, Value, as_fact


def resolve(spec: ProfileSpec, subject_id: str, reports: Iterable[Report], on: date) -> Profile:
    """What may be relied on at `on`. Of one agency the report with the latest day counts, and of one day the latest
    received: so a correction of last year replaces last year's figure, and a late file of last month does not replace
    this month's."""
    latest: dict[tuple[str, str], Reported] = {}
    for report in sorted(reports, key=lambda each: (each.as_of, each.received_at)):
        if report.as_of > on:
            continue
        for name, value in report.data.items():
            if value is not None:
                latest[name, report.source] = Reported(
                    value, report.source, report.as_of, report.received_at, report.delivery_id
                )
    return Profile(subject_id, tuple(_value(each, latest, on) for each in spec.dimensions))


def _value(dimension: Dimension, latest: dict[tuple[str, str], Reported], on: date) -> Value:
    said = [found for source in (dimension.source, *dimension.also) if (found := latest.get((dimension.id, source)))]
    if not said:
        return Value(dimension, "missing", None, None)
    shown = as_fact(dimension, said[0].value)
    fresh = [each for each in said if not _late(dimension, each, on)]
    if not fresh:
        return Value(dimension, "late", None, shown, tuple(said))
    if any(each.value != fresh[0].value for each in fresh[1:]):
        return Value(dimension, "contradictory", None, shown, tuple(said))
    return Value(dimension, "ok", as_fact(dimension, fresh[0].value), as_fact(dimension, fresh[0].value), tuple(said))


def _late(dimension: Dimension, reported: Reported, on: date) -> bool:
    return dimension.fresh_days is not None and reported.as_of + timedelta(days=dimension.fresh_days) < on


def stored_picture(profile: Profile) -> tuple[dict[str, Any], dict[str, Any]]:
    """(facts, flags) as the row beside the reports keeps them."""
    facts: dict[str, Any] = {}
    flags: dict[str, Any] = {}
    for each in profile.values:
        if each.status == "ok":
            facts[each.dimension.id] = _plain(each)
        elif each.status != "missing":
            flags[each.dimension.id] = each.status
    return facts, flags


def _plain(each: Value) -> Any:
    fresh: Sequence[Reported] = [said for said in each.said if as_fact(each.dimension, said.value) == each.value]
    return fresh[0].value
