"""Webhooks of orders: what a delivery says, how it is signed, when it is tried again and when it is given up."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sevenpanel.accounts.domain import KeyKind
from sevenpanel.kernel.money import format_amount

ADDRESSES_MAX = 3
BY_HAND_MAX = 3
"""So many calls to one address can wait that somebody asked for on the page."""
ADDRESS_LENGTH_MAX = 500
EVENTS_MAX = 100
"""So many events one call may hold."""
CALL_SECONDS = 10.0
ANSWER_BYTES_MAX = 4_096
SHOWN_LENGTH = 500
"""So much of an answer is kept."""
LEASE = timedelta(minutes=1)
GIVEN_UP_AFTER = timedelta(days=3)
OFF_AFTER = timedelta(days=5)
KEPT = timedelta(days=14)
OLD_SECRET_LIVES = timedelta(hours=24)

SECRET_PREFIX = "od_hook_"  # noqa: S105 - how each begins
SIGNATURE_HEADER = "X-7Panel-Signature"

_FIRST_PAUSE = timedelta(seconds=10)
_LONGEST_PAUSE = timedelta(hours=3)


class DeliveryState(StrEnum):
    """How far a delivery has come."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given up"


class EventType(StrEnum):
    """What an event tells."""

    CHANGED = "order.changed"
    TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """That an order changed, and how it stands when that is written down.

    :param id: the same whenever this change is told, and of no other.
    """

    id: str
    at: datetime
    order_id: int
    status: str
    charge_micros: int
    start_count: int | None
    remains: int
    currency: str


def event_of(change: Change, kind: KeyKind) -> dict[str, object]:
    """A change as programs read it; the figures are written as `status` of the API writes them."""
    return {
        "id": change.id,
        "type": EventType.CHANGED.value,
        "at": change.at.isoformat(),
        "test": kind is KeyKind.TEST,
        "order": change.order_id,
        "status": change.status,
        "charge": format_amount(change.charge_micros),
        "start_count": None if change.start_count is None else str(change.start_count),
        "remains": str(change.remains),
        "currency": change.currency,
    }


def trial_event(id_: str, kind: KeyKind, now: datetime) -> dict[str, object]:
    """An event that tells of no order, for whoever tries an address."""
    return {"id": id_, "type": EventType.TEST.value, "at": now.isoformat(), "test": kind is KeyKind.TEST}


def signature(secret: str, body: bytes, *, at: int) -> str:
    """What proves that a body is from this desk and was sent at an instant: HMAC-SHA256 over both, in hex.

    :param at: seconds since 1970.
    """
    return hmac.new(secret.encode(), b"%d." % at + body, hashlib.sha256).hexdigest()


def signature_header(secrets: Sequence[str], body: bytes, *, at: int) -> str:
    """The header of a call: the instant, and a signature under each secret that is alive."""
    return ",".join([f"t={at}", *(f"v1={signature(secret, body, at=at)}" for secret in secrets)])


def pause_after(failures: int) -> timedelta:
    """How long an address is left alone after so many failures in a row: 10 seconds, then three times as long each."""
    times: int = 3 ** min(failures - 1, 10)
    return min(_FIRST_PAUSE * times, _LONGEST_PAUSE)


def is_delivered(status: int | None) -> bool:
    """Whether an answer says that the call was taken: any of 2xx, whatever stands in it."""
    return status is not None and 200 <= status < 300


def shown(body: bytes) -> str:
    """The first of an answer as text that a page can show and a column can hold."""
    return body[:SHOWN_LENGTH].decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")


def shared_out(
    events: Sequence[Mapping[str, object]], *, room: int
) -> tuple[list[Mapping[str, object]], list[list[Mapping[str, object]]]]:
    """Divide events: as many as there is room for in the last call that waits, and calls of their own for the rest."""
    first, rest = list(events[:room]), list(events[room:])
    return first, [rest[start : start + EVENTS_MAX] for start in range(0, len(rest), EVENTS_MAX)]
