"""What an act has touched: the orders of whose rows any is new or changed since the last look, and all their rows.

An invariant of a single order can only come to be broken by a change of that order's rows, so that it is enough to look
at those after each act. The invariants are the rooms' own statements, word for word: they are given tables of the same
names that hold nothing but what was touched. PostgreSQL itself says what was, by the transaction that wrote a row, so
that no act and no planted fault can hide a change. A row that is gone leaves no trace there; so rows are counted, too.
"""

from collections.abc import Sequence

from sevenpanel.kernel import db
from sevenpanel.kernel.invariants import Check, union

# Every row of these belongs to an order, by this column, and none is ever taken away.
OF_ORDERS = {
    "orders_order": "id",
    "orders_decision": "order_id",
    "ledger_transfer": "order_id",
    "fulfilment_task": "order_id",
    "fulfilment_attempt": "order_id",
}
_TOUCHED = " UNION ".join(
    f"SELECT {column} AS id FROM public.{table} WHERE {column} IS NOT NULL AND age(xmin) <= age(%(since)s::xid)"
    for table, column in OF_ORDERS.items()
)
# What belongs to no order, such as a deposit, is always looked at.
_TABLES = ", ".join(
    f"{table} AS MATERIALIZED (SELECT * FROM public.{table}"
    f" WHERE {column} IN (SELECT id FROM touched) OR {column} IS NULL)"
    for table, column in OF_ORDERS.items()
)
_COUNTS = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM public.{table}" for table in OF_ORDERS)
_NEXT = "SELECT (pg_snapshot_xmax(pg_current_snapshot())::xid)::text"


def within(checks: Sequence[Check]) -> str:
    """One statement, like `invariants.union`, that runs checks of single orders on what was touched.

    It names `%(since)s`, what `now` said at the last look.
    """
    return f"WITH touched AS MATERIALIZED ({_TOUCHED}), {_TABLES} {union([check.statement for check in checks])}"


def now() -> str:
    """The number of the next transaction: whatever is written from here on bears it or a later one."""
    return str(db.rows(_NEXT)[0][0])


def counts() -> dict[str, int]:
    """How many rows each table has that belong to orders."""
    return dict(db.rows(_COUNTS))
