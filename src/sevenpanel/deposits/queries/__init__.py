"""Reads of deposits."""

from sevenpanel.deposits.queries.checks import broken_invariants
from sevenpanel.deposits.queries.policy import PolicyChange, PolicyRow, policy_changes, policy_in_force
from sevenpanel.deposits.queries.rates import rate_in_force, rates_in_force
from sevenpanel.deposits.queries.receipts import known_receipts
from sevenpanel.deposits.queries.wallets import (
    AddressRow,
    WalletRow,
    addresses_of,
    owners,
    strayed_addresses,
    wallet_in_force,
    wallets,
)

__all__ = [
    "AddressRow",
    "PolicyChange",
    "PolicyRow",
    "WalletRow",
    "addresses_of",
    "broken_invariants",
    "known_receipts",
    "owners",
    "policy_changes",
    "policy_in_force",
    "rate_in_force",
    "rates_in_force",
    "strayed_addresses",
    "wallet_in_force",
    "wallets",
]
