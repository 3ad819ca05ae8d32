"""Rounds: a stretch of what is due in one worker's hands; nothing is followed twice, nothing is left behind."""

from typing import Any

import pytest
from django.db import transaction
from tests.books import books_are_right, order_of
from tests.database.fulfilment.test_following import cost, kinds, sent
from tests.panel import Desk
from tests.shop import Person

from sevenpanel.fulfilment import commands, queries
from sevenpanel.fulfilment.commands.reading import apply_news
from sevenpanel.fulfilment.commands.rounds import Round, begin_round
from sevenpanel.fulfilment.domain import Action
from sevenpanel.fulfilment.models import Provider
from sevenpanel.fulfilment.providers.interface import ProviderStatus
from sevenpanel.kernel import db
from sevenpanel.orders import queries as orders
from sevenpanel.orders.domain import Status

pytestmark = pytest.mark.django_db(transaction=True)


def test_orders_that_are_due_at_one_instant_are_followed_by_two_workers_once_each(desk: Desk, alice: Person) -> None:
    """A stretch of what is due ends between two orders, even where their times do not differ."""
    for number in range(7):
        desk.place(alice, link=f"t.me/northwind_{number}")
    desk.dispatch_all()
    desk.wait(minutes=1)
    rounds = [begin_round(provider_id=desk.provider_id, now=desk.now, limit=3) for _ in range(4)]

    taken = [each.order_id for one in rounds if one is not None for each in one.orders]
    assert [len(one.orders) if one else 0 for one in rounds] == [3, 3, 1, 0]
    assert len(set(taken)) == 7


def test_what_becomes_due_between_the_orders_of_a_round_waits_for_its_end(desk: Desk, alice: Person) -> None:
    made = []
    for number in range(3):
        desk.wait(seconds=1)
        made.append(sent(desk, alice, link=f"t.me/northwind_{number}"))
    desk.wait(minutes=1)
    first = begin_round(provider_id=desk.provider_id, now=desk.now)
    assert first is not None
    late, _ = sent(desk, alice, link="t.me/northwind_late")
    between = "SELECT due_at FROM fulfilment_task WHERE order_id = %s"
    db.rows(f"UPDATE fulfilment_task SET due_at = ({between}) WHERE order_id = %s", [made[1][0], late])

    assert begin_round(provider_id=desk.provider_id, now=desk.now) is None
    desk.wait(seconds=91)
    again = begin_round(provider_id=desk.provider_id, now=desk.now)
    assert again is not None
    assert {each.order_id for each in again.orders} == {late, *(order_id for order_id, _ in made)}


def test_the_same_words_again_touch_nothing_but_the_next_look(desk: Desk, alice: Person) -> None:
    order_id, number = sent(desk, alice)
    said = desk.panel.orders[number]
    said.status, said.remains, said.start_count = ProviderStatus.IN_PROGRESS, 400, 77
    desk.follow()
    before, told = versions(order_id), orders.timeline(order_of(alice, order_id))

    desk.follow()

    assert versions(order_id) == before
    assert orders.timeline(order_of(alice, order_id)) == told
    said.start_count = 78
    desk.follow()
    assert order_of(alice, order_id).start_count == 78


def versions(order_id: int) -> list[Any]:
    """Which version of the order's row is there."""
    return db.rows("SELECT xmin::text, ctid::text FROM orders_order WHERE id = %s", [order_id])


def record(desk: Desk, taken: Round) -> None:
    """What a worker does with its answers, without asking whether its round still stands."""
    heard = desk.panel.statuses([task.provider_order_id for task in taken.orders])
    news = [(task, heard.get(task.provider_order_id)) for task in taken.orders]
    with transaction.atomic():
        row = Provider.objects.get(id=desk.provider_id)
        apply_news(row=row, heard=news, begun_at=taken.begun_at, now=desk.now)


def test_what_two_workers_have_read_is_applied_once(desk: Desk, alice: Person) -> None:
    """Trap 12: should the same orders come into two rounds after all, the second finds that all was said."""
    order_id, number = sent(desk, alice)
    desk.panel.end(number, ProviderStatus.COMPLETED, remains=0)
    desk.wait(minutes=1)
    taken = begin_round(provider_id=desk.provider_id, now=desk.now)
    assert taken is not None

    record(desk, taken)
    record(desk, taken)

    task = queries.task(order_id)
    assert task is not None
    assert (task.action, order_of(alice, order_id).status, cost()) == (Action.WATCH, Status.COMPLETED, 500_000)
    assert db.rows("SELECT looks_after_end FROM fulfilment_task WHERE order_id = %s", [order_id]) == [(0,)]
    assert kinds() == []
    books_are_right()


def test_a_round_that_nobody_records_is_taken_over(desk: Desk, alice: Person) -> None:
    order_id, number = sent(desk, alice)
    desk.panel.end(number, ProviderStatus.COMPLETED, remains=0)
    desk.wait(minutes=1)
    assert begin_round(provider_id=desk.provider_id, now=desk.now) is not None
    assert commands.sync_next(clock=desk.clock, adapter_for=desk.adapter_for) == 0

    desk.wait(seconds=91)

    assert queries.due(now=desk.now, at_most=1).follow == 1
    assert commands.sync_next(clock=desk.clock, adapter_for=desk.adapter_for) == 1
    assert order_of(alice, order_id).status is Status.COMPLETED
