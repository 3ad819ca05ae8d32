"""Following orders: a round claims what is due at one provider, asks in hundreds, and applies all answers at once.

A claim is nothing but the due time moved into the future, so that a worker which dies gives its orders back by
doing nothing; the fence keeps its late answers out (design: orders, Sync; trap 12).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import DataError, IntegrityError

from sevenpanel.fulfilment import models
from sevenpanel.fulfilment.commands.access import AdapterFor, access_of, registered
from sevenpanel.fulfilment.commands.dispatching import Clock
from sevenpanel.fulfilment.commands.health import note_answers, note_silence
from sevenpanel.fulfilment.commands.persisting import until_recorded
from sevenpanel.fulfilment.commands.reading import Answers, apply_round, refuse_row
from sevenpanel.fulfilment.commands.sealing import UnableToUnsealKey
from sevenpanel.fulfilment.providers.interface import (
    IDS_PER_CALL_MAX,
    Evidence,
    Provider,
    ProviderUnavailable,
    RowError,
    StatusReport,
)
from sevenpanel.kernel import chaos, db

ROUND_MAX = 1_000
CLAIM = timedelta(seconds=90)
ASKING_MAX = timedelta(seconds=45)
"""A round begins no further call after this, so that its last answer (30 s later) is within the claim."""

_SEALED_PAUSE_SECONDS = 300

# Any of them may be next, by a draw that follows from the instant: a slow provider must not always be asked before
# the others, and the same instants draw the same.
_DUE_PROVIDER = """
SELECT p.id FROM fulfilment_provider p
 WHERE (p.sync_after IS NULL OR p.sync_after <= %(now)s)
   AND EXISTS (SELECT FROM fulfilment_task t
                WHERE t.provider_id = p.id AND t.action IN ('follow', 'watch') AND t.due_at <= %(now)s)
 ORDER BY md5(p.id || '/' || extract(epoch FROM %(now)s::timestamptz)) LIMIT 1
"""
_CLAIM = """
UPDATE fulfilment_task t SET due_at = %(until)s, fence = t.fence + 1
  FROM (SELECT order_id FROM fulfilment_task
         WHERE provider_id = %(provider)s AND action IN ('follow', 'watch') AND due_at <= %(now)s
         ORDER BY due_at, order_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED) AS due
 WHERE t.order_id = due.order_id
RETURNING t.order_id, t.fence, t.provider_order_id
"""
_PUT_OFF = """
UPDATE fulfilment_task t SET due_at = %s
  FROM unnest(%s::bigint[], %s::bigint[]) AS c(order_id, fence) WHERE t.order_id = c.order_id AND t.fence = c.fence
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """One claimed order: its fence, and its id at the provider."""

    order_id: int
    fence: int
    provider_order_id: str


@dataclass(slots=True, kw_only=True)
class Asked:
    """What a round heard: an answer per order that was asked about, and the fault that ended it early."""

    answers: dict[int, StatusReport | RowError | None] = field(default_factory=dict)
    fault: ProviderUnavailable | None = None


def sync_next(*, clock: Clock, adapter_for: AdapterFor = registered) -> int:
    """Follow what is due at one provider.

    :returns: how many orders were claimed; 0 when there was nothing to do.
    """
    now = clock()
    due = db.rows(_DUE_PROVIDER, {"now": now})
    if not due:
        return 0
    provider_id = int(due[0][0])
    claimed = _claim(provider_id, now)
    chaos.point("sync.after_claim")
    asked = _ask(provider_id, claimed, clock, adapter_for)
    chaos.point("sync.after_call")
    until_recorded(lambda: _record(provider_id, claimed, asked, clock()))
    chaos.point("sync.after_commit")
    return len(claimed)


def _claim(provider_id: int, now: datetime) -> list[Followed]:
    parameters = {"provider": provider_id, "now": now, "until": now + CLAIM, "limit": ROUND_MAX}
    return [Followed(order_id=o, fence=f, provider_order_id=p) for o, f, p in sorted(db.rows(_CLAIM, parameters))]


def _ask(provider_id: int, claimed: Sequence[Followed], clock: Clock, adapter_for: AdapterFor) -> Asked:
    asked = Asked()
    row = models.Provider.objects.get(id=provider_id)
    try:
        adapter = adapter_for(row.kind, access_of(row))
    except UnableToUnsealKey as refused:
        asked.fault = ProviderUnavailable(
            refused.sentence, evidence=Evidence(), retry_after_seconds=_SEALED_PAUSE_SECONDS
        )
        return asked
    until = clock() + ASKING_MAX
    for start in range(0, len(claimed), IDS_PER_CALL_MAX):
        if asked.fault is None and clock() < until:
            _ask_some(adapter, claimed[start : start + IDS_PER_CALL_MAX], asked)
    return asked


def _ask_some(adapter: Provider, some: Sequence[Followed], asked: Asked) -> None:
    try:
        heard: Mapping[str, StatusReport | RowError] = adapter.statuses([each.provider_order_id for each in some])
    except ProviderUnavailable as fault:
        asked.fault = fault
        return
    asked.answers |= {each.order_id: heard.get(each.provider_order_id) for each in some}


def _record(provider_id: int, claimed: Sequence[Followed], asked: Asked, now: datetime) -> None:
    fences = {each.order_id: each.fence for each in claimed}
    if asked.answers:
        _apply(provider_id, fences, asked.answers, now)
        note_answers(provider_id=provider_id, now=now)
    left = [(each.order_id, each.fence) for each in claimed if each.order_id not in asked.answers]
    if left:
        _put_off(provider_id, left, asked.fault, now)


def _apply(provider_id: int, fences: Mapping[int, int], answers: Answers, now: datetime) -> None:
    try:
        apply_round(provider_id=provider_id, fences=fences, answers=answers, now=now)
    except (IntegrityError, DataError):
        # One row that the database refuses must not keep the others from moving on.
        for id_, said in answers.items():
            _apply_alone(provider_id, fences, id_, said, now)


def _apply_alone(
    provider_id: int, fences: Mapping[int, int], order_id: int, said: StatusReport | RowError | None, now: datetime
) -> None:
    try:
        apply_round(provider_id=provider_id, fences=fences, answers={order_id: said}, now=now)
    except (IntegrityError, DataError) as fault:
        refuse_row(order_id=order_id, fault=str(fault), now=now)


@db.command
def _put_off(
    provider_id: int, left: Sequence[tuple[int, int]], fault: ProviderUnavailable | None, now: datetime
) -> None:
    """Give back what was not asked about: at once when only time ran out, later when the provider is silent."""
    due = now
    if fault is not None:
        due = note_silence(
            provider_id=provider_id, words=fault.words, retry_after_seconds=fault.retry_after_seconds, now=now
        )
    db.rows(_PUT_OFF, (due, *db.columns(left, 2)))
