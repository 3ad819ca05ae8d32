"""What may become of an attempt: sent, not sent, refused, unknown, absent, written off. One function each.

All are steps: the task, its attempt, the order and the order's money change in one transaction. The caller
holds the locks of task and attempt, in this order.
"""

from datetime import datetime, timedelta
from decimal import Decimal

from sevenpanel.fulfilment import models
from sevenpanel.fulfilment.commands.alerts import News, raise_alerts, resolve_alerts
from sevenpanel.fulfilment.domain import (
    DEADLINE,
    FIRST_CHECK,
    REFUSAL_WORDS,
    WAIT_WORDS,
    Action,
    AlertKind,
    AttemptState,
    FindingStep,
    Wait,
    cost_micros,
    decided_by,
    order_backoff,
    told_after,
)
from sevenpanel.fulfilment.domain.states import ATTEMPT_AFTER
from sevenpanel.fulfilment.providers.interface import Evidence, RefusalReason
from sevenpanel.kernel import db
from sevenpanel.ledger import commands as ledger
from sevenpanel.ledger.domain import AccountKind, Reason, Transfer, house, provider
from sevenpanel.orders import commands as orders
from sevenpanel.orders import queries as order_rows
from sevenpanel.orders.commands import DispatchResult
from sevenpanel.orders.domain import Dispatch
from sevenpanel.orders.timeline import EventKind

FIRST_RESOLVE = timedelta(seconds=2)

# What kept a service's orders from being sent, and no longer does once one of them is.
_OVERCOME = (AlertKind.MARGIN, AlertKind.NO_OFFER, AlertKind.NO_ROUTE, AlertKind.UNSENDABLE)


@db.step
def lock(order_id: int, number: int) -> tuple[models.Task, models.Attempt]:
    """Lock an order's task and one of its attempts, in the order in which everybody does."""
    task = models.Task.objects.select_for_update().get(order_id=order_id)
    attempt = models.Attempt.objects.select_for_update().get(order_id=order_id, number=number)
    return task, attempt


@db.step
def end_attempt(
    attempt: models.Attempt,
    state: AttemptState,
    *,
    now: datetime,
    words: str | None = None,
    evidence: Evidence | None = None,
    provider_order_id: str | None = None,
) -> None:
    """Record what is known about an attempt now; its own answer only the first time."""
    before = AttemptState(attempt.state)
    assert state in ATTEMPT_AFTER[before], (before, state)
    attempt.state, attempt.ended_at = state, now
    if words is not None:
        attempt.words = words
    if provider_order_id is not None:
        attempt.provider_order_id = provider_order_id
    if evidence is not None:
        attempt.http_status, attempt.answer = evidence.http_status, evidence.answer
        attempt.elapsed_ms = evidence.elapsed_ms
    attempt.save(
        update_fields=["state", "ended_at", "words", "provider_order_id", "http_status", "answer", "elapsed_ms"]
    )


@db.step
def find(
    attempt: models.Attempt,
    step: FindingStep,
    sentence: str,
    *,
    now: datetime,
    evidence: Evidence | None = None,
    provider_order_id: str | None = None,
    balance: Decimal | None = None,
    is_no_drop: bool = False,
) -> None:
    """Write down a piece of evidence."""
    models.Finding.objects.create(
        attempt=attempt,
        step=step,
        sentence=sentence,
        http_status=evidence.http_status if evidence else None,
        answer=evidence.answer if evidence else "",
        provider_order_id=provider_order_id,
        balance=balance,
        is_no_drop=is_no_drop,
        found_at=now,
    )


@db.step
def follow_from_now(task: models.Task, attempt: models.Attempt, provider_order_id: str, now: datetime) -> None:
    """The provider has the order under this id: look after it from now on.

    :raises django.db.IntegrityError: when another order of ours has that id there (`fulfilment_provider_order_once`).
    """
    task.action, task.due_at, task.lease_until = Action.FOLLOW, now + FIRST_CHECK, None
    task.provider_id, task.provider_order_id = attempt.provider_id, provider_order_id
    task.sent_at = task.moved_at = now
    task.waiting_for = task.waiting_since = None
    task.tries = 0
    task.save(
        update_fields=[
            "action", "due_at", "lease_until", "provider_id", "provider_order_id", "sent_at", "moved_at", "tries",
            "waiting_for", "waiting_since",
        ]
    )  # fmt: skip


@db.step
def mark_sent(
    task: models.Task, attempt: models.Attempt, provider_order_id: str, evidence: Evidence, now: datetime
) -> None:
    """The provider took the order and named it."""
    end_attempt(attempt, AttemptState.SENT, now=now, evidence=evidence, provider_order_id=provider_order_id)
    if task.waiting_for is not None:
        resolve_alerts(kinds=_OVERCOME, subjects=[f"service/{task.service_id}"], now=now)
    follow_from_now(task, attempt, provider_order_id, now)
    _tell(task, Dispatch.SENT, EventKind.SENT, now)


@db.step
def mark_found(
    task: models.Task,
    attempt: models.Attempt,
    provider_order_id: str,
    how: str,
    now: datetime,
    evidence: Evidence | None = None,
) -> None:
    """An order of unknown fate turns out to be with the provider, under a known id.

    :param attempt: the one that was taken; every other one of unknown fate then was not.
    :param evidence: what was heard, when this attempt has no answer of its own yet.
    """
    end_attempt(attempt, AttemptState.SENT, now=now, evidence=evidence, provider_order_id=provider_order_id)
    end_unknown_attempts(task.order_id, AttemptState.ABSENT, now)
    follow_from_now(task, attempt, provider_order_id, now)
    _tell(task, Dispatch.SENT, EventKind.FOUND, now, how=how)
    _decided(task, now)


@db.step
def mark_not_sent(
    task: models.Task, attempt: models.Attempt, wait: Wait | None, words: str, evidence: Evidence | None, now: datetime
) -> None:
    """Certainly nothing was taken: the order goes back into the queue.

    :param wait: why it has to wait; None when it was only given back.
    """
    end_attempt(attempt, AttemptState.NOT_SENT, now=now, words=words, evidence=evidence)
    task.lease_until = None
    is_told = put_back(task, wait, now)
    facts = {"words": WAIT_WORDS[wait]} if wait is not None and is_told else {}
    event = EventKind.WAITING if facts else None
    orders.record_dispatch(
        results=[DispatchResult(order_id=task.order_id, dispatch=Dispatch.QUEUED, event=event, facts=facts)], now=now
    )


@db.step
def put_back(task: models.Task, wait: Wait | None, now: datetime) -> bool:
    """Set when a task is tried again, and count how often it had to wait.

    :returns: whether its customer is to be told why it waits, now and not again for the same reason.
    """
    if wait is None:
        task.due_at = now
    else:
        # It has waited since it was due: that another order was tried first is nothing to its customer.
        task.waiting_since = task.waiting_since or min(task.due_at, now)
        task.due_at = now + order_backoff(wait, task.tries)
        task.is_told = task.is_told and task.waiting_for == wait
        task.waiting_for, task.tries = wait, task.tries + 1
    is_time = (
        wait is not None
        and task.waiting_since is not None
        and not task.is_told
        and now - task.waiting_since >= told_after(wait)
    )
    task.is_told = task.is_told or is_time
    task.save(update_fields=["due_at", "lease_until", "waiting_for", "waiting_since", "tries", "is_told"])
    return is_time


@db.step
def mark_refused(
    task: models.Task, attempt: models.Attempt, reason: RefusalReason, words: str, evidence: Evidence, now: datetime
) -> None:
    """The provider said no for certain: the money goes back in the same transaction (trap 6).

    Only a refused link may complete the order instead, where its Terms have it so (clause 2).
    """
    end_attempt(attempt, AttemptState.REFUSED, now=now, words=words, evidence=evidence)
    told = REFUSAL_WORDS[reason]
    is_link = reason is RefusalReason.BAD_LINK
    if not (is_link and orders.refuse_link(order_id=task.order_id, words=told, now=now)):
        _tell(task, Dispatch.REFUSED, EventKind.REFUSED, now, words=told)
    close_task(task, now)
    if reason in (RefusalReason.BAD_SERVICE, RefusalReason.OTHER_KNOWN):
        sentence = f"Provider {attempt.provider_id} refuses service {task.service_id}: “{words}”."
        raise_alerts([News(kind=AlertKind.REFUSES, subject=f"service/{task.service_id}", sentence=sentence)], now)


@db.step
def mark_unknown(
    task: models.Task, attempt: models.Attempt, words: str, evidence: Evidence | None, now: datetime
) -> None:
    """Nobody knows whether the order was taken. It is not sent again; it is found out, or decided by a deadline."""
    end_attempt(attempt, AttemptState.UNKNOWN, now=now, words=words, evidence=evidence)
    task.action, task.due_at, task.lease_until = Action.RESOLVE, now + FIRST_RESOLVE, None
    task.decide_by, task.tries = now + DEADLINE, 0
    task.is_balance_spent = False
    task.save(update_fields=["action", "due_at", "lease_until", "decide_by", "tries", "is_balance_spent"])
    _tell(task, Dispatch.UNKNOWN, EventKind.UNKNOWN, now, decided_by=decided_by(task.decide_by))
    sentence = f"Order {task.order_id} may or may not be with provider {attempt.provider_id}: {words}"
    raise_alerts([News(kind=AlertKind.UNKNOWN_DISPATCH, subject=f"order/{task.order_id}", sentence=sentence)], now)


@db.step
def mark_absent(task: models.Task, how: str, now: datetime) -> None:
    """It is shown that the provider does not have the order: it goes into the queue again."""
    end_unknown_attempts(task.order_id, AttemptState.ABSENT, now)
    task.action, task.due_at, task.lease_until = Action.SEND, now, None
    task.decide_by, task.tries, task.resends = None, 0, task.resends + 1
    task.save(update_fields=["action", "due_at", "lease_until", "decide_by", "tries", "resends"])
    _tell(task, Dispatch.ABSENT, EventKind.ABSENT, now, how=how)
    _tell(task, Dispatch.QUEUED, None, now)
    _decided(task, now)


@db.step
def mark_written_off(task: models.Task, now: datetime) -> None:
    """Nobody could show what became of the order: the money goes back, and the possible loss is in plain sight."""
    attempt = models.Attempt.objects.get(order_id=task.order_id, number=task.attempts)
    end_unknown_attempts(task.order_id, AttemptState.WRITTEN_OFF, now)
    _tell(task, Dispatch.WRITTEN_OFF, None, now)
    _dispute(task, attempt, now)
    close_task(task, now)
    _decided(task, now)


@db.step
def end_unknown_attempts(order_id: int, state: AttemptState, now: datetime) -> None:
    """Give every attempt of unknown fate the end that was found for it."""
    for attempt in models.Attempt.objects.select_for_update().filter(order_id=order_id, state=AttemptState.UNKNOWN):
        end_attempt(attempt, state, now=now)


def _dispute(task: models.Task, attempt: models.Attempt, now: datetime) -> None:
    row = models.Provider.objects.get(id=attempt.provider_id)
    cost = cost_micros(attempt.expected_cost, exchange_rate=row.exchange_rate) if attempt.expected_cost else 0
    if not cost:
        return
    currency = order_rows.shipments(order_ids=[task.order_id])[task.order_id].currency
    transfer = Transfer(
        key=f"order/{task.order_id}/dispute",
        debit=house(AccountKind.SUPPLIER_DISPUTE, currency),
        credit=provider(row.id, currency),
        amount_micros=cost,
        reason=Reason.SUPPLIER_DISPUTE,
        customer_id=task.customer_id,
        order_id=task.order_id,
    )
    ledger.post(transfers=[transfer], now=now)


@db.step
def close_task(task: models.Task, now: datetime) -> None:
    """Nothing is left to be done about this order."""
    task.action, task.lease_until, task.ended_at, task.cancel_due_at = Action.NONE, None, now, None
    task.save(update_fields=["action", "lease_until", "ended_at", "cancel_due_at"])


def _tell(task: models.Task, dispatch: Dispatch, event: EventKind | None, now: datetime, **facts: str) -> None:
    result = DispatchResult(order_id=task.order_id, dispatch=dispatch, event=event, facts=facts)
    orders.record_dispatch(results=[result], now=now)


def _decided(task: models.Task, now: datetime) -> None:
    kinds = [AlertKind.UNKNOWN_DISPATCH, AlertKind.LATE_ANSWER]
    resolve_alerts(kinds=kinds, subjects=[f"order/{task.order_id}"], now=now)
