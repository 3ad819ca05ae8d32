"""Where happenings are read from: tables of other rooms that only grow, each read on from where it was left.

Neither placing an order nor following it writes anything for letters: what happened stands there anyway.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from sevenpanel.accounts import queries as accounts
from sevenpanel.accounts.queries.security import TABLE as SECURITY_TABLE
from sevenpanel.accounts.queries.security import SecurityRow
from sevenpanel.deposits import queries as deposits
from sevenpanel.deposits.queries.happened import TABLE as DEPOSITS_TABLE
from sevenpanel.deposits.queries.happened import ArrivedRow
from sevenpanel.letters.domain import Happening, LetterKind, News
from sevenpanel.letters.queries.choices import customers_who_want
from sevenpanel.notices.queries import happened as notices
from sevenpanel.orders import queries as orders
from sevenpanel.orders.domain import Status
from sevenpanel.orders.queries.happened import TABLE as ORDERS_TABLE
from sevenpanel.orders.queries.happened import HappenedRow
from sevenpanel.orders.timeline import EventKind
from sevenpanel.support.queries import happened as support
from sevenpanel.support.queries.happened import WrittenRow
from sevenpanel.webhooks import queries as webhooks
from sevenpanel.webhooks.queries import SwitchedOffRow

Read = tuple[int, Sequence[Happening]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One table, and how it is read.

    :param between: reads on from the row after the first number up to the second, at most so many.
    :param to_people: whether happenings name people; otherwise customers, of whom everybody is told.
    """

    table: str
    between: Callable[[int, int, int], Read]
    to_people: bool = False


def _orders(after: int, upto: int, limit: int) -> Read:
    last, rows = orders.happened_between(after=after, upto=upto, limit=limit)
    return last, [_of_order(row) for row in rows]


def _of_order(row: HappenedRow) -> Happening:
    kind, news = _WHAT.get(row.kind) or _ENDED.get(row.status, _SHORT)
    return Happening(
        owner=row.customer_id,
        kind=kind,
        news=news,
        key=f"order/{row.order_id}",
        subject=row.order_id,
        micros=row.returned_micros,
        currency=row.currency,
        at=row.happened_at,
    )


_SHORT = (LetterKind.SHORT, News.ENDED_SHORT)
_ENDED = {Status.COMPLETED: (LetterKind.FINISHED, News.COMPLETED)}
_WHAT = {
    EventKind.LINK_FOUND: (LetterKind.TROUBLE, News.LINK),
    EventKind.DOUBLED: (LetterKind.TROUBLE, News.DOUBLED),
}


def _tickets(after: int, upto: int, limit: int) -> Read:
    last, rows = support.written_between(after=after, upto=upto, limit=limit)
    return last, [_of_message(row) for row in rows]


def _of_message(row: WrittenRow) -> Happening:
    return Happening(
        owner=row.customer_id,
        kind=LetterKind.TICKETS,
        news=News.ANSWERED,
        key=f"message/{row.message_id}",
        subject=row.message_id,
        at=row.written_at,
    )


def _deposits(after: int, upto: int, limit: int) -> Read:
    last, rows = deposits.arrived_between(after=after, upto=upto, limit=limit)
    return last, [_of_payment(row) for row in rows]


def _of_payment(row: ArrivedRow) -> Happening:
    return Happening(
        owner=row.customer_id,
        kind=LetterKind.DEPOSITS,
        news=News.CREDITED if row.is_credit else News.LOOKED_AT,
        key=f"payment/{row.event_id}",
        subject=row.receipt_id,
        micros=row.net_micros if row.is_credit else None,
        currency=row.currency,
        at=row.at,
    )


def _notices(after: int, upto: int, limit: int) -> Read:
    """Only of whom wants to hear of them the services are looked up that they use."""
    last, rows = notices.published_between(after=after, upto=upto, limit=limit)
    wanted = customers_who_want(kind=LetterKind.SERVICES) if rows else ()
    return last, [each for customer_id in wanted for each in _concerning(customer_id, rows)]


def _concerning(customer_id: int, rows: Collection[notices.PublishedRow]) -> list[Happening]:
    used = orders.used_services(customer_id=customer_id).ids
    theirs = notices.concerning(notice_ids=[row.notice_id for row in rows], service_ids=used) if used else frozenset()
    return [
        Happening(
            owner=customer_id,
            kind=LetterKind.SERVICES,
            news=News.NOTICE,
            key=f"notice/{row.notice_id}",
            subject=row.notice_id,
            at=row.published_at,
        )
        for row in rows
        if row.notice_id in theirs
    ]


def _security(after: int, upto: int, limit: int) -> Read:
    last, rows = accounts.security_between(after=after, upto=upto, limit=limit)
    return last, [_of_safety(row) for row in rows]


def _of_safety(row: SecurityRow) -> Happening:
    return Happening(
        owner=row.user_id,
        kind=LetterKind.SECURITY,
        news=News.SAFETY,
        key=f"safety/{row.id}",
        subject=row.id,
        at=row.at,
    )


def _webhooks(after: int, upto: int, limit: int) -> Read:
    last, rows = webhooks.switched_off_between(after=after, upto=upto, limit=limit)
    return last, [_of_webhook(row) for row in rows]


def _of_webhook(row: SwitchedOffRow) -> Happening:
    return Happening(
        owner=row.customer_id,
        kind=LetterKind.WEBHOOKS,
        news=News.SWITCHED_OFF,
        key=f"webhook/{row.id}",
        subject=row.webhook_id,
        at=row.at,
    )


# In the order in which they are read: what is most urgent first.
SOURCES: Mapping[str, Source] = {
    "security": Source(table=SECURITY_TABLE, between=_security, to_people=True),
    "deposits": Source(table=DEPOSITS_TABLE, between=_deposits),
    "tickets": Source(table=support.TABLE, between=_tickets),
    "webhooks": Source(table=webhooks.TABLE, between=_webhooks),
    "orders": Source(table=ORDERS_TABLE, between=_orders),
    "notices": Source(table=notices.TABLE, between=_notices),
}
