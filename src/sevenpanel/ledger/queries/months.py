"""What moved on a customer's balance in a span of time, day by day, so that it can be added up on paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sevenpanel.kernel import db
from sevenpanel.ledger.domain import Reason
from sevenpanel.ledger.queries.books import StatementLine

_SIGN = "CASE WHEN t.credit_id = b.account_id THEN t.amount_micros ELSE -t.amount_micros END"
# Pairs are compared for the reason that `kernel/newest.py` tells; the index knows no transfers of the house alone.
_THEIRS = """
  FROM ledger_transfer t
  JOIN ledger_balance b ON b.customer_id = %(customer)s AND b.account_id IN (t.debit_id, t.credit_id)
 WHERE t.customer_id IS NOT NULL AND (t.customer_id, t.id) < (%(customer)s, 9223372036854775807)
"""
# Days that are summed, and what was booked since. All of it in one statement, so that it belongs together.
DAYS = f"""
SELECT CASE WHEN day >= %(since)s THEN day END AS day, CASE WHEN day >= %(since)s THEN reason END AS reason,
       sum(movements)::bigint AS movements, sum(amount_micros)::bigint AS amount_micros,
       min(first_id) AS first_id, max(last_id) AS last_id
  FROM (SELECT day, reason, movements, amount_micros, first_id, last_id FROM ledger_day
         WHERE customer_id = %(customer)s AND day < %(until)s
        UNION ALL
        SELECT date_trunc('day', t.posted_at, 'UTC'), t.reason, 1, {_SIGN}, t.id, t.id {_THEIRS}
           AND (t.customer_id, t.id) > (%(customer)s, coalesce((SELECT upto_id FROM ledger_daymark), 0))
           AND t.posted_at < %(until)s) AS summed
 GROUP BY 1, 2 ORDER BY 1 NULLS FIRST, 2
"""
EACH = f"""
SELECT t.id, t.posted_at, t.reason, t.note, t.order_id, {_SIGN} AS amount_micros {_THEIRS}
   AND (t.customer_id, t.id) >= (%(customer)s, %(first)s) AND (t.customer_id, t.id) <= (%(customer)s, %(last)s)
   AND t.posted_at >= %(since)s AND t.posted_at < %(until)s ORDER BY t.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLine:
    """What moved on one day for one reason, signed as the customer sees it.

    :param day: when it begins, in UTC.
    """

    day: datetime
    reason: Reason
    movements: int
    amount_micros: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanRow:
    """A span of time on a balance: what was there, what moved, what is there then.

    :param each: every movement, oldest first; empty when there are more than were asked for.
    """

    opening_micros: int
    closing_micros: int
    days: tuple[DayLine, ...]
    each: tuple[StatementLine, ...]

    @property
    def movements(self) -> int:
        """How many there are."""
        return sum(line.movements for line in self.days)


def span(*, customer_id: int, since: datetime, until: datetime, each_max: int) -> SpanRow:
    """What moved on a customer's balance in `[since, until)`, both where a day begins in UTC.

    It reads a row for each day and reason, and the movements that no day holds yet (`commands.sum_days`).

    :param each_max: so many movements are told one by one; of more only the days are.
    """
    asked = {"customer": customer_id, "since": since, "until": until}
    found = db.named_rows(DAYS, asked)
    opening = sum(row["amount_micros"] for row in found if row["day"] is None)
    rows = [row for row in found if row["day"] is not None]
    is_told = 0 < sum(row["movements"] for row in rows) <= each_max
    each = db.named_rows(EACH, {**asked, **_ends(rows)}) if is_told else []
    return SpanRow(
        opening_micros=opening,
        closing_micros=opening + sum(row["amount_micros"] for row in rows),
        days=tuple(
            DayLine(
                day=row["day"],
                reason=Reason(row["reason"]),
                movements=row["movements"],
                amount_micros=row["amount_micros"],
            )
            for row in rows
        ),
        each=tuple(_line(row) for row in each),
    )


def _ends(rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    return {"first": min(row["first_id"] for row in rows), "last": max(row["last_id"] for row in rows)}


def _line(row: dict[str, object]) -> StatementLine:
    return StatementLine(
        **{**{name: value for name, value in row.items() if name != "id"}, "reason": Reason(str(row["reason"]))},  # type: ignore[arg-type]
        transfer_id=row["id"],  # type: ignore[arg-type]
    )
