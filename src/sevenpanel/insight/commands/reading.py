"""Reading counts that are due: claim and commit, ask, record; at the pace that each network allows.

Reading twice changes nothing, so a claim that was lost is simply made again when its lease ends.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q

from sevenpanel.insight import models
from sevenpanel.insight.commands.concluding import conclude
from sevenpanel.insight.domain import LATE, Counter, Moment, Network, ReadingState
from sevenpanel.insight.meters.interface import Answers, Ask, Count, Meter, MeterUnavailable, NoCount
from sevenpanel.kernel import db

LEASE = timedelta(minutes=3)
TRIES_MAX = 12
FIRST_WAIT, WAIT_MAX = timedelta(minutes=1), timedelta(hours=6)
# One call a second in one go: far below what any of them allows.
GAP = timedelta(seconds=1)
PAUSE_AFTER_FAULT = timedelta(seconds=30)
# The day of YouTube's quota is that of its home (docs/insight.md).
_QUOTA_ZONE = ZoneInfo("America/Los_Angeles")

_UNANSWERED = "It could not be read in time. The last words were:"
_NOT_ASKED = "It was not read in time: the meter was off, or had to wait."


def read_next(*, clock: Callable[[], datetime], meters: Sequence[Meter]) -> bool:
    """Ask each meter for what is due, once.

    :returns: whether any was asked, so that there may be more.
    """
    asked = [_read_with(meter, clock) for meter in meters]
    return any(asked)


def _read_with(meter: Meter, clock: Callable[[], datetime]) -> bool:
    claimed = _claim(meter.network, meter.batch, clock())
    if not claimed:
        return False
    asks = [Ask(order_id=each.order_id, counter=Counter(each.counter), target=each.target) for each in claimed]
    try:
        answers = meter.read(asks)
    except MeterUnavailable as fault:
        _put_off(claimed, meter.network, fault, clock())
    else:
        _record(claimed, answers, clock())
    return True


@db.command
def _claim(network: Network, limit: int, now: datetime) -> list[models.Reading]:
    """Take what is due, with the right to make one call for it. An order is asked about once in a call."""
    pace = _locked_pace(network)
    if not _may_ask(pace, network, now):
        return []
    due = models.Reading.objects.select_for_update(skip_locked=True).filter(
        Q(lease_until__isnull=True) | Q(lease_until__lte=now),
        network=network,
        state=ReadingState.PLANNED,
        due_at__lte=now,
    )
    claimed = list({each.order_id: each for each in reversed(due.order_by("due_at", "id")[:limit])}.values())
    for each in claimed:
        each.lease_until, each.tries = now + LEASE, each.tries + 1
    models.Reading.objects.bulk_update(claimed, ["lease_until", "tries"])
    if claimed:
        pace.asked_at, pace.day, pace.calls = now, _day(now), _calls(pace, now) + 1
        pace.save(update_fields=["asked_at", "day", "calls"])
    return claimed


def _locked_pace(network: Network) -> models.Pace:
    models.Pace.objects.bulk_create([models.Pace(network=network)], ignore_conflicts=True)
    return models.Pace.objects.select_for_update().get(network=network)


def _may_ask(pace: models.Pace, network: Network, now: datetime) -> bool:
    is_blocked = pace.blocked_until is not None and pace.blocked_until > now
    is_too_soon = pace.asked_at is not None and now - GAP < pace.asked_at <= now
    is_spent = network is Network.YOUTUBE and _calls(pace, now) >= settings.METER_YOUTUBE_CALLS
    return not (is_blocked or is_too_soon or is_spent)


def _day(now: datetime) -> date:
    return now.astimezone(_QUOTA_ZONE).date()


def _calls(pace: models.Pace, now: datetime) -> int:
    return pace.calls if pace.day == _day(now) else 0


@db.command
def _record(claimed: Sequence[models.Reading], answers: Answers, now: datetime) -> None:
    """Write down what was said; what was not answered is asked again."""
    models.Pace.objects.filter(network=claimed[0].network).update(blocked_until=None, words="")
    for reading in _still_ours(claimed):
        answer = answers.get(reading.order_id)
        if isinstance(answer, Count):
            _take(reading, answer, now)
        elif isinstance(answer, NoCount):
            _miss(reading, answer.words)
        else:
            _again(reading, "The answer did not speak of it.", now)


def _still_ours(claimed: Sequence[models.Reading]) -> list[models.Reading]:
    """Those whose lease has not passed on to somebody else, locked."""
    leases = {each.id: each.lease_until for each in claimed}
    found = models.Reading.objects.select_for_update().filter(id__in=leases, state=ReadingState.PLANNED).order_by("id")
    return [each for each in found if each.lease_until == leases[each.id]]


def _take(reading: models.Reading, answer: Count, now: datetime) -> None:
    reading.state, reading.taken_at, reading.lease_until = ReadingState.TAKEN, now, None
    reading.count, reading.step = answer.value, answer.step
    reading.words = conclude(reading)
    reading.save(update_fields=["state", "taken_at", "lease_until", "count", "step", "words"])


def _miss(reading: models.Reading, words: str) -> None:
    reading.state, reading.lease_until, reading.words = ReadingState.MISSED, None, words
    reading.save(update_fields=["state", "lease_until", "words"])


def _again(reading: models.Reading, words: str, now: datetime) -> None:
    """Ask later, ever more rarely; or not any more, when it is too late or was tried too often."""
    wait = min(FIRST_WAIT * (1 << min(reading.tries - 1, 10)), WAIT_MAX)
    if reading.tries >= TRIES_MAX or now + wait > reading.planned_at + LATE[Moment(reading.moment)]:
        _miss(reading, f"{_UNANSWERED} {words}")
        return
    reading.due_at, reading.lease_until, reading.words = now + wait, None, words
    reading.save(update_fields=["due_at", "lease_until", "words"])


@db.command
def miss_overdue(*, now: datetime) -> int:
    """Give up counts that nobody asked for in time, such as while a meter was switched off.

    :returns: how many.
    """
    overdue = Q()
    for moment, late in LATE.items():
        overdue |= Q(moment=moment, planned_at__lt=now - late)
    is_free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    return models.Reading.objects.filter(overdue, is_free, state=ReadingState.PLANNED).update(
        state=ReadingState.MISSED, words=_NOT_ASKED
    )


@db.command
def _put_off(claimed: Sequence[models.Reading], network: Network, fault: MeterUnavailable, now: datetime) -> None:
    """Leave the network alone for as long as it asks, or for a moment; and ask about these again."""
    pace = _locked_pace(network)
    wait = fault.retry_after_seconds
    pace.blocked_until = now + (PAUSE_AFTER_FAULT if wait is None else timedelta(seconds=wait))
    pace.words = fault.words
    pace.save(update_fields=["blocked_until", "words"])
    for reading in _still_ours(claimed):
        _again(reading, fault.words, now)
