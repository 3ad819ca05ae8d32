"""How long orders took: taken in from the facts of their ends, each once, and reckoned over the last ones."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from tests.books import books_are_right
from tests.history import DAY, HOUR, MINUTE, completed, placed, reported, sent, take_in
from tests.shop import NOON, Person, add_service, open_customer

from sevenpanel.insight import commands, queries
from sevenpanel.insight.commands import endings as taking
from sevenpanel.insight.domain import ORDERS_COUNTED_MAX, TIMES_FROM, Range
from sevenpanel.insight.queries import TimesRow
from sevenpanel.kernel import db
from sevenpanel.orders.domain import Status

pytestmark = pytest.mark.django_db(transaction=True)

LATER = NOON + 100 * DAY


@pytest.fixture
def alice() -> Person:
    return open_customer("Alice", balance="10000")


def times(service: int) -> TimesRow | None:
    found = queries.standings(service_ids=[service]).get(service)
    return found.times if found else None


def spans() -> int:
    return int(db.rows("SELECT count(*) FROM insight_span")[0][0])


def test_times_are_those_of_completed_orders(alice: Person) -> None:
    service = add_service()
    for n in range(12):
        completed(alice, service, at=NOON + n * DAY, start=(n + 1) * MINUTE, complete=(n + 1) * HOUR)

    assert take_in(LATER) == 12
    assert commands.reckon_times(now=LATER) == 1

    found = times(service)
    assert found is not None
    assert (found.orders, found.as_of, found.per) == (12, NOON + 11 * DAY + 12 * HOUR, None)
    assert found.start == Range(low=60, median=6 * 60, high=12 * 60)
    assert found.complete == Range(low=3600, median=6 * 3600, high=12 * 3600)
    books_are_right()


def test_few_orders_tell_how_many_there_are_and_no_time(alice: Person) -> None:
    service = add_service()
    for n in range(TIMES_FROM - 1):
        completed(alice, service, at=NOON + n * DAY)
    take_in(LATER)
    commands.reckon_times(now=LATER)

    found = times(service)
    assert found is not None
    assert (found.orders, found.start, found.complete) == (TIMES_FROM - 1, None, None)


def test_orders_that_were_stopped_or_refused_tell_no_time(alice: Person) -> None:
    service = add_service()
    for status, remains in ((Status.PARTIAL, 400), (Status.CANCELED, 1000)):
        order_id = placed(alice, service)
        sent(order_id, NOON)
        reported(order_id, Status.IN_PROGRESS, remains=1000, at=NOON + HOUR)
        reported(order_id, status, remains=remains, at=NOON + 2 * HOUR)

    assert take_in(LATER) == 2
    assert (spans(), times(service)) == (0, None)


def test_only_the_last_orders_count_and_no_more_are_kept(alice: Person) -> None:
    service = add_service()
    rows = [
        (n, service, NOON + n * MINUTE, 1000, 1, 100 if n < 50 else 10_000) for n in range(1, ORDERS_COUNTED_MAX + 51)
    ]
    db.rows(taking._KEEP_SPANS, db.columns(rows, 6))
    db.rows(taking._MARK_STALE, [[service]])
    commands.reckon_times(now=LATER)

    found = times(service)
    assert found is not None
    assert (found.orders, found.complete) == (ORDERS_COUNTED_MAX, Range(low=10_000, median=10_000, high=10_000))
    assert spans() == ORDERS_COUNTED_MAX


def test_taking_in_again_takes_nothing_twice(alice: Person) -> None:
    service = add_service()
    completed(alice, service)
    assert take_in(LATER) == 1
    assert take_in(LATER) == 0

    completed(alice, service, at=NOON + DAY)
    assert take_in(LATER) == 1
    assert spans() == 2


def test_a_run_takes_a_bounded_number_of_facts_and_the_next_goes_on(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = add_service()
    for n in range(4):
        completed(alice, service, at=NOON + n * DAY)
    monkeypatch.setattr(taking, "FACTS_A_STEP", 5)
    monkeypatch.setattr(taking, "STEPS_A_RUN", 2)

    runs = [commands.take_in_endings(now=LATER) for _ in range(6)]

    assert sum(runs) == 4
    assert max(runs) < 4
    assert spans() == 4


def test_an_order_that_ends_while_others_are_taken_in_is_not_overlooked(alice: Person) -> None:
    """A fact with a lower number may be committed after one with a higher number; it waits for the next run."""
    service, mallory = add_service(), open_customer("Mallory", balance="100")
    completed(mallory, service)  # the accounts of the house are there
    assert take_in(LATER) == 1
    slow = placed(alice, service)
    sent(slow, NOON)
    is_written, may_commit = threading.Event(), threading.Event()

    def end_slowly() -> None:
        with transaction.atomic():
            reported(slow, Status.IN_PROGRESS, remains=1000, at=NOON + HOUR)
            reported(slow, Status.COMPLETED, remains=0, at=NOON + 2 * HOUR)
            is_written.set()
            may_commit.wait(30)
        connection.close()

    thread = threading.Thread(target=end_slowly)
    thread.start()
    assert is_written.wait(30)
    completed(mallory, service, at=NOON + DAY)
    assert take_in(LATER) == 0  # held back: something below is not certain yet
    may_commit.set()
    thread.join()

    assert take_in(LATER) == 2
    assert spans() == 3


def test_reckoning_leaves_services_alone_about_which_nothing_is_new(alice: Person) -> None:
    service, other = add_service(), add_service("Another")
    completed(alice, service)
    completed(alice, other)
    take_in(LATER)
    assert commands.reckon_times(now=LATER) == 2

    completed(alice, other, at=NOON + timedelta(days=2))
    take_in(LATER)
    assert commands.reckon_times(now=LATER) == 1
    assert commands.reckon_times(now=LATER) == 0
