"""Sending one order: claim and commit, call outside any transaction, record.

At most once is kept by three things. The attempt is committed as being sent before the first byte leaves; an
answer that is not certain makes the order unknown, and nobody sends an unknown order again without evidence;
and an answer that comes after the lease has ended is written down and changes nothing (tests K-1, K-6).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError

from sevenpanel.fulfilment import models
from sevenpanel.fulfilment.commands.access import AdapterFor, registered
from sevenpanel.fulfilment.commands.alerts import News, raise_alerts
from sevenpanel.fulfilment.commands.catalogue import record_balance
from sevenpanel.fulfilment.commands.claiming import CALL, Claim, Kept, Withdrawal, claim_dispatch
from sevenpanel.fulfilment.commands.health import note_trouble, note_well
from sevenpanel.fulfilment.commands.outcomes import (
    close_task,
    find,
    lock,
    mark_not_sent,
    mark_refused,
    mark_sent,
    mark_unknown,
)
from sevenpanel.fulfilment.commands.persisting import until_recorded
from sevenpanel.fulfilment.domain import AlertKind, AttemptState, FindingStep, Wait, wait_for
from sevenpanel.fulfilment.providers.interface import (
    Answer,
    Evidence,
    NotNow,
    Provider,
    ProviderUnavailable,
    Refused,
    Sent,
    Shipment,
    Unknown,
    UnknownReason,
)
from sevenpanel.kernel import chaos, db
from sevenpanel.orders import commands as orders
from sevenpanel.orders import queries as order_rows

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotTried:
    """Nothing was called, so certainly nothing was taken."""

    words: str


def dispatch_next(
    *, clock: Clock, adapter_for: AdapterFor = registered, is_stopping: Callable[[], bool] = lambda: False
) -> bool:
    """Send the next order.

    :param is_stopping: asked just before the call; then the order is handed back unsent.
    :returns: False when there was nothing to do.
    """
    claim = claim_dispatch(now=clock())
    if isinstance(claim, Claim):
        chaos.point("dispatch.after_claim")
        answer = _call(claim, clock, adapter_for(claim.provider_kind, claim.access), is_stopping)
        until_recorded(lambda: record_answer(order_id=claim.order_id, number=claim.number, answer=answer, now=clock()))
        chaos.point("dispatch.after_record")
    elif isinstance(claim, Withdrawal):
        _withdraw(claim, clock())
    return claim is not None


def _withdraw(withdrawal: Withdrawal, now: datetime) -> None:
    orders.request_cancel(customer_id=withdrawal.customer_id, order_ids=[withdrawal.order_id], now=now)
    close_if_ended(order_id=withdrawal.order_id, now=now)


@db.command
def close_if_ended(*, order_id: int, now: datetime) -> None:
    """Close the task of an order that has ended."""
    task = models.Task.objects.select_for_update().get(order_id=order_id)
    if not order_rows.shipments(order_ids=[order_id])[order_id].is_open:
        close_task(task, now)


def _call(claim: Claim, clock: Clock, adapter: Provider, is_stopping: Callable[[], bool]) -> Answer | NotTried:
    if claim.reads_balance:
        _read_balance(claim, clock, adapter)
    if is_stopping():
        return NotTried(words="The worker was stopped before the call.")
    if clock() + CALL > claim.lease_until:
        return NotTried(words="The worker came too late to make the call within its lease.")
    chaos.point("dispatch.before_call")
    answer = call_add(adapter, claim.shipment)
    chaos.point("dispatch.after_call")
    return answer


def call_add(adapter: Provider, shipment: Shipment) -> Answer:
    """Send, and let no fault of an adapter pass for a certain answer."""
    try:
        return adapter.add(shipment)
    except Exception as fault:
        words = f"The adapter failed: {type(fault).__name__}."
        return Unknown(reason=UnknownReason.BROKEN_OFF, words=words, evidence=Evidence(bytes_left=True))


def _read_balance(claim: Claim, clock: Clock, adapter: Provider) -> None:
    try:
        balance = adapter.balance()
    except ProviderUnavailable:
        return  # the order can be sent all the same; the balance will not testify
    if record_balance(provider_id=claim.provider_id, balance=balance, now=clock()):
        models.Attempt.objects.filter(order_id=claim.order_id, number=claim.number).update(
            balance_before=balance.amount
        )


def record_answer(*, order_id: int, number: int, answer: Answer | NotTried, now: datetime) -> None:
    """Record what became of an attempt. Recording the same answer again changes nothing.

    :param number: the attempt's number: the fence that keeps a worker out whose lease had ended.
    """
    try:
        _record(order_id=order_id, number=number, answer=answer, now=now, is_id_free=True)
    except IntegrityError as wall:
        if not isinstance(answer, Sent) or "fulfilment_provider_order_once" not in str(wall):
            raise
        _record(order_id=order_id, number=number, answer=answer, now=now, is_id_free=False)


@db.command
def _record(*, order_id: int, number: int, answer: Answer | NotTried, now: datetime, is_id_free: bool) -> None:
    task, attempt = lock(order_id, number)
    if attempt.state != AttemptState.SENDING:
        note_late(attempt, answer, now)
    elif isinstance(answer, NotTried):
        mark_not_sent(task, attempt, None, answer.words, None, now)
    else:
        _apply(task, attempt, answer, now, is_id_free=is_id_free)
    chaos.point("dispatch.before_record_commit")


def _apply(task: models.Task, attempt: models.Attempt, answer: Answer, now: datetime, *, is_id_free: bool) -> None:
    match answer:
        case Sent() if is_id_free and not is_id_ours(task, attempt, answer.provider_order_id):
            mark_sent(task, attempt, answer.provider_order_id, answer.evidence, now)
            note_well(attempt.provider_id, begun_at=attempt.begun_at, now=now)
        case Sent():
            words = f"The provider named an order that is another one of ours: {answer.provider_order_id}."
            mark_unknown(task, attempt, words, answer.evidence, now)
            raise_id_taken(task, attempt, words, now)
        case Refused():
            mark_refused(task, attempt, answer.reason, answer.words, answer.evidence, now)
            note_well(attempt.provider_id, begun_at=attempt.begun_at, now=now)
        case NotNow():
            wait = wait_for(answer.reason)
            mark_not_sent(task, attempt, wait, answer.words, answer.evidence, now)
            note_trouble(
                provider_id=attempt.provider_id,
                wait=wait,
                words=answer.words,
                begun_at=attempt.begun_at,
                now=now,
                retry_after_seconds=answer.retry_after_seconds,
            )
        case Unknown():
            mark_unknown(task, attempt, answer.words, answer.evidence, now)
            note_trouble(
                provider_id=attempt.provider_id,
                wait=Wait.ANSWERS_LOST,
                words=answer.words,
                begun_at=attempt.begun_at,
                now=now,
            )


@db.step
def is_id_ours(task: models.Task, attempt: models.Attempt, provider_order_id: str) -> bool:
    """Whether a provider's order id belongs to another order of ours already (test P-4)."""
    holders = models.Task.objects.filter(provider_id=attempt.provider_id, provider_order_id=provider_order_id)
    return holders.exclude(order_id=task.order_id).exists()


@db.step
def raise_id_taken(task: models.Task, attempt: models.Attempt, words: str, now: datetime) -> None:
    """Tell the operator that a provider gave one of its order ids twice."""
    sentence = f"Order {task.order_id}, provider {attempt.provider_id}: {words} The two were not merged."
    raise_alerts([News(kind=AlertKind.ID_TAKEN, subject=f"order/{task.order_id}", sentence=sentence)], now)


@db.step
def note_late(attempt: models.Attempt, answer: Answer | NotTried, now: datetime) -> None:
    """Keep an answer that came after its attempt had been given an end: evidence, and nothing else (test K-6)."""
    if isinstance(answer, Sent) and attempt.provider_order_id == answer.provider_order_id:
        return  # recorded before, by a commit whose confirmation was lost
    if isinstance(answer, NotTried):
        find(attempt, FindingStep.LATE_ANSWER, f"{answer.words} No call was made.", now=now)
        return
    named = answer.provider_order_id if isinstance(answer, Sent) else None
    said = f"named its order {named}" if isinstance(answer, Sent) else f"said “{answer.words}”"
    sentence = f"After the lease had ended the provider's answer arrived: it {said}."
    find(attempt, FindingStep.LATE_ANSWER, sentence, now=now, evidence=answer.evidence, provider_order_id=named)
    subject = f"order/{attempt.order_id}"
    raise_alerts(
        [News(kind=AlertKind.LATE_ANSWER, subject=subject, sentence=f"Order {attempt.order_id}: {sentence}")], now
    )


__all__ = ["Clock", "Kept", "NotTried", "call_add", "dispatch_next", "record_answer"]
