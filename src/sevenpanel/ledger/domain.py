"""The ledger's words: kinds of account, the side each stands on, reasons for a transfer, transfers as values.

A transfer debits one account and credits another by the same whole sum, so every transfer balances by itself
(I2) and the sum of everything is zero (I1). A correction is another transfer.

Digital assets move in entries: one business event with its legs in raw units and its legs in money, booked together.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sevenpanel.kernel.money import RAW_MAX, micros
from sevenpanel.kernel.said import say


class Side(StrEnum):
    """The side on which an account's balance normally stands."""

    DEBIT = "debit"  # assets and costs
    CREDIT = "credit"  # what is owed to others, and income


class AccountKind(StrEnum):
    """What an account is for (design: orders, Money)."""

    CUSTOMER = "customer"
    HELD = "held"
    EARNED = "earned"
    PROMOTIONS = "promotions"
    CUSTODY = "custody"
    TRADING = "trading"
    SUSPENSE = "suspense"
    PROVIDER = "provider"
    COST = "cost"
    SUPPLIER_DISPUTE = "supplier_dispute"
    BAD_DEPOSIT = "bad_deposit"
    ROUNDING = "rounding"
    COLD = "cold"
    BANK = "bank"
    GOODWILL = "goodwill"
    DEPOSIT_FEES = "deposit_fees"
    PROCESSOR_FEES = "processor_fees"


SIDE = {
    AccountKind.CUSTOMER: Side.CREDIT,
    AccountKind.HELD: Side.CREDIT,
    AccountKind.EARNED: Side.CREDIT,
    AccountKind.PROMOTIONS: Side.DEBIT,
    AccountKind.CUSTODY: Side.DEBIT,
    AccountKind.TRADING: Side.DEBIT,
    AccountKind.SUSPENSE: Side.CREDIT,
    AccountKind.PROVIDER: Side.DEBIT,
    AccountKind.COST: Side.DEBIT,
    AccountKind.SUPPLIER_DISPUTE: Side.DEBIT,
    AccountKind.BAD_DEPOSIT: Side.DEBIT,
    AccountKind.ROUNDING: Side.CREDIT,
    AccountKind.COLD: Side.DEBIT,
    AccountKind.BANK: Side.DEBIT,
    AccountKind.GOODWILL: Side.DEBIT,
    AccountKind.DEPOSIT_FEES: Side.CREDIT,
    AccountKind.PROCESSOR_FEES: Side.DEBIT,
}
assert SIDE.keys() == set(AccountKind)

OF_ASSETS = frozenset({AccountKind.CUSTODY, AccountKind.COLD, AccountKind.TRADING, AccountKind.SUSPENSE})
"""The accounts in which assets are kept, in raw units, one of each per asset."""


class Reason(StrEnum):
    """Why money moved. The customer reads `REASON_WORDS`."""

    DEPOSIT = "deposit"
    ORDER_CHARGED = "order charged"
    ORDER_EARNED = "order earned"
    ORDER_RETURNED = "order returned"
    GRANT = "grant"
    CORRECTION = "correction"
    PROVIDER_COST = "provider cost"
    PROVIDER_TOP_UP = "provider top-up"
    SUPPLIER_DISPUTE = "supplier dispute"
    DEPOSIT_FEE = "deposit fee"
    DEPOSIT_BONUS = "deposit bonus"
    DEPOSIT_REVERSED = "deposit reversed"
    GOODWILL = "goodwill"
    WRITE_OFF = "write-off"
    PROCESSOR_FEE = "processor fee"


REASON_WORDS = {
    Reason.DEPOSIT: say("Money added to the balance"),
    Reason.ORDER_CHARGED: say("Held for an order"),
    Reason.ORDER_EARNED: say("Spent on an order"),
    Reason.ORDER_RETURNED: say("Came back from an order"),
    Reason.GRANT: say("Granted by the operator"),
    Reason.CORRECTION: say("Correction by the operator"),
    Reason.PROVIDER_COST: say("Paid to the provider"),
    Reason.PROVIDER_TOP_UP: say("Prepaid with the provider"),
    Reason.SUPPLIER_DISPUTE: say("In dispute with the provider"),
    Reason.DEPOSIT_FEE: say("Fee for adding money"),
    Reason.DEPOSIT_BONUS: say("Bonus for adding money"),
    Reason.DEPOSIT_REVERSED: say("Taken back, because the payment was"),
    Reason.GOODWILL: say("Given by the operator"),
    Reason.WRITE_OFF: say("Written off by the operator"),
    Reason.PROCESSOR_FEE: say("Fee of the payment processor"),
}
assert REASON_WORDS.keys() == set(Reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRef:
    """Names an account: its kind, whose it is (a customer's or provider's id; 0 for the house), its currency."""

    kind: AccountKind
    owner_id: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """One movement of money, as it is asked of the ledger.

    :param key: derived from what caused it ("order/17/returned"), so that it can be booked once only (I7).
    """

    key: str
    debit: AccountRef
    credit: AccountRef
    amount_micros: int
    reason: Reason
    customer_id: int | None = None
    order_id: int | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if micros(self.amount_micros) <= 0:
            raise ValueError("A transfer moves more than nothing; a correction is a transfer the other way.")
        if self.debit == self.credit or self.debit.currency != self.credit.currency:
            raise ValueError("A transfer joins two different accounts of one currency.")


def house(kind: AccountKind, currency: str) -> AccountRef:
    """The house's account of that kind and currency."""
    return AccountRef(kind=kind, owner_id=0, currency=currency)


def customer(customer_id: int, currency: str) -> AccountRef:
    """The account that holds a customer's balance."""
    return AccountRef(kind=AccountKind.CUSTOMER, owner_id=customer_id, currency=currency)


def provider(provider_id: int, currency: str) -> AccountRef:
    """The account of what is prepaid with a provider."""
    return AccountRef(kind=AccountKind.PROVIDER, owner_id=provider_id, currency=currency)


class EntryKind(StrEnum):
    """What an entry is about."""

    CREDIT = "credit"
    SUSPENSE = "suspense"
    REFUND = "refund"
    SWEEP = "sweep"
    WRITE_OFF = "write-off"
    REVERSAL = "reversal"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetMove:
    """A leg in raw units: the smallest units of one asset, from one of its accounts to another."""

    asset: str
    debit: AccountKind
    credit: AccountKind
    raw: int

    def __post_init__(self) -> None:
        if type(self.raw) is not int or not 0 < self.raw <= RAW_MAX:
            raise ValueError("Assets move in whole units, more than none.")
        if self.debit is self.credit or not {self.debit, self.credit} <= OF_ASSETS:
            raise ValueError("An asset moves between two of its accounts.")


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyMove:
    """A leg in account currency."""

    debit: AccountRef
    credit: AccountRef
    amount_micros: int
    reason: Reason
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One business event as it is asked of the ledger: each leg balances by itself, all are booked together.

    :param key: what makes it unique; it can be booked once only (I7, I9).
    :param subject: the receipt or sweep it is about; all entries of one subject tell its whole story.
    :param actor_id: the person who did it; None for the desk itself.
    :param facts: what it was reckoned from, such as the rate, so that it can be explained and rebuilt. No floats.
    """

    key: str
    subject: str
    kind: EntryKind
    customer_id: int | None = None
    actor_id: int | None = None
    assets: tuple[AssetMove, ...] = ()
    money: tuple[MoneyMove, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.key or not self.subject or self.kind is EntryKind.REVERSAL:
            raise ValueError("An entry has a key and a subject; a reversal is made from the entry it reverses.")
        if not self.assets and not self.money:
            raise ValueError("An entry moves something.")


def bank(method_id: int, currency: str) -> AccountRef:
    """The account of what arrived at the operator's bank or till, by the method that customers paid with."""
    return AccountRef(kind=AccountKind.BANK, owner_id=method_id, currency=currency)


def trading(asset_id: int, currency: str) -> AccountRef:
    """The account on which an asset is turned into account currency; what stays there is the spread."""
    return AccountRef(kind=AccountKind.TRADING, owner_id=asset_id, currency=currency)
