"""Writes of deposits: ways and rates, sources looked at and booked."""

from sevenpanel.deposits.commands.addresses import (
    UnableToGiveAddress,
    give_address,
    give_new_address,
    keep_addresses,
)
from sevenpanel.deposits.commands.chains import NodeChoice, UnableToWatchChain, watch_chain
from sevenpanel.deposits.commands.evm import chain_source
from sevenpanel.deposits.commands.locking import UnableToFindReceipt
from sevenpanel.deposits.commands.looking import look_next, look_with
from sevenpanel.deposits.commands.methods import NewMethod, UnableToSaveMethod, save_method
from sevenpanel.deposits.commands.observing import book_observation
from sevenpanel.deposits.commands.posting import UnableToBook
from sevenpanel.deposits.commands.preparing import prepare_addresses
from sevenpanel.deposits.commands.rates import UnableToSetRate, consent_to_rate, note_feeds, set_rate, set_rate_rule
from sevenpanel.deposits.commands.settling import settle_held
from sevenpanel.deposits.commands.wallets import UnableToSetWallet, agree_to_wallet, propose_wallet, withdraw_wallet

__all__ = [
    "NewMethod",
    "NodeChoice",
    "UnableToBook",
    "UnableToFindReceipt",
    "UnableToGiveAddress",
    "UnableToSaveMethod",
    "UnableToSetRate",
    "UnableToSetWallet",
    "UnableToWatchChain",
    "agree_to_wallet",
    "book_observation",
    "chain_source",
    "consent_to_rate",
    "give_address",
    "give_new_address",
    "keep_addresses",
    "look_next",
    "look_with",
    "note_feeds",
    "prepare_addresses",
    "propose_wallet",
    "save_method",
    "set_rate",
    "set_rate_rule",
    "settle_held",
    "watch_chain",
    "withdraw_wallet",
]
