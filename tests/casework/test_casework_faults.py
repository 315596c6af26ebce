"""Worker processes killed and paused while cases are in flight, against real agencies over HTTP."""

import json
import signal
import urllib.request

import pytest
from bench.casework_rig import Rig, rig

pytestmark = [pytest.mark.fault, pytest.mark.slow, pytest.mark.xdist_group("casework_faults")]


def slow_agencies(made: Rig, milliseconds: int) -> None:
    """Keep cases in flight long enough to be hit."""
    for url in made.sandbox.gateways.values():
        body = json.dumps({"latency_ms": milliseconds}).encode()
        urllib.request.urlopen(urllib.request.Request(f"{url}/_control", body, method="POST"), timeout=10)


def nothing_was_done_twice(made: Rig, cases: int) -> None:
    assert made.outcomes() == {"done": cases}
    assert made.effects() == cases * 10
    assert made.doubled_effects() == 0
    assert made.doubled_events() == 0


def test_a_single_worker_killed_again_and_again_finishes_every_case_once() -> None:
    cases = 16
    with rig(births=cases, on_postgres=False, people=300, lease=3.0) as made:
        slow_agencies(made, 60)
        made.start_worker("w0", places=12)
        made.open_next(cases)
        for already in (3, 8):
            assert made.wait_until_finished(already, 60), made.state()
            made.kill("w0")
            assert made.finished() < cases
            made.start_worker("w0", places=12)
        assert made.wait_until_finished(cases, 240), made.state()
        nothing_was_done_twice(made, cases)
        assert made.repeated_steps() == 0
        assert made.wait_until_told(cases * 8) == cases * 8
        assert made.doubled_messages() == 0


@pytest.mark.postgres
@pytest.mark.timeout(700)
def test_another_worker_takes_over_and_a_paused_one_that_wakes_does_no_harm(postgres_url: str) -> None:
    cases = 24
    with rig(births=cases, url=postgres_url, people=300, lease=3.0) as made:
        slow_agencies(made, 80)
        made.start_worker("w0", places=10)
        made.start_worker("w1", places=10)
        made.open_next(cases // 2)
        assert made.wait_until_held("w0", 3, 60)
        made.kill("w0")  # never restarted under this name while its work is adopted
        assert made.wait_until_finished(cases // 2, 240), made.state()
        assert made.repeated_steps() == 0
        made.start_worker("w2", places=10)
        made.open_next(cases // 2)
        assert made.wait_until_held("w2", 3, 60)
        made.kill("w2", signal.SIGSTOP)
        assert made.wait_until_finished(cases, 240), made.state()
        made.kill("w2", signal.SIGCONT)
        assert made.workers["w2"].wait(60) == 3  # it notices that its work is another's, and ends
        # Frozen in the middle of sending, it still sends when it wakes: no check can precede that, keys make it harmless.
        nothing_was_done_twice(made, cases)
