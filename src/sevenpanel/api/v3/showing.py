"""Rows of the desk as version 3 shows them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sevenpanel.api.v3.shapes import Balance, Entry, Line, Order, OrderInFull, Service
from sevenpanel.catalog.domain import ServiceRow
from sevenpanel.kernel.money import format_amount
from sevenpanel.kernel.said import passage, plain
from sevenpanel.ledger.queries import BalanceRow, StatementLine
from sevenpanel.orders.domain import TERMINAL, Dispatch, Outcome, Status, status_words
from sevenpanel.orders.queries import OrderRow
from sevenpanel.orders.timeline import Line as Told
from sevenpanel.rehearsal.domain import Course, PlayOrder, standing, steps


def balance(row: BalanceRow) -> Balance:
    """What an account can spend."""
    return Balance(
        available=format_amount(row.available_micros), on_hold=format_amount(row.hold_micros), currency=row.currency
    )


def service(row: ServiceRow, currency: str) -> Service:
    """A service on sale."""
    return Service(
        id=row.id,
        name=row.name,
        category=row.category,
        network=row.network,
        type=row.type,
        rate=format_amount(row.rate_micros),
        currency=currency,
        quantity_min=row.quantity_min,
        quantity_max=row.quantity_max,
        links=list(row.accepts),
        can_cancel=row.can_cancel,
        can_refill=row.can_refill,
        start_within_seconds=_seconds(row.start_within),
        complete_within_seconds=_seconds(row.complete_within),
        drop=row.drop_band,
        description=row.description,
        description_version=row.description_version,
    )


def _seconds(duration: timedelta | None) -> int | None:
    return None if duration is None else int(duration.total_seconds())


def order(row: OrderRow, latest: str = "") -> Order:
    """An order in a list.

    :param latest: when its unknown fate is decided at the latest, if that is asked for.
    """
    returned = (row.returned_micros or 0) + row.granted_micros
    words = status_words(row.status, row.dispatch, row.outcome)
    return Order(
        id=row.id,
        service=row.service_id,
        link=row.link,
        quantity=row.quantity,
        status=row.status,
        reason=plain(passage([words, latest and f"Decided at the latest by {latest}."])),
        charge=format_amount(row.charge_micros),
        returned=format_amount(returned),
        currency=row.currency,
        start_count=row.start_count,
        delivered=row.delivered,
        remains=row.quantity - row.delivered if row.remains is None else row.remains,
        placed_at=row.placed_at,
        ended_at=row.settled_at,
        is_test=False,
    )


def in_full(row: OrderRow, told: Sequence[Told], latest: str) -> OrderInFull:
    """An order with what happened to it."""
    return OrderInFull(**dict(order(row, latest)), history=[_line(each) for each in told])


def _line(told: Told) -> Line:
    amount = None if told.amount_micros is None else format_amount(told.amount_micros)
    return Line(at=told.happened_at, by=plain(told.actor), sentence=plain(told.sentence), amount=amount)


def play_order(row: PlayOrder, now: datetime) -> Order:
    """A test order where it stands."""
    at = standing(row, now)
    return Order(
        id=row.id,
        service=row.service_id,
        link=row.link,
        quantity=row.quantity,
        status=at.status,
        reason=_words(row, at.status),
        charge=format_amount(row.charge_micros),
        returned=format_amount(row.charge_micros - at.charge_micros),
        currency=row.currency,
        start_count=at.start_count,
        delivered=at.delivered,
        remains=row.quantity - at.delivered,
        placed_at=row.placed_at,
        ended_at=at.since if at.status in TERMINAL else None,
        is_test=True,
    )


def play_in_full(row: PlayOrder, now: datetime) -> OrderInFull:
    """A test order with the steps that it has gone."""
    gone = [step for step in steps(row) if step.at <= now or step.status is Status.PENDING]
    history = [
        Line(at=step.at, by="the desk" if n == 0 else "the provider", sentence=_words(row, step.status), amount=None)
        for n, step in enumerate(gone)
    ]
    return OrderInFull(**dict(play_order(row, now)), history=history)


def _words(row: PlayOrder, status: Status) -> str:
    """What a status means for a test order, in the words of a real one."""
    if row.course is Course.WRONG_LINK:
        return plain(status_words(status, Dispatch.SENT, Outcome.CLOSED))
    is_refused = row.course is Course.REFUSED and status is Status.CANCELED and row.cancel_requested_at is None
    is_sent = status is not Status.PENDING
    return plain(
        status_words(status, Dispatch.REFUSED if is_refused else Dispatch.SENT if is_sent else Dispatch.QUEUED)
    )


def entry(line: StatementLine, currency: str) -> Entry:
    """A movement on the balance."""
    return Entry(
        id=line.transfer_id,
        at=line.posted_at,
        reason=line.reason,
        note=line.note,
        order=line.order_id,
        amount=format_amount(line.amount_micros),
        currency=currency,
    )
