"""The worker as a process, against a provider over HTTP: killed at every step, cut from its database, stopped."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.books import books_are_right
from tests.journeys.running_sandbox import ORDINARY
from tests.rehearsal import Rehearsal, let_leases_lapse, rehearsing, until_all_ended
from tests.waiting import until
from tests.working import working

from sevenpanel.fulfilment import queries
from sevenpanel.kernel import db
from sevenpanel.orders import commands as orders

pytestmark = pytest.mark.django_db(transaction=True)

# Every step of the worker between two of which it may die. The doors' own points belong to the doors' tests.
SENDING = (
    "intake.before_commit",
    "intake.after_commit",
    "dispatch.after_claim",
    "dispatch.before_call",
    "dispatch.after_call",
    "dispatch.before_record_commit",
    "dispatch.after_record",
    "sync.after_claim",
    "sync.after_call",
    "sync.before_commit",
    "sync.after_commit",
)
FINDING_OUT = ("resolve.after_claim", "resolve.after_call")


@pytest.fixture
def rehearsal(tmp_path: Path) -> Iterator[Rehearsal]:
    """A shop whose provider is the sandbox, at a twentieth of its usual durations."""
    with rehearsing(tmp_path) as shop:
        yield shop


def test_a_worker_killed_at_any_step_of_sending_and_following_buys_nothing_twice(rehearsal: Rehearsal) -> None:
    """K-1."""
    for point in SENDING:
        rehearsal.place(many=2)
        with working(rehearsal.home, chaos=point) as worker:
            until(lambda worker=worker: worker.has_ended)  # type: ignore[misc]
        let_leases_lapse()

    with working(rehearsal.home) as worker:
        until_all_ended(worker)

    taken = rehearsal.taken()
    assert set(taken.values()) == {1}
    assert len(taken) == 2 * len(SENDING)
    assert queries.unknown_dispatches() == []
    books_are_right()


def test_a_worker_killed_while_it_finds_out_buys_nothing_twice(rehearsal: Rehearsal) -> None:
    """K-1, on the way from unknown."""
    rehearsal.sandbox.control(service=ORDINARY, personality="loses_answers")
    for point in FINDING_OUT:
        rehearsal.place(many=2)
        with working(rehearsal.home, chaos=point) as worker:
            until(lambda worker=worker: worker.has_ended)  # type: ignore[misc]
        let_leases_lapse()

    rehearsal.sandbox.control(service=ORDINARY, personality="normal")
    with working(rehearsal.home) as worker:
        until_all_ended(worker)

    assert set(rehearsal.taken().values()) == {1}
    books_are_right()


def test_a_worker_outlives_the_loss_of_all_its_connections(rehearsal: Rehearsal) -> None:
    with working(rehearsal.home) as worker:
        for _ in range(3):
            rehearsal.place(many=5)
            db.rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                    " AND pid <> pg_backend_pid() AND backend_type = 'client backend'")  # fmt: skip
        let_leases_lapse()
        until_all_ended(worker)
        assert worker.stop() == 0

    assert set(rehearsal.taken().values()) == {1}
    books_are_right()


def test_two_workers_share_the_work_and_a_stopped_one_leaves_nothing_unknown(rehearsal: Rehearsal) -> None:
    """O-4."""
    with working(rehearsal.home) as first, working(rehearsal.home) as second:
        rehearsal.place(many=60)
        assert first.stop() == 0
        until_all_ended(second)

    taken = rehearsal.taken()
    assert (len(taken), set(taken.values())) == (60, {1})
    states = {
        attempt.state.value for (id_,) in db.rows("SELECT id FROM orders_order") for attempt in queries.attempts(id_)
    }
    assert states <= {"sent", "not sent"}
    books_are_right()


def test_a_cancel_goes_to_the_provider_and_comes_back_as_money(rehearsal: Rehearsal) -> None:
    rehearsal.sandbox.control(service=ORDINARY, personality="slow")
    (order_id,) = rehearsal.place(quantity=1000)
    with working(rehearsal.home) as worker:
        until(lambda: bool(rehearsal.taken()))
        until(lambda: db.rows("SELECT 1 FROM orders_order WHERE dispatch = 'sent'") != [])
        orders.request_cancel(customer_id=rehearsal.alice.customer_id, order_ids=[order_id], now=datetime.now(UTC))
        until_all_ended(worker)

    ((status, outcome),) = db.rows("SELECT status, outcome FROM orders_order")
    assert (status, outcome) in {("Canceled", "cancelled by the customer"), ("Partial", "cancelled by the customer")}
    books_are_right()
