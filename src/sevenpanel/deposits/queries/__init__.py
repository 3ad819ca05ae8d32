"""Reads of deposits."""

from sevenpanel.deposits.queries.checks import broken_invariants
from sevenpanel.deposits.queries.policy import PolicyChange, PolicyRow, policy_changes, policy_in_force
from sevenpanel.deposits.queries.rates import rate_in_force, rates_in_force
from sevenpanel.deposits.queries.receipts import known_receipts

__all__ = [
    "PolicyChange",
    "PolicyRow",
    "broken_invariants",
    "known_receipts",
    "policy_changes",
    "policy_in_force",
    "rate_in_force",
    "rates_in_force",
]
