"""Tables of deposits: ways and intents, receipts and their events, proposals and votes, rates, sources, keys."""

from sevenpanel.deposits.models.outside import Alien, Count, Delivery, Node, Screened, Source, Sweep
from sevenpanel.deposits.models.people import Evidence, Policy, Proposal, Vote
from sevenpanel.deposits.models.rates import Figure, RateRule
from sevenpanel.deposits.models.receipts import Event, Receipt
from sevenpanel.deposits.models.wallets import Address, KeyLetter, Wallet
from sevenpanel.deposits.models.ways import Asset, Intent, Method

__all__ = [
    "Address",
    "Alien",
    "Asset",
    "Count",
    "Delivery",
    "Event",
    "Evidence",
    "Figure",
    "Intent",
    "KeyLetter",
    "Method",
    "Node",
    "Policy",
    "Proposal",
    "RateRule",
    "Receipt",
    "Screened",
    "Source",
    "Sweep",
    "Vote",
    "Wallet",
]
