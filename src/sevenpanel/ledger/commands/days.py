"""What moved on customers' balances, summed by day, so that the statement of a month reads days and not all history."""

from sevenpanel.kernel import folds
from sevenpanel.ledger.queries.books import settled

_SUM = """
INSERT INTO ledger_day (customer_id, day, reason, movements, amount_micros, first_id, last_id)
SELECT t.customer_id, date_trunc('day', t.posted_at, 'UTC') AS day, t.reason, count(*),
       sum(CASE WHEN t.credit_id = b.account_id THEN t.amount_micros ELSE -t.amount_micros END), min(t.id), max(t.id)
  FROM ledger_transfer t
  JOIN ledger_balance b ON b.customer_id = t.customer_id AND b.account_id IN (t.debit_id, t.credit_id)
 WHERE t.id > %(after)s AND t.id <= %(upto)s
 GROUP BY t.customer_id, day, t.reason ORDER BY t.customer_id, day, t.reason
    ON CONFLICT (customer_id, day, reason) DO UPDATE
   SET movements = ledger_day.movements + EXCLUDED.movements,
       amount_micros = ledger_day.amount_micros + EXCLUDED.amount_micros,
       first_id = least(ledger_day.first_id, EXCLUDED.first_id),
       last_id = greatest(ledger_day.last_id, EXCLUDED.last_id)
"""


def sum_days(*, transfers_a_step: int = folds.ROWS_A_STEP) -> int:
    """Sum customers' movements by day up to the last checkpoint. What was booked since, a statement reads by itself.

    :returns: the transfer up to which they are summed.
    """
    return folds.fold(mark_table="ledger_daymark", statement=_SUM, settled=settled(), rows_a_step=transfers_a_step)
