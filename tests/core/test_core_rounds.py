"""The one loop behind everything that comes round."""

import asyncio
import threading

import pytest
from structlog.testing import capture_logs

from onething.core.processes import rounds
from onething.core.processes.rounds import After, Bell, InThread, Looked, Round, run_rounds


class Looks:
    """Gives prepared results one after the other, then sets `seen` and finds nothing more."""

    def __init__(self, *results: "Looked | Exception") -> None:
        self.left, self.count = list(results), 0
        self.begun, self.seen = asyncio.Event(), asyncio.Event()

    async def __call__(self) -> Looked:
        self.count += 1
        self.begun.set()
        if not self.left:
            self.seen.set()
            return None
        result = self.left.pop(0)
        if isinstance(result, Exception):
            raise result
        return result


async def until_seen(looks: Looks, each: Round) -> None:
    stop = asyncio.Event()
    running = asyncio.ensure_future(run_rounds([each], stop))
    async with asyncio.timeout(60):
        await looks.seen.wait()
        stop.set()
        await running


def status_of(name: str) -> rounds.Status:
    return next(status for status in rounds.statuses() if status.name == name)


async def test_where_there_was_work_it_looks_again_at_once_and_rests_otherwise() -> None:
    looks = Looks(3, True, 1)
    await until_seen(looks, Round("busy", 3600.0, looks))
    assert looks.count == 4
    assert status_of("busy").due > 0


async def test_a_look_may_say_itself_when_to_look_again() -> None:
    looks = Looks(After(0.001), After(0.001))
    await until_seen(looks, Round("paced", 3600.0, looks))
    assert looks.count == 3


async def test_a_failure_is_told_once_and_outlived_and_health_can_see_it() -> None:
    looks = Looks(OSError("13800138000 is gone"), OSError("again"), ValueError("other"))
    with capture_logs() as entries:
        await until_seen(looks, Round("flaky", 0.001, looks))
    told = [(entry["log_level"], entry.get("error")) for entry in entries]
    assert told == [("warning", "OSError"), ("warning", "ValueError"), ("info", None)]
    assert "13800138000" not in str(entries)
    status = status_of("flaky")
    assert (status.failures, status.last_error, status.ended, status.lag) == (0, "ValueError", True, 0.0)
    assert status.last_success is not None


@pytest.mark.parametrize(("every", "pauses"), [(1.0, [1, 2, 4, 5, 5]), (60.0, [60, 60, 60, 60, 60])])
async def test_pauses_grow_while_it_fails_but_never_beyond_the_longest(every: float, pauses: list[float]) -> None:
    running = rounds._Running(Round("away", every, Looks()), asyncio.Event())
    assert [running._failed(OSError()) for _ in pauses] == pauses


async def test_a_bell_rung_from_another_thread_wakes_a_resting_round() -> None:
    looks, bell, stop = Looks(None), Bell(), asyncio.Event()
    running = asyncio.ensure_future(run_rounds([Round("woken", 3600.0, looks, bell)], stop))
    async with asyncio.timeout(60):
        await looks.begun.wait()
        await asyncio.to_thread(bell.ring)
        await looks.seen.wait()
        stop.set()
        await running


async def test_what_was_rung_during_a_look_is_not_lost() -> None:
    bell, looks = Bell(), Looks(None)

    async def rings() -> Looked:
        found = await looks()
        if looks.count == 1:
            await asyncio.to_thread(bell.ring)
        return found

    await until_seen(looks, Round("rung", 3600.0, rings, bell))
    assert looks.count == 2


async def test_at_the_end_the_look_under_way_is_finished_and_no_other_begun() -> None:
    begun, go_on, finished, stop = asyncio.Event(), asyncio.Event(), [0], asyncio.Event()

    async def slow() -> Looked:
        begun.set()
        await go_on.wait()
        finished[0] += 1
        return True

    running = asyncio.ensure_future(run_rounds([Round("slow", 1.0, slow), Round("idle", 3600.0, Looks())], stop))
    await begun.wait()
    stop.set()
    await asyncio.sleep(0)
    assert not running.done()
    go_on.set()
    await running
    assert finished == [1]


async def test_a_round_that_starts_later_does_not_look_when_stopped_before() -> None:
    looks, stop = Looks(), asyncio.Event()
    running = asyncio.ensure_future(run_rounds([Round("later", 3600.0, looks, at_once=False)], stop))
    await asyncio.sleep(0)
    stop.set()
    await running
    assert looks.count == 0


async def test_a_round_that_always_finds_work_leaves_room_for_others() -> None:
    stop, others = asyncio.Event(), Looks(1, 1, 1)

    async def greedy() -> Looked:
        return True

    running = asyncio.ensure_future(run_rounds([Round("greedy", 1.0, greedy), Round("other", 1.0, others)], stop))
    async with asyncio.timeout(60):
        await others.seen.wait()
        stop.set()
        await running
    assert others.count == 4


def test_in_a_thread_of_its_own_it_looks_when_rung_and_ends_when_told() -> None:
    bell, looked = Bell(), threading.Semaphore(0)

    async def look() -> Looked:
        looked.release()
        return None

    with InThread(Round("apart", 3600.0, look, bell)) as thread:
        assert looked.acquire(timeout=60)
        bell.ring()
        assert looked.acquire(timeout=60)
    assert not thread.alive
