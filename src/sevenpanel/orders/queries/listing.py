"""A customer's orders, listed, filtered and searched, however many there are.

A page reads at most `LOOKED_AT_MAX` orders: whatever a customer of a million looks for, the answer comes at once, and
where it has not looked at all of them it says how far it came, so that the search can go on from there. Orders in a
status that is rare are found by indexes that hold few orders: the open ones, and those that ended otherwise than
delivered. An index by status would be rewritten on each step of each order, and end the cheap updates of these rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sevenpanel.kernel import db
from sevenpanel.kernel.newest import FROM_NEWEST, NEWEST
from sevenpanel.orders.domain import TERMINAL, Status
from sevenpanel.orders.queries.rows import COLUMNS, LIST_COLUMNS, OrderRow, order_row

LOOKED_AT_MAX = 10_000
"""So many orders are looked at for one page (`docs/performance.md`, Orders of a customer who has a million)."""
BATCH = 1_000

# What every order of a status has in common with few others, as the partial indexes have it.
_OPEN, _STOPPED, _ANY = "is_open", "outcome <> 'delivered'", "true"
AMONG = {
    **{status: _OPEN for status in Status if status not in TERMINAL},
    Status.PARTIAL: _STOPPED,
    Status.CANCELED: _STOPPED,
    Status.COMPLETED: _ANY,
}
assert AMONG.keys() == set(Status)

_NEWEST = f"FROM orders_order WHERE {NEWEST} AND {{among}} {FROM_NEWEST}"
_FOUND = f"""
SELECT {{columns}} FROM (
    SELECT * FROM (SELECT * {_NEWEST} LIMIT %(most)s) AS looked_at
     WHERE (%(status)s::text IS NULL OR status = %(status)s)
       AND (%(text)s::text IS NULL OR strpos(lower(link), lower(%(text)s)) > 0
            OR strpos(lower(target), lower(%(text)s)) > 0)
     {FROM_NEWEST} LIMIT %(limit)s) AS o
  JOIN catalog_service s ON s.id = o.service_id ORDER BY o.id DESC
"""
_LAST_LOOKED_AT = f"SELECT id {_NEWEST} OFFSET %(most)s - 1 LIMIT 1"
_NAMED = f"""
SELECT {COLUMNS} FROM orders_order o JOIN catalog_service s ON s.id = o.service_id
 WHERE o.customer_id = %(customer)s AND o.id = ANY(%(ids)s::bigint[])
   AND (%(status)s::text IS NULL OR o.status = %(status)s) ORDER BY o.id DESC
"""


_MANY = """
SELECT count(*) FROM (
    SELECT FROM orders_order
     WHERE customer_id = %(customer)s AND {among} AND (%(status)s::text IS NULL OR status = %(status)s)
       AND (%(text)s::text IS NULL OR strpos(lower(link), lower(%(text)s)) > 0
            OR strpos(lower(target), lower(%(text)s)) > 0)
     LIMIT %(most)s) AS counted
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which orders of a customer are wanted, newest first.

    :param text: an order's id, or a part of its link in any case.
    :param before_id: only those before this one.
    """

    customer_id: int
    status: Status | None = None
    text: str = ""
    before_id: int | None = None

    @property
    def named(self) -> int | None:
        """The order that the text names, if it is an id."""
        text = self.text.strip().lstrip("#")
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundOrders:
    """A page of orders.

    :param looked_to: the last order that was looked at, when there are more behind it and the page is not full.
    """

    orders: tuple[OrderRow, ...]
    looked_to: int | None


def find(wanted: Wanted, *, limit: int, columns: str = LIST_COLUMNS) -> FoundOrders:
    """A page of the customer's orders (keyset: pass the last id seen). An order named by its id comes first."""
    named = _named(wanted)
    found = [order for order in _looked_through(wanted, limit, columns) if order.id != wanted.named]
    is_full = len(named) + len(found) >= limit
    looked_to = None if is_full or not _is_narrow(wanted) else _last_looked_at(wanted)
    return FoundOrders(orders=(*named, *found)[:limit], looked_to=looked_to)


def _is_narrow(wanted: Wanted) -> bool:
    return wanted.status is not None or bool(wanted.text)


def _named(wanted: Wanted) -> list[OrderRow]:
    """The order that is named, on the first page, wherever among a million it stands."""
    if wanted.named is None or wanted.before_id is not None:
        return []
    asked = {"customer": wanted.customer_id, "ids": [wanted.named], "status": wanted.status}
    return [order_row(row) for row in db.named_rows(_NAMED, asked)]


def _looked_through(wanted: Wanted, limit: int, columns: str) -> list[OrderRow]:
    statement = _FOUND.format(among=_among(wanted), columns=columns)
    asked = {**_parameters(wanted), "most": LOOKED_AT_MAX if _is_narrow(wanted) else limit, "limit": limit}
    return [order_row(row) for row in db.named_rows(statement, asked)]


def _last_looked_at(wanted: Wanted) -> int | None:
    found = db.rows(_LAST_LOOKED_AT.format(among=_among(wanted)), _parameters(wanted))
    return int(found[0][0]) if found else None


def _among(wanted: Wanted) -> str:
    return AMONG[wanted.status] if wanted.status else _ANY


def _parameters(wanted: Wanted) -> dict[str, object]:
    return {
        "customer": wanted.customer_id,
        "status": wanted.status,
        "text": wanted.text or None,
        "before": wanted.before_id,
        "most": LOOKED_AT_MAX,
    }


def every(wanted: Wanted) -> Iterator[OrderRow]:
    """All that `find` would show page by page, for a file: a batch is in memory at a time."""
    rest: Wanted | None = wanted
    while rest is not None:
        part = stretch(rest, limit=BATCH)
        yield from part.orders
        rest = None if part.looked_to is None else replace(rest, before_id=part.looked_to)


def stretch(wanted: Wanted, *, limit: int) -> FoundOrders:
    """A part of all that is wanted, for a file that is written part by part.

    :returns: the orders, and where the next part begins; None behind the last one.
    """
    page = find(wanted, limit=limit)
    is_full = len(page.orders) == limit
    return FoundOrders(orders=page.orders, looked_to=page.orders[-1].id if is_full else page.looked_to)


def are_more_than(wanted: Wanted, rows: int) -> bool:
    """Whether more orders than so many are wanted. Of a customer who has no more in all, none is looked at for it."""
    asked = {**_parameters(wanted), "most": rows + 1}
    everything = Wanted(customer_id=wanted.customer_id)
    if db.rows(_MANY.format(among=_ANY), {**_parameters(everything), "most": rows + 1})[0][0] <= rows:
        return False
    return not _is_narrow(wanted) or bool(db.rows(_MANY.format(among=_among(wanted)), asked)[0][0] > rows)


def orders(
    *,
    customer_id: int,
    status: Status | None = None,
    search: str | None = None,
    before_id: int | None = None,
    limit: int = 50,
) -> list[OrderRow]:
    """A page of the customer's orders with everything about them, newest first, among those that `find` looks at."""
    wanted = Wanted(customer_id=customer_id, status=status, text=search or "", before_id=before_id)
    return list(find(wanted, limit=limit, columns=COLUMNS).orders)


def named(*, customer_id: int, order_ids: Sequence[int]) -> list[OrderRow]:
    """Those of these orders that are this customer's, newest first."""
    asked = {"customer": customer_id, "ids": list(order_ids), "status": None}
    return [order_row(row) for row in db.named_rows(_NAMED, asked)]
