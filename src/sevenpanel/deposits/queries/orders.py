"""Reads of what processors were told: the payments that customers opened, and what webhooks named lately."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from sevenpanel.accounts import queries as accounts
from sevenpanel.deposits import models
from sevenpanel.deposits.sources.rounds import Order

# A webhook is a hint for so long: what it named is asked about first, in every look.
HINT_FOR = timedelta(hours=1)
HINTS_MAX = 100


def orders_of(*, source: str, since: datetime, references: Collection[str]) -> Sequence[Order]:
    """The orders of a source that have a place to pay to, opened since then, and those with these references."""
    rows = models.Intent.objects.filter(method__source=source).exclude(reference="")
    found = rows.filter(Q(opened_at__gt=since) | Q(reference__in=list(references)))
    return [_order(row, "") for row in found.select_related("method__asset").order_by("id")]


def order_of(*, intent_id: int) -> Order:
    """The order of an intent, with the currency of its customer."""
    row = models.Intent.objects.select_related("method__asset").get(id=intent_id)
    return _order(row, accounts.customer(customer_id=row.customer_id).currency)


def hints_of(*, source: str, now: datetime) -> Collection[str]:
    """What genuine webhooks of a source named lately, the newest."""
    rows = models.Delivery.objects.filter(source=source, is_genuine=True, received_at__gt=now - HINT_FOR)
    newest = rows.exclude(subject="").order_by("-id").values_list("subject", flat=True)
    return set(newest[:HINTS_MAX])


def _order(row: models.Intent, currency: str) -> Order:
    assert row.method.asset is not None
    return Order(
        id=row.id,
        code=row.code,
        owner=row.customer_id,
        asset=row.method.asset.value,
        reference=row.reference,
        address=row.address,
        opened_at=row.opened_at,
        wanted_micros=row.wanted_micros,
        currency=currency,
    )
