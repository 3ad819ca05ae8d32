"""Several web servers and workers on one database: each in a place of its own, replaced by another when it has gone."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random

from tests.rehearsal import Rehearsal
from tests.served import Served, serving
from tests.waiting import until
from tests.working import PROGRAM, Worker, working

# As many senders as all tests that run beside this one leave connections for.
FEW_SENDERS = ("--senders", "2")
# About as long as an answer takes.
ANSWER_SECONDS = 0.005


@dataclass(slots=True)
class Place:
    """Where one process of a kind runs after the other; every one of them has a home of its own."""

    home: Path
    open_in: Callable[[Path, ExitStack], Served | Worker]
    process: Served | Worker | None = None
    starts: Iterator[int] = field(default_factory=count)
    stack: ExitStack = field(default_factory=ExitStack)

    def start(self) -> None:
        """Start the next one, and return when it is ready."""
        home = self.home / f"{next(self.starts)}"
        home.mkdir(parents=True)
        self.process = self.open_in(home, self.stack)

    def stop(self) -> None:
        """Stop the one that runs as a supervisor does."""
        found = self.process
        assert found is not None
        self.process = None  # nobody is sent there any more
        found.stop()
        assert found.process.returncode == 0
        self.close()

    def kill(self) -> None:
        """Kill the one that runs, as kill -9 does."""
        assert self.process is not None
        self.process.process.kill()
        self.close()

    def close(self) -> None:
        """Leave nothing running."""
        self.process = None
        self.stack.close()


@dataclass(slots=True)
class Fleet:
    """Places for web servers and for workers."""

    shop: Rehearsal
    web: list[Place]
    workers: list[Place]
    pool: ThreadPoolExecutor
    starting: list[Future[None]] = field(default_factory=list)

    @property
    def places(self) -> list[Place]:
        """All of them."""
        return [*self.web, *self.workers]

    def start(self, places: Sequence[Place]) -> None:
        """Start a process in each of these places, side by side, and return when all are ready."""
        list(self.pool.map(Place.start, places))

    def start_soon(self, place: Place) -> None:
        """Start a process there while others go on."""
        self.starting.append(self.pool.submit(place.start))

    def all_are_ready(self) -> None:
        """Wait until every process that was started is ready; what failed in between is raised here."""
        for one in self.starting:
            one.result()

    def kill_one(self, chance: Random, asked: Sequence[int]) -> None:
        """Kill any process that is ready, and let another one come in its place; the last of several lives.

        Without a server nobody orders, and without a worker nobody sends or takes over: where a start takes longer than
        the time between two kills, nothing would be under way any more when a process dies.

        :param asked: the ports of servers that owe an answer at this moment: a server dies while it owes one, or just
            after it, since between two answers it has nothing to lose.
        """
        until(lambda: bool(self._mortal()))
        victim = chance.choice(self._mortal())
        if isinstance(found := victim.process, Served):
            until(lambda: found.port in asked, pause=0.001)
            time.sleep(chance.uniform(0, ANSWER_SECONDS))
        victim.kill()
        self.start_soon(victim)

    def _mortal(self) -> list[Place]:
        """Whoever is ready, and not the last of several."""
        return [*_not_the_last(self.web), *_not_the_last(self.workers)]

    def ports(self) -> list[int]:
        """Where servers listen now."""
        return [found.port for place in self.web if isinstance(found := place.process, Served)]


def _not_the_last(kind: Sequence[Place]) -> list[Place]:
    ready = [place for place in kind if place.process]
    return ready if len(ready) > 1 or len(kind) == 1 else []


@contextmanager
def fleet(
    shop: Rehearsal, *, web: int, workers: int, program: Sequence[str] = (*PROGRAM, *FEW_SENDERS)
) -> Iterator[Fleet]:
    """So many processes for the duration of a block.

    :param program: what Python runs as a worker.
    """
    with ThreadPoolExecutor(web + workers) as pool:
        found = Fleet(
            shop,
            [Place(shop.home / f"web{n}", _serve) for n in range(web)],
            [Place(shop.home / f"worker{n}", lambda home, stack: _work(home, stack, program)) for n in range(workers)],
            pool,
        )
        try:
            found.start(found.places)
            yield found
        finally:
            wait(found.starting)
            list(pool.map(Place.close, found.places))


def _serve(home: Path, stack: ExitStack) -> Served:
    return stack.enter_context(serving(home, only="api"))


def _work(home: Path, stack: ExitStack, program: Sequence[str]) -> Worker:
    return stack.enter_context(working(home, program=program))
