"""Reads of the ledger: balances, statements, the trial balance, and the invariants it must keep."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sevenpanel.kernel import db, invariants
from sevenpanel.kernel.invariants import Breach, Check
from sevenpanel.ledger.domain import SIDE, AccountKind, Reason, Side

_BALANCES = "SELECT customer_id, currency, balance_micros FROM ledger_balance WHERE customer_id = ANY(%s::bigint[])"

_STATEMENT = """
SELECT t.id, t.posted_at, t.reason, t.note, t.order_id, t.amount_micros,
       CASE WHEN t.credit_id = b.account_id THEN 1 WHEN t.debit_id = b.account_id THEN -1 ELSE 0 END AS sign
  FROM ledger_transfer t JOIN ledger_balance b ON b.customer_id = t.customer_id
 WHERE t.customer_id = %(customer)s AND (%(before)s::bigint IS NULL OR t.id < %(before)s)
   AND b.account_id IN (t.debit_id, t.credit_id)
 ORDER BY t.id DESC LIMIT %(limit)s
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

_FULL_SUMS = """
SELECT account_id, sum(delta) AS balance
  FROM (SELECT credit_id AS account_id, amount_micros AS delta FROM ledger_transfer
        UNION ALL SELECT debit_id, -amount_micros FROM ledger_transfer) AS sides
 GROUP BY account_id
"""

_CHECKS = (
    Check(
        invariant="I1",
        sentence="The balances of all accounts of a currency do not sum to zero.",
        statement=f"""
        SELECT a.currency FROM ledger_account a JOIN ({_FULL_SUMS}) s ON s.account_id = a.id
         GROUP BY a.currency HAVING sum(s.balance) <> 0""",
    ),
    Check(
        invariant="I2",
        sentence="A transfer does not join two known accounts of one currency.",
        statement="""
        SELECT t.id FROM ledger_transfer t
          LEFT JOIN ledger_account d ON d.id = t.debit_id LEFT JOIN ledger_account c ON c.id = t.credit_id
         WHERE d.id IS NULL OR c.id IS NULL OR d.currency <> c.currency OR d.id = c.id OR t.amount_micros <= 0""",
    ),
    Check(
        invariant="I3",
        sentence="A customer's balance is below zero (and below the credit line).",
        statement="SELECT customer_id FROM ledger_balance WHERE balance_micros < -credit_limit_micros",
    ),
    Check(
        invariant="I4",
        sentence="A customer's stored balance is not the sum of that account's transfers.",
        statement=f"""
        SELECT b.customer_id FROM ledger_balance b LEFT JOIN ({_FULL_SUMS}) s ON s.account_id = b.account_id
         WHERE b.balance_micros <> coalesce(s.balance, 0)""",
    ),
    Check(
        invariant="I4",
        sentence="A checkpoint of a house account is not the sum of that account's transfers up to it.",
        statement="""
        SELECT c.id FROM ledger_checkpoint c
         WHERE c.upto_id = (SELECT max(upto_id) FROM ledger_checkpoint)
           AND c.credit_micros - c.debit_micros <>
               (SELECT coalesce(sum(CASE WHEN t.credit_id = c.account_id THEN t.amount_micros
                                         ELSE -t.amount_micros END), 0)
                  FROM ledger_transfer t
                 WHERE t.id <= c.upto_id AND c.account_id IN (t.credit_id, t.debit_id))""",
    ),
    Check(
        invariant="I7",
        sentence="The same business event was booked twice.",
        statement="SELECT key FROM ledger_transfer GROUP BY key HAVING count(*) > 1",
    ),
    Check(
        invariant="I8",
        sentence="The trigger that keeps the ledger append-only is missing or switched off.",
        statement="""
        SELECT wanted.name FROM (VALUES ('ledger_transfer_append_only'), ('ledger_checkpoint_append_only'))
               AS wanted(name)
          LEFT JOIN pg_trigger t ON t.tgname = wanted.name AND t.tgenabled IN ('O', 'A') WHERE t.oid IS NULL""",
    ),
    Check(
        invariant="I12",
        sentence="A column of money is not a whole number.",
        statement="""
        SELECT table_name || '.' || column_name FROM information_schema.columns
         WHERE column_name LIKE '%%\\_micros' AND table_schema = current_schema() AND data_type <> 'bigint'""",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceRow:
    """What a customer can spend."""

    customer_id: int
    currency: str
    balance_micros: int


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
    """What this customer can spend now.

    :raises KeyError: when the customer has no account.
    """
    return balances(customer_ids=[customer_id])[customer_id]


def balances(*, customer_ids: Iterable[int]) -> dict[int, BalanceRow]:
    """What these customers can spend now, by customer id."""
    found = db.rows(_BALANCES, [list(customer_ids)])
    return {row[0]: BalanceRow(customer_id=row[0], currency=row[1], balance_micros=row[2]) for row in found}


def statement(*, customer_id: int, before_id: int | None = None, limit: int = 50) -> list[StatementLine]:
    """The customer's movements, newest first, a page at a time (keyset: pass the last id seen)."""
    found = db.rows(_STATEMENT, {"customer": customer_id, "before": before_id, "limit": limit})
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


def broken_invariants() -> list[Breach]:
    """Check the ledger's invariants (design: trust, section 3: I1 to I4, I7, I8, I12) over all its rows."""
    return invariants.run(_CHECKS)
