"""The look for work sees what the steps of a worker would do, and nothing else."""

from datetime import timedelta

import pytest
from tests.panel import HEARD, Desk, say, take_and_lose
from tests.shop import Person

from sevenpanel.fulfilment import commands, queries
from sevenpanel.fulfilment.commands.claiming import Claim, claim_dispatch
from sevenpanel.fulfilment.commands.inquiring import claim_inquiry
from sevenpanel.fulfilment.providers.interface import NotNow, NotNowReason
from sevenpanel.fulfilment.queries import DueRow
from sevenpanel.kernel import outbox
from sevenpanel.orders import commands as orders

pytestmark = pytest.mark.django_db(transaction=True)

NOTHING = DueRow(send=0, follow=0, resolve=0, cancel=0)


def due(desk: Desk) -> DueRow:
    return queries.due(now=desk.now, at_most=8)


def test_an_idle_desk_has_nothing_to_do(desk: Desk) -> None:
    assert due(desk) == NOTHING


def test_orders_that_can_be_sent_are_counted_up_to_the_number_of_senders(desk: Desk, alice: Person) -> None:
    for number in range(10):
        desk.place(alice, link=f"t.me/northwind_{number}")

    assert due(desk).send == 8
    claims = [claim_dispatch(now=desk.now) for _ in range(7)]
    assert all(isinstance(claim, Claim) for claim in claims)
    assert due(desk).send == 3


def test_orders_whose_provider_is_held_or_paused_are_no_work_until_it_is_free(desk: Desk, alice: Person) -> None:
    desk.panel.deeds.append(say(NotNow(reason=NotNowReason.NO_FUNDS, words="no", evidence=HEARD)))
    desk.place(alice)
    desk.dispatch_all()
    desk.wait(minutes=4)
    assert due(desk).send == 0
    assert not desk.dispatch()

    desk.wait(minutes=2)
    commands.pause_provider(provider_id=desk.provider_id, is_paused=True, now=desk.now)
    assert due(desk).send == 0
    commands.pause_provider(provider_id=desk.provider_id, is_paused=False, now=desk.now)
    assert due(desk).send == 1
    assert desk.dispatch()
    assert due(desk).send == 0


def test_a_provider_is_asked_when_an_order_there_is_due_and_it_answers(desk: Desk, alice: Person) -> None:
    desk.place(alice)
    desk.dispatch_all()
    assert due(desk) == NOTHING
    desk.wait(seconds=10)
    assert due(desk) == DueRow(send=0, follow=1, resolve=0, cancel=0)

    desk.panel.is_down = True
    commands.sync_next(clock=desk.clock, adapter_for=desk.adapter_for)
    assert due(desk).follow == 0


def test_an_order_of_unknown_fate_is_looked_into_when_it_is_due_and_in_nobodys_hands(desk: Desk, alice: Person) -> None:
    desk.panel.deeds.append(take_and_lose)
    desk.place(alice)
    desk.dispatch_all()
    assert due(desk).resolve == 0
    desk.wait(seconds=10)
    assert due(desk).resolve == 1
    claim_inquiry(now=desk.now)
    assert due(desk).resolve == 0


def test_a_wish_to_cancel_is_passed_on_when_it_is_due(desk: Desk, alice: Person) -> None:
    order_id = desk.place(alice)
    desk.dispatch_all()
    orders.request_cancel(customer_id=alice.customer_id, order_ids=[order_id], now=desk.now)
    assert outbox.waiting(topics=["order.placed", "order.cancel_requested"]) == {"order.cancel_requested"}
    desk.take_in()
    assert outbox.waiting(topics=["order.placed", "order.cancel_requested"]) == frozenset()

    assert due(desk).cancel == 1
    commands.ask_cancels(clock=desk.clock, adapter_for=desk.adapter_for)
    assert queries.due(now=desk.now + timedelta(seconds=1), at_most=8).cancel == 0
