"""What a customer spent on orders in a span of time: by day or month, and by service."""

from dataclasses import dataclass
from datetime import datetime

from sevenpanel.kernel import db

# Days that are summed, and what was booked since: in one statement, so that it belongs together. Pairs are compared for
# the reason that `kernel/newest.py` tells; the index knows no transfers of the house alone.
SPENT = """
WITH summed AS (
    SELECT day, service_id, charged_micros, returned_micros, orders FROM insight_spent
     WHERE customer_id = %(customer)s AND day >= %(since)s AND day < %(until)s
    UNION ALL
    SELECT date_trunc('day', t.posted_at, 'UTC'), o.service_id,
           CASE WHEN t.debit_id = b.account_id THEN t.amount_micros ELSE 0 END,
           CASE WHEN t.credit_id = b.account_id THEN t.amount_micros ELSE 0 END,
           CASE WHEN t.reason = 'order charged' THEN 1 ELSE 0 END
      FROM ledger_transfer t
      JOIN ledger_balance b ON b.customer_id = %(customer)s AND b.account_id IN (t.debit_id, t.credit_id)
      JOIN orders_order o ON o.id = t.order_id
     WHERE t.customer_id IS NOT NULL AND (t.customer_id, t.id) < (%(customer)s, 9223372036854775807)
       AND (t.customer_id, t.id) > (%(customer)s, coalesce((SELECT upto_id FROM insight_spentmark), 0))
       AND t.posted_at >= %(since)s AND t.posted_at < %(until)s),
sums AS (
    SELECT date_trunc(%(step)s, day, 'UTC') AS begins, service_id, sum(charged_micros)::bigint AS charged_micros,
           sum(returned_micros)::bigint AS returned_micros, sum(orders)::bigint AS orders
      FROM summed GROUP BY GROUPING SETS ((date_trunc(%(step)s, day, 'UTC')), (service_id)))
SELECT u.begins, u.service_id, s.name, c.name AS category, u.charged_micros, u.returned_micros, u.orders
  FROM sums u LEFT JOIN catalog_service s ON s.id = u.service_id LEFT JOIN catalog_category c ON c.id = s.category_id
 ORDER BY u.begins, u.charged_micros - u.returned_micros DESC, u.service_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpentRow:
    """What orders took from a balance, and what came back of them.

    :param begins: the day or the month that is told of, in UTC; None where it is a service.
    :param service_id: the service that is told of, with its name and its category; None where it is a time.
    """

    begins: datetime | None
    service_id: int | None
    name: str | None
    category: str | None
    charged_micros: int
    returned_micros: int
    orders: int

    @property
    def spent_micros(self) -> int:
        """What is left away."""
        return self.charged_micros - self.returned_micros


@dataclass(frozen=True, slots=True, kw_only=True)
class SpentRows:
    """The same sums twice: by time, first to last, and by service, the dearest first."""

    by_time: tuple[SpentRow, ...]
    by_service: tuple[SpentRow, ...]


def spent(*, customer_id: int, since: datetime, until: datetime, by_day: bool) -> SpentRows:
    """What a customer spent on orders in `[since, until)`, both where a month begins in UTC.

    :param by_day: tell of days; otherwise of months.
    """
    step = "day" if by_day else "month"
    asked = {"customer": customer_id, "since": since, "until": until, "step": step}
    rows = [SpentRow(**row) for row in db.named_rows(SPENT, asked)]
    return SpentRows(
        by_time=tuple(row for row in rows if row.begins is not None),
        by_service=tuple(row for row in rows if row.begins is None),
    )
