"""When an account can be deleted, what has to end before, and how long there is a way back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sevenpanel.kernel.said import Phrase, say

# Long enough to read the letter about it, when it was somebody else who asked.
WAIT = timedelta(days=3)


class AskedBy(StrEnum):
    """Who wanted an account deleted."""

    CUSTOMER = "the customer, at the site"
    LETTER = "the customer, in a letter to the operator"


class News(StrEnum):
    """What a letter about a deletion says."""

    ASKED = "asked"
    KEPT = "kept"
    DONE = "done"


class Hindrance(StrEnum):
    """What has to end before an account can be deleted."""

    ORDERS = "open orders"
    TICKETS = "open tickets"
    DEPOSITS = "deposits under way"
    HELD = "held money"
    BALANCE = "a balance"
    DEBT = "a balance below zero"
    TEAM = "other people of the account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What of an account is not at its end.

    :param orders: how many are open; likewise `tickets`, and `deposits` for payments and arrivals of money.
    :param people: how many people act for the account.
    """

    currency: str
    orders: int
    tickets: int
    deposits: int
    balance_micros: int
    hold_micros: int
    people: int

    def hindrances(self, *, is_by_letter: bool = False) -> tuple[Hindrance, ...]:
        """What has to end first. One person alone deletes no account of several; the operator can, for all of them."""
        found = {
            Hindrance.ORDERS: self.orders > 0,
            Hindrance.TICKETS: self.tickets > 0,
            Hindrance.DEPOSITS: self.deposits > 0,
            Hindrance.HELD: self.hold_micros > 0,
            Hindrance.BALANCE: self.balance_micros > 0,
            Hindrance.DEBT: self.balance_micros < 0,
            Hindrance.TEAM: self.people > 1 and not is_by_letter,
        }
        return tuple(each for each, holds in found.items() if holds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A deletion that was asked for and is not carried out yet."""

    customer_id: int
    user_id: int
    asked_at: datetime
    due_at: datetime


SENTENCES: dict[Hindrance, Phrase] = {
    Hindrance.ORDERS: say("An order is still open. Wait until it has ended, or cancel it."),
    Hindrance.TICKETS: say("A ticket is still open. Close it, or wait for its answer."),
    Hindrance.DEPOSITS: say("A deposit is under way. Wait until it is credited, or close the payment."),
    Hindrance.HELD: say("Money on the balance is held while a deposit is looked into. Write to us in a ticket."),
    Hindrance.BALANCE: say(
        "There is money on the balance, and the Terms know no way of paying it out. Order with it, or write to us in"
        " a ticket: deleting an account takes no money away."
    ),
    Hindrance.DEBT: say("The balance is below zero. Add funds until it is even, or write to us in a ticket."),
    Hindrance.TEAM: say(
        "Other people use this account as well. Write to us in a ticket which of you agree, and we delete it for all."
    ),
}
assert SENTENCES.keys() == set(Hindrance)
