"""What must hold between receipts, proposals and the ledger at every commit (design: deposits, section 5)."""

from sevenpanel.kernel import invariants
from sevenpanel.kernel.invariants import Breach, Check

# The live credits of receipts: what each one brought to its customer's balance, all legs together.
_CREDITS = """
SELECT e.id, e.subject, e.customer_id,
       (SELECT coalesce(sum(CASE WHEN t.credit_id = b.account_id THEN t.amount_micros ELSE -t.amount_micros END), 0)
          FROM ledger_transfer t JOIN ledger_balance b ON b.customer_id = e.customer_id
         WHERE t.key >= 'entry/' || e.id || '/' AND t.key < 'entry/' || e.id || '0'
           AND b.account_id IN (t.debit_id, t.credit_id)) AS net
  FROM ledger_entry e
 WHERE e.kind = 'credit' AND NOT EXISTS (SELECT FROM ledger_entry r WHERE r.reverses_id = e.id)
"""

CHECKS = (
    Check(
        invariant="D1",
        sentence="A receipt says that it is credited, and the ledger does not, or says another sum.",
        statement=f"""
        SELECT r.id FROM deposits_receipt r LEFT JOIN ({_CREDITS}) c ON c.id = r.entry_id AND c.subject = r.key
         WHERE r.state IN ('credited', 'disputed', 'final')
           AND (c.id IS NULL OR c.customer_id <> r.customer_id OR c.net <> r.net_micros)""",
    ),
    Check(
        invariant="D1",
        sentence="The ledger holds a credit of a receipt that does not say so.",
        statement=f"""
        SELECT c.id FROM ({_CREDITS}) c
         WHERE NOT EXISTS (SELECT FROM deposits_receipt r WHERE r.key = c.subject AND r.entry_id = c.id)""",
    ),
    Check(
        invariant="D2",
        sentence="What a receipt has in suspense is not what its state says.",
        statement="""
        SELECT r.id FROM deposits_receipt r
         WHERE (r.state IN ('held', 'rejected')) <> EXISTS (
               SELECT FROM ledger_entry e
                WHERE e.subject = r.key AND e.kind = 'suspense' AND e.id = r.suspense_id
                  AND NOT EXISTS (SELECT FROM ledger_entry x WHERE x.reverses_id = e.id))""",
    ),
    Check(
        invariant="D3",
        sentence="A disputed receipt is not on hold with its sum, or something else is on hold.",
        statement="""
        SELECT coalesce(r.id, h.id) FROM (SELECT * FROM deposits_receipt WHERE state = 'disputed') r
          FULL JOIN (SELECT * FROM ledger_hold WHERE lifted_at IS NULL) h ON h.subject = r.key
         WHERE r.id IS NULL OR h.id IS NULL OR h.amount_micros <> r.net_micros OR h.customer_id <> r.customer_id""",
    ),
    Check(
        invariant="D4",
        sentence="A credit by hand has no approved proposal of the same sum.",
        statement="""
        SELECT r.id FROM deposits_receipt r
         WHERE r.source = '' AND r.state IN ('credited', 'disputed', 'final', 'reversed')
           AND NOT EXISTS (SELECT FROM deposits_proposal p
                            WHERE p.receipt_id = r.id AND p.kind = 'credit' AND p.state = 'approved'
                              AND p.customer_id = r.customer_id AND p.amount_micros = r.gross_micros)""",
    ),
    Check(
        invariant="D4",
        sentence="A proposal is approved without as many other people as it needs.",
        statement="""
        SELECT p.id FROM deposits_proposal p
         WHERE p.state = 'approved' AND NOT p.is_single
           AND (SELECT count(DISTINCT v.person_id) FROM deposits_vote v
                 WHERE v.proposal_id = p.id AND v.approves AND v.person_id <> p.maker_id
                   AND v.hash = p.hash AND v.typed = p.typed) < p.needs""",
    ),
    Check(
        invariant="D5",
        sentence="A wall of the database around deposits is missing or switched off.",
        statement="""
        SELECT wanted.name
          FROM (VALUES ('deposits_event_append_only'), ('deposits_vote_append_only'), ('deposits_policy_append_only'),
                       ('deposits_delivery_append_only'),
                       ('deposits_receipt_steps'), ('deposits_proposal_decides')) AS wanted(name)
          LEFT JOIN pg_trigger t ON t.tgname = wanted.name AND t.tgenabled IN ('O', 'A') WHERE t.oid IS NULL""",
    ),
)


def broken_invariants() -> list[Breach]:
    """Check what must hold between receipts, proposals and the ledger."""
    return invariants.run(CHECKS)
