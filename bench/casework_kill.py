"""500 cases in flight, workers killed with -9 five times: all finish, nothing done is done again, every SMS once."""

import json
import random
import time
import urllib.request
from pathlib import Path
from typing import Any

from bench.casework_rig import Rig, rig
from bench.table import Row, show

CASES, KILLS = 500, 5


def slow_agencies(made: Rig, milliseconds: int) -> None:
    for url in made.sandbox.gateways.values():
        body = json.dumps({"latency_ms": milliseconds}).encode()
        urllib.request.urlopen(urllib.request.Request(f"{url}/_control", body, method="POST"), timeout=10)


def run(out: Path, cases: int = CASES, kills: int = KILLS) -> dict[str, Any]:  # noqa: ARG001 - every benchmark is given the folder
    with rig(births=cases, lease=3.0) as made:
        slow_agencies(made, 100)
        for name in ("w0", "w1"):
            made.start_worker(name, places=64)
        started = time.perf_counter()
        made.open_next(cases)
        hit = 0
        for n in range(kills):
            time.sleep(random.uniform(1.0, 2.0))
            hit += int(made.finished() < cases)
            made.kill(f"w{n % 2}")
            time.sleep(random.uniform(0.0, 4.0))  # sometimes longer than the lease, so that the other one inherits
            made.start_worker(f"w{n % 2}", places=64)
        complete = made.wait_until_finished(cases, 300)
        seconds = time.perf_counter() - started
        wanted = cases * 8
        made.wait_until_told(wanted)
        figures = {
            "cases": cases, "kills": kills, "kills_with_cases_in_flight": hit, "seconds": seconds, "complete": complete,
            "outcomes": made.outcomes(), "effects": made.effects(), "doubled_effects": made.doubled_effects(),
            "repeated_steps": made.repeated_steps(), "doubled_events": made.doubled_events(),
            "messages": made.messages(), "doubled_messages": made.doubled_messages(),
        }  # fmt: skip
    rows = [
        Row(
            f"{cases} cases, {kills} × kill -9: finished", str(cases), str(sum(figures["outcomes"].values())), complete
        ),
        Row("completed steps begun again", "0", str(figures["repeated_steps"]), figures["repeated_steps"] == 0),
        Row(
            "keys with two effects at an agency", "0", str(figures["doubled_effects"]), figures["doubled_effects"] == 0
        ),
        Row("events written twice", "0", str(figures["doubled_events"]), figures["doubled_events"] == 0),
        Row("SMS delivered", str(wanted), str(figures["messages"]), figures["messages"] == wanted),
        Row("SMS delivered twice", "0", str(figures["doubled_messages"]), figures["doubled_messages"] == 0),
    ]
    show("Workers killed while cases are in flight", rows)
    return figures
