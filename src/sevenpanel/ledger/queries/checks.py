"""The invariants of the ledger, each as a statement that finds the rows that break it."""

from sevenpanel.kernel import invariants
from sevenpanel.kernel.invariants import Breach, Check

_FULL_SUMS = """
SELECT account_id, sum(delta) AS balance
  FROM (SELECT credit_id AS account_id, amount_micros AS delta FROM ledger_transfer
        UNION ALL SELECT debit_id, -amount_micros FROM ledger_transfer) AS sides
 GROUP BY account_id
"""

CHECKS = (
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
        sentence="A customer spent more than there was: no reversal and no hold explains a balance below zero.",
        statement="""
        SELECT b.customer_id FROM ledger_balance b
         WHERE b.overdraft_micros <> greatest(0, - b.balance_micros - b.credit_limit_micros)
            OR b.overdraft_micros > b.hold_micros + (
                   SELECT coalesce(sum(t.amount_micros), 0) FROM ledger_transfer t
                    WHERE t.customer_id = b.customer_id AND t.debit_id = b.account_id
                      AND t.reason = 'deposit reversed')""",
    ),
    Check(
        invariant="I3",
        sentence="What is held on a customer's balance is not the sum of the open holds.",
        statement="""
        SELECT b.customer_id FROM ledger_balance b
         WHERE b.hold_micros <> (SELECT coalesce(sum(h.amount_micros), 0) FROM ledger_hold h
                                  WHERE h.customer_id = b.customer_id AND h.lifted_at IS NULL)""",
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
        invariant="I4",
        sentence="What is summed of a customer's days is not what moved up to there.",
        statement="""
        SELECT customer_id
          FROM (SELECT customer_id, sum(amount_micros) AS micros, sum(movements) AS movements
                  FROM ledger_day GROUP BY customer_id) AS d
          FULL JOIN (SELECT t.customer_id, count(*) AS movements,
                            sum(CASE WHEN t.credit_id = b.account_id THEN t.amount_micros
                                     ELSE -t.amount_micros END) AS micros
                       FROM ledger_transfer t
                       JOIN ledger_balance b ON b.customer_id = t.customer_id
                                            AND b.account_id IN (t.debit_id, t.credit_id)
                      WHERE t.id <= (SELECT upto_id FROM ledger_daymark) GROUP BY t.customer_id) AS s
         USING (customer_id)
         WHERE (d.micros, d.movements) IS DISTINCT FROM (s.micros, s.movements)""",
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
        SELECT wanted.name FROM (VALUES ('ledger_transfer_append_only'), ('ledger_checkpoint_append_only'),
                     ('ledger_entry_append_only'), ('ledger_assetmove_append_only')) AS wanted(name)
          LEFT JOIN pg_trigger t ON t.tgname = wanted.name AND t.tgenabled IN ('O', 'A') WHERE t.oid IS NULL""",
    ),
    Check(
        invariant="I12",
        sentence="A column of money is not a whole number.",
        statement="""
        SELECT table_name || '.' || column_name FROM information_schema.columns
         WHERE column_name LIKE '%%\\_micros' AND table_schema = current_schema() AND data_type <> 'bigint'""",
    ),
    Check(
        invariant="I12",
        sentence="A column of assets is not a whole number.",
        statement="""
        SELECT table_name || '.' || column_name FROM information_schema.columns
         WHERE (column_name = 'raw' OR column_name LIKE '%%\\_raw') AND table_schema = current_schema()
           AND (data_type <> 'numeric' OR numeric_precision <> 78 OR numeric_scale <> 0)""",
    ),
    Check(
        invariant="I2",
        sentence="A leg of assets, or a reversal, belongs to no entry.",
        statement="""
        SELECT m.id FROM ledger_assetmove m WHERE NOT EXISTS (SELECT FROM ledger_entry e WHERE e.id = m.entry_id)
        UNION ALL
        SELECT r.id FROM ledger_entry r
         WHERE r.reverses_id IS NOT NULL AND NOT EXISTS (
               SELECT FROM ledger_entry e WHERE e.id = r.reverses_id AND e.subject = r.subject
                  AND e.kind <> 'reversal')""",
    ),
    Check(
        invariant="I9",
        sentence="A receipt is credited more than once.",
        statement="""
        SELECT min(e.id) FROM ledger_entry e
         WHERE e.kind = 'credit' AND NOT EXISTS (SELECT FROM ledger_entry r WHERE r.reverses_id = e.id)
         GROUP BY e.subject HAVING count(*) > 1""",
    ),
    Check(
        invariant="I9",
        sentence="Money came to a balance as a deposit, and neither an entry nor a payment of the operator's is named.",
        statement="""
        SELECT t.id FROM ledger_transfer t
         WHERE t.reason = 'deposit' AND t.key NOT LIKE 'operator/credit/%%' AND t.key <> 'demo/balance'
           AND NOT EXISTS (SELECT FROM ledger_entry e
                            WHERE t.key LIKE 'entry/%%' AND e.id::text = split_part(t.key, '/', 2)
                              AND e.customer_id = t.customer_id)""",
    ),
    Check(
        invariant="I2",
        sentence="A reversal is not the exact mirror of what it reverses.",
        statement="""
        SELECT r.id FROM ledger_entry r
         WHERE r.kind = 'reversal' AND (
               EXISTS (SELECT FROM ledger_assetmove m WHERE m.entry_id IN (r.id, r.reverses_id)
                        GROUP BY m.asset, least(m.debit_kind, m.credit_kind), greatest(m.debit_kind, m.credit_kind)
                       HAVING sum(CASE WHEN m.debit_kind < m.credit_kind THEN m.raw ELSE -m.raw END) <> 0)
            OR EXISTS (SELECT FROM ledger_transfer t
                        WHERE t.key >= 'entry/' || r.id || '/' AND t.key < 'entry/' || r.id || '0'
                           OR t.key >= 'entry/' || r.reverses_id || '/' AND t.key < 'entry/' || r.reverses_id || '0'
                        GROUP BY least(t.debit_id, t.credit_id), greatest(t.debit_id, t.credit_id)
                       HAVING sum(CASE WHEN t.debit_id < t.credit_id THEN t.amount_micros
                                       ELSE -t.amount_micros END) <> 0))""",
    ),
)


def broken_invariants() -> list[Breach]:
    """Check the ledger's invariants (design: trust, section 3: I1 to I4, I7 to I9, I12) over all its rows."""
    return invariants.run(CHECKS)
