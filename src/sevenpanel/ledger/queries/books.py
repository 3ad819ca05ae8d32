"""Balances, statements and the trial balance."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sevenpanel.kernel import db
from sevenpanel.kernel.newest import NEWEST
from sevenpanel.ledger.domain import SIDE, AccountKind, Reason, Side

_BALANCES = """
SELECT customer_id, currency, balance_micros, hold_micros FROM ledger_balance WHERE customer_id = ANY(%s::bigint[])
"""

# The index knows no transfers of the house alone; the planner has to be told that none is wanted.
STATEMENT = f"""
SELECT t.id, t.posted_at, t.reason, t.note, t.order_id, t.amount_micros,
       CASE WHEN t.credit_id = b.account_id THEN 1 WHEN t.debit_id = b.account_id THEN -1 ELSE 0 END AS sign
  FROM (SELECT * FROM ledger_transfer WHERE customer_id IS NOT NULL AND {NEWEST}) AS t
  JOIN ledger_balance b ON b.customer_id = %(customer)s AND b.account_id IN (t.debit_id, t.credit_id)
 ORDER BY t.customer_id DESC, t.id DESC LIMIT %(limit)s
"""

# A C-collated range finds every transfer of an order through the unique key: no index of its own.
_OF_ORDERS = """
SELECT t.order_id, t.key, t.reason, t.amount_micros, t.posted_at, t.note
  FROM unnest(%s::bigint[]) AS wanted(id)
  JOIN ledger_transfer t ON t.key >= 'order/' || wanted.id || '/' AND t.key < 'order/' || wanted.id || '0'
 ORDER BY t.id
"""

_TRIAL = """
WITH last AS (SELECT coalesce(max(upto_id), 0) AS upto_id FROM ledger_checkpoint),
tail AS (
    SELECT account_id, sum(debit) AS debit, sum(credit) AS credit
      FROM (SELECT debit_id AS account_id, amount_micros AS debit, 0 AS credit FROM ledger_transfer, last
             WHERE id > last.upto_id
            UNION ALL
            SELECT credit_id, 0, amount_micros FROM ledger_transfer, last WHERE id > last.upto_id) AS sides
     GROUP BY account_id)
SELECT a.kind, a.owner_id, a.currency,
       CASE WHEN a.kind = 'customer' THEN 0 ELSE coalesce(c.debit_micros, 0) + coalesce(t.debit, 0) END,
       CASE WHEN a.kind = 'customer' THEN coalesce(b.balance_micros, 0)
            ELSE coalesce(c.credit_micros, 0) + coalesce(t.credit, 0) END
  FROM ledger_account a CROSS JOIN last
  LEFT JOIN ledger_checkpoint c ON c.account_id = a.id AND c.upto_id = last.upto_id
  LEFT JOIN tail t ON t.account_id = a.id
  LEFT JOIN ledger_balance b ON b.account_id = a.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceRow:
    """A customer's balance.

    :ivar hold_micros: the part of it that cannot be spent for now, also more than there is.
    """

    customer_id: int
    currency: str
    balance_micros: int
    hold_micros: int = 0

    @property
    def available_micros(self) -> int:
        """What can be spent now."""
        return self.balance_micros - self.hold_micros


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """One movement on a customer's balance, signed as the customer sees it."""

    transfer_id: int
    posted_at: datetime
    reason: Reason
    note: str
    order_id: int | None
    amount_micros: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderTransfer:
    """One movement of an order's money."""

    order_id: int
    key: str
    reason: Reason
    amount_micros: int
    posted_at: datetime
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialLine:
    """An account's balance in the trial balance; exactly one side is not zero, or neither."""

    kind: AccountKind
    owner_id: int
    currency: str
    debit_micros: int
    credit_micros: int


def balance(*, customer_id: int) -> BalanceRow:
    """What this customer has, and can spend now.

    :raises KeyError: when the customer has no account.
    """
    return balances(customer_ids=[customer_id])[customer_id]


def balances(*, customer_ids: Iterable[int]) -> dict[int, BalanceRow]:
    """What these customers have, and can spend now, by customer id."""
    found = db.rows(_BALANCES, [list(customer_ids)])
    return {
        row[0]: BalanceRow(customer_id=row[0], currency=row[1], balance_micros=row[2], hold_micros=row[3])
        for row in found
    }


def statement(*, customer_id: int, before_id: int | None = None, limit: int = 50) -> list[StatementLine]:
    """The customer's movements, newest first, a page at a time (keyset: pass the last id seen)."""
    found = db.rows(STATEMENT, {"customer": customer_id, "before": before_id, "limit": limit})
    return [
        StatementLine(
            transfer_id=id_,
            posted_at=at,
            reason=Reason(reason),
            note=note,
            order_id=order_id,
            amount_micros=sign * amount,
        )
        for id_, at, reason, note, order_id, amount, sign in found
    ]


def settled() -> int:
    """The transfer up to which the last checkpoint reaches: it and all before it are certainly committed."""
    return int(db.rows("SELECT coalesce(max(upto_id), 0) FROM ledger_checkpoint")[0][0])


def booked(*, keys: Sequence[str]) -> frozenset[str]:
    """Which of these keys transfers have."""
    return frozenset(key for (key,) in db.rows("SELECT key FROM ledger_transfer WHERE key = ANY(%s)", [list(keys)]))


def transfers_of_orders(*, order_ids: Sequence[int]) -> list[OrderTransfer]:
    """Every movement of these orders' money, oldest first."""
    return [
        OrderTransfer(order_id=o, key=k, reason=Reason(r), amount_micros=a, posted_at=at, note=note)
        for o, k, r, a, at, note in db.rows(_OF_ORDERS, [list(order_ids)])
    ]


def trial_balance() -> list[TrialLine]:
    """Every account with its balance on its side: the maintained row for customers, folded for the house."""
    lines = [_trial_line(AccountKind(k), o, cur, int(d), int(c)) for k, o, cur, d, c in db.rows(_TRIAL)]
    order = list(AccountKind)
    return sorted(lines, key=lambda line: (line.currency, order.index(line.kind), line.owner_id))


def _trial_line(kind: AccountKind, owner_id: int, currency: str, debit: int, credit: int) -> TrialLine:
    net = debit - credit
    on_debit = net > 0 or (net == 0 and SIDE[kind] is Side.DEBIT)
    return TrialLine(
        kind=kind,
        owner_id=owner_id,
        currency=currency,
        debit_micros=net if on_debit else 0,
        credit_micros=0 if on_debit else -net,
    )
