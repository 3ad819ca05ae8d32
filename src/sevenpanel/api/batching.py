"""Requests that arrive while one statement runs share the next one.

There is no timer: an empty queue costs a lone request no wait, and under load the batches grow by themselves.
One batch is in flight at a time (design: orders, Placing, at speed).
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from sevenpanel.api.refusals import NotKnown
from sevenpanel.kernel.refusals import Refusal

Item = TypeVar("Item")
Answer = TypeVar("Answer")

log = logging.getLogger(__name__)


class Batcher(Generic[Item, Answer]):
    """Hands whatever has arrived to one function, batch after batch, and each answer to whoever asked.

    :param run: answers a batch, one answer or refusal per item, in order. What it raises, every item gets as
        "not known".
    :param size_max: items in one batch.
    :param weight: how heavy an item is; a batch is closed before it outweighs `weight_max`.
    """

    def __init__(
        self,
        run: Callable[[Sequence[Item]], Awaitable[Sequence[Answer | Refusal]]],
        *,
        size_max: int,
        weight: Callable[[Item], int] = lambda _: 0,
        weight_max: int = 1,
    ) -> None:
        self._run = run
        self._size_max = size_max
        self._weight = weight
        self._weight_max = weight_max
        self._waiting: deque[tuple[Item, asyncio.Future[Answer]]] = deque()
        self._worker: asyncio.Task[None] | None = None

    async def ask(self, item: Item) -> Answer:
        """Return the answer to this item.

        :raises Refusal: the one it was answered with.
        """
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._worker is None:
            self._worker = asyncio.create_task(self._work())
        return await future

    async def drain(self) -> None:
        """Return when everything asked so far has been answered."""
        while self._worker is not None:
            await asyncio.wait([self._worker])

    async def _work(self) -> None:
        try:
            while batch := self._take():
                await self._answer(batch)
        finally:
            self._worker = None

    def _take(self) -> list[tuple[Item, asyncio.Future[Answer]]]:
        batch: list[tuple[Item, asyncio.Future[Answer]]] = []
        weight = 0
        while self._waiting and len(batch) < self._size_max:
            item, future = self._waiting[0]
            weight += self._weight(item)
            if batch and weight > self._weight_max:
                break
            self._waiting.popleft()
            if not future.cancelled():  # who has gone before anything was sent is not served
                batch.append((item, future))
        return batch

    async def _answer(self, batch: list[tuple[Item, asyncio.Future[Answer]]]) -> None:
        try:
            answers = await self._run([item for item, _ in batch])
            pairs = list(zip(batch, answers, strict=True))
        except Exception:
            log.exception("A batch of %d failed", len(batch))
            pairs = [(one, NotKnown()) for one in batch]
        for (_, future), answer in pairs:
            if future.cancelled():
                continue
            if isinstance(answer, Refusal):
                future.set_exception(answer)
            else:
                future.set_result(answer)
