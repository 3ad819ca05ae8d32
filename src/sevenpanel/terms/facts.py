"""The facts that decisions are made from: frozen records that the callers fill, and nothing else is read.

Status and dispatch are the words of orders, which take them from here.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sevenpanel.terms.instants import require_aware
from sevenpanel.terms.notice import Description, Notice


class Status(StrEnum):
    """The six public words of an order."""

    PENDING = "Pending"
    PROCESSING = "Processing"
    IN_PROGRESS = "In progress"
    COMPLETED = "Completed"
    PARTIAL = "Partial"
    CANCELED = "Canceled"


class Dispatch(StrEnum):
    """How far an order has come on its way to the provider."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    ABSENT = "absent"
    WRITTEN_OFF = "written off"


# It is certain that no provider works on these.
NOT_SENT = frozenset({Dispatch.QUEUED, Dispatch.REFUSED, Dispatch.ABSENT, Dispatch.WRITTEN_OFF})


class Kind(StrEnum):
    """What is asked for, or what the desk has to decide of itself (the link, several orders)."""

    CANCEL = "cancel"
    NOT_COMPLETED = "not completed in time"
    SLOW_OR_LATE = "slow or late start"
    WRONG_SPECIFICATION = "wrong specification"
    UNANSWERED = "unanswered ticket"
    LINK_TROUBLE = "wrong or changed link"
    SEVERAL_ORDERS = "several orders at once"
    OWN_MISTAKE = "own mistake"
    DROP = "drop"
    OTHER = "other"


class Document(StrEnum):
    """What a request can be accompanied by."""

    COUNT_SCREENSHOT = "a screenshot of the current count with the date visible"
    RECEIVED_SCREENSHOT = "a screenshot of what arrived"
    BROKEN_PART = "the part of the description that it breaks"
    STATEMENT = "what happened, in your own words"


class Aspect(StrEnum):
    """A part of a description that what arrived can differ from."""

    WHAT = "what is delivered"
    ORIGIN = "where it comes from"
    QUALITY = "its quality"
    PLACE = "where it arrived"
    SPEED = "speed"
    START_TIME = "start time"
    DROP = "drop"
    OTHER = "something else"


# Clause 4.3: these are not among the specifications.
NOT_SPECIFICATIONS = frozenset({Aspect.SPEED, Aspect.START_TIME, Aspect.DROP})


class LinkFinding(StrEnum):
    """What was found about an order's link after placing."""

    WRONG = "wrong"
    WRONG_FORMAT = "in the wrong format"
    GONE = "gone"
    CHANGED = "changed"
    PRIVATE = "private"


# Clause 2 speaks of links that never fitted, clause 4.5 of those that changed afterwards.
NEVER_FITTED = frozenset({LinkFinding.WRONG, LinkFinding.WRONG_FORMAT})


class CancelAnswer(StrEnum):
    """How far a cancellation has come with the provider."""

    NOT_ASKED = "not asked"
    ASKED = "asked"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """When somebody wrote in a ticket. Internal notes are no messages."""

    at: datetime
    is_from_staff: bool

    def __post_init__(self) -> None:
        require_aware(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A ticket about one or several orders, with its messages in any order.

    :param withdrawn_at: when the customer closed it himself; a ticket that staff close unanswered stays unanswered.
    """

    ticket_id: int
    order_ids: tuple[int, ...]
    messages: tuple[Message, ...]
    withdrawn_at: datetime | None = None

    def __post_init__(self) -> None:
        require_aware(self.withdrawn_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """An operator's own figure for what was delivered, with the reason for it (settled 3)."""

    delivered: int
    reason: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTrouble:
    """What was found about the link of an order, and who says so (the provider's words, or staff)."""

    found: LinkFinding
    found_at: datetime
    evidence: str

    def __post_init__(self) -> None:
        require_aware(self.found_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """An order as it stands when something is decided about it.

    :param terms_version: the version of the Terms that the customer had accepted when placing it.
    :param description: what the catalogue promised at placing, without notices.
    :param notices: every notice that was ever published about the service, or more; those about others are ignored.
    :param reported_delivered: what the provider reported, 0 to quantity, never less than before.
    :param returned_micros: what of the charge came back already.
    :param started_at: when the first delivery was seen; None before.
    :param closed_at: when the order became Completed, Partial or Canceled; None while it is open.
    :param is_untracked: clause 1 was told at placing: several services on one link that is not private.
    :param doubled_with: other orders of the same service that were open on the same link (clause 4.6).
    :param is_long_running: it serves what is published later, such as automatic views of new posts.
    :raises ValueError: when the figures cannot be those of an order, or an instant has no time zone.
    """

    order_id: int
    placed_at: datetime
    quantity: int
    charge_micros: int
    currency: str
    terms_version: str
    status: Status
    dispatch: Dispatch
    description: Description
    notices: tuple[Notice, ...] = ()
    reported_delivered: int = 0
    correction: Correction | None = None
    returned_micros: int = 0
    started_at: datetime | None = None
    closed_at: datetime | None = None
    cancel_answer: CancelAnswer = CancelAnswer.NOT_ASKED
    cancel_words: str = ""
    is_untracked: bool = False
    doubled_with: tuple[int, ...] = ()
    is_long_running: bool = False
    link_trouble: LinkTrouble | None = None

    def __post_init__(self) -> None:
        require_aware(self.placed_at, self.started_at, self.closed_at)
        corrected = self.correction.delivered if self.correction else 0
        if not (0 <= self.reported_delivered <= self.quantity and 0 <= corrected <= self.quantity):
            raise ValueError("What was delivered lies between 0 and the quantity.")
        if self.quantity < 1 or not 0 <= self.returned_micros <= self.charge_micros:
            raise ValueError("An order has a quantity, and no more than its charge comes back.")

    @property
    def delivered(self) -> int:
        """What counts as delivered: the provider's count; an operator's correction unless the order is untracked."""
        if self.correction is None or self.is_untracked:
            return self.reported_delivered
        return self.correction.delivered

    @property
    def is_open(self) -> bool:
        """Whether it still runs."""
        return self.closed_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFacts:
    """What is asked about one order.

    :param requested_at: when it was asked; clocks stop here, however long documents take (clause 4.9).
    :param ticket: the ticket that a claim under clause 4.4 rests on.
    :param broken: what of the description the customer says is broken.
    :param differs: what staff found to differ; empty when nothing does, None while nobody has looked.
    :raises ValueError: when it was asked before the order was placed, or an instant has no time zone.
    """

    order: OrderFacts
    kind: Kind
    requested_at: datetime
    documents: frozenset[Document] = frozenset()
    ticket: Ticket | None = None
    broken: frozenset[Aspect] = frozenset()
    differs: frozenset[Aspect] | None = None

    def __post_init__(self) -> None:
        require_aware(self.requested_at)
        if self.requested_at < self.order.placed_at:
            raise ValueError("Nothing can be asked about an order before it is placed.")
