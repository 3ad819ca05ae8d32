"""Playing one seed: the shop opened, a number of acts with time between them, an evening, and what was wrong."""

import gc
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection

from sevenpanel.kernel import chaos
from sevenpanel.kernel.chaos import Killed
from sevenpanel.launch.simulation import checks, emptying, evening
from sevenpanel.launch.simulation.acts import Cast, acts_of
from sevenpanel.launch.simulation.history import History
from sevenpanel.launch.simulation.panel import Mood
from sevenpanel.launch.simulation.shop import open_shop
from sevenpanel.launch.simulation.workers import SENDINGS, Workers
from sevenpanel.launch.simulation.world import BrokenPromise, World, new_world

DYING = (0, 10, 30, 60)
"""How many times in a thousand a process dies at a point, one of these for each seed."""

INTERRUPTED = 25
"""How many times in a thousand somebody else acts at a point, before the one who passes it goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How much happens in a run.

    :param days: simulated days, about; the evening comes on top.
    :param acts: how many acts there are in them.
    :param mass: lines of the largest mass order.
    :param rush: orders of the largest rush of all customers' scripts; 0 for a shop without any.
    """

    days: int = 3
    acts: int = 60
    mass: int = 6
    rush: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How a run ended.

    :param orders: how many were placed; `bought` of them are with a panel.
    :param wrong: what was wrong, and nothing after it was played; empty for a good run.
    """

    seed: int
    history: History
    orders: int
    bought: int
    wrong: tuple[str, ...] = ()


def play(seed: int, scale: Scale, listen: Callable[[str], None] = lambda _: None) -> Result:
    """Play a seed on a database that is emptied for it.

    :param listen: is told every line of the history.
    """
    emptying.empty()
    world = new_world(seed, History(listen))
    run = _Run(world, scale)
    with chaos.heard_by(run.pass_point), _nothing_collected():
        wrong = run.played()
    bought = sum(len(panel.orders) for panel in world.panels.values())
    return Result(
        seed=seed, history=world.history, orders=emptying.count("orders_order"), bought=bought, wrong=tuple(wrong)
    )


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Leave what a run holds alone: looking for cycles among thousands of orders takes a tenth of its time."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


class _Run:
    def __init__(self, world: World, scale: Scale) -> None:
        self.world, self.scale = world, scale
        self.workers = Workers(world, sendings=max(SENDINGS, scale.mass // 2))
        self.looks = checks.Looks(world)
        self.acts = acts_of(Cast(world, self.workers, scale.mass, scale.rush))
        self.often = {name: act.weight for name, act in self.acts.items()}
        self.meanwhile = {name: act.meanwhile for name, act in self.acts.items() if act.meanwhile}

    def played(self) -> list[str]:
        """Play it all, and stop at the first thing that is wrong."""
        steps = (self._open, *(self._act for _ in range(self.scale.acts)), self._evening)
        for step in steps:
            wrong = self._checked(step)
            if wrong:
                return wrong
        return []

    def pass_point(self, name: str) -> None:
        """Die here, or let others come in between, as chance has it."""
        world = self.world
        if world.is_calm:
            return
        if world.dying and world.chance.happens(world.dying):
            raise Killed(name)
        if not connection.in_atomic_block:
            world.interrupt(INTERRUPTED)

    def _checked(self, step: Callable[[], list[str]]) -> list[str]:
        try:
            wrong = step() or self.looks.after_a_step()
        except BrokenPromise as broken:
            wrong = [str(broken)]
        except Exception as fault:
            # Whatever the desk raises here it would have raised at a customer, or in a worker.
            wrong = [f"{type(fault).__name__}: {fault}", *traceback.format_tb(fault.__traceback__)[-4:]]
        for sentence in wrong:
            self.world.note(f"WRONG: {sentence}")
        return wrong

    def _open(self) -> list[str]:
        world = self.world
        open_shop(world, rich=max(self.scale.mass, self.scale.rush) > 100)
        world.dying, world.troubles = world.chance.one_of(DYING), tuple(world.chance.some(list(Mood), 2))
        world.meanwhile = self._others
        promises = [str(panel.promises) for panel in world.panels.values()]
        world.note(f"the shop opens; seed {world.seed}, dying {world.dying}, {world.troubles}, {promises}")
        return []

    def _act(self) -> list[str]:
        self._pass_time()
        self.acts[self.world.chance.weighted(self.often)].do()
        return []

    def _others(self, is_long: bool) -> None:
        """Somebody else's act, while somebody waits for an answer."""
        self.world.note("meanwhile")
        if is_long:
            self.workers.keep_house()
        self.acts[self.world.chance.weighted(self.meanwhile)].do()

    def _pass_time(self) -> None:
        """Mostly moments, at times hours, so that the days add up."""
        chance, long = self.world.chance, self.scale.days * 86_400_000 * 20 // self.scale.acts
        longest = chance.weighted({5_000: 40, 120_000: 30, 1_800_000: 20, long: 10})
        self.world.pass_time(timedelta(milliseconds=chance.randrange(longest)))

    def _evening(self) -> list[str]:
        self.world.note("evening")
        stuck = evening.fall(self.world, self.workers)
        self.world.note(f"the end: {checks.sums()}")
        return [*stuck, *checks.in_the_evening(self.world)]
