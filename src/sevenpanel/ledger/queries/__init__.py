"""Reads of the ledger: balances, statements, the trial balance, entries of assets, and the invariants it must keep."""

from sevenpanel.ledger.queries.books import (
    BalanceRow,
    OrderTransfer,
    StatementLine,
    TrialLine,
    balance,
    balances,
    booked,
    settled,
    statement,
    transfers_of_orders,
    trial_balance,
)
from sevenpanel.ledger.queries.checks import CHECKS, broken_invariants
from sevenpanel.ledger.queries.entries import AssetLine, EntryRow, asset_balances, entries, entry, generation
from sevenpanel.ledger.queries.watching import FOLDED, LATELY, rewritten, watch

__all__ = [
    "CHECKS",
    "FOLDED",
    "LATELY",
    "AssetLine",
    "BalanceRow",
    "EntryRow",
    "OrderTransfer",
    "StatementLine",
    "TrialLine",
    "asset_balances",
    "balance",
    "balances",
    "booked",
    "broken_invariants",
    "entries",
    "entry",
    "generation",
    "rewritten",
    "settled",
    "statement",
    "transfers_of_orders",
    "trial_balance",
    "watch",
]
