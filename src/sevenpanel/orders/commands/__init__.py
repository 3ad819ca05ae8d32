"""Writes of orders: placing, the way to the provider, the provider's reports, cancelling, settling, decisions."""

from sevenpanel.orders.commands.cancelling import CancelAnswer, CancelVerdict, record_cancel_answer, request_cancel
from sevenpanel.orders.commands.decisions import (
    Confirm,
    Decided,
    GrantByHand,
    RefuseByHand,
    UnableToDecideOrder,
    UnableToFindOrder,
    decide_by_rules,
    decide_by_staff,
    fingerprint,
)
from sevenpanel.orders.commands.dispatching import DispatchResult, begin_sending, record_dispatch
from sevenpanel.orders.commands.forgetting import forget_requests
from sevenpanel.orders.commands.placing import (
    PLACE,
    REQUEST_ID_LENGTH_MAX,
    WALLS,
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
    "WALLS",
    "CancelAnswer",
    "CancelVerdict",
    "Confirm",
    "Decided",
    "DispatchResult",
    "GrantByHand",
    "Judged",
    "RefuseByHand",
    "UnableToDecideOrder",
    "UnableToFindOrder",
    "apply_reports",
    "begin_sending",
    "decide_by_rules",
    "decide_by_staff",
    "fingerprint",
    "forget_requests",
    "place",
    "place_arguments",
    "read_outcomes",
    "record_cancel_answer",
    "record_dispatch",
    "refuse_at_the_door",
    "request_cancel",
]
