"""Asking providers to stop orders that customers want stopped. Nothing is returned here: the status decides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sevenpanel.fulfilment import models
from sevenpanel.fulfilment.commands.access import AdapterFor, adapter_of, registered
from sevenpanel.fulfilment.commands.alerts import News, raise_alerts
from sevenpanel.fulfilment.commands.dispatching import Clock
from sevenpanel.fulfilment.commands.persisting import until_recorded
from sevenpanel.fulfilment.commands.sealing import UnableToUnsealKey
from sevenpanel.fulfilment.domain import CANCEL_TRIES_MAX, FIRST_CHECK, Action, AlertKind
from sevenpanel.fulfilment.providers.interface import IDS_PER_CALL_MAX, CancelAnswer, ProviderUnavailable
from sevenpanel.kernel import chaos, db
from sevenpanel.orders import commands as orders

CLAIM = timedelta(seconds=60)
_PAUSE_FIRST = timedelta(seconds=10)
NOT_SAID = "no clear answer"

_DUE_PROVIDER = """
SELECT provider_id FROM fulfilment_task
 WHERE action = 'follow' AND cancel_due_at <= %(now)s GROUP BY provider_id
 ORDER BY md5(provider_id || '/' || extract(epoch FROM %(now)s::timestamptz)) LIMIT 1
"""
# The count of tries is the fence: whoever claims next raises it.
_CLAIM = """
UPDATE fulfilment_task t SET cancel_due_at = %(until)s, cancel_tries = t.cancel_tries + 1
  FROM (SELECT order_id FROM fulfilment_task
         WHERE provider_id = %(provider)s AND action = 'follow' AND cancel_due_at <= %(now)s
         ORDER BY cancel_due_at, order_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED) AS due
 WHERE t.order_id = due.order_id
RETURNING t.order_id, t.cancel_tries, t.provider_order_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    order_id: int
    tries: int
    provider_order_id: str


def ask_cancels(*, clock: Clock, adapter_for: AdapterFor = registered) -> int:
    """Ask one provider to stop up to 100 orders.

    :returns: how many it was asked about; 0 when there was nothing to do.
    """
    now = clock()
    due = db.rows(_DUE_PROVIDER, {"now": now})
    if not due:
        return 0
    provider_id = int(due[0][0])
    parameters = {"provider": provider_id, "now": now, "until": now + CLAIM, "limit": IDS_PER_CALL_MAX}
    claimed = [_Asked(order_id=o, tries=t, provider_order_id=p) for o, t, p in sorted(db.rows(_CLAIM, parameters))]
    answers = _ask(provider_id, claimed, adapter_for)
    chaos.point("cancel.after_call")
    until_recorded(lambda: _record(claimed=claimed, answers=answers, now=clock()))
    return len(claimed)


def _ask(provider_id: int, claimed: Sequence[_Asked], adapter_for: AdapterFor) -> Mapping[str, CancelAnswer]:
    try:
        return adapter_of(provider_id, adapter_for).cancel([each.provider_order_id for each in claimed])
    except (ProviderUnavailable, UnableToUnsealKey):
        return {}  # asked again later; cancelling twice is cancelling once


@db.command
def _record(*, claimed: Sequence[_Asked], answers: Mapping[str, CancelAnswer], now: datetime) -> None:
    asked = {each.order_id: each for each in claimed}
    tasks = models.Task.objects.filter(order_id__in=list(asked), action=Action.FOLLOW, cancel_due_at__isnull=False)
    for task in tasks.order_by("order_id").select_for_update():
        each = asked[task.order_id]
        if task.cancel_tries == each.tries:
            _apply(task, answers.get(each.provider_order_id), now)


def _apply(task: models.Task, answer: CancelAnswer | None, now: datetime) -> None:
    if answer is not None and answer.accepted is not None:
        _answered(task, answer.accepted, now)
    elif task.cancel_tries >= CANCEL_TRIES_MAX:
        _answered(task, False, now)
        sentence = f"Order {task.order_id}: the provider never answered clearly whether it stops. Ask it directly."
        raise_alerts([News(kind=AlertKind.CANCEL_UNANSWERED, subject=f"order/{task.order_id}", sentence=sentence)], now)
    else:
        task.cancel_due_at = now + _PAUSE_FIRST * (1 << task.cancel_tries)
        task.save(update_fields=["cancel_due_at"])


def _answered(task: models.Task, is_accepted: bool, now: datetime) -> None:
    # The provider's own words may name it, so the customer reads ours.
    words = "accepted" if is_accepted else NOT_SAID
    orders.record_cancel_answer(order_id=task.order_id, accepted=is_accepted, words=words, now=now)
    task.cancel_due_at = None
    task.due_at = min(task.due_at, now + FIRST_CHECK)
    task.save(update_fields=["cancel_due_at", "due_at"])
