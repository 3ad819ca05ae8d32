"""What becomes of a test order follows from its row and the clock, and its money adds up at every instant."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sevenpanel.orders.domain import STATUS_AFTER, TERMINAL, Status
from sevenpanel.rehearsal.domain import (
    ANSWERS_AFTER,
    ENDS_AFTER,
    PLAY_MONEY_MICROS,
    STARTS_AFTER,
    CancelCase,
    Course,
    PlayOrder,
    cancel_case,
    left_of,
    standing,
    steps,
)

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ORDER = PlayOrder(
    id=1_000_000_001, customer_id=1, service_id=1, link="t.me/x", target="x", quantity=1_000, charge_micros=900_000,
    currency="USD", course=Course.COMPLETED, can_cancel=True, placed_at=NOON, cancel_requested_at=None,
)  # fmt: skip


def life(course: Course, asked: timedelta | None = None) -> list[Status]:
    cancelled = NOON + asked if asked is not None else None
    return [step.status for step in steps(replace(ORDER, course=course, cancel_requested_at=cancelled))]


@pytest.mark.parametrize(
    ("course", "expected"),
    [
        (Course.COMPLETED, [Status.PENDING, Status.IN_PROGRESS, Status.COMPLETED]),
        (Course.PARTIAL, [Status.PENDING, Status.IN_PROGRESS, Status.PARTIAL]),
        (Course.CANCELED, [Status.PENDING, Status.IN_PROGRESS, Status.CANCELED]),
        (Course.REFUSED, [Status.PENDING, Status.CANCELED]),
        (Course.ENDLESS, [Status.PENDING, Status.IN_PROGRESS]),
        (Course.NOT_STOPPED, [Status.PENDING, Status.IN_PROGRESS, Status.COMPLETED]),
        (Course.UNANSWERED, [Status.PENDING, Status.IN_PROGRESS, Status.COMPLETED]),
        (Course.WRONG_LINK, [Status.COMPLETED]),
    ],
)
def test_each_course_has_its_statuses(course: Course, expected: list[Status]) -> None:
    assert life(course) == expected


def test_an_order_of_one_has_no_half_to_arrive() -> None:
    alone = replace(ORDER, course=Course.PARTIAL, quantity=1)

    assert standing(alone, NOON + ENDS_AFTER).status is Status.CANCELED


def test_a_request_to_cancel_is_answered_by_the_clock() -> None:
    assert life(Course.COMPLETED, timedelta()) == [Status.PENDING, Status.CANCELED]
    assert life(Course.COMPLETED, STARTS_AFTER) == [Status.PENDING, Status.IN_PROGRESS, Status.PARTIAL]
    assert life(Course.CANCELED, STARTS_AFTER) == [Status.PENDING, Status.IN_PROGRESS, Status.CANCELED]
    assert life(Course.COMPLETED, ENDS_AFTER - SECOND)[-1] is Status.COMPLETED
    assert life(Course.ENDLESS, timedelta(days=1))[-1] is Status.PARTIAL
    assert life(Course.NOT_STOPPED, STARTS_AFTER)[-1] is Status.COMPLETED


def test_what_a_request_to_cancel_meets() -> None:
    def case(order: PlayOrder, after: timedelta, *, has_button: bool = False) -> CancelCase:
        return cancel_case(order, has_button=has_button, now=NOON + after)

    stubborn = replace(ORDER, course=Course.NOT_STOPPED, cancel_requested_at=NOON + STARTS_AFTER)

    assert case(ORDER, timedelta()) is CancelCase.NOT_SENT
    assert case(ORDER, STARTS_AFTER) is CancelCase.ASKED
    assert case(ORDER, ENDS_AFTER) is CancelCase.ENDED
    assert case(replace(ORDER, can_cancel=False), timedelta()) is CancelCase.NOT_OFFERED
    assert case(replace(ORDER, can_cancel=False), timedelta(), has_button=True) is CancelCase.NOT_SENT
    assert case(stubborn, STARTS_AFTER) is CancelCase.ASKED
    assert case(stubborn, STARTS_AFTER + ANSWERS_AFTER) is CancelCase.PROVIDER_REFUSED


@given(
    st.sampled_from(Course),
    st.integers(1, 10**9),
    st.integers(1, 10**15),
    st.none() | st.integers(0, 200),
    st.lists(st.integers(0, 200), min_size=2, max_size=8).map(sorted),
)
def test_whenever_one_looks_an_order_goes_on_as_orders_may(
    course: Course, quantity: int, charge: int, asked: int | None, looks: list[int]
) -> None:
    at = None if asked is None else NOON + timedelta(seconds=asked)
    order = replace(ORDER, course=course, quantity=quantity, charge_micros=charge)
    told = [
        # Nobody knows of a request before it is made.
        standing(replace(order, cancel_requested_at=at if at and at <= now else None), now)
        for now in (NOON + timedelta(seconds=seconds) for seconds in looks)
    ]

    for before, after in itertools.pairwise(told):
        assert after.delivered >= before.delivered
        assert before.status is not after.status or after.since == before.since
        if before.status in TERMINAL:
            assert after == before
        elif before.status is not after.status:
            assert after.status in STATUS_AFTER[before.status]
    for each in told:
        assert 0 <= each.delivered <= quantity
        assert 0 <= each.charge_micros <= charge
        assert each.status is not Status.COMPLETED or course is Course.WRONG_LINK or each.delivered == quantity


def test_play_money_is_there_again_the_next_day() -> None:
    order = replace(ORDER, course=Course.ENDLESS)

    assert left_of([order], NOON) == PLAY_MONEY_MICROS - order.charge_micros
    assert left_of([order], NOON + timedelta(hours=12)) == PLAY_MONEY_MICROS
    assert left_of([replace(order, course=Course.CANCELED)], NOON + ENDS_AFTER) == PLAY_MONEY_MICROS
