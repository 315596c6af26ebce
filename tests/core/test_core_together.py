"""Several callers share a commit; each hears of her own, and what fails takes nobody with it."""

import asyncio
from collections.abc import Sequence

import pytest

from onething.core.processes.together import Together


class Table:
    """Keeps batches; refuses negative numbers."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []

    def save(self, batch: Sequence[int]) -> list[int]:
        if any(number < 0 for number in batch):
            raise ValueError("negative")
        self.batches.append(list(batch))
        return [number * 2 for number in batch]


async def test_what_comes_while_more_is_coming_shares_one_commit_and_everybody_gets_her_own_result() -> None:
    table, coming = Table(), 5
    together: Together[int, int] = Together(table.save, lambda: coming)

    async def one(number: int) -> int:
        nonlocal coming
        await asyncio.sleep(0)
        coming -= 1
        return await together.add(number)

    assert await asyncio.gather(*(one(number) for number in range(5))) == [0, 2, 4, 6, 8]
    assert table.batches == [[0, 1, 2, 3, 4]]


async def test_nobody_waits_for_somebody_who_does_not_come() -> None:
    table = Table()
    together: Together[int, int] = Together(table.save, lambda: 1)
    async with asyncio.timeout(5):
        assert await together.add(7) == 14


async def test_one_that_fails_is_told_and_the_others_are_saved() -> None:
    table, failed = Table(), list[int]()
    together: Together[int, int] = Together(table.save, failed=failed.append)
    results = await asyncio.gather(*(together.add(number) for number in (1, -2, 3)), return_exceptions=True)
    assert [results[0], results[2]] == [2, 6]
    assert isinstance(results[1], ValueError)
    assert failed == [-2]
    assert sorted(number for batch in table.batches for number in batch) == [1, 3]


async def test_a_caller_who_is_cancelled_leaves_the_others_their_commit() -> None:
    table = Table()
    together: Together[int, int] = Together(table.save, lambda: 1)
    leaving = asyncio.ensure_future(together.add(1))
    staying = asyncio.ensure_future(together.add(2))
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying == 4
    with pytest.raises(asyncio.CancelledError):
        await leaving


async def test_a_crowd_shares_commits_although_nobody_is_announced() -> None:
    table = Table()
    together: Together[int, int] = Together(table.save)
    callers = list[asyncio.Task[int]]()
    for number in range(300):
        callers.append(asyncio.ensure_future(together.add(number)))
        await asyncio.sleep(0.005)
    assert await asyncio.gather(*callers) == [2 * number for number in range(300)]
    # Each alone would be up to three hundred; the first few are, until the crowd is noticed.
    assert len(table.batches) < 100, [len(batch) for batch in table.batches]
