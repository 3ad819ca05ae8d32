"""What is sent and answered, as types: the OpenAPI document is made from these. Money is text, never a float."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from ninja import Schema
from pydantic import ConfigDict, Field

from sevenpanel.catalog.domain import DropBand, ServiceType
from sevenpanel.ledger.domain import Reason
from sevenpanel.orders.commands import REQUEST_ID_LENGTH_MAX
from sevenpanel.orders.domain import Status

ID_MAX = 10**18 - 1
# However many digits were sent, it is above every maximum, and stays a number that every reader can hold.
QUANTITY_MAX = 10**15
LINK_LENGTH_MAX = 4096
COMMENTS_SENT_MAX = 10_000
COMMENT_LENGTH_MAX = 10_000
NO_NUL = r"^[^\u0000]*$"
ONE_LINE = r"^[^\u0000\r\n]*$"
AMOUNT = r"^-?[0-9]{1,12}(\.[0-9]{1,6})?$"

Amount = Annotated[str, Field(pattern=AMOUNT, examples=["0.27819"])]
Id = Annotated[int, Field(ge=1, le=ID_MAX, examples=[23501])]


class _Shape(Schema):
    """An answer, which has exactly these fields."""

    model_config = ConfigDict(extra="forbid")


class Balance(_Shape):
    """What the account can spend, and what it cannot for now."""

    available: Amount = Field(description="What can be spent now.", examples=["100.84292"])
    on_hold: Amount = Field(description="What cannot be spent for now.", examples=["0.00"])
    currency: str = Field(examples=["USD"])


class Service(_Shape):
    """A service on sale, at the account's own rate, as it is in force now."""

    id: Id
    name: str = Field(examples=["Channel promotion by paid ads"])
    category: str = Field(examples=["Telegram"])
    network: str = Field(examples=["telegram"])
    type: ServiceType = Field(description="How an order says how much: see POST orders.")
    rate: Amount = Field(description="For 1000; for a package, for the whole.", examples=["0.90"])
    currency: str = Field(examples=["USD"])
    quantity_min: int = Field(examples=[10])
    quantity_max: int = Field(examples=[10_000])
    links: list[str] = Field(description="The kinds of link that it takes.", examples=[["telegram/channel"]])
    can_cancel: bool = Field(description="Whether its orders can be asked to be cancelled.")
    can_refill: bool
    start_within_seconds: int | None = Field(description="How soon it begins, where that is promised.")
    complete_within_seconds: int | None = Field(description="How soon it is done, where that is promised.")
    drop: DropBand | None = Field(description="How much of it may be lost later.")
    description: str
    description_version: int


class Services(_Shape):
    """Everything on sale that was asked for."""

    services: list[Service]


class Line(_Shape):
    """Something that happened to an order."""

    at: datetime
    by: str = Field(description="Who did it: the desk, the provider, or you.", examples=["the provider"])
    sentence: str = Field(examples=["The provider works on it."])
    amount: Amount | None = Field(description="What moved on the balance; null when nothing did.")


class Order(_Shape):
    """An order as it stands."""

    id: Id
    service: Id
    link: str
    quantity: int = Field(examples=[1000])
    status: Status
    reason: str = Field(
        description="What the status means here, what happens next, and what came back.",
        examples=["Paid and held; work has not started."],
    )
    charge: Amount = Field(description="What was charged when it was placed.", examples=["0.90"])
    returned: Amount = Field(description="How much of the charge came back.", examples=["0.00"])
    currency: str = Field(examples=["USD"])
    start_count: int | None = Field(description="What was counted before it began; null until it is known.")
    delivered: int = Field(examples=[250])
    remains: int = Field(examples=[750])
    placed_at: datetime
    ended_at: datetime | None
    is_test: bool = Field(description="Placed with a test key: nobody carries it out, and nothing was charged.")


class OrderInFull(Order):
    """An order with everything that happened to it, oldest first."""

    history: list[Line]


class Orders(_Shape):
    """A page of orders, newest first."""

    orders: list[Order]
    next_cursor: str | None = Field(description="Send it as cursor for the next page; null behind the last one.")


class NewOrder(Schema):
    """An order to place. What says how much depends on the service's type."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [{"service": 1, "link": "https://t.me/northwind_news", "quantity": 1000}]},
    )

    service: int = Field(ge=1, le=ID_MAX, description="The id of a service on sale.")
    link: str = Field(max_length=LINK_LENGTH_MAX, pattern=NO_NUL, description="Where it goes to.")
    quantity: int | None = Field(
        default=None, ge=0, le=QUANTITY_MAX, description="How many; needed for services of type Default."
    )
    comments: list[Annotated[str, Field(max_length=COMMENT_LENGTH_MAX, pattern=ONE_LINE)]] = Field(
        default=[],
        max_length=COMMENTS_SENT_MAX,
        description="One text each; needed for Custom Comments, where their number is the quantity.",
    )
    max_charge: str | None = Field(
        default=None,
        pattern=r"^[0-9]{1,12}(\.[0-9]{1,6})?$",
        description="The price that you saw; an order that costs more is refused with price_changed.",
        examples=["0.90"],
    )


class CancelOutcome(StrEnum):
    """What became of a request to cancel."""

    CANCELLED = "cancelled"
    REQUESTED = "requested"


class Cancel(_Shape):
    """What became of a request to cancel, and the order as it stands after it."""

    outcome: CancelOutcome = Field(description="requested: the provider is asked, and the order tells what it says.")
    sentence: str
    order: OrderInFull


class Entry(_Shape):
    """One movement on the balance."""

    id: Id
    at: datetime
    reason: Reason
    note: str
    order: int | None
    amount: Amount = Field(description="With its sign as the balance felt it.", examples=["-0.90"])
    currency: str = Field(examples=["USD"])


class Statement(_Shape):
    """A page of movements, newest first."""

    entries: list[Entry]
    next_cursor: str | None = Field(description="Send it as cursor for the next page; null behind the last one.")


IDEMPOTENCY_KEY = rf"^[!-~]{{1,{REQUEST_ID_LENGTH_MAX}}}$"


class FieldProblem(_Shape):
    """What is wrong with one field."""

    field: str = Field(description="Its name; empty for the whole body.", examples=["quantity"])
    detail: str


class ProblemShape(_Shape):
    """A problem (RFC 9457). Nothing was charged or changed, unless the code is not_known."""

    model_config = ConfigDict(extra="forbid", title="Problem")

    type: str = Field(description="Leads to its description.")
    title: str
    status: int
    detail: str = Field(description="What is wrong and what to do, in a sentence.")
    code: str = Field(description="One word for programs, which stays.")
    errors: list[FieldProblem] = Field(default=[], description="The fields that are wrong, where fields are.")
