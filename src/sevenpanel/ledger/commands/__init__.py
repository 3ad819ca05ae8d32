"""Writes of the ledger: accounts opened, transfers booked, house balances folded and days summed; entries; holds."""

from sevenpanel.ledger.commands.days import sum_days
from sevenpanel.ledger.commands.entries import post_entry, reverse_entry
from sevenpanel.ledger.commands.holds import lift_hold, lock_balance, place_hold
from sevenpanel.ledger.commands.transfers import account_id, fold_house_balances, open_customer, post

__all__ = [
    "account_id",
    "fold_house_balances",
    "lift_hold",
    "lock_balance",
    "open_customer",
    "place_hold",
    "post",
    "post_entry",
    "reverse_entry",
    "sum_days",
]
