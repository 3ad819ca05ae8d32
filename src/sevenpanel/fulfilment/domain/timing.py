"""When to look again, when to try again, and when to stop waiting. All of it pure."""

from dataclasses import dataclass
from datetime import timedelta

from sevenpanel.fulfilment.domain.states import Wait

DEADLINE = timedelta(hours=24)
"""How long an order may stay unknown; then its money goes back (design: trust, section 2)."""

FIRST_CHECK = timedelta(seconds=2)
CHECK_MIN = timedelta(seconds=3)
CHECK_MAX_FIRST_DAY = timedelta(minutes=10)
CHECK_MAX = timedelta(hours=1)
AFTER_END_CHECKS = (timedelta(minutes=10), timedelta(hours=24))
"""When an ended order is looked at again, to notice a provider that changes its mind (test P-5)."""

CANCEL_TRIES_MAX = 8
CIRCUIT_FAILURES = 5
_MICROSECOND = timedelta(microseconds=1)
_DAY_US = timedelta(days=1) // _MICROSECOND
_CHECK_MIN_US, _CHECK_MAX_US = CHECK_MIN // _MICROSECOND, CHECK_MAX // _MICROSECOND
_CHECK_MAX_FIRST_DAY_US = CHECK_MAX_FIRST_DAY // _MICROSECOND


@dataclass(slots=True, kw_only=True)
class CheckFacts:
    """What the next look at an order depends on, in whole microseconds: it is asked for every answer.

    :param age_us: since the provider took it.
    :param quiet_us: since its status or count last moved.
    :param remains: as the provider last said it, None when it did not.
    """

    age_us: int
    quiet_us: int
    quantity: int
    remains: int | None


def next_check(facts: CheckFacts) -> int:
    """How many microseconds to wait before asking about an order again.

    Often soon after it was taken and near its expected end, ever more rarely when nothing moves.

    :returns: between `CHECK_MIN` and `CHECK_MAX_FIRST_DAY`, after the first day up to `CHECK_MAX`.
    """
    longest = _CHECK_MAX_FIRST_DAY_US if facts.age_us < _DAY_US else _CHECK_MAX_US
    wait = max(facts.age_us // 10, facts.quiet_us // 4)
    left = _time_left_us(facts)
    if left is not None:
        wait = min(wait, left // 2)
    return min(max(wait, _CHECK_MIN_US), longest)


def _time_left_us(facts: CheckFacts) -> int | None:
    """The time to the end if the work goes on at the speed it had so far."""
    if facts.remains is None or not 0 < facts.remains < facts.quantity or facts.quiet_us * 2 > facts.age_us:
        return None
    return facts.age_us * facts.remains // (facts.quantity - facts.remains)


def order_backoff(wait: Wait, tries: int) -> timedelta:
    """How long one order stays out of the queue after it could not be sent.

    :param tries: how many times in a row before this one.
    """
    if wait in (Wait.MARGIN, Wait.NO_OFFER, Wait.UNSENDABLE):
        return timedelta(minutes=5)  # a new catalogue, rate or route wakes it earlier
    return min(timedelta(seconds=2) * (1 << min(tries, 10)), timedelta(minutes=5))


def sync_backoff(failures: int) -> timedelta:
    """How long a provider that did not answer status calls is left alone.

    :param failures: in a row, this one included.
    """
    return min(timedelta(seconds=2) * (1 << min(failures, 10)), timedelta(minutes=5))


_HOLDS = {
    # At most one probe in five minutes (test P-10).
    Wait.NO_FUNDS: timedelta(minutes=5),
    Wait.RATE_LIMITED: timedelta(seconds=10),
    Wait.ACCOUNT_REFUSED: timedelta(minutes=15),
    Wait.ADDRESS_REFUSED: timedelta(minutes=15),
}
RETRY_AFTER_MAX = timedelta(hours=1)


def circuit_hold(failures: int) -> timedelta | None:
    """How long a provider's circuit is open after so many failures in a row; None while it stays closed."""
    if failures < CIRCUIT_FAILURES:
        return None
    return min(timedelta(seconds=10) * (1 << min(failures - CIRCUIT_FAILURES, 10)), timedelta(minutes=10))


def hold_of(wait: Wait, *, failures: int, retry_after_seconds: int | None) -> timedelta | None:
    """How long nothing more is sent to a provider after an answer of this kind; None for not at all.

    :param failures: answers lost or connections failed in a row, this one included.
    :param retry_after_seconds: the provider's own wish, which is obeyed up to an hour.
    """
    if wait in (Wait.NOT_CONNECTED, Wait.ANSWERS_LOST):
        return circuit_hold(failures)
    wish = wish_of(retry_after_seconds) if wait is Wait.RATE_LIMITED else None
    return wish or _HOLDS[wait]


def wish_of(retry_after_seconds: int | None) -> timedelta | None:
    """How long a provider asks to be left alone, as far as that is granted."""
    if retry_after_seconds is None:
        return None
    return min(timedelta(seconds=max(retry_after_seconds, 1)), RETRY_AFTER_MAX)


_TOLD_AT_ONCE = timedelta(0)
_TOLD_AFTER = {
    Wait.NOT_CONNECTED: timedelta(minutes=1),
    Wait.ADDRESS_REFUSED: timedelta(minutes=1),
    Wait.NO_FUNDS: timedelta(minutes=15),
    Wait.RATE_LIMITED: timedelta(minutes=1),
    Wait.ACCOUNT_REFUSED: timedelta(minutes=1),
    Wait.ANSWERS_LOST: timedelta(minutes=1),
    Wait.NO_ROUTE: timedelta(minutes=1),
    Wait.MARGIN: _TOLD_AT_ONCE,
    Wait.NO_OFFER: timedelta(minutes=1),
    Wait.UNSENDABLE: _TOLD_AT_ONCE,
}
assert _TOLD_AFTER.keys() == set(Wait)


def told_after(wait: Wait) -> timedelta:
    """How long an order waits before its customer is told why."""
    return _TOLD_AFTER[wait]
