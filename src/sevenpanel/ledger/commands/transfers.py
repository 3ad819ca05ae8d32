"""Writes of the ledger: accounts opened, transfers booked, house balances folded."""

from collections.abc import Sequence, Set
from datetime import datetime

from sevenpanel.kernel import db
from sevenpanel.ledger.domain import AccountKind, AccountRef, Transfer, customer, house

_FIND = "SELECT id FROM ledger_account WHERE kind = %(kind)s AND owner_id = %(owner)s AND currency = %(currency)s"

_FIND_ALL = """
SELECT a.kind, a.owner_id, a.currency, a.id FROM ledger_account a
  JOIN unnest(%s::text[], %s::bigint[], %s::text[]) AS w(kind, owner_id, currency)
    ON (a.kind, a.owner_id, a.currency) = (w.kind, w.owner_id, w.currency)
"""

_OPEN = """
INSERT INTO ledger_account (kind, owner_id, currency, created_at)
VALUES (%(kind)s, %(owner)s, %(currency)s, %(now)s)
ON CONFLICT (kind, owner_id, currency) DO NOTHING RETURNING id
"""

_OPEN_BALANCE = """
INSERT INTO ledger_balance (customer_id, account_id, held_account_id, currency, balance_micros, credit_limit_micros)
VALUES (%s, %s, %s, %s, 0, 0) ON CONFLICT DO NOTHING
"""

_POST = """
SELECT ledger_post(%s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[],
                   %s::bigint[], %s::bigint[], %s::text[], %s)
"""

# The lock waits for transfers that are being written and holds new ones back for a moment, so that every id up
# to the highest one is either committed or will never be: without it, a slow transaction's transfer would be
# missing from the checkpoint for ever.
_LAST_SETTLED_ID = (
    "LOCK TABLE ledger_transfer IN SHARE MODE",
    "SELECT coalesce(max(id), 0) FROM ledger_transfer",
)

_FOLD = """
WITH last AS (SELECT coalesce(max(upto_id), 0) AS upto_id FROM ledger_checkpoint),
moved AS (
    SELECT account_id, sum(debit) AS debit, sum(credit) AS credit
      FROM (SELECT debit_id AS account_id, amount_micros AS debit, 0 AS credit FROM ledger_transfer, last
             WHERE id > last.upto_id AND id <= %(upto)s
            UNION ALL
            SELECT credit_id, 0, amount_micros FROM ledger_transfer, last
             WHERE id > last.upto_id AND id <= %(upto)s) AS sides
     GROUP BY account_id)
INSERT INTO ledger_checkpoint (account_id, upto_id, debit_micros, credit_micros, made_at)
SELECT a.id, %(upto)s, coalesce(c.debit_micros, 0) + coalesce(m.debit, 0),
       coalesce(c.credit_micros, 0) + coalesce(m.credit, 0), %(now)s
  FROM ledger_account a CROSS JOIN last
  LEFT JOIN ledger_checkpoint c ON c.account_id = a.id AND c.upto_id = last.upto_id
  LEFT JOIN moved m ON m.account_id = a.id
 WHERE a.kind <> 'customer' AND %(upto)s > last.upto_id
"""


@db.step
def account_id(*, account: AccountRef, now: datetime) -> int:
    """Return the id of an account, opening it when it is not there yet."""
    parameters = {"kind": account.kind, "owner": account.owner_id, "currency": account.currency, "now": now}
    # The last look is for the one who lost a race to open it: a statement of its own sees what the winner committed.
    found = db.rows(_FIND, parameters) or db.rows(_OPEN, parameters) or db.rows(_FIND, parameters)
    return int(found[0][0])


@db.step
def open_customer(*, customer_id: int, currency: str, now: datetime) -> None:
    """Give a customer an account and a balance of nothing. Doing it again changes nothing."""
    held = account_id(account=house(AccountKind.HELD, currency), now=now)
    own = account_id(account=customer(customer_id, currency), now=now)
    db.rows(_OPEN_BALANCE, (customer_id, own, held, currency))


@db.step
def post(*, transfers: Sequence[Transfer], now: datetime) -> None:
    """Book transfers in the caller's transaction and keep the customers' balances.

    :raises django.db.IntegrityError: when a key was booked before (`ledger_transfer_once`), or a customer's
        balance would fall below zero (`ledger_balance_not_overdrawn`).
    """

    ids = _account_ids({account for transfer in transfers for account in (transfer.debit, transfer.credit)}, now)
    lines = [
        (t.key, ids[t.debit], ids[t.credit], t.amount_micros, t.reason, t.customer_id, t.order_id, t.note)
        for t in transfers
    ]
    db.rows(_POST, (*db.columns(lines, 8), now))


def _account_ids(accounts: Set[AccountRef], now: datetime) -> dict[AccountRef, int]:
    """The ids of all of these; one statement finds those that are there, which nearly always are all."""
    wanted = db.columns(((a.kind.value, a.owner_id, a.currency) for a in accounts), 3)
    found = {
        AccountRef(kind=AccountKind(kind), owner_id=owner_id, currency=currency): int(id_)
        for kind, owner_id, currency, id_ in db.rows(_FIND_ALL, wanted)
    }
    missing = sorted(accounts - found.keys(), key=lambda a: (a.kind, a.owner_id, a.currency))
    return found | {account: account_id(account=account, now=now) for account in missing}


def fold_house_balances(*, now: datetime) -> int:
    """Write a checkpoint of every house account up to the last transfer that is certainly committed.

    Two transactions: the first holds writers back only while it looks for that transfer, the second folds beside
    them. Several at once take turns, and the later ones find nothing left to fold.

    :returns: the id of that transfer.
    """
    upto = _last_settled_id()
    _fold(upto, now)
    return upto


@db.command
def _last_settled_id() -> int:
    db.rows("SET LOCAL lock_timeout = '2s'")
    db.rows(_LAST_SETTLED_ID[0])
    return int(db.rows(_LAST_SETTLED_ID[1])[0][0])


@db.command
def _fold(upto: int, now: datetime) -> None:
    db.rows("SELECT pg_advisory_xact_lock(hashtext('ledger_checkpoint'))")
    db.rows(_FOLD, {"upto": upto, "now": now})
