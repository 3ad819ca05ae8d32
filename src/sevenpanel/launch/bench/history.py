"""A desk that has been in business: orders that ended, orders that are open, filled in by set-based statements.

The books of it are in order, `sevenpanel verify` finds nothing wrong with them. Indexes are taken away while rows
are filled in and built afterwards, because a million entries are sorted sooner than they are inserted.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

Connection = psycopg.Connection[tuple[object, ...]]

QUANTITY, RATE, REMAINS, START_COUNT = 1000, 900_000, 500, 1000
BYTES_PER_CLOSED, BYTES_PER_OPEN = 2_600, 1_500

TABLES = ("orders_order", "orders_event", "ledger_transfer", "fulfilment_task", "fulfilment_attempt")


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """How much there is of it.

    :param share: every so-many-th closed order is the first customer's, who looks at the pages.
    """

    open: int
    closed: int
    share: int = 5

    @property
    def bytes(self) -> int:
        """About how much room it takes on the disk."""
        return self.closed * BYTES_PER_CLOSED + self.open * BYTES_PER_OPEN


# Of twenty closed orders one was cancelled, two ended partially, and the others were delivered.
_CLOSED = """
INSERT INTO orders_order (id, customer_id, service_id, description_version, source, link, address, target, link_tag,
       is_private_link, quantity, rate_micros, charge_micros, currency, placed_at, status, dispatch, is_open,
       start_count, delivered, remains, outcome, earned_micros, returned_micros, settled_at)
SELECT n, customer, service, 1, 'API', 't.me/h' || n, 'https://t.me/h' || n, 'telegram:h' || n, 'telegram/channel',
       false, %(quantity)s, %(rate)s, %(rate)s, 'USD', placed, CASE WHEN delivered = %(quantity)s THEN 'Completed'
       WHEN delivered = 0 THEN 'Canceled' ELSE 'Partial' END, 'sent', false, 1000, delivered, %(quantity)s - delivered,
       CASE WHEN delivered = %(quantity)s THEN 'delivered' ELSE 'stopped by the provider' END,
       %(rate)s / %(quantity)s * delivered, %(rate)s - %(rate)s / %(quantity)s * delivered, placed + interval '6 hours'
  FROM (SELECT n, %(first)s + CASE WHEN n %% %(share)s = 0 THEN 0 ELSE n %% %(customers)s END AS customer,
               %(service)s + n %% %(services)s AS service,
               now() - interval '400 days' + interval '370 days' * n / %(closed)s AS placed,
               CASE n %% 20 WHEN 7 THEN 0 WHEN 8 THEN 600 WHEN 9 THEN 600 ELSE %(quantity)s END AS delivered
          FROM generate_series(1, %(closed)s) AS n) AS h
"""
_OPEN = """
INSERT INTO orders_order (id, customer_id, service_id, description_version, source, link, address, target, link_tag,
       is_private_link, quantity, rate_micros, charge_micros, currency, placed_at, status, dispatch, is_open,
       start_count, delivered, remains)
SELECT n, %(first)s + n %% %(customers)s, %(service)s + n %% %(services)s, 1, 'API', 't.me/h' || n,
       'https://t.me/h' || n, 'telegram:h' || n, 'telegram/channel', false, %(quantity)s, %(rate)s, %(rate)s, 'USD',
       now() - interval '20 days' + interval '18 days' * (n - %(closed)s) / %(open)s, 'In progress', 'sent', true, 1000,
       %(quantity)s - %(remains)s, %(remains)s
  FROM generate_series(%(closed)s + 1, %(closed)s + %(open)s) AS n
"""
_CHARGED = """
INSERT INTO ledger_transfer (key, debit_id, credit_id, amount_micros, reason, customer_id, order_id, note, posted_at)
SELECT 'order/' || o.id || '/charged', b.account_id, b.held_account_id, o.charge_micros, 'order charged',
       o.customer_id, o.id, '', o.placed_at
  FROM orders_order o JOIN ledger_balance b ON b.customer_id = o.customer_id
"""
_EARNED = """
INSERT INTO ledger_transfer (key, debit_id, credit_id, amount_micros, reason, customer_id, order_id, note, posted_at)
SELECT 'order/' || o.id || '/earned', b.held_account_id, %(earned)s, o.earned_micros, 'order earned', o.customer_id,
       o.id, '', o.settled_at
  FROM orders_order o JOIN ledger_balance b ON b.customer_id = o.customer_id WHERE o.earned_micros > 0
"""
_RETURNED = """
INSERT INTO ledger_transfer (key, debit_id, credit_id, amount_micros, reason, customer_id, order_id, note, posted_at)
SELECT 'order/' || o.id || '/returned', b.held_account_id, b.account_id, o.returned_micros, 'order returned',
       o.customer_id, o.id, '', o.settled_at
  FROM orders_order o JOIN ledger_balance b ON b.customer_id = o.customer_id WHERE o.returned_micros > 0
"""
_BALANCES = """
UPDATE ledger_balance b SET balance_micros = b.balance_micros - o.kept
  FROM (SELECT customer_id, sum(coalesce(earned_micros, charge_micros)) AS kept FROM orders_order GROUP BY 1) AS o
 WHERE o.customer_id = b.customer_id
"""
# Everything open is due. Orders that were sent about the same time are looked at about the same time, within a tenth
# of the hour in which all have their turn.
_TASKS = """
INSERT INTO fulfilment_task (order_id, customer_id, service_id, quantity, target, action, due_at, fence, created_at,
       provider_id, provider_order_id, attempts, tries, is_told, is_balance_spent, resends, sent_at, moved_at,
       last_word, last_remains, last_start_count, row_errors, cancel_tries, ended_at, looks_after_end)
SELECT o.id, o.customer_id, o.service_id, o.quantity, o.target, CASE WHEN o.is_open THEN 'follow' ELSE 'none' END,
       CASE WHEN o.is_open THEN now() - interval '54 minutes' * (1 - (o.id - %(closed)s)::float / %(open)s)
                                 - interval '6 minutes' * (hashint8(o.id) & 65535) / 65536 ELSE o.settled_at END,
       3, o.placed_at, %(provider)s, o.id::text, 1, 0, false, false, 0, o.placed_at, now() - interval '2 hours',
       o.status, o.remains, o.start_count, 0, 0, o.settled_at, CASE WHEN o.is_open THEN 0 ELSE 2 END
  FROM orders_order o
"""
_ATTEMPTS = """
INSERT INTO fulfilment_attempt (order_id, number, provider_id, kind, state, request_id, request, expected_cost,
       begun_at, ended_at, http_status, elapsed_ms, words, answer, provider_order_id)
SELECT o.id, 1, %(provider)s, 'first', 'sent', md5(o.id::text),
       jsonb_build_object('service', '1', 'type', 'Default', 'link', o.address, 'quantity', o.quantity, 'comments', 0),
       0.1, o.placed_at, o.placed_at, 200, 120, '', '{"order":' || o.id || '}', o.id::text
  FROM orders_order o
"""
_EVENTS = """
INSERT INTO orders_event (order_id, customer_id, kind, facts, happened_at)
SELECT o.id, o.customer_id, e.kind, '{}', CASE e.kind WHEN 'sent' THEN o.placed_at ELSE o.settled_at END
  FROM orders_order o CROSS JOIN (VALUES ('sent'), ('settled')) AS e(kind) WHERE e.kind = 'sent' OR NOT o.is_open
"""
_EARNED_ACCOUNT = """
INSERT INTO ledger_account (kind, owner_id, currency, created_at) VALUES ('earned', 0, 'USD', now())
ON CONFLICT (kind, owner_id, currency) DO UPDATE SET owner_id = 0 RETURNING id
"""
_NEXT_ORDER = "SELECT setval('orders_order_id_seq', greatest(1, (SELECT max(id) FROM orders_order)))"

# What a table has but its primary key: the constraints among them are unique ones, and no other table leans on them.
_INDEXES = """
SELECT i.indrelid::regclass::text, c.relname, con.conname, pg_get_indexdef(i.indexrelid), pg_get_constraintdef(con.oid)
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
  LEFT JOIN pg_constraint con ON con.conindid = i.indexrelid AND con.conrelid = i.indrelid
 WHERE i.indrelid = ANY(%s::text[]::regclass[]) AND NOT i.indisprimary
"""


def fill(connection: Connection, history: History, shop: Mapping[str, Any]) -> None:
    """Fill a history into a database that holds the shop and no order.

    :param shop: what `shop` said of it.
    """
    (earned,) = connection.execute(_EARNED_ACCOUNT).fetchone() or (None,)
    filled = {
        "open": history.open,
        "closed": history.closed,
        "share": history.share,
        "first": shop["customers"][0],
        "customers": len(shop["customers"]),
        "service": shop["services"][0],
        "services": len(shop["services"]),
        "provider": shop["provider"],
        "earned": earned,
        "quantity": QUANTITY,
        "rate": RATE,
        "remains": REMAINS,
    }
    orders = [*([_CLOSED] if history.closed else []), *([_OPEN] if history.open else [])]
    with _without_indexes(connection):
        for statement in (*orders, _CHARGED, _EARNED, _RETURNED, _TASKS, _ATTEMPTS, _EVENTS):
            psycopg.ClientCursor(connection).execute(statement.encode(), filled)
    for statement in (_BALANCES, _NEXT_ORDER):
        connection.execute(statement.encode())
    connection.execute("VACUUM ANALYZE")


@contextmanager
def _without_indexes(connection: Connection) -> Iterator[None]:
    found = connection.execute(_INDEXES, [list(TABLES)]).fetchall()
    for table, index, constraint, _, _ in found:
        away = f"ALTER TABLE {table} DROP CONSTRAINT {constraint}" if constraint else f"DROP INDEX {index}"
        connection.execute(away.encode())
    yield
    for table, _, constraint, index, whole in found:
        back = f"ALTER TABLE {table} ADD CONSTRAINT {constraint} {whole}" if constraint else str(index)
        connection.execute(back.encode())
