"""Deciding what became of an order of unknown fate: by an operator, or by the deadline (trust, section 2, step 5)."""

import re
from datetime import datetime

from django.db import IntegrityError

from sevenpanel.fulfilment import models
from sevenpanel.fulfilment.commands.dispatching import is_id_ours
from sevenpanel.fulfilment.commands.outcomes import find, mark_absent, mark_found, mark_written_off
from sevenpanel.fulfilment.domain import Action, AttemptState, FindingStep, Verdict
from sevenpanel.kernel import db
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.kernel.said import say

BATCH = 50
# What adapters take for an order id: printable ASCII without spaces.
_PLAIN = re.compile(r"[!-~]{1,64}")


class UnableToDecide(Refusal):
    """A decision about an order of unknown fate that cannot be taken."""


def decide_unknown(
    *, order_id: int, verdict: Verdict, decided_by: str, now: datetime, provider_order_id: str | None = None
) -> None:
    """Decide what became of an order of unknown fate.

    :param verdict: FOUND follows it under the given id, ABSENT_RESEND sends it again, REFUND gives the money back.
    :param decided_by: who says so; kept as evidence.
    :param provider_order_id: the provider's id of it, for FOUND.
    :raises UnableToDecide: when the order is not of unknown fate, is in a worker's hands at this moment, or the id
        is missing or belongs to another order.
    """
    try:
        _decide(order_id=order_id, verdict=verdict, decided_by=decided_by, now=now, provider_order_id=provider_order_id)
    except IntegrityError as wall:
        raise UnableToDecide("That id belongs to another order of ours at this provider.") from wall


@db.command
def _decide(*, order_id: int, verdict: Verdict, decided_by: str, now: datetime, provider_order_id: str | None) -> None:
    task = models.Task.objects.select_for_update().filter(order_id=order_id).first()
    if task is None or task.action not in (Action.RESOLVE, Action.OPERATOR):
        raise UnableToDecide("What became of this order is not in question.")
    if task.lease_until is not None:
        raise UnableToDecide("The desk is asking the provider about this order right now. Try again in a minute.")
    attempt = _attempt_of(task)
    sentence = f"{decided_by} decided: {verdict}{f', {provider_order_id}' if provider_order_id else ''}."
    find(attempt, FindingStep.OPERATOR, sentence, now=now, provider_order_id=provider_order_id)
    match verdict:
        case Verdict.FOUND:
            mark_found(
                task, attempt, _checked_id(task, attempt, provider_order_id), say("the operator found it there"), now
            )
        case Verdict.ABSENT_RESEND:
            mark_absent(task, say("the operator looked"), now)
        case Verdict.REFUND:
            mark_written_off(task, now)


def _checked_id(task: models.Task, attempt: models.Attempt, named: str | None) -> str:
    id_ = (named or "").strip()
    if not _PLAIN.fullmatch(id_):
        raise UnableToDecide("Give the provider's order id: at most 64 plain characters.")
    if is_id_ours(task, attempt, id_):
        raise UnableToDecide("That id belongs to another order of ours at this provider.")
    return id_


def _attempt_of(task: models.Task) -> models.Attempt:
    """The attempt that a decision is about: the last one whose fate is unknown."""
    unknown = models.Attempt.objects.select_for_update().filter(order_id=task.order_id, state=AttemptState.UNKNOWN)
    return unknown.latest("number")


@db.command
def write_off_overdue(*, now: datetime) -> int:
    """Give back the money of orders that stayed unknown until their deadline, and book the possible loss.

    :returns: how many, up to `BATCH`.
    """
    overdue = models.Task.objects.filter(
        action__in=[Action.RESOLVE, Action.OPERATOR], decide_by__lte=now, lease_until__isnull=True
    )
    tasks = list(overdue.order_by("order_id").select_for_update(skip_locked=True)[:BATCH])
    for task in tasks:
        find(_attempt_of(task), FindingStep.DEADLINE, "The deadline came before any proof did.", now=now)
        mark_written_off(task, now)
    return len(tasks)
