"""Taking the next order that is to be sent into one's hands: the row is claimed and committed before any call."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sevenpanel.catalog.domain import ServiceType
from sevenpanel.fulfilment import models
from sevenpanel.fulfilment.commands.access import access_of
from sevenpanel.fulfilment.commands.alerts import News, raise_alerts
from sevenpanel.fulfilment.commands.health import note_trouble
from sevenpanel.fulfilment.commands.outcomes import close_task, put_back
from sevenpanel.fulfilment.commands.sealing import UnableToUnsealKey
from sevenpanel.fulfilment.domain import (
    WAIT_WORDS,
    Action,
    AlertKind,
    AttemptKind,
    Wait,
    cost_micros,
    expected_cost,
    is_margin_kept,
)
from sevenpanel.fulfilment.providers.interface import ProviderAccess, Shipment
from sevenpanel.kernel import db
from sevenpanel.kernel.money import NotAnAmount
from sevenpanel.orders import commands as orders
from sevenpanel.orders import queries as order_rows
from sevenpanel.orders.commands import DispatchResult
from sevenpanel.orders.domain import Dispatch
from sevenpanel.orders.queries import ShipmentRow
from sevenpanel.orders.timeline import EventKind

LEASE = timedelta(seconds=50)
"""Long enough for one call of 30 seconds, short enough that an interrupted one is shown within a minute."""

CALL = timedelta(seconds=35)
"""What must be left of a lease for a call to begin."""

_WITHDRAWN_PAUSE = timedelta(seconds=30)

# A provider whose balance testifies, or that is being probed after trouble, gets one order at a time.
_PICK = """
SELECT t.order_id, b.provider_id, b.provider_service, b.goes_alone
  FROM fulfilment_task t
  CROSS JOIN LATERAL (
      SELECT r.provider_id, r.provider_service, p.balance_is_ours OR p.held_for IS NOT NULL AS goes_alone
        FROM fulfilment_route r JOIN fulfilment_provider p ON p.id = r.provider_id
       WHERE r.service_id = t.service_id AND r.is_active AND NOT p.is_paused
         AND (p.held_until IS NULL OR p.held_until <= %(now)s)
       ORDER BY r.priority, r.id LIMIT 1) AS b
 WHERE t.action = 'send' AND t.lease_until IS NULL AND t.due_at <= %(now)s
   AND NOT (b.goes_alone AND EXISTS (
       SELECT FROM fulfilment_task h WHERE h.lease_until IS NOT NULL AND h.provider_id = b.provider_id))
 ORDER BY t.due_at, t.order_id LIMIT 1 FOR UPDATE OF t SKIP LOCKED
"""
_LOCK_PROVIDER = "SELECT id FROM fulfilment_provider WHERE id = %s FOR NO KEY UPDATE SKIP LOCKED"
_IN_HAND = """
SELECT order_id FROM fulfilment_task WHERE lease_until IS NOT NULL AND provider_id = %s AND order_id <> %s LIMIT 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One order in hand, committed as being sent under this attempt number."""

    order_id: int
    number: int
    provider_id: int
    provider_kind: str
    access: ProviderAccess
    shipment: Shipment
    lease_until: datetime
    reads_balance: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """An order that came back unsent after its customer had asked to cancel it."""

    order_id: int
    customer_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An order that was looked at and is not sent now."""

    order_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    provider: models.Provider
    provider_service: str
    goes_alone: bool


@db.command
def claim_dispatch(*, now: datetime) -> Claim | Withdrawal | Kept | None:
    """Take the order that has waited longest and can be sent; commit it as being sent.

    :returns: the claim, or what was done instead; None when there is nothing to send.
    """
    picked = db.rows(_PICK, {"now": now})
    if not picked:
        return None
    order_id, provider_id, provider_service, goes_alone = picked[0]
    task = models.Task.objects.get(order_id=order_id)
    shipment = order_rows.shipments(order_ids=[order_id])[order_id]
    if not shipment.is_open:
        close_task(task, now)
        return Kept(order_id=order_id)
    if shipment.cancel_requested_at is not None:
        task.due_at = now + _WITHDRAWN_PAUSE
        task.save(update_fields=["due_at"])
        return Withdrawal(order_id=order_id, customer_id=task.customer_id)
    if goes_alone and not is_alone(provider_id, order_id):
        return None
    provider = models.Provider.objects.get(id=provider_id)
    way = _Way(provider=provider, provider_service=provider_service, goes_alone=goes_alone)
    return _claimed(task, shipment, way, now)


@db.step
def is_alone(provider_id: int, order_id: int) -> bool:
    """Whether no other order is in anybody's hands at this provider; if so, that stays true until commit."""
    return bool(db.rows(_LOCK_PROVIDER, [provider_id])) and not db.rows(_IN_HAND, [provider_id, order_id])


def _claimed(task: models.Task, shipment: ShipmentRow, way: _Way, now: datetime) -> Claim | Kept:
    kept = Kept(order_id=task.order_id)
    cost = _cost(shipment, way)
    if isinstance(cost, Wait):
        hold_back(task, cost, way.provider, now)
        return kept
    try:
        access = access_of(way.provider)
    except UnableToUnsealKey as refused:
        words = refused.sentence
        note_trouble(provider_id=way.provider.id, wait=Wait.ACCOUNT_REFUSED, words=words, begun_at=now, now=now)
        return kept
    request_id = uuid.uuid4().hex
    try:
        sending = shipment_of(shipment, way.provider_service, request_id)
    except ValueError:
        hold_back(task, Wait.UNSENDABLE, way.provider, now)
        return kept
    if not orders.begin_sending(order_ids=[task.order_id], now=now):
        close_task(task, now)  # cancelled between our two looks at it
        return kept
    return begin_attempt(task, way.provider, access, sending, cost, AttemptKind.FIRST, now)


def _cost(shipment: ShipmentRow, way: _Way) -> Decimal | Wait:
    """What the order will cost, exactly; or why it may not be sent."""
    offer = models.Offer.objects.filter(
        provider=way.provider, service=way.provider_service, gone_at__isnull=True
    ).first()
    if offer is None:
        return Wait.NO_OFFER
    cost = expected_cost(service_type=ServiceType(shipment.service_type), rate=offer.rate, quantity=shipment.quantity)
    try:
        in_desk_money = cost_micros(cost, exchange_rate=way.provider.exchange_rate)
    except NotAnAmount:
        return Wait.MARGIN
    return cost if is_margin_kept(cost=in_desk_money, charge_micros=shipment.charge_micros) else Wait.MARGIN


def shipment_of(order: ShipmentRow, provider_service: str, request_id: str) -> Shipment:
    """The order as it goes to a provider.

    :raises ValueError: when its type and what the type needs do not fit.
    """
    comments = tuple(order.comments.split("\n")) if order.comments else ()
    return Shipment(
        order_id=order.id,
        provider_service=provider_service,
        type=order.service_type,
        link=order.link,
        quantity=order.quantity,
        comments=comments,
        request_id=request_id,
    )


@db.step
def begin_attempt(
    task: models.Task,
    provider: models.Provider,
    access: ProviderAccess,
    shipment: Shipment,
    cost: Decimal | None,
    kind: AttemptKind,
    now: datetime,
) -> Claim:
    """Write an attempt down as being sent, before anything is; hand it to the caller for the time of the lease."""
    task.attempts, task.fence = task.attempts + 1, task.fence + 1
    task.provider_id = provider.id
    task.lease_until = now + LEASE + (CALL if provider.balance_is_ours else timedelta(0))
    task.save(update_fields=["attempts", "fence", "provider_id", "lease_until"])
    models.Attempt.objects.create(
        order_id=task.order_id,
        number=task.attempts,
        provider_id=provider.id,
        kind=kind,
        request_id=shipment.request_id,
        request=_summary(shipment),
        expected_cost=cost,
        begun_at=now,
    )
    return Claim(
        order_id=task.order_id,
        number=task.attempts,
        provider_id=provider.id,
        provider_kind=provider.kind,
        access=access,
        shipment=shipment,
        lease_until=task.lease_until,
        reads_balance=provider.balance_is_ours,
    )


def _summary(shipment: Shipment) -> dict[str, str | int | None]:
    return {
        "service": shipment.provider_service,
        "type": shipment.type,
        "link": shipment.link,
        "quantity": shipment.quantity,
        "comments": len(shipment.comments),
    }


_ALERTS = {
    Wait.MARGIN: (AlertKind.MARGIN, "costs more with {provider} than customers pay, so its orders wait."),
    Wait.NO_OFFER: (AlertKind.NO_OFFER, "leads to an offer that {provider} does not have (any more); its orders wait."),
    Wait.UNSENDABLE: (AlertKind.UNSENDABLE, "has orders that cannot be sent as they stand."),
}


@db.step
def hold_back(task: models.Task, wait: Wait, provider: models.Provider, now: datetime) -> None:
    """Keep an order that may not be sent, and say so to the operator, and to the customer in other words."""
    assert task.action == Action.SEND
    if put_back(task, wait, now):
        tell_waiting({task.order_id: wait}, now)
    kind, told = _ALERTS[wait]
    sentence = f"Service {task.service_id} {told.format(provider=provider.name)}"
    raise_alerts([News(kind=kind, subject=f"service/{task.service_id}", sentence=sentence)], now)


@db.step
def tell_waiting(waits: dict[int, Wait], now: datetime) -> None:
    """Tell customers why their orders wait."""
    # The only way to tell a fact on the way to the provider is to take the order up and put it down again.
    taken = orders.begin_sending(order_ids=list(waits), now=now)
    results = [
        DispatchResult(
            order_id=id_, dispatch=Dispatch.QUEUED, event=EventKind.WAITING, facts={"words": WAIT_WORDS[waits[id_]]}
        )
        for id_ in sorted(taken)
    ]
    orders.record_dispatch(results=results, now=now)
