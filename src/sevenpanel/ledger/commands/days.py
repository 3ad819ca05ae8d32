"""What moved on customers' balances, summed by day, so that the statement of a month reads days and not all history."""

from sevenpanel.kernel import db
from sevenpanel.ledger import models

TRANSFERS_A_STEP = 50_000

# A checkpoint reaches up to a transfer that is certainly committed, and so are all before it.
_SETTLED = "SELECT coalesce(max(upto_id), 0) FROM ledger_checkpoint"
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


def sum_days(*, transfers_a_step: int = TRANSFERS_A_STEP) -> int:
    """Sum customers' movements by day up to the last checkpoint, a bounded number of transfers in each transaction.

    Several at once take turns. What was booked since the checkpoint a statement reads by itself.

    :returns: the transfer up to which they are summed.
    """
    settled = int(db.rows(_SETTLED)[0][0])
    while (upto := _sum_some(settled, transfers_a_step)) < settled:
        pass
    return upto


@db.command
def _sum_some(settled: int, transfers_a_step: int) -> int:
    models.DayMark.objects.bulk_create([models.DayMark()], ignore_conflicts=True)
    mark = models.DayMark.objects.select_for_update().get()
    after = mark.upto_id
    mark.upto_id = max(after, min(after + transfers_a_step, settled))
    db.rows(_SUM, {"after": after, "upto": mark.upto_id})
    mark.save(update_fields=["upto_id"])
    return mark.upto_id
