"""Writes of orders: placing, the way to the provider, the provider's reports, cancelling, settling, decisions."""

from sevenpanel.orders.commands.cancelling import (
    CancelAnswer,
    CancelVerdict,
    record_cancel_answer,
    request_cancel,
    request_cancel_in_step,
)
from sevenpanel.orders.commands.correcting import UnableToCorrect, correct_delivered
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
from sevenpanel.orders.commands.erasing import last_event, lock_orders, unlink_decisions, unlink_orders
from sevenpanel.orders.commands.finding import (
    UnableToFindTrouble,
    find_link_trouble,
    find_several,
    grant_after_trouble,
    refuse_link,
)
from sevenpanel.orders.commands.forgetting import forget_requests
from sevenpanel.orders.commands.placing import place, place_in_step, refuse_at_the_door
from sevenpanel.orders.commands.reporting import apply_reports
from sevenpanel.orders.commands.statement import (
    PLACE,
    REQUEST_ID_LENGTH_MAX,
    WALLS,
    Judged,
    place_arguments,
    read_outcomes,
)
from sevenpanel.orders.commands.stop_letters import send_next_stop_letter
from sevenpanel.orders.commands.stopping import UnableToLiftStop, begin_look, lift_stop, note_rewritten, stop_orders
from sevenpanel.orders.commands.wrong_links import ABOUT_THE_LINK, by_the_letter

__all__ = [
    "ABOUT_THE_LINK",
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
    "UnableToCorrect",
    "UnableToDecideOrder",
    "UnableToFindOrder",
    "UnableToFindTrouble",
    "UnableToLiftStop",
    "apply_reports",
    "begin_look",
    "begin_sending",
    "by_the_letter",
    "correct_delivered",
    "decide_by_rules",
    "decide_by_staff",
    "find_link_trouble",
    "find_several",
    "fingerprint",
    "forget_requests",
    "grant_after_trouble",
    "last_event",
    "lift_stop",
    "lock_orders",
    "note_rewritten",
    "place",
    "place_arguments",
    "place_in_step",
    "read_outcomes",
    "record_cancel_answer",
    "record_dispatch",
    "refuse_at_the_door",
    "refuse_link",
    "request_cancel",
    "request_cancel_in_step",
    "send_next_stop_letter",
    "stop_orders",
    "unlink_decisions",
    "unlink_orders",
]
