"""Reads of webhooks: addresses, what was sent to them last, and when one was switched off."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sevenpanel.accounts.domain import KeyKind
from sevenpanel.kernel import db
from sevenpanel.webhooks import models
from sevenpanel.webhooks.domain import DeliveryState

TABLE = "webhooks_switchedoff"
_SWITCHED_OFF = """
SELECT s.id, s.endpoint_id AS webhook_id, e.customer_id, s.at
  FROM webhooks_switchedoff s JOIN webhooks_endpoint e ON e.id = s.endpoint_id
 WHERE s.id > %(after)s AND s.id <= %(upto)s ORDER BY s.id LIMIT %(limit)s
"""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchedOffRow:
    """That an address was switched off because every call had failed for days."""

    id: int
    webhook_id: int
    customer_id: int
    at: datetime


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


def switched_off_between(*, after: int, upto: int, limit: int) -> tuple[int, list[SwitchedOffRow]]:
    """Read on by at most so many rows. What was removed since is left out.

    :returns: the last one that is read now, and all that were read.
    """
    found = db.named_rows(_SWITCHED_OFF, {"after": after, "upto": upto, "limit": limit})
    rows = [SwitchedOffRow(**row) for row in found]
    return (rows[-1].id if len(rows) == limit else upto), rows


def urls(*, webhook_ids: Collection[int]) -> dict[int, str]:
    """Where these webhooks call, by id; what was removed is left out."""
    return dict(models.Endpoint.objects.filter(id__in=webhook_ids).values_list("id", "url"))


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
