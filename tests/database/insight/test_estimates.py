"""From measurements to what is shown: estimates with their number of orders and their date, one after the other, each
of which can be reckoned again (clause 5)."""

from datetime import datetime, timedelta

import pytest
from django.db import Error, transaction
from tests.books import books_are_right
from tests.history import DAY, HOUR, Past, completed, measured
from tests.shop import NOON, Person, add_service, open_customer

from sevenpanel.catalog.domain import DropBand
from sevenpanel.insight import commands, queries
from sevenpanel.insight.commands import estimating
from sevenpanel.insight.domain import MEASURED_FROM, Found, Occasion
from sevenpanel.insight.domain.estimate import estimate
from sevenpanel.insight.queries import EstimateRow
from sevenpanel.kernel import db
from sevenpanel.orders.queries import judged_by

pytestmark = pytest.mark.django_db(transaction=True)

LATER = NOON + 60 * DAY


@pytest.fixture
def alice() -> Person:
    return open_customer("Alice", balance="10000")


@pytest.fixture
def service() -> int:
    """Its drop is declared as minimal."""
    return add_service()


def pasts(alice: Person, service: int, number: int) -> list[Past]:
    return [completed(alice, service, at=NOON + n * HOUR) for n in range(number)]


def drop(service: int) -> EstimateRow | None:
    found = queries.standings(service_ids=[service]).get(service)
    return found.drop if found else None


def estimated(service: int, now: datetime = LATER) -> EstimateRow:
    estimating.estimate_drop(now=now)
    found = drop(service)
    assert found is not None
    return found


def test_a_measured_service_is_shown_with_its_orders_date_and_interval(alice: Person, service: int) -> None:
    for n, past in enumerate(pasts(alice, service, 10)):
        measured(past, 880 + n)

    found = estimated(service)

    expected = estimate([(1000, 120 - n) for n in range(10)], declared=DropBand.MINIMAL, policy=judged_by(LATER))
    assert (found.found, found.orders, found.as_of) == (Found.MEASURED, 10, LATER)
    assert (found.mean_permille, found.low_permille, found.high_permille) == (
        expected.mean_permille,
        expected.low_permille,
        expected.high_permille,
    )
    assert (found.band, found.declared_band) == (DropBand.LOW, DropBand.MINIMAL)
    assert [(age.days, age.orders, age.permille) for age in found.ages] == [(7, 10, 115)]
    books_are_right()


def test_with_few_orders_the_declaration_stays(alice: Person, service: int) -> None:
    for past in pasts(alice, service, MEASURED_FROM - 1):
        measured(past, 400)

    found = estimated(service)

    assert (found.found, found.orders, found.band) == (Found.DECLARED, MEASURED_FROM - 1, DropBand.MINIMAL)
    books_are_right()


def test_a_service_of_which_nothing_was_measured_has_no_estimate(alice: Person, service: int) -> None:
    pasts(alice, service, 2)

    assert estimating.estimate_drop(now=LATER) == 0
    assert drop(service) is None


def test_of_each_order_the_last_measurement_counts(alice: Person, service: int) -> None:
    for past in pasts(alice, service, 6):
        measured(past, 1000, after=30 * DAY)
        measured(past, 500, after=8 * DAY)

    assert estimated(service).orders == 6
    assert estimated(service).mean_permille < 10


def test_what_is_measured_too_early_or_after_a_complaint_does_not_count(alice: Person, service: int) -> None:
    for past in pasts(alice, service, 6):
        measured(past, 1000, after=8 * DAY)
        measured(past, 100, after=9 * DAY, occasion=Occasion.COMPLAINT)
    for past in pasts(alice, service, 6):
        measured(past, 100, after=7 * DAY - timedelta(seconds=1))

    found = estimated(service)

    assert found.orders == 6
    assert found.mean_permille < 10
    (row,) = queries.desk_rows()
    assert row.complaints == 6
    books_are_right()


def test_what_was_struck_out_counts_no_more(alice: Person, service: int) -> None:
    for past in pasts(alice, service, 6):
        measured(past, 900)
    before = estimated(service)
    for row in queries.measurements(service_id=service, limit=2):
        commands.strike_out(measurement_id=row.id, why="Wrong channel", staff_id=9, now=LATER)

    after = estimated(service, LATER + HOUR)

    assert (before.orders, before.found) == (6, Found.MEASURED)
    assert (after.orders, after.found, after.as_of) == (4, Found.DECLARED, LATER + HOUR)
    books_are_right()


def test_when_all_of_it_is_struck_out_the_declaration_is_back(alice: Person, service: int) -> None:
    (past,) = pasts(alice, service, 1)
    measured(past, 900)
    estimated(service)
    (row,) = queries.measurements(service_id=service, limit=2)
    commands.strike_out(measurement_id=row.id, why="Wrong channel", staff_id=9, now=LATER)

    found = estimated(service, LATER + HOUR)

    assert (found.orders, found.found, found.band) == (0, Found.DECLARED, DropBand.MINIMAL)


def test_nothing_is_estimated_anew_until_something_is_new(alice: Person, service: int) -> None:
    first, second = pasts(alice, service, 2)
    measured(first, 900)
    assert estimating.estimate_drop(now=LATER) == 1
    assert estimating.estimate_drop(now=LATER) == 0
    measured(second, 900)
    assert estimating.estimate_drop(now=LATER) == 1


def test_another_declaration_moves_the_estimate(alice: Person, service: int) -> None:
    for past in pasts(alice, service, 5):
        measured(past, 900)
    before = estimated(service)
    db.rows("UPDATE catalog_service SET drop_band = 'excessive' WHERE id = %s", [service])

    after = estimated(service, LATER + HOUR)

    assert after.declared_band is DropBand.EXCESSIVE
    assert after.mean_permille > before.mean_permille


def test_every_estimate_is_kept_and_can_be_reckoned_again(alice: Person, service: int) -> None:
    for n, past in enumerate(pasts(alice, service, 8)):
        measured(past, 950 - n * 10)
        estimated(service, past.ended_at + 8 * DAY)
    (row,) = queries.measurements(service_id=service, limit=1)
    commands.strike_out(measurement_id=row.id, why="Wrong channel", staff_id=9, now=LATER)
    estimated(service, LATER + DAY)

    kept = db.rows("SELECT as_of, orders, mean_permille, low_permille, high_permille FROM insight_estimate ORDER BY id")

    assert [orders for _, orders, *_ in kept] == [1, 2, 3, 4, 5, 6, 7, 8, 7]
    for as_of, *figures in kept:
        again = estimating.reckoned(service_id=service, as_of=as_of, declared=DropBand.MINIMAL, policy=judged_by(as_of))
        assert [again.orders, again.mean_permille, again.low_permille, again.high_permille] == figures


def test_an_estimate_cannot_be_changed_or_deleted(alice: Person, service: int) -> None:
    (past,) = pasts(alice, service, 1)
    measured(past, 900)
    estimated(service)

    for statement in ("UPDATE insight_estimate SET orders = 99", "DELETE FROM insight_estimate"):
        with pytest.raises(Error, match="is append-only"), transaction.atomic():
            db.rows(statement)


def test_the_history_tells_what_was_known_at_the_end_of_each_day(alice: Person, service: int) -> None:
    some = pasts(alice, service, 3)
    for past in some:
        measured(past, 900)
    first = estimated(service, LATER)
    measured(some[0], 800, after=20 * DAY)
    second = estimated(service, LATER + HOUR)
    measured(some[1], 800, after=20 * DAY)
    third = estimated(service, LATER + DAY)

    assert queries.history(service_id=service, since=NOON) == [second, third]
    assert queries.history(service_id=service, since=LATER + DAY) == []
    assert first not in queries.history(service_id=service, since=NOON)


def test_a_changed_figure_is_found_by_the_checks(alice: Person, service: int) -> None:
    """A planted fault: the guard taken away and an estimate changed by hand."""
    for past in pasts(alice, service, 6):
        measured(past, 900)
    estimated(service)
    db.rows("ALTER TABLE insight_estimate DISABLE TRIGGER insight_estimate_append_only")
    try:
        db.rows("UPDATE insight_estimate SET orders = 60")
    finally:
        db.rows("ALTER TABLE insight_estimate ENABLE TRIGGER insight_estimate_append_only")

    (breach,) = queries.broken_invariants()
    assert breach.sentence == "An estimate counts other orders than were measured when it was made."


def test_a_run_is_bounded_and_the_next_goes_on(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimating, "SERVICES_A_STEP", 2)
    monkeypatch.setattr(estimating, "STEPS_A_RUN", 1)
    for n in range(3):
        (past,) = pasts(alice, add_service(f"Service {n}"), 1)
        measured(past, 900)

    assert [estimating.estimate_drop(now=LATER) for _ in range(3)] == [2, 1, 0]
