"""What the desk asks of a provider, and every answer that it must be able to tell apart.

An adapter turns one provider's wire format into these values. The contract that all adapters keep:

- `add` never raises for anything that the network or the provider does. It says *refused* or *not now* only
  when it is certain that no order was taken; what is not certain is `Unknown`, and never sent again blindly.
- The other calls (`statuses`, `cancel`, `balance`, `services`) may be repeated. When a call as a whole fails
  they raise `ProviderUnavailable`; an error in one row touches that row only.
- Figures arrive as they were said: clamping `remains`, comparing currencies and capping refunds is the desk's
  job. What cannot be read with certainty is `None`, never a guess. No float exists on the way.
- All texts are safe to store: no NUL, no lone surrogates, no key, bounded length.

Calls block for up to 30 seconds (a catalogue 120) and are made outside transactions. Adapters hold no state
between calls and may be shared by threads.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from sevenpanel.terms import LinkFinding

IDS_PER_CALL_MAX = 100
"""How many orders one status or cancel call may name: the stock contract's limit."""

BROWSER_LIKE = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
"""Firewalls in front of providers turn away clients that look like scripts."""


class Method(StrEnum):
    """How a call is made. GET puts the key into the address and is for providers that know nothing else."""

    POST = "POST"
    GET = "GET"


class Body(StrEnum):
    """How the fields of a POST are written."""

    FORM = "form"
    JSON = "json"


class ProviderStatus(StrEnum):
    """The six public words of an order's state. Values equal the stock contract's spelling."""

    PENDING = "Pending"
    PROCESSING = "Processing"
    IN_PROGRESS = "In progress"
    COMPLETED = "Completed"
    PARTIAL = "Partial"
    CANCELED = "Canceled"


# What an operator's reading of a provider's word can say of the link, beside the states.
LINK_MEANINGS: dict[str, LinkFinding] = {
    "link wrong": LinkFinding.WRONG,
    "link in the wrong format": LinkFinding.WRONG_FORMAT,
    "link gone": LinkFinding.GONE,
    "link changed": LinkFinding.CHANGED,
    "link private": LinkFinding.PRIVATE,
}
assert set(LINK_MEANINGS.values()) == set(LinkFinding)


class RefusalReason(StrEnum):
    """Why a provider certainly took no order and will not take this one as it stands."""

    BAD_LINK = "bad_link"
    BAD_QUANTITY = "bad_quantity"
    BAD_SERVICE = "bad_service"
    # On a first sending: another order runs on this link. On a deliberate second sending of an unknown one,
    # to a provider that declares `refuses_duplicate_links`: proof that the first sending was taken.
    ACTIVE_ORDER_WITH_LINK = "active_order_with_link"
    OTHER_KNOWN = "other_known"


class NotNowReason(StrEnum):
    """Why a provider certainly took no order though the order itself may be good: it waits and goes again."""

    NOT_CONNECTED = "not_connected"
    ADDRESS_REFUSED = "address_refused"
    NO_FUNDS = "no_funds"
    RATE_LIMITED = "rate_limited"
    ACCOUNT_REFUSED = "account_refused"


class UnknownReason(StrEnum):
    """What went wrong after the first byte had left."""

    TIMED_OUT = "timed_out"
    BROKEN_OFF = "broken_off"
    TOO_LARGE = "too_large"
    HTTP_STATUS = "http_status"
    NOT_JSON = "not_json"
    NO_ORDER_ID = "no_order_id"
    UNKNOWN_WORDS = "unknown_words"
    CONTRADICTION = "contradiction"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderAccess:
    """How one provider is reached, as the operator configured it.

    :param url: used verbatim, path and all.
    :param idempotency_field: the parameter under which the provider takes our `request_id`, when it has one.
    :param refuses_duplicate_links: the provider declares that it refuses a second active order for a link.
    :param refusal_words: words that, found in an `error`, mean a certain refusal at this provider.
    :param status_words: the operator's reading of words that the stock list does not know.
    :param link_words: likewise, of words about the link.
    :param allow_private: whether the address may be loopback or otherwise not public; for the sandbox only.
    """

    provider_id: int
    url: str
    key: str = field(repr=False)
    currency: str
    method: Method = Method.POST
    body: Body = Body.FORM
    idempotency_field: str | None = None
    refuses_duplicate_links: bool = False
    refusal_words: tuple[str, ...] = ()
    status_words: tuple[tuple[str, ProviderStatus], ...] = ()
    link_words: tuple[tuple[str, LinkFinding], ...] = ()
    user_agent: str = BROWSER_LIKE
    allow_private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """One order as it goes to a provider.

    :param provider_service: the provider's own id of the service.
    :param type: the stock contract's name: "Default" needs a quantity, "Custom Comments" the lines, "Package"
        neither.
    :param request_id: the attempt's idempotency key; sent only where the provider declares a field for it.
    :raises ValueError: when the type and what it needs do not fit, which is a fault of the caller.
    """

    order_id: int
    provider_service: str
    type: str
    link: str
    quantity: int | None = None
    comments: tuple[str, ...] = ()
    request_id: str

    def __post_init__(self) -> None:
        has_needs = {
            "Default": self.quantity is not None,
            "Package": True,
            "Custom Comments": bool(self.comments),
        }
        if not has_needs.get(self.type, False):
            raise ValueError(f"A shipment of type {self.type!r} lacks what its type needs.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was heard, for the attempt's record.

    :param http_status: None when no answer's head arrived.
    :param answer: the body as text, at most 4,096 bytes of UTF-8, keys masked.
    :param bytes_left: whether any byte of the request left this machine.
    """

    http_status: int | None = None
    answer: str = ""
    elapsed_ms: int = 0
    bytes_left: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The provider took the order and named it. The id is opaque: printable ASCII, at most 64 characters."""

    provider_order_id: str
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The provider certainly took no order, and says why in words that are known."""

    reason: RefusalReason
    words: str
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class NotNow:
    """Certainly no order was taken; the same one may be sent again later without risk."""

    reason: NotNowReason
    words: str
    evidence: Evidence
    retry_after_seconds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Bytes left, and nothing that came back says for certain whether an order was taken."""

    reason: UnknownReason
    words: str
    evidence: Evidence


Answer = Sent | Refused | NotNow | Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReport:
    """One order as the provider describes it.

    :param word: the status as it was written.
    :param status: None when the word is not known; the desk keeps the last state and asks the operator.
    :param remains: as said, also negative or above the quantity; None when it was not said or not readable.
    :param charge: what the provider says it took so far, in `currency` when that is given.
    :param link: what it says about the link, where it does so in clear words; `link_words` are these words.
    """

    word: str
    status: ProviderStatus | None
    remains: int | None = None
    start_count: int | None = None
    charge: Decimal | None = None
    currency: str | None = None
    link: LinkFinding | None = None
    link_words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowError:
    """The provider answered this one row with an error, or with something that cannot be read."""

    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelAnswer:
    """What the provider said to a request to cancel; acceptance is not cancellation, the status tells.

    :param accepted: None when the answer cannot be read either way.
    """

    accepted: bool | None
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What the provider says is left with it. The currency is None when it does not say."""

    amount: Decimal
    currency: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One service of a provider's catalogue. The rate is per 1,000, or per order for packages."""

    service: str
    name: str
    type: str
    category: str
    rate: Decimal
    min: int
    max: int
    refill: bool = False
    cancel: bool = False
    dripfeed: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedOffer:
    """An entry of the catalogue that could not be read with certainty, and why."""

    service: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """A provider's services: the readable ones, and what was left out."""

    offers: tuple[Offer, ...]
    skipped: tuple[SkippedOffer, ...] = ()


class ProviderUnavailable(Exception):  # noqa: N818 - a state of the provider, named as the desk speaks of it
    """A read-only call failed as a whole and may be repeated.

    :param words: what went wrong, fit for the operator's eyes.
    :param evidence: what was heard.
    :param retry_after_seconds: the provider's wish, when it named one.
    """

    def __init__(self, words: str, *, evidence: Evidence, retry_after_seconds: int | None = None) -> None:
        super().__init__(words)
        self.words = words
        self.evidence = evidence
        self.retry_after_seconds = retry_after_seconds


class Provider(Protocol):
    """What every adapter offers. See the module's text for the rules of each call."""

    @property
    def access(self) -> ProviderAccess:
        """How this provider is reached."""

    def add(self, shipment: Shipment) -> Answer:
        """Send one order, exactly once. Never raises for what the network or the provider does."""

    def statuses(self, ids: Sequence[str]) -> Mapping[str, StatusReport | RowError]:
        """Ask for up to 100 orders. A missing row means nothing; rows not asked for are dropped.

        :raises ProviderUnavailable: when the call as a whole failed.
        """

    def cancel(self, ids: Sequence[str]) -> Mapping[str, CancelAnswer]:
        """Ask to stop up to 100 orders; may be repeated. A missing row is absent.

        :raises ProviderUnavailable: when the call as a whole failed.
        """

    def balance(self) -> Balance:
        """Ask what is left with the provider.

        :raises ProviderUnavailable: when the call failed or the figure cannot be read.
        """

    def services(self) -> Catalogue:
        """Ask for the catalogue.

        :raises ProviderUnavailable: when the call failed or no list came.
        """
