"""K-1 of the worker: killed at every step, at a provider that knows no request ids; and the check shown red."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.books import books_are_right
from tests.journeys.running_sandbox import ORDINARY
from tests.rehearsal import Rehearsal, let_leases_lapse, open_orders, rehearsing
from tests.waiting import until
from tests.working import Worker, working

from sevenpanel.fulfilment import queries
from sevenpanel.kernel import db
from sevenpanel.kernel.chaos import POINTS
from sevenpanel.orders import commands as orders

pytestmark = pytest.mark.django_db(transaction=True)

BLIND = (str(Path(__file__).with_name("blind_worker.py")),)
ON_THE_WAY = sorted(point for point in POINTS if point.startswith(("intake.", "dispatch.")))
FOLLOWING = sorted(point for point in POINTS if point.startswith("sync."))
FINDING_OUT = sorted(point for point in POINTS if point.startswith("resolve."))
ASKING = "cancel.after_call"
LOOKING = {point for point in POINTS if point.startswith("deposits.")}  # test_deposit_crashes.py
# tests/database/letters/test_once.py, tests/database/webhooks/test_delivering.py
TELLING = {point for point in POINTS if point.startswith(("letters.", "webhook."))}
AT_THE_DOORS = {"place.before_statement", "place.after_statement", "cancel.after_request"}  # test_web_crashes.py


def test_every_point_is_somebody_s() -> None:
    assert {*ON_THE_WAY, *FOLLOWING, *FINDING_OUT, ASKING} | LOOKING | TELLING | AT_THE_DOORS == POINTS


def dies_at(shop: Rehearsal, point: str, **more: tuple[str, ...]) -> None:
    """Let a worker run until it has killed itself at a point; then time passes."""
    with working(shop.home, chaos=point, **more) as worker:
        until(lambda: worker.has_ended)
    assert (shop.home / f"died-at-{point}").exists()
    let_leases_lapse()


def heals(shop: Rehearsal, *, placed: int) -> None:
    """Let the next worker take over, with an operator at hand, and see that nothing was lost, doubled or stuck."""
    with working(shop.home) as worker:
        until(lambda: ended(shop, worker), pause=0.1)
    assert int(db.rows("SELECT count(*) FROM orders_order")[0][0]) == placed
    assert queries.unknown_dispatches() == []
    shop.bought_nothing_twice()
    books_are_right()


def ended(shop: Rehearsal, worker: Worker) -> bool:
    assert not worker.has_ended, worker.said()
    shop.decide_what_is_unknown()
    return not open_orders()


@pytest.mark.parametrize("points", [ON_THE_WAY, FOLLOWING], ids=["sending", "following"])
def test_a_worker_killed_at_any_step_buys_nothing_twice(tmp_path: Path, points: list[str]) -> None:
    """K-1."""
    with rehearsing(tmp_path, idempotency_field=None) as shop:
        for point in points:
            shop.place(many=2)
            dies_at(shop, point)

        heals(shop, placed=2 * len(points))

        assert sum(shop.taken().values()) == 2 * len(points)


def test_a_worker_killed_while_the_balance_testifies_buys_nothing_twice(tmp_path: Path) -> None:
    with rehearsing(tmp_path, idempotency_field=None, balance_is_ours=True) as shop:
        shop.sandbox.control(service=ORDINARY, personality="loses_answers")
        for point in FINDING_OUT:
            shop.place()
            dies_at(shop, point)

        heals(shop, placed=len(FINDING_OUT))


def test_a_worker_killed_after_it_asked_to_cancel_asks_again(tmp_path: Path) -> None:
    with rehearsing(tmp_path, idempotency_field=None, pace=100) as shop:
        shop.sandbox.control(service=ORDINARY, personality="slow")
        (order_id,) = shop.place(quantity=1000)
        with working(shop.home, chaos=ASKING) as worker:
            until(lambda: db.rows("SELECT 1 FROM orders_order WHERE dispatch = 'sent'") != [])
            orders.request_cancel(customer_id=shop.alice.customer_id, order_ids=[order_id], now=datetime.now(UTC))
            until(lambda: worker.has_ended)
        let_leases_lapse()

        heals(shop, placed=1)

        assert db.rows("SELECT outcome FROM orders_order") == [("cancelled by the customer",)]


@pytest.mark.parametrize("fault", ["an answer is lost", "a worker dies after the call"])
def test_a_desk_that_sends_again_what_it_does_not_know_is_caught(tmp_path: Path, fault: str) -> None:
    """The sabotage: without it every check above is green for want of a fault."""
    with rehearsing(tmp_path, idempotency_field=None) as shop:
        shop.sandbox.control(idempotency=0)
        shop.place()
        if fault == "an answer is lost":
            shop.sandbox.control(service=ORDINARY, personality="loses_answers")
        else:
            dies_at(shop, "dispatch.after_call", program=BLIND)

        with working(shop.home, program=BLIND):
            until(lambda: sum(shop.taken().values()) > 1, pause=0.1)

        with pytest.raises(AssertionError, match="bought more than once"):
            shop.bought_nothing_twice()
