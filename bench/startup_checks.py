"""The 23 checks against 20,000 filings with planted faults of every kind: precision and recall of each, all together, time."""

import gzip
import json
import os
import tempfile
import time
from collections import Counter
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from bench.table import Row, show
from onething.catalog.service import find_event, load_city
from onething.core.settings import get_settings
from onething.review.checking.models import CheckResult
from onething.review.service import replay, run_checks
from onething.sandbox.filings.faults import FAULTS
from onething.sandbox.filings.sound import Drawn, Register, sound_filing
from onething.subjects.names.service import names_file

FILINGS, NAMES, DAY = 20_000, 20_000, date(2026, 11, 25)
FAULTY = 0.5
ROOT = Path(__file__).parent.parent


def filings(count: int, seed: int, register: Register) -> list[Drawn]:
    dice = Random(seed)
    made: list[Drawn] = []
    for place in range(count):
        drawn = sound_filing(dice, register, DAY)
        if dice.random() < FAULTY:
            fault = FAULTS[place % len(FAULTS)]
            drawn.expected, drawn.fault = fault(drawn, dice, register, DAY), fault.__name__
        if drawn.announces:
            drawn.expected.setdefault("later_permits", "note")
        made.append(drawn)
    return made


def place_register(folder: Path, register: Register) -> None:
    """The nightly copy of taken names, where the product looks for it."""
    os.environ |= {
        "ONETHING_DATA_DIR": str(folder),
        "ONETHING_CITY": "shenzhen",
        "ONETHING_CITIES_DIR": str(ROOT / "cities"),
    }
    get_settings.cache_clear()
    path = names_file("shenzhen")
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as out:
        out.write("\n".join(register.names))


def judge(made: list[Drawn]) -> tuple[dict[str, Counter[str]], list[dict[str, Any]], list[str], list[float]]:
    """Per check true and false positives and negatives; every filing not wholly right; overall outcomes; seconds."""
    city = load_city(ROOT / "cities" / "shenzhen")
    event = find_event(city, "startup").model_copy(update={"check_seconds": 60.0})
    counts: dict[str, Counter[str]] = {check.id: Counter() for check in event.checks}
    wrong: list[dict[str, Any]] = []
    overall: list[str] = []
    times: list[float] = []
    for drawn in made:
        started = time.perf_counter()
        results = run_checks(city, event, drawn.facts, DAY)
        times.append(time.perf_counter() - started)
        said = {result.id: _stop(result) for result in results}
        overall.append(next((word for word in ("refuse", "refer") if word in said.values()), "pass"))
        for check, outcome in said.items():
            wanted = drawn.expected.get(check, "pass")
            kind = ("true" if outcome == wanted else "false") + ("_pass" if outcome == "pass" else "_stop")
            counts[check][kind] += 1
            counts[check]["wanted"] += wanted != "pass"
        if differing := {
            c: (drawn.expected.get(c, "pass"), o) for c, o in said.items() if drawn.expected.get(c, "pass") != o
        }:
            wrong.append({"fault": drawn.fault, "differing": differing, "name": drawn.facts["name"]["full"]})
    return counts, wrong, overall, times


def _stop(result: CheckResult) -> str:
    """What counts: refused, referred, or (of the permits that come later) announced."""
    counts = result.outcome in ("refuse", "refer") or (result.id == "later_permits" and result.outcome == "note")
    return result.outcome if counts else "pass"


def replayed(made: list[Drawn]) -> tuple[int, int]:
    """How many results there were, and how many come out the same when judged again from their stored traces."""
    city = load_city(ROOT / "cities" / "shenzhen")
    event = find_event(city, "startup").model_copy(update={"check_seconds": 60.0})
    checks = {check.id: check for check in event.checks}
    all_of_them = same = 0
    for drawn in made:
        for result in run_checks(city, event, drawn.facts, DAY):
            stored = json.loads(json.dumps(result.as_dict()))
            again = replay(checks[result.id], stored, DAY).as_dict()
            all_of_them += 1
            same += all(again[part] == stored[part] for part in ("outcome", "fired", "what", "mend", "ask"))
    return all_of_them, same


def run(_out: Path, count: int = FILINGS, seed: int = 4711) -> dict[str, Any]:
    register = Register(NAMES, Random(seed + 1))
    made = filings(count, seed, register)
    with tempfile.TemporaryDirectory() as folder:
        place_register(Path(folder), register)
        judge(made[:20])  # the index of names is built once
        counts, wrong, overall, times = judge(made)
        results, same = replayed(made[:2_000])
    sound = [outcome for drawn, outcome in zip(made, overall, strict=True) if not drawn.fault]
    table = {
        check: {
            "precision": _share(c["true_stop"], c["true_stop"] + c["false_stop"]),
            "recall": _share(c["true_stop"], c["wanted"]), "faults": c["wanted"],
        }
        for check, c in counts.items()
    }  # fmt: skip
    right = 1 - len(wrong) / len(made)
    figures = {
        "filings": len(made), "faulty": len(made) - len(sound), "right": round(right, 5), "checks": table,
        "sound_referred": round(sound.count("refer") / len(sound), 5), "sound_refused": round(sound.count("refuse") / len(sound), 5),
        "referred": round(overall.count("refer") / len(made), 4), "ms_median": round(sorted(times)[len(times) // 2] * 1000, 2),
        "ms_p99": round(sorted(times)[int(len(times) * 0.99)] * 1000, 2), "kinds_wrong": dict(Counter(str((w["fault"], w["differing"])) for w in wrong).most_common(20)),
        "examples": wrong[:30], "replayed": results, "replayed_same": same,
    }  # fmt: skip
    _print(figures)
    return figures


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _print(f: dict[str, Any]) -> None:
    rows = [
        Row(f"{check} ({c['faults']} faults)", "", f"precision {c['precision']}  recall {c['recall']}")
        for check, c in f["checks"].items()
    ]
    rows += [
        Row(
            f"all 23 together right, of {f['filings']:,} filings", "≥ 99.8 %", f"{f['right']:.2%}", f["right"] >= 0.998
        ),
        Row(
            "sound filings referred to an officer / refused",
            "",
            f"{f['sound_referred']:.2%} / {f['sound_refused']:.2%}",
        ),
        Row("all filings, half of them faulty, referred", "", f"{f['referred']:.2%}"),
        Row("time of all checks, median / p99", "", f"{f['ms_median']} / {f['ms_p99']} ms"),
        Row(
            f"the same again from stored traces, of {f['replayed']:,}",
            "all",
            f"{f['replayed_same']:,}",
            f["replayed_same"] == f["replayed"],
        ),
    ]
    show("Company start-up: the 23 checks", rows)
