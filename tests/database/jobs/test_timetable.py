"""What is done by the clock, each beat once, and none undone by another's trouble."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from procrastinate.contrib.django import app
from tests.books import books_are_right
from tests.panel import open_desk
from tests.shop import open_customer

from sevenpanel.fulfilment import queries
from sevenpanel.fulfilment.domain import AlertKind
from sevenpanel.jobs import timetable
from sevenpanel.jobs.clock import DatabaseClock
from sevenpanel.jobs.topics import HANDLERS
from sevenpanel.kernel import db, media, sweeping
from sevenpanel.orders import commands as orders
from sevenpanel.orders.domain import OrderLine, Placed

pytestmark = pytest.mark.django_db(transaction=True)

ANY_TIME = 0


def requests() -> int:
    return int(db.rows("SELECT count(*) FROM orders_request")[0][0])


def test_every_beat_is_on_the_timetable_and_in_its_queue() -> None:
    names = {
        "fold_house_balances", "refresh_balances", "refresh_catalogues", "forget_requests", "check_invariants",
        "sweep_files", "forget_deliveries",
        "count_custody", "reckon_times", "erase_accounts", "estimate_drop", "tidy_readings",
        "forget_test_orders", "forget_webhook_deliveries", "write_daily_letters", "note_editions", "tidy_letters",
        "forget_exports",
    }  # fmt: skip
    ours = {task.name.rpartition(".")[2]: task for task in app.tasks.values() if task.queue == timetable.QUEUE}

    assert ours.keys() == names
    assert {beat.task.name.rpartition(".")[2] for beat in app.periodic_registry.periodic_tasks.values()} >= names


def test_request_ids_are_forgotten_after_thirty_days_and_orders_are_not() -> None:
    desk, alice = open_desk(), open_customer("Alice", balance="10")
    for age, link in ((31, "t.me/northwind_old"), (29, "t.me/northwind_new")):
        line = OrderLine(
            customer_id=alice.customer_id, service_id=desk.service_id, link=link, quantity=100, request_id=f"r{age}"
        )
        (outcome,) = orders.place(lines=[line], now=datetime.now(UTC) - timedelta(days=age))
        assert isinstance(outcome, Placed)
    assert requests() == 2

    timetable.forget_requests(timestamp=ANY_TIME)

    assert requests() == 1
    assert db.rows("SELECT count(*) FROM orders_order") == [(2,)]


def test_files_that_no_row_names_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for part in (media, sweeping):
        monkeypatch.setattr(part, "media_folder", lambda: tmp_path)
    path = media.path_of("ab" * 20)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"left behind")
    os.utime(path, (0, 0))

    timetable.sweep_files(timestamp=ANY_TIME)

    assert not path.exists()


def test_balances_are_folded_and_the_books_stay_right() -> None:
    open_customer("Alice", balance="10")

    timetable.fold_house_balances(timestamp=ANY_TIME)

    assert db.rows("SELECT count(*) > 0 FROM ledger_checkpoint") == [(True,)]
    books_are_right()


def test_one_silent_provider_does_not_keep_the_beat_from_ending() -> None:
    open_desk()  # its address leads nowhere from here

    timetable.refresh_catalogues(timestamp=ANY_TIME)
    timetable.refresh_balances(timestamp=ANY_TIME)

    assert [alert.kind for alert in queries.alerts()] == [AlertKind.CATALOGUE]


def test_a_broken_invariant_is_told_until_it_holds_again() -> None:
    desk, alice = open_desk(), open_customer("Alice", balance="10")
    order_id = desk.place(alice)
    db.rows("UPDATE fulfilment_task SET action = 'none' WHERE order_id = %s", [order_id])

    timetable.check_invariants(timestamp=ANY_TIME)
    told = queries.alerts()
    assert {alert.kind for alert in told} == {AlertKind.BREACH}
    assert all(str(order_id) in alert.sentence for alert in told)

    db.rows("UPDATE fulfilment_task SET action = 'send' WHERE order_id = %s", [order_id])
    timetable.check_invariants(timestamp=ANY_TIME)
    assert queries.alerts() == []


def test_the_clock_is_the_databases() -> None:
    clock = DatabaseClock()
    first, second = clock(), clock()
    told = db.rows("SELECT clock_timestamp()")[0][0]

    assert first <= second
    assert abs(told - second) < timedelta(minutes=1)
    assert first.tzinfo is UTC


def test_every_topic_that_is_written_has_a_handler() -> None:
    """An order placed and an order cancelled leave nothing behind in the outbox."""
    desk, alice = open_desk(), open_customer("Alice", balance="10")
    order_id = desk.place(alice)
    desk.dispatch_all()
    desk.cancel(alice, order_id)

    topics: Sequence[tuple[str]] = db.rows("SELECT DISTINCT topic FROM kernel_outbox")  # type: ignore[assignment]
    assert topics == []
    assert set(HANDLERS) == {"order.placed", "order.cancel_requested", "ticket.written"}
    assert desk.panel.cancel_calls == [["23501"]]
