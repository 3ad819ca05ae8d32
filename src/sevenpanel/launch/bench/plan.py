"""How long and how large a bench is, and how its measurements take turns."""

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sevenpanel.launch.bench.figures import Row, Sample
from sevenpanel.launch.bench.history import History
from sevenpanel.launch.bench.limit import Limit
from sevenpanel.launch.bench.stage import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The sizes of a bench.

    :param is_warmed_up: whether all is measured once before, uncounted; short benches spare that.
    :param seconds: how long a sample is counted, after `warm` seconds in which it is not.
    :param histories: the desks on which orders are followed, from small to large; pages are read on the largest.
    :param followed: answers in one sample of following.
    """

    rounds: int
    seconds: float
    warm: float
    customers: int
    mass_lines: int
    histories: tuple[History, ...]
    followed: int
    is_warmed_up: bool = True

    @property
    def turns(self) -> int:
        """How often everything is measured, counted or not."""
        return self.rounds + self.is_warmed_up


FULL = Plan(
    rounds=3,
    seconds=5.0,
    warm=1.0,
    customers=1_000,
    mass_lines=10_000,
    histories=(
        History(open=10_000, closed=0),
        History(open=100_000, closed=1_000_000),
        History(open=1_000_000, closed=5_000_000),
    ),
    followed=60_000,
)
QUICK = Plan(
    rounds=2,
    seconds=0.5,
    warm=0.2,
    customers=200,
    mass_lines=10_000,
    histories=(History(open=5_000, closed=0), History(open=40_000, closed=80_000)),
    followed=5_000,
    is_warmed_up=False,
)
REHEARSAL = Plan(
    rounds=1,
    seconds=0.2,
    warm=0.1,
    customers=40,
    mass_lines=200,
    histories=(History(open=150, closed=0), History(open=5_000, closed=300)),
    followed=100,
    is_warmed_up=False,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Everything a section needs."""

    stage: Stage
    plan: Plan
    shop: Mapping[str, Any]
    limit: Limit
    provider_port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One of the desk's processes: how soon it did its work, and how much memory it holds."""

    name: str
    started_s: float
    resident_mb: float


@dataclass(slots=True, kw_only=True)
class Section:
    """What was measured together: lines of the table, the line that is their limit, and single figures."""

    title: str
    limit: str = ""
    rows: list[Row] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)

    def row(self, name: str) -> Row:
        """The line of that name."""
        return next(each for each in self.rows if each.name == name)


def take_turns(plan: Plan, measures: Mapping[str, Callable[[], Sample]]) -> list[Row]:
    """Take a sample of each, one after the other, and all of them again in every round.

    What else the machine does meanwhile is then shared by all of them. Each is run once before, and not counted,
    where the plan says so.
    """
    for measure in measures.values() if plan.is_warmed_up else ():
        measure()
    rounds: Sequence[dict[str, Sample]] = [
        {name: measure() for name, measure in measures.items()} for _ in range(plan.rounds)
    ]
    return [Row(name=name, rounds=tuple(each[name] for each in rounds)) for name in measures]


def tell(sentence: str) -> None:
    """Say how far it is, beside the result."""
    print(f"{time.strftime('%H:%M:%S')} {sentence}", file=sys.stderr, flush=True)
