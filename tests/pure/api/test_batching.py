"""Natural batching: who is alone does not wait, who comes meanwhile shares, who is bad stays alone with it."""

import asyncio
from collections.abc import Sequence

import pytest

from sevenpanel.api.batching import Batcher
from sevenpanel.api.refusals import IncorrectRequest, NotKnown
from sevenpanel.kernel.refusals import Refusal


class Counter:
    """Doubles numbers when it is let, and remembers in which batches they came."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def run(self, numbers: Sequence[int]) -> Sequence[int | Refusal]:
        self.batches.append(list(numbers))
        await self.gate.wait()
        if 13 in numbers:
            raise RuntimeError("an unlucky number")
        return [IncorrectRequest("below zero") if number < 0 else 2 * number for number in numbers]


async def answers_of(batcher: Batcher[int, int], *numbers: int) -> list[int | BaseException]:
    return await asyncio.gather(*(batcher.ask(number) for number in numbers), return_exceptions=True)


async def settled() -> None:
    """Let every task go as far as it can."""
    for _ in range(10):
        await asyncio.sleep(0)


def test_who_is_alone_goes_at_once() -> None:
    async def story() -> None:
        counter = Counter()
        batcher = Batcher[int, int](counter.run, size_max=4)
        assert [await batcher.ask(1), await batcher.ask(2)] == [2, 4]
        assert counter.batches == [[1], [2]]

    asyncio.run(story())


def test_who_comes_while_a_batch_runs_shares_the_next_one() -> None:
    async def story() -> None:
        counter = Counter()
        batcher = Batcher[int, int](counter.run, size_max=4)
        counter.gate.clear()
        first = asyncio.create_task(batcher.ask(1))
        await settled()
        crowd = asyncio.create_task(answers_of(batcher, 2, 3, 4, 5, 6))
        await settled()
        assert counter.batches == [[1]]
        counter.gate.set()
        assert [await first, *await crowd] == [2, 4, 6, 8, 10, 12]
        assert counter.batches == [[1], [2, 3, 4, 5], [6]]

    asyncio.run(story())


def test_a_batch_is_closed_before_it_is_too_heavy_but_never_empty() -> None:
    async def story() -> None:
        counter = Counter()
        batcher = Batcher[int, int](counter.run, size_max=10, weight=lambda number: number, weight_max=10)
        assert await answers_of(batcher, 4, 6, 1, 50, 2) == [8, 12, 2, 100, 4]
        assert counter.batches == [[4, 6], [1], [50], [2]]

    asyncio.run(story())


def test_a_refusal_is_its_own_askers_only() -> None:
    async def story() -> None:
        batcher = Batcher[int, int](Counter().run, size_max=10)
        one, refused, two = await answers_of(batcher, 1, -1, 2)
        assert (one, two) == (2, 4)
        assert isinstance(refused, IncorrectRequest)

    asyncio.run(story())


def test_after_a_fault_nobody_is_told_a_guess_and_the_next_batch_runs(caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        batcher = Batcher[int, int](Counter().run, size_max=10)
        assert all(isinstance(answer, NotKnown) for answer in await answers_of(batcher, 1, 13))
        assert await batcher.ask(1) == 2

    asyncio.run(story())
    assert "A batch of 2 failed" in caplog.text


def test_who_left_before_the_batch_began_is_not_served() -> None:
    async def story() -> None:
        counter = Counter()
        batcher = Batcher[int, int](counter.run, size_max=10)
        counter.gate.clear()
        first, second = asyncio.create_task(batcher.ask(1)), asyncio.create_task(batcher.ask(2))
        await settled()
        third = asyncio.create_task(batcher.ask(3))
        await settled()
        third.cancel()
        second.cancel()
        counter.gate.set()
        assert await first == 2
        await batcher.drain()
        assert counter.batches == [[1, 2]]

    asyncio.run(story())


def test_draining_waits_for_every_answer() -> None:
    async def story() -> None:
        counter = Counter()
        batcher = Batcher[int, int](counter.run, size_max=1)
        asked = [asyncio.create_task(batcher.ask(number)) for number in (1, 2, 3)]
        await settled()
        await batcher.drain()
        assert [task.result() for task in asked] == [2, 4, 6]

    asyncio.run(story())
