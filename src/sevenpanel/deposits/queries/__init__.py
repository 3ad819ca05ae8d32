"""Reads of deposits."""

from sevenpanel.deposits.queries.checks import CHECKS, broken_invariants
from sevenpanel.deposits.queries.history import (
    EventRow,
    IntentRow,
    ReceiptRow,
    events,
    intent,
    intents,
    proof,
    receipt,
    receipts,
    receipts_of_intent,
)
from sevenpanel.deposits.queries.known import known_receipts
from sevenpanel.deposits.queries.places import place_title
from sevenpanel.deposits.queries.policy import PolicyChange, PolicyRow, policy_changes, policy_in_force
from sevenpanel.deposits.queries.rates import rate_in_force, rates_in_force
from sevenpanel.deposits.queries.wallets import (
    AddressRow,
    WalletRow,
    addresses_of,
    owners,
    strayed_addresses,
    wallet_in_force,
    wallets,
)
from sevenpanel.deposits.queries.ways import MethodRow, Quote, UnableToQuote, method, methods, quote

__all__ = [
    "CHECKS",
    "AddressRow",
    "EventRow",
    "IntentRow",
    "MethodRow",
    "PolicyChange",
    "PolicyRow",
    "Quote",
    "ReceiptRow",
    "UnableToQuote",
    "WalletRow",
    "addresses_of",
    "broken_invariants",
    "events",
    "intent",
    "intents",
    "known_receipts",
    "method",
    "methods",
    "owners",
    "place_title",
    "policy_changes",
    "policy_in_force",
    "proof",
    "quote",
    "rate_in_force",
    "rates_in_force",
    "receipt",
    "receipts",
    "receipts_of_intent",
    "strayed_addresses",
    "wallet_in_force",
    "wallets",
]
