"""Reads of webhooks: addresses, and what was sent to them last."""

from dataclasses import dataclass
from datetime import datetime

from sevenpanel.accounts.domain import KeyKind
from sevenpanel.webhooks import models
from sevenpanel.webhooks.domain import DeliveryState


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRow:
    """An address as its customer sees it; never its secrets.

    :param old_secret_ends_at: until when calls are signed with the secret before this one, too.
    """

    id: int
    kind: KeyKind
    url: str
    is_on: bool
    created_at: datetime
    old_secret_ends_at: datetime | None
    failures: int
    failing_since: datetime | None
    due_at: datetime
    off_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """A call as its customer sees it.

    :param orders: the orders that it tells of, first to last.
    """

    id: int
    state: DeliveryState
    is_by_hand: bool
    made_at: datetime
    tried_at: datetime | None
    tries: int
    status: int | None
    answer: str
    words: str
    took_ms: int | None
    events: int
    orders: tuple[int, ...]


def webhooks(*, customer_id: int) -> list[WebhookRow]:
    """A customer's addresses, first made first."""
    return [_row(each) for each in models.Endpoint.objects.filter(customer_id=customer_id).order_by("id")]


def webhook(*, customer_id: int, webhook_id: int) -> WebhookRow | None:
    """One address of this customer; None alike for no such one and for somebody else's (S-1)."""
    found = models.Endpoint.objects.filter(customer_id=customer_id, id=webhook_id).first()
    return _row(found) if found else None


def deliveries(*, webhook_id: int, limit: int) -> list[DeliveryRow]:
    """What was sent to an address and what waits, newest first."""
    found = models.Delivery.objects.filter(endpoint_id=webhook_id).order_by("-id")[:limit]
    return [_delivery(each) for each in found]


def _row(found: models.Endpoint) -> WebhookRow:
    return WebhookRow(
        id=found.id,
        kind=KeyKind(found.kind),
        url=found.url,
        is_on=found.is_on,
        created_at=found.created_at,
        old_secret_ends_at=found.old_secret_ends_at,
        failures=found.failures,
        failing_since=found.failing_since,
        due_at=found.due_at,
        off_at=found.off_at,
    )


def _delivery(found: models.Delivery) -> DeliveryRow:
    return DeliveryRow(
        id=found.id,
        state=DeliveryState(found.state),
        is_by_hand=found.is_by_hand,
        made_at=found.made_at,
        tried_at=found.tried_at,
        tries=found.tries,
        status=found.status,
        answer=found.answer,
        words=found.words,
        took_ms=found.took_ms,
        events=len(found.events),
        orders=tuple(event["order"] for event in found.events if "order" in event),
    )
