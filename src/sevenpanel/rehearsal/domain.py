"""Test orders: whether one is taken, what becomes of it, and when. All of it follows from its row and the clock.

The rules of placing stand in the placing statement, too (`orders_place`); a test sends the same requests to both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sevenpanel.catalog.domain import QUANTITY_MAX, ServiceRow, ServiceState, ServiceType, charge_micros
from sevenpanel.orders.domain import TERMINAL, OrderLine, RefusalCode, Status, divide

ORDERS_MAX = 500
"""So many test orders an account has; for another one the oldest is forgotten."""
KEPT = timedelta(days=14)
PLAY_MONEY_MICROS = 1_000_000_000
"""What an account plays with each day of UTC: 1000.00 of its currency, less what its test orders of the day cost."""
FIRST_ID = 1_000_000_001
"""Far from the numbers of real orders, so that a shop that mixes them up is told so, and within 31 bits."""

STARTS_AFTER = timedelta(seconds=15)
ENDS_AFTER = timedelta(seconds=60)
ANSWERS_AFTER = timedelta(seconds=10)
"""How long the fake provider takes to answer a request to cancel."""


class Course(StrEnum):
    """What becomes of a test order."""

    COMPLETED = "completed"
    PARTIAL = "partial"
    CANCELED = "canceled"
    REFUSED = "refused"
    ENDLESS = "endless"
    NOT_STOPPED = "not stopped"
    UNANSWERED = "unanswered"
    WRONG_LINK = "wrong link"


# By the last digit of how many are ordered; all others are completed.
COURSE_OF_DIGIT = {
    1: Course.PARTIAL,
    2: Course.CANCELED,
    3: Course.REFUSED,
    4: Course.ENDLESS,
    5: Course.NOT_STOPPED,
    9: Course.UNANSWERED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayOrder:
    """A test order as it was placed, and whether somebody asked to cancel it.

    :param can_cancel: whether the service had a cancel button when it was placed.
    """

    id: int
    customer_id: int
    service_id: int
    link: str
    target: str
    quantity: int
    charge_micros: int
    currency: str
    course: Course
    can_cancel: bool
    placed_at: datetime
    cancel_requested_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """From when on an order has a status, and how much had arrived by then."""

    at: datetime
    status: Status
    delivered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a test order stands at an instant.

    :param charge_micros: what it costs; after the end, what was kept.
    :param since: from when on it has this status.
    """

    status: Status
    delivered: int
    charge_micros: int
    start_count: int | None
    since: datetime

    @property
    def is_open(self) -> bool:
        """Whether it goes on."""
        return self.status not in TERMINAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What a line meets when it is judged.

    :param service: as it is in force, at the customer's rate; None when there is none.
    :param is_taken: whether the service takes the link.
    :param active_order: an open test order of the same service on the same target.
    :param left_micros: what is left to play with; `left_today_micros` under a key with a daily limit.
    """

    is_stopped: bool
    is_suspended: bool
    service: ServiceRow | None
    is_taken: bool
    active_order: int | None
    left_micros: int
    left_today_micros: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """How many are ordered, and what that costs."""

    quantity: int
    charge_micros: int


Verdict = Taken | tuple[RefusalCode, int | None]


def judge(line: OrderLine, situation: Situation) -> Verdict:
    """Judge a line in the order in which the placing statement does."""
    service = situation.service
    if situation.is_stopped:
        return RefusalCode.STOPPED, None
    if situation.is_suspended:
        return RefusalCode.SUSPENDED, None
    if service is None or service.state is not ServiceState.LISTED:
        return RefusalCode.UNKNOWN_SERVICE, None
    if not situation.is_taken:
        return RefusalCode.WRONG_LINK, None
    units = units_of(service, line)
    return _misfit(service, units) or _money(line, situation, service, units or 0)


def units_of(service: ServiceRow, line: OrderLine) -> int | None:
    """How many are ordered; None when it is not said."""
    if service.type is ServiceType.PACKAGE:
        return service.quantity_min
    if service.type is ServiceType.CUSTOM_COMMENTS:
        return len(line.comments)
    return line.quantity


def _misfit(service: ServiceRow, units: int | None) -> tuple[RefusalCode, int | None] | None:
    if service.type is ServiceType.CUSTOM_COMMENTS and units == 0:
        return RefusalCode.COMMENTS_MISSING, None
    if units is None:
        return RefusalCode.QUANTITY_MISSING, None
    if units < service.quantity_min:
        return RefusalCode.BELOW_MIN, service.quantity_min
    if min(units, QUANTITY_MAX + 1) > service.quantity_max:
        return RefusalCode.ABOVE_MAX, service.quantity_max
    return None


def _money(line: OrderLine, situation: Situation, service: ServiceRow, units: int) -> Verdict:
    charge = charge_micros(type=service.type, rate_micros=service.rate_micros, quantity=units)
    if situation.active_order is not None:
        return RefusalCode.ACTIVE_ORDER, situation.active_order
    if line.max_charge_micros is not None and charge > line.max_charge_micros:
        return RefusalCode.PRICE_CHANGED, charge
    if charge > situation.left_micros:
        return RefusalCode.NOT_ENOUGH_FUNDS, charge - situation.left_micros
    if situation.left_today_micros is not None and charge > situation.left_today_micros:
        return RefusalCode.OVER_CAP, max(situation.left_today_micros, 0)
    return Taken(quantity=units, charge_micros=charge)


def course_of(service: ServiceRow, quantity: int) -> Course:
    """What becomes of an order of so many; a package is always completed, since nobody chooses how many it is."""
    if service.type is ServiceType.PACKAGE:
        return Course.COMPLETED
    return COURSE_OF_DIGIT.get(quantity % 10, Course.COMPLETED)


def steps(order: PlayOrder) -> list[Step]:
    """The statuses of an order's life, first to last, as far as it is decided."""
    placed = Step(at=order.placed_at, status=Status.PENDING, delivered=0)
    if order.course is Course.WRONG_LINK:
        return [Step(at=order.placed_at, status=Status.COMPLETED, delivered=0)]
    planned = [placed, *_planned(order)]
    stop = _stop(order, planned)
    return planned if stop is None else [placed, *(step for step in planned[1:] if step.at < stop.at), stop]


def _planned(order: PlayOrder) -> list[Step]:
    """What the fake provider does if nobody asks it for anything."""
    starts, ends = order.placed_at + STARTS_AFTER, order.placed_at + ENDS_AFTER
    if order.course is Course.REFUSED:
        return [Step(at=starts, status=Status.CANCELED, delivered=0)]
    started = Step(at=starts, status=Status.IN_PROGRESS, delivered=0)
    half = order.quantity // 2
    last = {
        Course.PARTIAL: Step(at=ends, status=Status.PARTIAL if half else Status.CANCELED, delivered=half),
        Course.CANCELED: Step(at=ends, status=Status.CANCELED, delivered=0),
        Course.ENDLESS: None,
    }
    done = Step(at=ends, status=Status.COMPLETED, delivered=order.quantity)
    end = last.get(order.course, done)
    return [started] if end is None else [started, end]


def _stop(order: PlayOrder, planned: Sequence[Step]) -> Step | None:
    """How a request to cancel ends the order; None when it does not, or has not yet."""
    asked = order.cancel_requested_at
    if asked is None:
        return None
    if asked < order.placed_at + STARTS_AFTER:
        return Step(at=asked, status=Status.CANCELED, delivered=0)
    at = asked + ANSWERS_AFTER
    ended = [step for step in planned if step.status in TERMINAL and step.at <= at]
    if ended or order.course is Course.NOT_STOPPED:
        return None
    delivered = _progress(order, at)
    return Step(at=at, status=Status.PARTIAL if delivered else Status.CANCELED, delivered=delivered)


def _progress(order: PlayOrder, at: datetime) -> int:
    """How much has arrived while the order is under way: evenly over its time, and never all of it."""
    whole = {Course.PARTIAL: order.quantity // 2, Course.CANCELED: 0}.get(order.course, order.quantity)
    gone = min(at - order.placed_at, ENDS_AFTER) - STARTS_AFTER
    seconds = max(int(gone.total_seconds()), 0)
    return min(whole * seconds // int((ENDS_AFTER - STARTS_AFTER).total_seconds()), max(order.quantity - 1, 0))


def standing(order: PlayOrder, now: datetime) -> Standing:
    """Where an order stands at an instant."""
    last = [step for step in steps(order) if step.at <= now or step.status is Status.PENDING][-1]
    is_under_way = last.status is Status.IN_PROGRESS
    return Standing(
        status=last.status,
        delivered=_progress(order, now) if is_under_way else last.delivered,
        charge_micros=_kept(order, last),
        start_count=1_000 + order.id % 9_000 if is_under_way or last.delivered else None,
        since=last.at,
    )


def _kept(order: PlayOrder, last: Step) -> int:
    if last.status not in TERMINAL or order.course is Course.WRONG_LINK:
        return order.charge_micros
    divided = divide(charge_micros=order.charge_micros, quantity=order.quantity, delivered=last.delivered)
    return divided.earned_micros


def left_of(orders: Sequence[PlayOrder], now: datetime) -> int:
    """What an account has left to play with today, beside these test orders."""
    today = [order for order in orders if order.placed_at >= midnight(now)]
    return PLAY_MONEY_MICROS - sum(standing(order, now).charge_micros for order in today)


def midnight(now: datetime) -> datetime:
    """When the day began, in UTC."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


class CancelCase(StrEnum):
    """What a request to cancel a test order meets."""

    ENDED = "ended"
    NOT_OFFERED = "not offered"
    NOT_SENT = "not sent"
    ASKED = "asked"
    PROVIDER_REFUSED = "provider refused"


def cancel_case(order: PlayOrder, *, has_button: bool, now: datetime) -> CancelCase:
    """What a request to cancel meets at an instant (clause 4.1).

    :param has_button: whether the service has a cancel button now.
    """
    at = standing(order, now)
    if not at.is_open:
        return CancelCase.ENDED
    if not order.can_cancel and not has_button:
        return CancelCase.NOT_OFFERED
    if at.status is Status.PENDING:
        return CancelCase.NOT_SENT
    asked = order.cancel_requested_at
    is_answered = order.course is Course.NOT_STOPPED and asked is not None and asked + ANSWERS_AFTER <= now
    return CancelCase.PROVIDER_REFUSED if is_answered else CancelCase.ASKED
