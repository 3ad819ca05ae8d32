"""What becomes of an order in the sandbox: a pure function of the seed, the order and the time.

Nothing moves on its own. Whoever asks about an order gets the state that its plan has for that moment, so a
sandbox that was killed and started again goes on as if nothing had been. Times are milliseconds since placing.

Among any ten orders with consecutive numbers that behave normally, one ends partially and one is canceled;
which ones, the seed decides. An order of one piece cannot end partially and completes instead.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import blake2b

from sevenpanel.fulfilment.providers.sandbox.personality import Personality

WHEEL = 10
PARTIALS_A_TURN = 1
CANCELS_A_TURN = 1
SHORTEST_MS = 5_000
LONGEST_MS = 60_000
SLOWNESS = 10
STEP_BACK_MS = 5_000
CANCEL_MS = 2_000
HALF_LOST_MS = 3 * 24 * 3_600_000
MILLISECOND = timedelta(milliseconds=1)

# The others lie or change their minds, and nobody could tell what they lost.
_LOSING = frozenset({Personality.NORMAL, Personality.SLOW, Personality.PARTIAL})

PENDING, PROCESSING, IN_PROGRESS = "Pending", "Processing", "In progress"
COMPLETED, PARTIAL, CANCELED = "Completed", "Partial", "Canceled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An order as it was taken.

    :param quantity: pieces, at least one; a package counts as one.
    :param pace: percent of the normal durations, for rehearsals in a hurry.
    :param cancel_at: when the customer asked to stop it.
    """

    seed: int
    order: int
    quantity: int
    personality: Personality
    placed_at: datetime
    pace: int = 100
    cancel_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The state of an order at a moment.

    :param remains: what the provider says, which for a liar is not the truth.
    :param undelivered: what is truly missing when it is final; the money follows this.
    :param final: whether nothing will change any more.
    """

    status: str
    remains: int
    start_count: int | None
    undelivered: int
    final: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    starts: int
    works: int
    ends: int
    settles: int
    ending: str
    target: int
    start_count: int
    draw: int


def standing(placed: Placed, now: datetime) -> Standing:
    """This function tells how an order stands.

    :param now: any moment, also one before placing, which counts as placing.
    """
    age = max((now - placed.placed_at) // MILLISECOND, 0)
    plan = _plan(placed)
    stopped = _stopped(placed, plan, age)
    if stopped is not None:
        return stopped
    if age >= plan.ends:
        return _ended(placed, plan, age)
    return _underway(placed, plan, age)


def ends_at(placed: Placed) -> datetime:
    """The moment from which the order's standing is final."""
    plan = _plan(placed)
    asked = _cancel_age(placed)
    if asked is not None and asked < plan.ends:
        return placed.placed_at + (asked + _cancel_takes(placed)) * MILLISECOND
    return placed.placed_at + plan.settles * MILLISECOND


def given_back(charge_micros: int, placed: Placed, final: Standing) -> int:
    """The part of the charge that a final order returns, rounded down: what is delivered stays paid."""
    if final.status == COMPLETED:
        return 0
    return charge_micros * min(max(final.undelivered, 0), placed.quantity) // placed.quantity


def lost(placed: Placed, percent: tuple[int, int], now: datetime) -> int:
    """This function tells how much of what a final order delivered has fallen away again: the drop of clause 5.

    How much an order loses in all lies between the two percentages, decided by the seed; half of it is gone after
    three days, whatever the pace, since real days are what is measured. No money follows it.

    :param percent: from and to, of the service.
    """
    state = standing(placed, now)
    if not state.final or placed.personality not in _LOSING or percent[1] == 0:
        return 0
    delivered = placed.quantity - state.undelivered
    span = 100 * (percent[1] - percent[0]) + 1
    drawn = 100 * percent[0] + int.from_bytes(_digest(f"lost/{placed.seed}/{placed.order}")[:8], "big") % span
    age = max((now - ends_at(placed)) // MILLISECOND, 0)
    return delivered * drawn * age // (10_000 * (age + HALF_LOST_MS))


def _underway(placed: Placed, plan: _Plan, age: int) -> Standing:
    if age < plan.works or plan.ending == CANCELED:
        status = PENDING if age < plan.starts else PROCESSING
        return _open(status, placed.quantity, None)
    return _open(IN_PROGRESS, placed.quantity - _delivered(plan, age), plan.start_count)


def _ended(placed: Placed, plan: _Plan, age: int) -> Standing:
    missing = placed.quantity - plan.target
    if placed.personality is Personality.BACKWARDS and age < plan.settles:
        if age < plan.ends + (plan.settles - plan.ends) // 2:
            return _open(COMPLETED, 0, plan.start_count)
        return _open(IN_PROGRESS, missing, plan.start_count)
    said = _lie(placed, plan) if placed.personality is Personality.LIES else missing
    counted = None if plan.ending == CANCELED else plan.start_count
    return Standing(status=plan.ending, remains=said, start_count=counted, undelivered=missing, final=True)


def _stopped(placed: Placed, plan: _Plan, age: int) -> Standing | None:
    """The standing of an order that was canceled in time: frozen when asked, final a little later."""
    asked = _cancel_age(placed)
    if asked is None or asked >= plan.ends or age < asked:
        return None
    frozen = _underway(placed, plan, asked)
    if age < asked + _cancel_takes(placed):
        return frozen
    status = CANCELED if frozen.remains == placed.quantity else PARTIAL
    return Standing(
        status=status,
        remains=frozen.remains,
        start_count=frozen.start_count,
        undelivered=frozen.remains,
        final=True,
    )


def _open(status: str, remains: int, start_count: int | None) -> Standing:
    return Standing(status=status, remains=remains, start_count=start_count, undelivered=remains, final=False)


def _delivered(plan: _Plan, age: int) -> int:
    return plan.target * (age - plan.works) // max(plan.ends - plan.works, 1)


def _lie(placed: Placed, plan: _Plan) -> int:
    return (placed.quantity // 2 + 1, placed.quantity + 37, -12)[plan.draw % 3]


def _cancel_age(placed: Placed) -> int | None:
    return None if placed.cancel_at is None else max((placed.cancel_at - placed.placed_at) // MILLISECOND, 0)


def _cancel_takes(placed: Placed) -> int:
    # An order may be drawn out for a rehearsal; stopping it is not.
    return _paced(CANCEL_MS, min(placed.pace, 100))


def _paced(milliseconds: int, pace: int) -> int:
    return max(milliseconds * pace // 100, 1)


def _plan(placed: Placed) -> _Plan:
    length, first, second, share, count, draw = _draws(placed.seed, placed.order)
    whole = SHORTEST_MS + length % (LONGEST_MS - SHORTEST_MS + 1)
    if placed.personality is Personality.SLOW:
        whole *= SLOWNESS
    ends = _paced(whole, placed.pace)
    back = 2 * _paced(STEP_BACK_MS, placed.pace) if placed.personality is Personality.BACKWARDS else 0
    ending = _ending(placed)
    return _Plan(
        starts=ends * (5 + first % 16) // 100,
        works=ends * (25 + second % 16) // 100,
        ends=ends,
        settles=ends + back,
        ending=ending,
        target=_target(ending, placed.quantity, share),
        start_count=count % 5_000,
        draw=draw,
    )


def _target(ending: str, quantity: int, share: int) -> int:
    if ending == PARTIAL:
        return min(max(quantity * (10 + share % 81) // 100, 1), quantity - 1)
    return quantity if ending == COMPLETED else 0


def _ending(placed: Placed) -> str:
    if placed.personality is Personality.CANCELS:
        return CANCELED
    if placed.personality in (Personality.PARTIAL, Personality.BACKWARDS):
        return PARTIAL if placed.quantity > 1 else CANCELED
    if placed.personality is Personality.LIES:
        return COMPLETED
    ending = _wheel(placed.seed)[placed.order % WHEEL]
    return COMPLETED if ending == PARTIAL and placed.quantity == 1 else ending


@lru_cache(maxsize=16)
def _wheel(seed: int) -> tuple[str, ...]:
    completions = WHEEL - PARTIALS_A_TURN - CANCELS_A_TURN
    endings = [PARTIAL] * PARTIALS_A_TURN + [CANCELED] * CANCELS_A_TURN + [COMPLETED] * completions
    order = sorted(range(WHEEL), key=lambda slot: _digest(f"wheel/{seed}/{slot}"))
    return tuple(endings[slot] for slot in order)


def _draws(seed: int, order: int) -> tuple[int, int, int, int, int, int]:
    digest = _digest(f"order/{seed}/{order}")
    one, two, three, four, five, six = (int.from_bytes(digest[at : at + 8], "big") for at in range(0, len(digest), 8))
    return one, two, three, four, five, six


def _digest(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=48).digest()
