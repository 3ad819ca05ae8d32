"""Writes of deposits: ways and rates, sources looked at and booked."""

from sevenpanel.deposits.commands.locking import UnableToFindReceipt
from sevenpanel.deposits.commands.looking import look_next, look_with
from sevenpanel.deposits.commands.methods import NewMethod, UnableToSaveMethod, save_method
from sevenpanel.deposits.commands.observing import book_observation
from sevenpanel.deposits.commands.posting import UnableToBook
from sevenpanel.deposits.commands.rates import UnableToSetRate, consent_to_rate, note_feeds, set_rate, set_rate_rule
from sevenpanel.deposits.commands.settling import settle_held

__all__ = [
    "NewMethod",
    "UnableToBook",
    "UnableToFindReceipt",
    "UnableToSaveMethod",
    "UnableToSetRate",
    "book_observation",
    "consent_to_rate",
    "look_next",
    "look_with",
    "note_feeds",
    "save_method",
    "set_rate",
    "set_rate_rule",
    "settle_held",
]
