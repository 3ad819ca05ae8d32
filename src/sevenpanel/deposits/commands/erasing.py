"""Deposits of an account that is deleted (clause 7.5): assets and amounts stay, words, pages and slips go."""

from sevenpanel.kernel import db

_INTENTS = """
UPDATE deposits_intent SET announced_note = '', uri = '', page = '' WHERE customer_id = %s
"""
_SLIPS = """
SELECT e.stored_as FROM deposits_evidence e LEFT JOIN deposits_intent i ON i.id = e.intent_id
  LEFT JOIN deposits_proposal p ON p.id = e.proposal_id WHERE %s IN (i.customer_id, p.customer_id)
"""
_NAMES = "UPDATE deposits_evidence SET name = 'erased' WHERE stored_as = ANY(%s::text[])"


@db.step
def unlink_deposits(*, customer_id: int) -> list[str]:
    """Take a customer's own words out of deposits, and the slips; what stands for what in the books stays.

    :returns: the names on the disk of the slips, to be removed once this is committed.
    """
    files = [name for (name,) in db.rows(_SLIPS, [customer_id])]
    db.rows(_INTENTS, [customer_id])
    db.rows(_NAMES, [files])
    return files
