"""Writes of orders: placing, the way to the provider, the provider's reports, cancelling, settling."""

from sevenpanel.orders.commands.cancelling import CancelAnswer, CancelVerdict, record_cancel_answer, request_cancel
from sevenpanel.orders.commands.dispatching import DispatchResult, begin_sending, record_dispatch
from sevenpanel.orders.commands.forgetting import forget_requests
from sevenpanel.orders.commands.placing import (
    PLACE,
    REQUEST_ID_LENGTH_MAX,
    Judged,
    place,
    place_arguments,
    read_outcomes,
    refuse_at_the_door,
)
from sevenpanel.orders.commands.reporting import apply_reports

__all__ = [
    "PLACE",
    "REQUEST_ID_LENGTH_MAX",
    "CancelAnswer",
    "CancelVerdict",
    "DispatchResult",
    "Judged",
    "apply_reports",
    "begin_sending",
    "forget_requests",
    "place",
    "place_arguments",
    "read_outcomes",
    "record_cancel_answer",
    "record_dispatch",
    "refuse_at_the_door",
    "request_cancel",
]
