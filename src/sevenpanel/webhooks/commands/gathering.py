"""What happened to orders, read from facts that are written anyway and put on its way to whoever wants to be told.

Reads on from where the last run stopped, so that placing and following pay nothing for it. A fact is put on its way in
the transaction that moves the mark past it: none is lost and none is put there twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sevenpanel.accounts.domain import KeyKind
from sevenpanel.kernel import chaos, db
from sevenpanel.orders import queries as orders
from sevenpanel.orders.queries import changes, endings
from sevenpanel.rehearsal import queries as rehearsal
from sevenpanel.webhooks import models
from sevenpanel.webhooks.commands.addresses import locked_tide
from sevenpanel.webhooks.domain import EVENTS_MAX, Change, DeliveryState, event_of, shared_out

FACTS_A_STEP = 5_000
# A test order that is being written now may bear an instant of a moment ago.
PLAY_LAG = timedelta(seconds=5)


@db.command
def gather(*, now: datetime) -> bool:
    """Put on its way what has happened since the last run, a bounded number of facts at a time.

    :returns: whether there is more to read.
    """
    listeners = list(models.Endpoint.objects.filter(is_on=True).order_by("id"))
    if not listeners:
        return False
    mark = locked_tide()
    real, has_more = _real(mark, _customers(listeners, KeyKind.LIVE))
    _put(listeners, KeyKind.LIVE, real, now)
    _put(listeners, KeyKind.TEST, _played(mark, _customers(listeners, KeyKind.TEST), now), now)
    mark.save(update_fields=["read_upto", "seen", "writing", "played_upto"])
    chaos.point("webhook.before_gathered")
    return has_more


def _customers(listeners: Iterable[models.Endpoint], kind: KeyKind) -> list[int]:
    return sorted({each.customer_id for each in listeners if each.kind == kind})


def _real(mark: models.Tide, customers: Sequence[int]) -> tuple[dict[int, list[Change]], bool]:
    """Changes of real orders by customer, as far as they are certain; the mark moves past them."""
    look = endings.tide()
    if mark.seen == mark.read_upto:
        mark.seen, mark.writing = look.last, sorted(look.writing)
    if mark.seen <= mark.read_upto or not look.writing.isdisjoint(mark.writing):
        return {}, False
    mark.read_upto, rows = changes.changes_between(
        after=mark.read_upto, upto=mark.seen, limit=FACTS_A_STEP, customer_ids=customers
    )
    # Of an order that changed several times in one step the last is told: all of them would say the same.
    last = {row.order_id: row for row in rows}
    found: dict[int, list[changes.ChangeRow]] = {}
    for row in last.values():
        found.setdefault(row.customer_id, []).append(row)
    return {customer_id: _told(customer_id, mine) for customer_id, mine in found.items()}, mark.seen > mark.read_upto


def _told(customer_id: int, mine: Sequence[changes.ChangeRow]) -> list[Change]:
    standing = orders.statuses(customer_id=customer_id, order_ids=[row.order_id for row in mine])
    return [
        Change(
            id=f"ev_{row.id}",
            at=row.happened_at,
            order_id=row.order_id,
            status=standing[row.order_id].status,
            charge_micros=standing[row.order_id].charge_micros,
            start_count=standing[row.order_id].start_count,
            remains=standing[row.order_id].remains,
            currency=standing[row.order_id].currency,
        )
        for row in mine
    ]


def _played(mark: models.Tide, customers: Sequence[int], now: datetime) -> dict[int, list[Change]]:
    """Changes of test orders by customer; the mark moves past them."""
    since, until = mark.played_upto or now, now - PLAY_LAG
    if until <= since:
        return {}
    mark.played_upto = until
    found: dict[int, list[Change]] = {}
    for row in rehearsal.changes(customer_ids=customers, since=since, until=until):
        found.setdefault(row.order.customer_id, []).append(
            Change(
                id=f"tev_{row.order.id}_{row.number}",
                at=row.now.since,
                order_id=row.order.id,
                status=row.now.status.value,
                charge_micros=row.now.charge_micros,
                start_count=row.now.start_count,
                remains=row.order.quantity - row.now.delivered,
                currency=row.order.currency,
            )
        )
    return found


def _put(
    listeners: Iterable[models.Endpoint], kind: KeyKind, found: Mapping[int, Sequence[Change]], now: datetime
) -> None:
    for endpoint in listeners:
        told = [change for change in found.get(endpoint.customer_id, ()) if change.at >= endpoint.created_at]
        if endpoint.kind == kind and told:
            _queue(endpoint, [event_of(change, kind) for change in told], now)


def _queue(endpoint: models.Endpoint, events: Sequence[Mapping[str, object]], now: datetime) -> None:
    """Add events to the call that waits last, if nobody has tried it yet, and the rest in calls of their own."""
    # Before its calls, as whoever removes it or switches it off does.
    if models.Endpoint.objects.select_for_update().filter(id=endpoint.id, is_on=True).first() is None:
        return
    untried = models.Delivery.objects.filter(endpoint=endpoint, state=DeliveryState.WAITING, is_by_hand=False, tries=0)
    last = untried.select_for_update().order_by("-id").first()
    first, rest = shared_out(events, room=EVENTS_MAX - len(last.events) if last else 0)
    if last is not None and first:
        last.events = [*last.events, *first]
        last.save(update_fields=["events"])
    models.Delivery.objects.bulk_create(
        models.Delivery(
            endpoint=endpoint, events=call, is_by_hand=False, state=DeliveryState.WAITING, made_at=now, due_at=now,
            tries=0, answer="", words="",
        )
        for call in rest
    )  # fmt: skip
