"""What the API guide says of each action, each field and each refusal, and what changed when.

The names and the texts of errors are the contract and stay as they are in every language; a test compares them with
the code of the API and with docs/api.md.
"""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field that is sent.

    :param is_needed: whether the action cannot do without it.
    """

    name: str
    words: str
    is_needed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionWords:
    """What one action is for, what it takes, what it answers."""

    name: str
    purpose: str
    answer: str
    note: str = ""
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorWords:
    """One refusal: its words as they are sent, why, and what to do."""

    text: str
    because: str
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that the API does since a day."""

    day: date
    words: str


def actions() -> tuple[ActionWords, ...]:
    """Every action, in the order of the examples."""
    return (
        ActionWords(
            name="balance", purpose=_("What you can spend now."), answer='{"balance": "100.84292", "currency": "USD"}'
        ),
        ActionWords(
            name="services",
            purpose=_("What is on sale now, at your own rates."),
            answer='[{"service": 1, "name": "...", "type": "Default", "category": "...", "rate": "0.90", "min": "50",'
            ' "max": "10000", "dripfeed": false, "refill": false, "cancel": true, "desc": "..."}]',
            note=_("The rate is for 1000; for the type Package it is the price of the whole."),
        ),
        ActionWords(
            name="add",
            purpose=_("Place an order."),
            answer='{"order": 23501}',
            note=_("The charge is rounded up to a millionth. One order at a time for each service and target."),
            fields=(
                Field(name="service", words=_("the number of the service, from services"), is_needed=True),
                Field(name="link", words=_("where it is to be delivered"), is_needed=True),
                Field(name="quantity", words=_("how many, in digits; needed for the type Default")),
                Field(name="comments", words=_("one on each line; needed for the type Custom Comments")),
                Field(
                    name="request_id",
                    words=_("a number of your own, at most 128 characters, so that a repeated request orders once"),
                ),
            ),
        ),
        ActionWords(
            name="status",
            purpose=_("Where orders stand."),
            answer='{"charge": "0.27819", "start_count": "3572", "status": "Partial", "remains": "157",'
            ' "currency": "USD"}',
            note=_(
                "With orders the answer is an object of such rows by number; a number that is not yours has an error "
                "of its own. After the end, charge is what was kept."
            ),
            fields=(
                Field(name="order", words=_("one number, or")),
                Field(name="orders", words=_("up to 100 numbers with commas between them")),
            ),
        ),
        ActionWords(
            name="cancel",
            purpose=_("Ask to cancel orders."),
            answer='[{"order": 1, "cancel": 1}, {"order": 9, "cancel": {"error": "Incorrect order ID"}}]',
            note=_("1 means that the request was taken, not that the order is cancelled: its status tells."),
            fields=(Field(name="orders", words=_("up to 100 numbers with commas between them"), is_needed=True),),
        ),
        ActionWords(
            name="refill",
            purpose=_("Ask for what dropped to be filled up again."),
            answer='[{"order": 1, "refill": {"error": "Refill is not available for this order"}}]',
            note=_("No service here offers refills now, so every order answers with its error."),
            fields=(
                Field(name="order", words=_("one number, or")),
                Field(name="orders", words=_("up to 100 numbers with commas between them")),
            ),
        ),
        ActionWords(
            name="refill_status",
            purpose=_("Where refills stand."),
            answer='[{"refill": 7, "status": {"error": "Refill not found"}}]',
            note=_("There are no refills now, so there is none to be found."),
            fields=(
                Field(name="refill", words=_("one number, or")),
                Field(name="refills", words=_("up to 100 numbers with commas between them")),
            ),
        ),
    )


def changes() -> tuple[Change, ...]:
    """What changed, newest first; docs/api.md tells the same days."""
    return (
        Change(
            day=date(2026, 11, 24),
            words=_("Version 3 beside this one: resources, statuses and codes, described for programs by OpenAPI."),
        ),
        Change(
            day=date(2026, 11, 23),
            words=_("Webhooks: a program of yours is told when something about an order changes."),
        ),
        Change(
            day=date(2026, 11, 23),
            words=_("Test keys: they answer as live ones do, with play money and orders that nobody carries out."),
        ),
        Change(
            day=date(2026, 11, 23),
            words=_(
                "Version 2 as it is: services, add, status, balance, cancel, refill and refill_status, with request_id "
                "on add."
            ),
        ),
    )
