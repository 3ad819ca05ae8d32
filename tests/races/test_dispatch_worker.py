"""The worker as a process, against a provider over HTTP: killed at every step, cut from its database, stopped."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from tests.books import books_are_right
from tests.journeys.running_sandbox import ORDINARY, Sandbox, running
from tests.shop import Person, add_service, open_customer
from tests.waiting import until
from tests.working import Worker, working

from sevenpanel.fulfilment import commands, queries
from sevenpanel.fulfilment.providers.sandbox.catalogue import DEMO_KEY
from sevenpanel.kernel import db
from sevenpanel.orders import commands as orders
from sevenpanel.orders.domain import OrderLine, Placed

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

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A shop, its provider over HTTP, and a folder for workers."""

    sandbox: Sandbox
    home: Path
    alice: Person
    service_id: int

    def place(self, quantity: int = 10, *, many: int = 1) -> list[int]:
        """Orders, paid."""
        lines = [
            OrderLine(
                customer_id=self.alice.customer_id,
                service_id=self.service_id,
                link=f"https://shop{next(_numbers)}.example.com/",
                quantity=quantity,
            )
            for _ in range(many)
        ]
        outcomes = orders.place(lines=lines, now=datetime.now(UTC))
        assert all(isinstance(outcome, Placed) for outcome in outcomes), outcomes
        return [outcome.order_id for outcome in outcomes if isinstance(outcome, Placed)]

    def taken(self) -> Counter[str]:
        """How often the provider has each link."""
        return Counter(str(row["link"]) for row in self.sandbox.accepted())


@pytest.fixture
def rehearsal(tmp_path: Path) -> Iterator[Rehearsal]:
    """A shop whose provider is the sandbox, at a twentieth of its usual durations."""
    (tmp_path / "sandbox").mkdir()
    with running(tmp_path / "sandbox", "--pace", "5") as sandbox:
        now = datetime.now(UTC)
        service_id = add_service(rate="600", accepts=("website/*",), can_cancel=True, quantity_min=10)
        provider_id = commands.register_provider(
            name="Sandbox",
            kind="sandbox",
            url=sandbox.url,
            key=DEMO_KEY,
            currency="USD",
            idempotency_field="request_id",
            now=now,
        )
        commands.set_route(service_id=service_id, provider_id=provider_id, provider_service=str(ORDINARY))
        commands.refresh_catalogue(provider_id=provider_id, now=now)
        yield Rehearsal(sandbox, tmp_path, open_customer("Alice", balance="1000"), service_id)


def let_leases_lapse() -> None:
    """What the passing of two minutes would do, at once."""
    db.rows("UPDATE fulfilment_task SET lease_until = now() - interval '1 second' WHERE lease_until IS NOT NULL")
    db.rows("UPDATE fulfilment_task SET due_at = now() WHERE action <> 'watch' AND due_at > now()")


def open_orders() -> int:
    return int(db.rows("SELECT count(*) FROM orders_order WHERE is_open")[0][0])


def until_all_ended(worker: Worker) -> None:
    def ended() -> bool:
        assert not worker.has_ended, worker.said()
        return not open_orders()

    until(ended)


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
