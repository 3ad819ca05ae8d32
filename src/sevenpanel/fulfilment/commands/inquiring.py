"""Finding out what became of orders of unknown fate: claim one, ask its provider, record (trust, section 2)."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sevenpanel.fulfilment import models
from sevenpanel.fulfilment.commands.access import AdapterFor, access_of, registered
from sevenpanel.fulfilment.commands.aids import Heard, Silence, hand_over, record_heard
from sevenpanel.fulfilment.commands.claiming import CALL, LEASE, Kept, begin_attempt, is_alone, shipment_of
from sevenpanel.fulfilment.commands.dispatching import Clock, NotTried, call_add, is_id_ours
from sevenpanel.fulfilment.commands.outcomes import mark_found
from sevenpanel.fulfilment.commands.persisting import until_recorded
from sevenpanel.fulfilment.commands.sealing import UnableToUnsealKey
from sevenpanel.fulfilment.domain import Action, Aid, AttemptKind, AttemptState, FindingStep, ResolveFacts, next_aid
from sevenpanel.fulfilment.providers.interface import Provider, ProviderAccess, ProviderUnavailable, Shipment
from sevenpanel.kernel import chaos, db
from sevenpanel.kernel.said import say
from sevenpanel.orders import queries as order_rows

_BUSY_PAUSE = timedelta(seconds=1)
_SEALED_PAUSE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """One question to a provider about an order of unknown fate, in hand under a fence.

    :param number: the attempt that the answer is about.
    :param shipment: what is sent again; None when only the balance is asked for.
    :param lease_until: until when it is in hand; a call has to fit in what is left.
    """

    order_id: int
    number: int
    fence: int
    aid: Aid
    provider_kind: str
    access: ProviderAccess
    shipment: Shipment | None
    lease_until: datetime


def resolve_next(*, clock: Clock, adapter_for: AdapterFor = registered) -> bool:
    """Go one step further with one order of unknown fate.

    :returns: False when there was nothing to do.
    """
    inquiry = claim_inquiry(now=clock())
    if isinstance(inquiry, Inquiry):
        chaos.point("resolve.after_claim")
        heard = _asked(inquiry, clock, adapter_for(inquiry.provider_kind, inquiry.access))
        chaos.point("resolve.after_call")
        until_recorded(
            lambda: record_heard(
                order_id=inquiry.order_id,
                number=inquiry.number,
                fence=inquiry.fence,
                aid=inquiry.aid,
                heard=heard,
                now=clock(),
            )
        )
    return inquiry is not None


def _asked(inquiry: Inquiry, clock: Clock, adapter: Provider) -> Heard:
    if clock() + CALL > inquiry.lease_until:
        # Somebody may have decided about the order already; whatever is sent now would come on top (test K-6).
        return NotTried(words="The worker came too late to ask within its lease.")
    if inquiry.shipment is not None:
        return call_add(adapter, inquiry.shipment)
    try:
        return adapter.balance()
    except ProviderUnavailable as fault:
        return Silence(words=fault.words)


@db.command
def claim_inquiry(*, now: datetime) -> Inquiry | Kept | None:
    """Take the next order of unknown fate and choose the cheapest aid that can still say something."""
    due = models.Task.objects.filter(action=Action.RESOLVE, lease_until__isnull=True, due_at__lte=now)
    task = due.order_by("due_at", "order_id").select_for_update(skip_locked=True).first()
    if task is None:
        return None
    origin = _origin(task)
    provider = models.Provider.objects.get(id=origin.provider_id)
    late = _late_ids(task)
    aid = next_aid(_facts(task, origin, provider, next(iter(late), None), now))
    if len(late) > 1:
        hand_over(task, "Late answers named more than one order of the provider.", now)
    elif aid is Aid.OPERATOR:
        hand_over(task, "The desk has no further way to find out by itself.", now)
    elif aid is Aid.LATE_ANSWER:
        _trust_late_answer(task, next(iter(late)), now)
    elif provider.balance_is_ours and not is_alone(provider.id, task.order_id):
        _put_off(task, now + _BUSY_PAUSE)
    else:
        return _inquiry(task, origin, provider, aid, now)
    return Kept(order_id=task.order_id)


def _origin(task: models.Task) -> models.Attempt:
    """The attempt that is in question: the last one of unknown fate that was not a test itself."""
    unknown = models.Attempt.objects.select_for_update().filter(
        order_id=task.order_id, state=AttemptState.UNKNOWN, kind=AttemptKind.FIRST
    )
    return unknown.latest("number")


def _facts(
    task: models.Task, origin: models.Attempt, provider: models.Provider, late_id: str | None, now: datetime
) -> ResolveFacts:
    tests = models.Attempt.objects.filter(
        order_id=task.order_id, number__gt=origin.number, kind=AttemptKind.DUPLICATE_TEST
    )
    others = models.Task.objects.filter(provider_id=provider.id, target=task.target, attempts__gt=0).exclude(
        action__in=[Action.WATCH, Action.NONE]
    )
    return ResolveFacts(
        is_open=not order_rows.closed(order_ids=[task.order_id]),
        late_id=late_id,
        has_idempotency_field=provider.idempotency_field is not None,
        refuses_duplicates=provider.refuses_duplicate_links,
        others_on_link=others.exclude(order_id=task.order_id).count(),
        duplicate_tests=tests.exclude(state=AttemptState.NOT_SENT).count(),
        age=now - origin.begun_at,
        balance_before=origin.balance_before if provider.balance_is_ours else None,
        is_balance_spent=task.is_balance_spent,
    )


def _late_ids(task: models.Task) -> dict[str, int]:
    """The provider's order ids from late answers, each with the number of the attempt that it answered."""
    found = models.Finding.objects.filter(
        attempt__order_id=task.order_id,
        attempt__state=AttemptState.UNKNOWN,
        step=FindingStep.LATE_ANSWER,
        provider_order_id__isnull=False,
    )
    return {str(id_): number for id_, number in found.values_list("provider_order_id", "attempt__number")}


def _trust_late_answer(task: models.Task, provider_order_id: str, now: datetime) -> None:
    number = _late_ids(task)[provider_order_id]
    attempt = models.Attempt.objects.select_for_update().get(order_id=task.order_id, number=number)
    if is_id_ours(task, attempt, provider_order_id):
        hand_over(task, f"A late answer named {provider_order_id}, which is another order of ours.", now)
        return
    mark_found(task, attempt, provider_order_id, say("its answer arrived late"), now)


def _put_off(task: models.Task, until: datetime) -> None:
    task.due_at = until
    task.save(update_fields=["due_at"])


def _inquiry(
    task: models.Task, origin: models.Attempt, provider: models.Provider, aid: Aid, now: datetime
) -> Inquiry | Kept:
    try:
        access = access_of(provider)
    except UnableToUnsealKey:
        _put_off(task, now + _SEALED_PAUSE)
        return Kept(order_id=task.order_id)
    shipment = None
    if aid is not Aid.BALANCE:
        request_id = origin.request_id if aid is Aid.REQUEST_ID else uuid.uuid4().hex
        row = order_rows.shipments(order_ids=[task.order_id])[task.order_id]
        shipment = shipment_of(row, str(origin.request["service"]), request_id)
    number, lease_until = origin.number, now + LEASE
    if aid is Aid.DUPLICATE_TEST and shipment is not None:
        cost, kind = origin.expected_cost, AttemptKind.DUPLICATE_TEST
        test = begin_attempt(task, provider, access, shipment, cost, kind, now)
        number, lease_until = test.number, test.lease_until
    else:
        task.fence, task.lease_until = task.fence + 1, lease_until
        task.save(update_fields=["fence", "lease_until"])
    return Inquiry(
        order_id=task.order_id,
        number=number,
        fence=task.fence,
        aid=aid,
        provider_kind=provider.kind,
        access=access,
        shipment=shipment,
        lease_until=lease_until,
    )
