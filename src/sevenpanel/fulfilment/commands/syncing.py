"""Following orders: a round takes what is due at one provider, asks in hundreds, and applies all answers at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import DataError, IntegrityError

from sevenpanel.fulfilment import models
from sevenpanel.fulfilment.commands.access import AdapterFor, access_of, registered
from sevenpanel.fulfilment.commands.dispatching import Clock
from sevenpanel.fulfilment.commands.health import note_answers, note_silence
from sevenpanel.fulfilment.commands.persisting import until_recorded
from sevenpanel.fulfilment.commands.reading import Heard, apply_news, look_again, refuse_row, split
from sevenpanel.fulfilment.commands.rounds import CLAIM, Followed, Round, begin_round, end_round, hold_round
from sevenpanel.fulfilment.commands.sealing import UnableToUnsealKey
from sevenpanel.fulfilment.providers.interface import (
    IDS_PER_CALL_MAX,
    Evidence,
    Provider,
    ProviderUnavailable,
    RowError,
    StatusReport,
)
from sevenpanel.fulfilment.queries.due import TO_FOLLOW
from sevenpanel.kernel import chaos, db

ASKING_MAX = timedelta(seconds=45)
"""A round begins no further call after this, so that its last answer (30 s later) is within the claim."""

_SEALED_PAUSE_SECONDS = 300

# Any of them may be next, by a draw that follows from the instant: a slow provider must not always be asked before
# the others, and the same instants draw the same.
_DUE_PROVIDER = f"{TO_FOLLOW} ORDER BY md5(p.id || '/' || extract(epoch FROM %(now)s::timestamptz)) LIMIT 1"
_PUT_OFF = """
UPDATE fulfilment_task t SET due_at = %s
  FROM unnest(%s::bigint[], %s::bigint[]) AS c(order_id, fence) WHERE t.order_id = c.order_id AND t.fence = c.fence
"""


@dataclass(slots=True, kw_only=True)
class Asked:
    """What a round heard: an answer per order that was asked about, and the fault that ended it early."""

    answers: dict[int, StatusReport | RowError | None] = field(default_factory=dict)
    fault: ProviderUnavailable | None = None


def sync_next(*, clock: Clock, adapter_for: AdapterFor = registered) -> int:
    """Follow what is due at one provider.

    :returns: how many orders were in hand; 0 when there was nothing to do.
    """
    now = clock()
    due = db.rows(_DUE_PROVIDER, {"now": now})
    taken = begin_round(provider_id=int(due[0][0]), now=now) if due else None
    if taken is None:
        return 0
    chaos.point("sync.after_claim")
    row = models.Provider.objects.get(id=taken.provider_id)
    asked = _ask(row, taken.orders, clock, adapter_for)
    chaos.point("sync.after_call")
    until_recorded(lambda: _record(taken, row, asked, clock()))
    chaos.point("sync.after_commit")
    return len(taken.orders)


def _ask(row: models.Provider, followed: Sequence[Followed], clock: Clock, adapter_for: AdapterFor) -> Asked:
    asked = Asked()
    try:
        adapter = adapter_for(row.kind, access_of(row))
    except UnableToUnsealKey as refused:
        asked.fault = ProviderUnavailable(
            refused.sentence, evidence=Evidence(), retry_after_seconds=_SEALED_PAUSE_SECONDS
        )
        return asked
    until = clock() + ASKING_MAX
    for start in range(0, len(followed), IDS_PER_CALL_MAX):
        if asked.fault is None and clock() < until:
            _ask_some(adapter, followed[start : start + IDS_PER_CALL_MAX], asked)
    return asked


def _ask_some(adapter: Provider, some: Sequence[Followed], asked: Asked) -> None:
    try:
        heard: Mapping[str, StatusReport | RowError] = adapter.statuses([each.provider_order_id for each in some])
    except ProviderUnavailable as fault:
        asked.fault = fault
        return
    asked.answers |= {each.order_id: heard.get(each.provider_order_id) for each in some}


def _record(taken: Round, row: models.Provider, asked: Asked, now: datetime) -> None:
    quiet, heard = split(row=row, followed=taken.orders, answers=asked.answers)
    # A transaction of its own: so no lock is waited for while others are held that came later in their order.
    if not _record_quiet(taken, quiet, now):
        return
    try:
        is_ours = _record_news(taken, row, heard, asked, now)
    except (IntegrityError, DataError):
        # One row that the database refuses must not keep the others from moving on.
        is_ours = all(_record_alone(taken, row, one, now) for one in heard)
        is_ours = is_ours and _record_news(taken, row, [], asked, now)
    if is_ours and asked.answers:
        note_answers(provider_id=taken.provider_id, now=now)


@db.command
def _record_quiet(taken: Round, quiet: Sequence[Followed], now: datetime) -> bool:
    db.let_go_in_a_crash()  # then they are looked at again
    is_ours = hold_round(taken.id)
    if is_ours:
        look_again(quiet=quiet, begun_at=taken.begun_at, now=now)
    return is_ours


@db.command
def _record_news(taken: Round, row: models.Provider, heard: Sequence[Heard], asked: Asked, now: datetime) -> bool:
    """Record what is new, and give back what was not asked about; then the round is over.

    :returns: False when it was not ours any more: it had lapsed, and its orders are another worker's now.
    """
    if not end_round(taken.id):
        return False
    if heard:
        apply_news(row=row, heard=heard, begun_at=taken.begun_at, now=now)
    left = [each for each in taken.orders if each.order_id not in asked.answers]
    if left:
        _put_off(left, _after(asked.fault, taken.provider_id, now))
    return True


def _after(fault: ProviderUnavailable | None, provider_id: int, now: datetime) -> datetime:
    """When what was not asked about is due again: at once when only time ran out, later when the provider is silent."""
    if fault is None:
        return now
    return note_silence(
        provider_id=provider_id, words=fault.words, retry_after_seconds=fault.retry_after_seconds, now=now
    )


def _record_alone(taken: Round, row: models.Provider, one: Heard, now: datetime) -> bool:
    try:
        return _apply_alone(taken, row, one, now)
    except (IntegrityError, DataError) as fault:
        return _refuse_alone(taken, one[0], fault, now)


@db.command
def _apply_alone(taken: Round, row: models.Provider, one: Heard, now: datetime) -> bool:
    is_ours = hold_round(taken.id)
    if is_ours:
        apply_news(row=row, heard=[one], begun_at=taken.begun_at, now=now)
    return is_ours


@db.command
def _refuse_alone(taken: Round, task: Followed, fault: Exception, now: datetime) -> bool:
    """Look at what cannot be booked again later, as if its worker had died."""
    is_ours = hold_round(taken.id)
    if is_ours:
        refuse_row(order_id=task.order_id, fault=str(fault), now=now)
        _put_off([task], now + CLAIM)
    return is_ours


def _put_off(left: Sequence[Followed], due: datetime) -> None:
    db.rows(_PUT_OFF, (due, *db.columns([(each.order_id, each.fence) for each in left], 2)))
