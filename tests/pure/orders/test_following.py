"""What a provider says, and where the order stands after it (design: orders, States; trust P-5 to P-8)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sevenpanel.orders.domain import (
    DISPATCH_AFTER,
    STATUS_AFTER,
    TERMINAL,
    Dispatch,
    OpenOrder,
    Outcome,
    Report,
    Status,
    divide,
    follow,
    outcome_of,
)

ORDER = OpenOrder(
    id=7,
    customer_id=1,
    currency="USD",
    status=Status.IN_PROGRESS,
    dispatch=Dispatch.SENT,
    quantity=1000,
    charge_micros=900_000,
    delivered=300,
    remains=700,
    start_count=50,
    is_cancel_requested=False,
)


def said(status: Status | None, remains: int | None = None, start_count: int | None = None) -> Report:
    return Report(order_id=7, status=status, remains=remains, start_count=start_count, words=str(status))


@pytest.mark.parametrize(
    ("changed", "report", "status", "delivered"),
    [
        # Running: the count moves on, and never back.
        ({}, said(Status.IN_PROGRESS, 500), Status.IN_PROGRESS, 500),
        ({}, said(Status.IN_PROGRESS, 900), Status.IN_PROGRESS, 300),
        # ... and 0 or less while the work goes on is no count: a later Canceled would keep the whole charge.
        ({}, said(Status.IN_PROGRESS, 0), Status.IN_PROGRESS, 300),
        ({}, said(Status.IN_PROGRESS, -5), Status.IN_PROGRESS, 300),
        ({}, said(Status.IN_PROGRESS, 5000), Status.IN_PROGRESS, 300),
        ({}, said(Status.IN_PROGRESS, None), Status.IN_PROGRESS, 300),
        ({}, said(Status.PROCESSING, 500), Status.PROCESSING, 300),
        # Backwards: Pending does not come back, and what was delivered stays delivered.
        ({}, said(Status.PENDING, 1000), Status.IN_PROGRESS, 300),
        # Not begun: remains 0 of a pending order is a provider's habit, not a delivery.
        ({"status": Status.PENDING, "delivered": 0, "remains": None}, said(Status.PENDING, 0), Status.PENDING, 0),
        ({"status": Status.PENDING, "delivered": 0, "remains": None}, said(Status.PROCESSING, 0), Status.PROCESSING, 0),
        # Unknown words change nothing.
        ({}, said(None, 0), Status.IN_PROGRESS, 300),
        # Completed: by the provider's own count, else all.
        ({}, said(Status.COMPLETED, 0), Status.COMPLETED, 1000),
        ({}, said(Status.COMPLETED, None), Status.COMPLETED, 1000),
        ({}, said(Status.COMPLETED, 100), Status.COMPLETED, 900),
        ({}, said(Status.COMPLETED, 900), Status.COMPLETED, 300),
        ({}, said(Status.COMPLETED, -3), Status.COMPLETED, 1000),
        # Partial: the arithmetic decides the word.
        ({}, said(Status.PARTIAL, 400), Status.PARTIAL, 600),
        ({}, said(Status.PARTIAL, 900), Status.PARTIAL, 300),
        ({}, said(Status.PARTIAL, None), Status.PARTIAL, 300),
        ({}, said(Status.PARTIAL, 0), Status.PARTIAL, 300),
        ({}, said(Status.PARTIAL, 1000), Status.PARTIAL, 300),
        ({"delivered": 0}, said(Status.PARTIAL, 0), Status.IN_PROGRESS, 0),
        ({"delivered": 0, "remains": 1000}, said(Status.PARTIAL, None), Status.IN_PROGRESS, 0),
        ({"delivered": 0}, said(Status.PARTIAL, 1000), Status.CANCELED, 0),
        ({"delivered": 0, "remains": None}, said(Status.PARTIAL, None), Status.IN_PROGRESS, 0),
        # Canceled: remains 0 or everything says nothing; only a count between says that some had arrived.
        ({"delivered": 0}, said(Status.CANCELED, 0), Status.CANCELED, 0),
        ({"delivered": 0}, said(Status.CANCELED, 1000), Status.CANCELED, 0),
        ({"delivered": 0}, said(Status.CANCELED, None), Status.CANCELED, 0),
        ({"delivered": 0}, said(Status.CANCELED, 400), Status.PARTIAL, 600),
        ({}, said(Status.CANCELED, 0), Status.PARTIAL, 300),
        ({}, said(Status.CANCELED, 650), Status.PARTIAL, 350),
    ],
)
def test_each_report_moves_the_order_as_it_should(
    changed: dict[str, object], report: Report, status: Status, delivered: int
) -> None:
    """P-7."""
    after = follow(replace(ORDER, **changed), report)  # type: ignore[arg-type]

    assert (after.status, after.delivered) == (status, delivered)


@pytest.mark.parametrize(
    ("words", "status", "delivered"),
    [
        # Provider habits in sequence: a running 0 must not turn a later stop into a full delivery.
        ([said(Status.IN_PROGRESS, 0), said(Status.CANCELED, 1000)], Status.CANCELED, 0),
        ([said(Status.IN_PROGRESS, 0), said(Status.CANCELED, 0)], Status.CANCELED, 0),
        ([said(Status.IN_PROGRESS, 0), said(Status.CANCELED)], Status.CANCELED, 0),
        ([said(Status.IN_PROGRESS, 0), said(Status.PARTIAL, 400)], Status.PARTIAL, 600),
        ([said(Status.IN_PROGRESS, -5), said(Status.PARTIAL)], Status.IN_PROGRESS, 0),
        ([said(Status.PROCESSING, 1000), said(Status.PARTIAL)], Status.PROCESSING, 0),
        ([said(Status.IN_PROGRESS, 400), said(Status.IN_PROGRESS, 0), said(Status.CANCELED, 0)], Status.PARTIAL, 600),
        (
            [said(Status.IN_PROGRESS, 400), said(Status.IN_PROGRESS, 0), said(Status.COMPLETED, 0)],
            Status.COMPLETED,
            1000,
        ),
    ],
)
def test_a_row_of_reports_ends_by_what_was_counted(words: list[Report], status: Status, delivered: int) -> None:
    order = replace(ORDER, status=Status.PENDING, delivered=0, remains=None)
    for report in words:
        order = follow(order, report)

    assert (order.status, order.delivered) == (status, delivered)


@pytest.mark.parametrize("value", [None, 0, 123])
def test_a_start_count_is_kept_until_another_one_is_reported(value: int | None) -> None:
    after = follow(ORDER, said(Status.IN_PROGRESS, 700, value))

    assert after.start_count == (50 if value is None else value)


reports = st.builds(
    said, st.sampled_from([None, *Status]), st.none() | st.integers(-2000, 3000), st.none() | st.integers(0, 10**6)
)
open_orders = st.builds(
    lambda quantity, part, status: replace(
        ORDER, quantity=quantity, delivered=quantity * part // 100, remains=None, status=status
    ),
    st.integers(1, 10_000),
    st.integers(0, 100),
    st.sampled_from(sorted(set(Status) - TERMINAL)),
)


@given(open_orders, st.lists(reports, max_size=12))
def test_whatever_is_said_steps_are_allowed_and_deliveries_never_shrink(
    order: OpenOrder, said_all: list[Report]
) -> None:
    for report in said_all:
        after = follow(order, report)
        assert after.status == order.status or after.status in STATUS_AFTER[order.status]
        assert order.delivered <= after.delivered <= after.quantity
        if after.status in TERMINAL:
            return
        order = after


@given(open_orders, reports)
def test_saying_the_same_again_changes_nothing_more(order: OpenOrder, report: Report) -> None:
    once = follow(order, report)

    assert once.status in TERMINAL or follow(once, report) == once


@given(st.integers(1, 10**18), st.integers(1, 10**9), st.data())
def test_a_charge_is_divided_whole_and_more_delivered_never_returns_more(
    charge: int, quantity: int, data: st.DataObject
) -> None:
    delivered = data.draw(st.integers(0, quantity))
    more = data.draw(st.integers(delivered, quantity))

    some = divide(charge_micros=charge, quantity=quantity, delivered=delivered)
    then = divide(charge_micros=charge, quantity=quantity, delivered=more)

    assert some.earned_micros + some.returned_micros == charge
    assert 0 <= then.returned_micros <= some.returned_micros <= charge
    assert (some.returned_micros == charge) == (delivered == 0)
    assert divide(charge_micros=charge, quantity=quantity, delivered=quantity).returned_micros == 0


@pytest.mark.parametrize(
    ("status", "asked", "outcome"),
    [
        (Status.COMPLETED, False, Outcome.DELIVERED),
        (Status.COMPLETED, True, Outcome.DELIVERED),
        (Status.PARTIAL, False, Outcome.STOPPED),
        (Status.CANCELED, False, Outcome.STOPPED),
        (Status.PARTIAL, True, Outcome.CANCELLED_BY_CUSTOMER),
        (Status.CANCELED, True, Outcome.CANCELLED_BY_CUSTOMER),
    ],
)
def test_an_end_is_named_by_who_caused_it(status: Status, asked: bool, outcome: Outcome) -> None:
    assert outcome_of(replace(ORDER, status=status, is_cancel_requested=asked)) is outcome


def test_nothing_follows_an_end_and_every_state_can_be_reached() -> None:
    assert all(not STATUS_AFTER[status] for status in TERMINAL)
    assert {after for afters in STATUS_AFTER.values() for after in afters} == set(Status) - {Status.PENDING}
    assert {after for afters in DISPATCH_AFTER.values() for after in afters} == set(Dispatch)
