"""Pre-review on seeded filings: share of planted faults caught, share of sound filings that pass without an officer, time."""

import os
import time
from collections import Counter
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from bench.table import Row, show
from onething.catalog.service import find_event, load_city
from onething.core.settings import get_settings
from onething.documents.service import document_types
from onething.planning.service import make_plan
from onething.review.models import Fact, Origin, Review
from onething.review.service import merge_facts, review_filing, review_rules, settle_facts
from onething.sandbox.families.faults import FAULTS
from onething.sandbox.families.sound import Said, family

FILINGS, DAY = 4_000, date(2026, 11, 25)
ROOT = Path(__file__).parent.parent


class Desk:
    """The newborn event of the city package, ready to review."""

    def __init__(self) -> None:
        os.environ |= {"ONETHING_CITY": "shanghai", "ONETHING_CITIES_DIR": str(ROOT / "cities")}
        get_settings.cache_clear()
        self.city = load_city(ROOT / "cities" / "shanghai")
        self.event = find_event(self.city, "newborn")
        self.rules = review_rules(self.city, self.event)
        self.readable = {kind.id: [spec.name for spec in kind.fields] for kind in document_types()}

    def review(self, said: Said) -> Review:
        facts = self.facts(said)
        merged = merge_facts(settle_facts(self.city, self.event, facts))
        silent = [slot.id for slot in self.event.slots if slot.may_be_absent and slot.id not in said.registries]
        plan = make_plan(self.city, self.event, merged, as_of=DAY, absent=silent)
        return review_filing(self.city, self.event, facts, plan, DAY, rules=self.rules, readable=self.readable)

    def facts(self, said: Said) -> list[Fact]:
        found = [
            Fact(slot="applicant", field=name, value=value, origin=Origin(kind="sign_in", ref="sign_in"))
            for name, value in said.sign_in.items()
        ]
        for slot, fields in said.paper.items():
            for name, value in fields.items():
                sure = (slot, name) not in said.uncertain
                origin = Origin(kind="upload", ref="doc_1", certain=sure, confidence=0.99 if sure else 0.6)
                found.append(Fact(slot=slot, field=name, value=value, origin=origin))
        for slot, fields in said.registries.items():
            ref = self.event.slot(slot).sources[0].registry  # type: ignore[union-attr]
            found += [
                Fact(slot=slot, field=name, value=value, origin=Origin(kind="registry", ref=ref))
                for name, value in fields.items()
            ]
        for slot, fields in said.answers.items():
            found += [
                Fact(slot=slot, field=name, value=value, origin=Origin(kind="answer", ref=slot))
                for name, value in fields.items()
            ]
        return found


def filings(count: int, seed: int) -> list[Said]:
    """Half of them sound, the other half with one fault each, in turn."""
    dice = Random(seed)
    made: list[Said] = []
    for place in range(count):
        said = family(dice, DAY)
        if place % 2:
            fault = FAULTS[place // 2 % len(FAULTS)]
            said.fault = fault.__name__
            fault(said, dice, DAY)
        made.append(said)
    return made


def measure(made: list[Said]) -> dict[str, Any]:
    desk = Desk()
    desk.review(made[0])
    caught, planted, missed = Counter[str](), Counter[str](), list[str]()
    passed = held = sound = 0
    reasons: Counter[str] = Counter()
    times: list[float] = []
    for said in made:
        started = time.perf_counter()
        review = desk.review(said)
        times.append(time.perf_counter() - started)
        groups = {finding.group for finding in review.findings}
        if said.fault:
            planted[said.fault] += 1
            hit = any(group in groups for group in said.wants)
            caught[said.fault] += hit
            if not hit:
                missed.append(said.fault)
        else:
            sound += 1
            passed += review.may_submit and not review.needs_officer
            held += not review.may_submit
            reasons.update(f.code for f in review.findings if f.group in ("fix_now", "officer"))
    times.sort()
    return {
        "filings": len(made), "faults": sum(planted.values()), "caught": round(sum(caught.values()) / sum(planted.values()), 4),
        "by_fault": {name: round(caught[name] / planted[name], 3) for name in planted}, "sound": sound, "sound_passed": round(passed / sound, 4),
        "sound_held_up": round(held / sound, 4), "why": dict(reasons.most_common(8)), "ms_median": round(times[len(times) // 2] * 1000, 2),
        "ms_p99": round(times[int(len(times) * 0.99)] * 1000, 2), "missed": dict(Counter(missed)),
    }  # fmt: skip


def run(_out: Path) -> dict[str, Any]:
    figures = measure(filings(FILINGS, 31))
    show("Pre-review of newborn filings", [
        Row(f"planted faults caught ({figures['faults']} of {len(FAULTS)} kinds)", "", f"{figures['caught']:.1%}"),
        Row("sound filings passed without an officer", "≥ 95 %", f"{figures['sound_passed']:.1%}", figures["sound_passed"] >= 0.95),
        Row("sound filings held up", "", f"{figures['sound_held_up']:.1%}"),
        Row("one review, median / p99", "", f"{figures['ms_median']} / {figures['ms_p99']} ms"),
        *(Row(f"missed: {name}", "", str(times)) for name, times in figures["missed"].items()),
    ])  # fmt: skip
    return figures
