"""What must hold of accounts that were deleted (clause 7.5): what stays is unchanged, what goes is gone for good."""

from sevenpanel.kernel import invariants
from sevenpanel.kernel.invariants import Breach, Check

_BACK_AGAIN = """
SELECT a.customer_id FROM erasure_act a JOIN accounts_customer c ON c.id = a.customer_id
 WHERE c.name <> 'Deleted account' OR NOT c.is_suspended
UNION SELECT a.customer_id FROM erasure_act a JOIN accounts_user u ON u.customer_id = a.customer_id
 WHERE u.is_active OR u.name <> '' OR u.email <> 'erased-' || u.id || '@erased.invalid'
UNION SELECT a.customer_id FROM erasure_act a JOIN accounts_apikey k ON k.customer_id = a.customer_id
UNION SELECT a.customer_id FROM erasure_act a JOIN accounts_acceptance c ON c.customer_id = a.customer_id
 WHERE (c.address, c.agent, c.request_id) <> ('erased', '', 'erased')
UNION SELECT a.customer_id FROM erasure_act a JOIN orders_order o ON o.customer_id = a.customer_id
 WHERE o.link <> '' OR o.address <> '' OR o.target <> '' OR o.comments IS NOT NULL
UNION SELECT a.customer_id FROM erasure_act a JOIN support_ticket t ON t.customer_id = a.customer_id
UNION SELECT a.customer_id FROM erasure_act a JOIN shortlinks_shortlink l ON l.customer_id = a.customer_id
 WHERE l.target <> ''
UNION SELECT a.customer_id FROM erasure_act a JOIN deposits_intent i ON i.customer_id = a.customer_id
 WHERE i.announced_note <> ''
"""

# Every append-only table that words may be taken out of, by its trigger: without one, anything could be changed.
_WALLS = (
    "accounts_acceptance_append_only", "erasure_act_append_only", "erasure_nothing_new", "insight_reading_taken_once",
    "orders_correction_append_only", "orders_decision_append_only", "orders_event_append_only",
    "orders_trouble_append_only", "shortlinks_lead_where_they_led", "support_message_append_only",
)  # fmt: skip

CHECKS = (
    Check(
        invariant="7.5",
        sentence="What stays of a deleted account is not what it was when it was deleted.",
        statement="""
        SELECT customer_id FROM erasure_act WHERE erasure_digest(customer_id, last_event_id) <> digest""",
    ),
    Check(
        invariant="7.5",
        sentence="A deleted account holds something about a person.",
        statement=_BACK_AGAIN,
    ),
    Check(
        invariant="7.5",
        sentence="A trigger that keeps written facts as they are is missing or switched off.",
        statement=f"""
        SELECT wanted.name FROM unnest('{{{",".join(_WALLS)}}}'::text[]) AS wanted(name)
          LEFT JOIN pg_trigger t ON t.tgname = wanted.name
         GROUP BY wanted.name HAVING bool_and(t.tgenabled IN ('O', 'A')) IS NOT TRUE""",
    ),
)


def broken_invariants() -> list[Breach]:
    """Check that deleted accounts are deleted still, and that nothing else of them was changed."""
    return invariants.run(CHECKS)
