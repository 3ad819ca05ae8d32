"""The states of a dispatch attempt and what is to be done next about an order (design: trust, section 2)."""

from enum import StrEnum

from sevenpanel.fulfilment.providers.interface import NotNowReason


class Action(StrEnum):
    """What is to be done next about an order."""

    SEND = "send"
    RESOLVE = "resolve"
    OPERATOR = "operator"  # no aid is left: a person decides, or the deadline does
    FOLLOW = "follow"
    WATCH = "watch"  # the order has ended; a look or two whether the provider changes its mind
    NONE = "none"


OVER = frozenset({Action.WATCH, Action.NONE})
"""The actions of orders that have ended."""


class AttemptKind(StrEnum):
    """Why an attempt was made. A duplicate test is the one deliberate resend of resolving step 2."""

    FIRST = "first"
    DUPLICATE_TEST = "duplicate test"


class AttemptState(StrEnum):
    """What is known about one attempt to send an order."""

    SENDING = "sending"
    SENT = "sent"
    NOT_SENT = "not sent"  # certainly nothing was taken, and the order may go again
    REFUSED = "refused"
    UNKNOWN = "unknown"
    ABSENT = "absent"
    WRITTEN_OFF = "written off"


ATTEMPT_AFTER: dict[AttemptState, frozenset[AttemptState]] = {
    AttemptState.SENDING: frozenset(
        {AttemptState.SENT, AttemptState.NOT_SENT, AttemptState.REFUSED, AttemptState.UNKNOWN}
    ),
    # Not refused: a "no" to a second sending never proves that the first was not taken.
    AttemptState.UNKNOWN: frozenset({AttemptState.SENT, AttemptState.ABSENT, AttemptState.WRITTEN_OFF}),
    AttemptState.SENT: frozenset(),
    AttemptState.NOT_SENT: frozenset(),
    AttemptState.REFUSED: frozenset(),
    AttemptState.ABSENT: frozenset(),
    AttemptState.WRITTEN_OFF: frozenset(),
}
assert ATTEMPT_AFTER.keys() == set(AttemptState)


class FindingStep(StrEnum):
    """Where a piece of evidence about an attempt came from."""

    LATE_ANSWER = "late answer"
    REQUEST_ID = "same request id"
    DUPLICATE_TEST = "duplicate test"
    BALANCE = "balance"
    OPERATOR = "operator"
    DEADLINE = "deadline"


class Verdict(StrEnum):
    """What an operator may decide about an order whose fate is unknown."""

    FOUND = "found"
    ABSENT_RESEND = "absent-resend"
    REFUND = "refund"


class Wait(StrEnum):
    """Why an order that could be sent is not sent now."""

    NOT_CONNECTED = "not connected"
    ADDRESS_REFUSED = "address refused"
    NO_FUNDS = "no funds"
    RATE_LIMITED = "rate limited"
    ACCOUNT_REFUSED = "account refused"
    ANSWERS_LOST = "answers lost"
    NO_ROUTE = "no route"
    MARGIN = "margin"
    NO_OFFER = "no offer"
    UNSENDABLE = "unsendable"


_WAITS = {
    NotNowReason.NOT_CONNECTED: Wait.NOT_CONNECTED,
    NotNowReason.ADDRESS_REFUSED: Wait.ADDRESS_REFUSED,
    NotNowReason.NO_FUNDS: Wait.NO_FUNDS,
    NotNowReason.RATE_LIMITED: Wait.RATE_LIMITED,
    NotNowReason.ACCOUNT_REFUSED: Wait.ACCOUNT_REFUSED,
}
assert _WAITS.keys() == set(NotNowReason)


def wait_for(reason: NotNowReason) -> Wait:
    """The reason to wait that a provider's "not now" means."""
    return _WAITS[reason]


class AlertKind(StrEnum):
    """What an operator is told about. At most one alert of a kind is open per subject."""

    PROVIDER_WAITS = "provider waits"
    PROVIDER_SILENT = "provider does not answer status calls"
    MARGIN = "cost above price"
    NO_ROUTE = "no way to send"
    NO_OFFER = "provider's offer missing"
    UNSENDABLE = "order cannot be sent"
    UNKNOWN_DISPATCH = "unknown dispatch"
    ID_TAKEN = "provider's order id is taken"
    LATE_ANSWER = "late answer"
    UNKNOWN_WORD = "status word not understood"
    ROW_ERROR = "provider does not know an order"
    CHANGED_MIND = "supplier changed its mind"
    ODD_COUNT = "count that cannot be"
    CURRENCY = "provider's currency changed"
    CATALOGUE = "catalogue fault"
    REFUSES = "provider refuses a service"
    CANCEL_UNANSWERED = "cancel not answered"
    NOT_BOOKED = "answer cannot be booked"
    BREACH = "invariant broken"
