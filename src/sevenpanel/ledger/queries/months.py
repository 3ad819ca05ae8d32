"""What moved on a customer's balance in a span of time, day by day, so that it can be added up on paper."""

from dataclasses import dataclass
from datetime import datetime

from sevenpanel.kernel import db
from sevenpanel.ledger.domain import Reason
from sevenpanel.ledger.queries.books import StatementLine

_SIGNED = """
SELECT t.id, t.posted_at, t.reason, t.note, t.order_id,
       CASE WHEN t.credit_id = b.account_id THEN t.amount_micros ELSE -t.amount_micros END AS amount_micros
  FROM ledger_transfer t JOIN ledger_balance b ON b.customer_id = t.customer_id
 WHERE t.customer_id = %(customer)s AND t.posted_at < %(until)s AND b.account_id IN (t.debit_id, t.credit_id)
"""
# Both balances and the lines between them come from one statement, so that they belong together.
_DAYS = f"""
SELECT CASE WHEN posted_at >= %(since)s THEN date_trunc('day', posted_at, 'UTC') END AS day,
       CASE WHEN posted_at >= %(since)s THEN reason END AS reason,
       count(*) AS movements, sum(amount_micros)::bigint AS amount_micros, max(id) AS last_id
  FROM ({_SIGNED}) AS signed GROUP BY 1, 2 ORDER BY 1 NULLS FIRST, 2
"""
_EACH = f"""
SELECT * FROM ({_SIGNED}) AS signed WHERE posted_at >= %(since)s AND id <= %(last)s ORDER BY id
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
    """What moved on a customer's balance in `[since, until)`.

    It walks through all movements of the customer before `until`: of a million that took a second and a half.

    :param each_max: so many movements are told one by one; of more only the days are.
    """
    asked = {"customer": customer_id, "since": since, "until": until}
    found = db.named_rows(_DAYS, asked)
    opening = sum(row["amount_micros"] for row in found if row["day"] is None)
    rows = [row for row in found if row["day"] is not None]
    is_told = 0 < sum(row["movements"] for row in rows) <= each_max
    each = db.named_rows(_EACH, {**asked, "last": max(row["last_id"] for row in rows)}) if is_told else []
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


def _line(row: dict[str, object]) -> StatementLine:
    return StatementLine(
        **{**{name: value for name, value in row.items() if name != "id"}, "reason": Reason(str(row["reason"]))},  # type: ignore[arg-type]
        transfer_id=row["id"],  # type: ignore[arg-type]
    )
