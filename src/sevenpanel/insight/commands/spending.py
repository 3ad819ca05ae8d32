"""What customers spent, summed by day and service, so that the report of a year reads days and not a million orders."""

from sevenpanel.kernel import folds
from sevenpanel.ledger import queries as ledger

_SUM = """
INSERT INTO insight_spent (customer_id, day, service_id, charged_micros, returned_micros, orders)
SELECT t.customer_id, date_trunc('day', t.posted_at, 'UTC') AS day, o.service_id,
       sum(CASE WHEN t.debit_id = b.account_id THEN t.amount_micros ELSE 0 END),
       sum(CASE WHEN t.credit_id = b.account_id THEN t.amount_micros ELSE 0 END),
       count(*) FILTER (WHERE t.reason = 'order charged')
  FROM ledger_transfer t
  JOIN ledger_balance b ON b.customer_id = t.customer_id AND b.account_id IN (t.debit_id, t.credit_id)
  JOIN orders_order o ON o.id = t.order_id
 WHERE t.id > %(after)s AND t.id <= %(upto)s
 GROUP BY t.customer_id, day, o.service_id ORDER BY t.customer_id, day, o.service_id
    ON CONFLICT (customer_id, day, service_id) DO UPDATE
   SET charged_micros = insight_spent.charged_micros + EXCLUDED.charged_micros,
       returned_micros = insight_spent.returned_micros + EXCLUDED.returned_micros,
       orders = insight_spent.orders + EXCLUDED.orders
"""


def sum_spending(*, transfers_a_step: int = folds.ROWS_A_STEP) -> int:
    """Sum what customers spent up to the ledger's last checkpoint. What was booked since, a report reads by itself.

    :returns: the transfer up to which it is summed.
    """
    upto = ledger.settled()
    return folds.fold(mark_table="insight_spentmark", statement=_SUM, settled=upto, rows_a_step=transfers_a_step)
