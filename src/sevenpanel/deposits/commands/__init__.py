"""Writes of deposits: ways and rates, intents, sources looked at and booked, proposals and what staff do."""

from sevenpanel.deposits.commands.acting import (
    UnableToAct,
    propose_recall,
    propose_refund,
    propose_release,
    propose_write_off,
    reject,
    release,
    release_takes_two,
    reopen,
)
from sevenpanel.deposits.commands.addresses import (
    UnableToGiveAddress,
    give_address,
    give_new_address,
    keep_addresses,
)
from sevenpanel.deposits.commands.chains import NodeChoice, UnableToWatchChain, leave_chain, watch_chain
from sevenpanel.deposits.commands.counting import count_custody
from sevenpanel.deposits.commands.deciding import UnableToDecide, approve, approve_alone, decline
from sevenpanel.deposits.commands.deliveries import BODY_BYTES_MAX as DELIVERY_BYTES_MAX
from sevenpanel.deposits.commands.deliveries import (
    UnableToCheckDelivery,
    UnableToFindHook,
    UnableToTakeDelivery,
    forget_deliveries,
    take_delivery,
)
from sevenpanel.deposits.commands.erasing import unlink_deposits
from sevenpanel.deposits.commands.evidence import UnableToShowEvidence, UnableToTakeEvidence, Upload, opened
from sevenpanel.deposits.commands.evm import chain_source
from sevenpanel.deposits.commands.intents import (
    UnableToOpenIntent,
    announce,
    close_intent,
    expire_intents,
    open_intent,
)
from sevenpanel.deposits.commands.key_letters import send_next_key_letter
from sevenpanel.deposits.commands.locking import UnableToFindReceipt
from sevenpanel.deposits.commands.looking import look_next, look_with
from sevenpanel.deposits.commands.methods import NewMethod, UnableToSaveMethod, save_method
from sevenpanel.deposits.commands.observing import book_observation
from sevenpanel.deposits.commands.policy import UnableToSetPolicy, set_policy
from sevenpanel.deposits.commands.posting import UnableToBook
from sevenpanel.deposits.commands.preparing import prepare_addresses
from sevenpanel.deposits.commands.processors import Secrets, add_btcpay, add_nowpayments, hook_of
from sevenpanel.deposits.commands.proposing import CreditByHand, UnableToPropose, propose_credit, typed_money
from sevenpanel.deposits.commands.rates import UnableToSetRate, consent_to_rate, note_feeds, set_rate, set_rate_rule
from sevenpanel.deposits.commands.rehearsing import send_to_payment
from sevenpanel.deposits.commands.settling import settle_held
from sevenpanel.deposits.commands.sources import UnableToSaveSource, save_source, switch_source, wake_source
from sevenpanel.deposits.commands.wallets import UnableToSetWallet, agree_to_wallet, propose_wallet, withdraw_wallet
from sevenpanel.deposits.commands.writing_off import UnableToWriteOff

__all__ = [
    "DELIVERY_BYTES_MAX",
    "CreditByHand",
    "NewMethod",
    "NodeChoice",
    "Secrets",
    "UnableToAct",
    "UnableToBook",
    "UnableToCheckDelivery",
    "UnableToDecide",
    "UnableToFindHook",
    "UnableToFindReceipt",
    "UnableToGiveAddress",
    "UnableToOpenIntent",
    "UnableToPropose",
    "UnableToSaveMethod",
    "UnableToSaveSource",
    "UnableToSetPolicy",
    "UnableToSetRate",
    "UnableToSetWallet",
    "UnableToShowEvidence",
    "UnableToTakeDelivery",
    "UnableToTakeEvidence",
    "UnableToWatchChain",
    "UnableToWriteOff",
    "Upload",
    "add_btcpay",
    "add_nowpayments",
    "agree_to_wallet",
    "announce",
    "approve",
    "approve_alone",
    "book_observation",
    "chain_source",
    "close_intent",
    "consent_to_rate",
    "count_custody",
    "decline",
    "expire_intents",
    "forget_deliveries",
    "give_address",
    "give_new_address",
    "hook_of",
    "keep_addresses",
    "leave_chain",
    "look_next",
    "look_with",
    "note_feeds",
    "open_intent",
    "opened",
    "prepare_addresses",
    "propose_credit",
    "propose_recall",
    "propose_refund",
    "propose_release",
    "propose_wallet",
    "propose_write_off",
    "reject",
    "release",
    "release_takes_two",
    "reopen",
    "save_method",
    "save_source",
    "send_next_key_letter",
    "send_to_payment",
    "set_policy",
    "set_rate",
    "set_rate_rule",
    "settle_held",
    "switch_source",
    "take_delivery",
    "typed_money",
    "unlink_deposits",
    "wake_source",
    "watch_chain",
    "withdraw_wallet",
]
