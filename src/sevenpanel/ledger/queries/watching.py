"""What can be looked at in the ledger every minute, however long its history is (docs/adr, 17).

The sums of all accounts are folded: stored balances of customers, checkpoints of the house's accounts, and the
transfers since. Single rows are looked at from the checkpoint before the last one on, so that whatever was booked
between two looks is seen, without anybody noting how far the last look came.
"""

from sevenpanel.kernel import db, invariants
from sevenpanel.kernel.invariants import Breach, Check
from sevenpanel.ledger.queries.checks import CHECKS

_LAST = "coalesce((SELECT upto_id FROM ledger_checkpoint ORDER BY id DESC LIMIT 1), 0)"

LATELY = f"""
coalesce((SELECT upto_id FROM ledger_checkpoint WHERE upto_id < {_LAST} ORDER BY id DESC LIMIT 1), 0)"""
"""The id of a transfer: those above it are looked at one by one. Everything below it is committed, or never will be."""

FOLDED = f"""
SELECT a.id, a.kind, a.currency, c.credit_micros - c.debit_micros AS net
  FROM ledger_account a JOIN ledger_checkpoint c ON c.account_id = a.id AND c.upto_id = {_LAST}
 WHERE a.kind <> 'customer'
UNION ALL
SELECT a.id, a.kind, a.currency, t.amount_micros
  FROM ledger_transfer t JOIN ledger_account a ON a.id = t.credit_id
 WHERE t.id > {_LAST} AND a.kind <> 'customer'
UNION ALL
SELECT a.id, a.kind, a.currency, -t.amount_micros
  FROM ledger_transfer t JOIN ledger_account a ON a.id = t.debit_id
 WHERE t.id > {_LAST} AND a.kind <> 'customer'"""
"""Rows that sum to the balance of each account of the house."""

_STATISTICS = """
SELECT coalesce(sum(n_tup_upd + n_tup_del), 0) FROM pg_stat_user_tables
 WHERE schemaname = current_schema()
   AND relname IN ('ledger_transfer', 'ledger_checkpoint', 'ledger_entry', 'ledger_assetmove')
"""


def _named(invariant: str, *, having: str) -> Check:
    (found,) = (each for each in CHECKS if each.invariant == invariant and having in each.statement)
    return found


WATCHED = (
    Check(
        invariant="I1",
        sentence="The stored balances of customers and the balances of the house do not sum to zero.",
        statement=f"""
        SELECT s.currency FROM (SELECT currency, balance_micros AS net FROM ledger_balance
                                UNION ALL SELECT currency, net FROM ({FOLDED}) f) s
         GROUP BY s.currency HAVING sum(s.net) <> 0""",
    ),
    Check(
        invariant="I3",
        sentence="A customer spent more than there was: no reversal and no hold explains a balance below zero.",
        # The sum of reversals, which costs most, is asked for only where something has to be explained.
        statement="""
        SELECT b.customer_id FROM ledger_balance b
         WHERE b.overdraft_micros <> greatest(0, - b.balance_micros - b.credit_limit_micros)
            OR b.overdraft_micros > b.hold_micros AND b.overdraft_micros > b.hold_micros + (
                   SELECT coalesce(sum(t.amount_micros), 0) FROM ledger_transfer t
                    WHERE t.customer_id = b.customer_id AND t.debit_id = b.account_id
                      AND t.reason = 'deposit reversed')""",
    ),
    Check(
        invariant="I3",
        sentence="What is held on a customer's balance is not the sum of the open holds.",
        statement="""
        SELECT b.customer_id FROM ledger_balance b
          LEFT JOIN (SELECT customer_id, sum(amount_micros) AS held FROM ledger_hold WHERE lifted_at IS NULL
                      GROUP BY customer_id) h ON h.customer_id = b.customer_id
         WHERE b.hold_micros <> coalesce(h.held, 0)""",
    ),
    invariants.only(_named("I2", having="t.amount_micros <= 0"), f"found.id > {LATELY}"),
    invariants.only(_named("I9", having="'operator/credit/"), f"found.id > {LATELY}"),
    _named("I8", having="pg_trigger"),
)


def watch() -> list[Breach]:
    """Look at what can be looked at every minute: all sums, and the transfers of late."""
    return invariants.run(WATCHED)


def rewritten() -> int:
    """How many rows of the append-only tables were changed or deleted, by the database's own count.

    It stands still while all walls stand (I8). When it moves, somebody went behind the desk's back, and old rows may be
    wrong, too. It begins again at nothing when the database loses its statistics.
    """
    return int(db.rows(_STATISTICS)[0][0])
