"""Several at once: two of staff, a claim, a provider's last word. One wins, and money is exact."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from tests.books import books_are_right, order_of
from tests.database.orders.test_decisions import reported, running
from tests.database.support.test_tickets import LATE, SHOT, claim, opened, request, staff
from tests.shop import open_customer

from sevenpanel.kernel.refusals import Refusal
from sevenpanel.ledger import queries as ledger
from sevenpanel.orders import queries as orders
from sevenpanel.orders.commands import Confirm, GrantByHand, RefuseByHand, fingerprint
from sevenpanel.orders.domain import Outcome, Status
from sevenpanel.support import commands
from sevenpanel.support.domain import RequestState

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 6


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Let each act begin at the same instant; what came of each: "done", or the sentence of its refusal."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        try:
            start.wait()
            act()
        except Refusal as refusal:
            return refusal.sentence
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_two_of_staff_decide_at_once_and_one_of_them_does(round_: int) -> None:
    alice, sam, tia = open_customer("Alice", balance="10"), staff("sam"), staff("tia")
    order_id = running(alice)
    ticket_id = opened(alice, order_id, uploads=[SHOT], now=LATE)
    asked = request(ticket_id)
    acts: Sequence[Confirm | RefuseByHand] = (
        Confirm(staff_id=sam, expected=fingerprint(asked.says)),
        Confirm(staff_id=tia, expected=fingerprint(asked.says))
        if round_ % 2
        else RefuseByHand(staff_id=tia, reason="The picture is old."),
    )

    def judged(act: Confirm | RefuseByHand) -> Callable[[], None]:
        return lambda: commands.judge(ticket_id=ticket_id, request_id=asked.id, act=act, now=LATE)

    came = at_once(*map(judged, acts))

    assert sorted(came) == ["This request is decided already; look at it again.", "done"]
    assert len(orders.decisions_of_order(order_id=order_id)) == 1
    assert request(ticket_id).state is RequestState.DECIDED
    confirmed = came[0] == "done" or bool(round_ % 2)
    assert order_of(alice, order_id).is_open is not confirmed
    books_are_right()


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_claim_a_grant_and_the_providers_completed_at_once(round_: int) -> None:
    alice, sam = open_customer("Alice", balance="10"), staff("sam")
    order_id = running(alice)
    ticket_id = opened(alice, order_id, uploads=[SHOT])
    asked = request(ticket_id)
    grant = GrantByHand(staff_id=sam, amount_micros=100_000, reason="Goodwill")
    came = at_once(
        lambda: claim(alice, ticket_id, order_id, timedelta(hours=24, seconds=2)),
        lambda: commands.judge(ticket_id=ticket_id, request_id=asked.id, act=grant, now=LATE),
        lambda: reported(order_id, Status.COMPLETED, 1000, LATE),
    )

    row = order_of(alice, order_id)
    back = (row.returned_micros or 0) + row.granted_micros
    decisions = orders.decisions_of_order(order_id=order_id)
    assert not row.is_open
    assert came[2] == "done"
    assert back == sum(decision.decision.refund_micros for decision in decisions)
    assert ledger.balance(customer_id=alice.customer_id).balance_micros == 10_000_000 - 900_000 + back
    # Whoever was first decides: silence gives everything back, an answer ends the silence, and what is complete
    # leaves nothing that was not delivered for a grant by hand.
    assert back in (0, 100_000, 900_000), came
    assert row.outcome in (Outcome.GRANTED, Outcome.DELIVERED)
    books_are_right()


def test_one_claim_pressed_eight_times_pays_once() -> None:
    alice = open_customer("Alice", balance="10")
    order_id = running(alice)
    ticket_id = opened(alice, order_id)

    came = at_once(*[lambda: claim(alice, ticket_id, order_id, timedelta(hours=25))] * 8)

    assert came.count("done") == 1
    assert set(came) == {"done", "You have claimed this order already."}
    assert ledger.balance(customer_id=alice.customer_id).balance_micros == 10_000_000
    books_are_right()
