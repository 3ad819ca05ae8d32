"""Following orders as the worker does, with a provider that answers from memory: claim, answers, money, next look.

What is measured is everything the desk does about an answer. What the network and a provider take is not: the
answers are made here, in the shape in which an adapter hands them over.
"""

import json
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Any, cast

from django.db import connection

from sevenpanel.fulfilment import commands as fulfilment
from sevenpanel.fulfilment.commands.access import AdapterFor
from sevenpanel.fulfilment.providers.interface import ProviderAccess, ProviderStatus, StatusReport
from sevenpanel.jobs.worker import FOLLOWERS
from sevenpanel.launch.bench.figures import PYTHON, sample
from sevenpanel.launch.bench.history import QUANTITY, REMAINS, START_COUNT
from sevenpanel.launch.bench.shop import CURRENCY


def _says(word: str, status: ProviderStatus, remains: int) -> StatusReport:
    return StatusReport(
        word=word, status=status, remains=remains, start_count=START_COUNT, charge=Decimal("0.1"), currency=CURRENCY
    )


# Of a hundred orders, by the last two digits of their number: 8 end, 22 move on, 70 say what they said before.
_ENDS = {
    **dict.fromkeys(range(6), _says("Completed", ProviderStatus.COMPLETED, 0)),
    6: _says("Partial", ProviderStatus.PARTIAL, 300),
    7: _says("Canceled", ProviderStatus.CANCELED, QUANTITY),
}
_MOVES = _says("In progress", ProviderStatus.IN_PROGRESS, REMAINS - 100)
_STAYS = _says("In progress", ProviderStatus.IN_PROGRESS, REMAINS)
ANSWERS = tuple(_ENDS.get(n) or (_MOVES if n < 30 else _STAYS) for n in range(100))


class MemoryPanel:
    """A provider that answers from memory."""

    def __init__(self, kind: str, access: ProviderAccess) -> None:
        self.access = access

    def statuses(self, ids: Sequence[str]) -> Mapping[str, StatusReport]:
        """What became of these orders."""
        return {id_: ANSWERS[int(id_[-2:])] for id_ in ids}


def main(arguments: Sequence[str]) -> int:
    """For every number of orders that is read, a line each: follow so many that are due, and say how it went."""
    for line in sys.stdin:
        print(json.dumps(_follow(int(line))), flush=True)
    return 0


def _follow(count: int) -> dict[str, Any]:
    taken: list[tuple[int, float]] = []
    begun, spent = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(FOLLOWERS) as threads:
        for ended in [threads.submit(_work, count, taken) for _ in range(FOLLOWERS)]:
            ended.result()
    seconds, done = time.perf_counter() - begun, sum(n for n, _ in taken)
    told = sample((ms for _, ms in taken), seconds=seconds, total=done, cpu={PYTHON: time.process_time() - spent})
    return {**asdict(told), "count": done}


def _work(count: int, taken: list[tuple[int, float]]) -> None:
    follow = partial(fulfilment.sync_next, clock=lambda: datetime.now(UTC), adapter_for=cast(AdapterFor, MemoryPanel))
    try:
        while sum(n for n, _ in taken) < count:
            begun = time.perf_counter()
            done = follow()
            if not done:
                return
            taken.append((done, 1000 * (time.perf_counter() - begun)))
    finally:
        connection.close()  # back into the pool: the next sample has threads of its own
