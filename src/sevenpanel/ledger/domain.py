"""The ledger's words: kinds of account, the side each stands on, reasons for a transfer, transfers as values.

A transfer debits one account and credits another by the same whole sum, so every transfer balances by itself
(I2) and the sum of everything is zero (I1). A correction is another transfer.
"""

from dataclasses import dataclass
from enum import StrEnum

from sevenpanel.kernel.money import micros


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
}
assert SIDE.keys() == set(AccountKind)


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


REASON_WORDS = {
    Reason.DEPOSIT: "Money added to the balance",
    Reason.ORDER_CHARGED: "Held for an order",
    Reason.ORDER_EARNED: "Spent on an order",
    Reason.ORDER_RETURNED: "Came back from an order",
    Reason.GRANT: "Granted by the operator",
    Reason.CORRECTION: "Correction by the operator",
    Reason.PROVIDER_COST: "Paid to the provider",
    Reason.PROVIDER_TOP_UP: "Prepaid with the provider",
    Reason.SUPPLIER_DISPUTE: "In dispute with the provider",
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
