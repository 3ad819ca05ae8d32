"""A round of a thousand answers does to each order what its answer alone would have done (design: orders, Sync)."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

import pytest
from django.db import transaction
from tests.books import books_are_right
from tests.panel import Desk, PanelOrder, open_desk
from tests.shop import Person

from sevenpanel.fulfilment import commands
from sevenpanel.fulfilment.commands.access import access_of
from sevenpanel.fulfilment.commands.reading import apply_news
from sevenpanel.fulfilment.commands.rounds import begin_round, end_round
from sevenpanel.fulfilment.models import Provider
from sevenpanel.fulfilment.providers.interface import ProviderStatus
from sevenpanel.kernel import db
from sevenpanel.orders import commands as orders
from sevenpanel.terms import LinkFinding

pytestmark = pytest.mark.django_db(transaction=True)

ORDERS, ROUNDS = 12, 10

# Everything that following writes about a customer's orders, each order by its place among them.
_WRITTEN = {
    "orders": """
        SELECT status, is_open, delivered, remains, start_count, outcome, earned_micros, returned_micros, settled_at
          FROM orders_order WHERE customer_id = %s ORDER BY id""",
    "tasks": """
        SELECT action, due_at, moved_at, last_word, last_remains, last_start_count, row_errors, ended_at,
               looks_after_end, cost_micros, cancel_due_at, cancel_tries
          FROM fulfilment_task WHERE customer_id = %s ORDER BY order_id""",
    "timeline": """
        SELECT dense_rank() OVER (ORDER BY order_id) AS place, kind, facts - 'decision', happened_at
          FROM orders_event WHERE customer_id = %s ORDER BY order_id, id""",
    "ledger": """
        SELECT dense_rank() OVER (ORDER BY order_id) AS place, split_part(key, '/', 3), reason, amount_micros, posted_at
          FROM ledger_transfer WHERE customer_id = %s AND order_id IS NOT NULL
         ORDER BY order_id, split_part(key, '/', 3)""",
    "decisions": """
        SELECT dense_rank() OVER (ORDER BY order_id) AS place, kind, outcome, clause, refund_micros, effect, decided_at
          FROM orders_decision WHERE customer_id = %s ORDER BY order_id, id""",
    "alerts": """
        SELECT dense_rank() OVER (ORDER BY t.order_id) AS place, a.kind, a.count, a.raised_at, a.last_at
          FROM fulfilment_task t JOIN fulfilment_alert a ON a.subject = 'order/' || t.order_id
         WHERE t.customer_id = %s ORDER BY t.order_id, a.kind""",
}


def written(person: Person) -> dict[str, list[Any]]:
    return {name: db.rows(statement, [person.customer_id]) for name, statement in _WRITTEN.items()}


def follow_in_rounds(desk: Desk) -> None:
    while commands.sync_next(clock=desk.clock, adapter_for=desk.adapter_for):
        pass


def follow_one_by_one(desk: Desk) -> None:
    """The plain way: each answer in a transaction of its own, and every one applied as if it were news."""
    row = Provider.objects.get(id=desk.provider_id)
    panel = desk.adapter_for(row.kind, access_of(row))
    while (taken := begin_round(provider_id=row.id, now=desk.now, limit=1)) is not None:
        (task,) = taken.orders
        said = panel.statuses([task.provider_order_id]).get(task.provider_order_id)
        with transaction.atomic():
            assert end_round(taken.id)
            apply_news(row=row, heard=[(task, said)], begun_at=taken.begun_at, now=desk.now)


def _moves(draw: Random, order: PanelOrder) -> None:
    order.status, order.word = ProviderStatus.IN_PROGRESS, None
    order.remains = draw.choice([None, 0, draw.randrange(-5, 1200), 10**30])


def _starts(draw: Random, order: PanelOrder) -> None:
    order.start_count = draw.choice([None, draw.randrange(5000), 10**30])


def _prepares(draw: Random, order: PanelOrder) -> None:
    order.status, order.word = ProviderStatus.PROCESSING, None


def _ends(draw: Random, order: PanelOrder) -> None:
    order.status = draw.choice([ProviderStatus.COMPLETED, ProviderStatus.PARTIAL, ProviderStatus.CANCELED])
    order.word, order.remains = None, draw.choice([None, 0, draw.randrange(1200)])


def _stumbles(draw: Random, order: PanelOrder) -> None:
    order.is_error, order.is_missing = draw.choice([(True, False), (False, True), (False, False)])


def _mumbles(draw: Random, order: PanelOrder) -> None:
    order.word = draw.choice(["Paused", "Gesperrt"])


def _finds_link(draw: Random, order: PanelOrder) -> None:
    order.link = draw.choice([LinkFinding.PRIVATE, LinkFinding.GONE])


# Most say again what they said before.
_DEEDS: Mapping[Callable[[Random, PanelOrder], None], int] = {
    lambda draw, order: None: 14,
    _moves: 5,
    _starts: 2,
    _prepares: 2,
    _ends: 2,
    _stumbles: 2,
    _mumbles: 1,
    _finds_link: 1,
}


def let_time_pass(draw: Random, desk: Desk, person: Person, order_ids: list[int]) -> None:
    """Things happen to the orders: at the provider, by their customer, and by a decision of the desk's own."""
    for order_id in order_ids:
        (number,) = desk.panel.taken_for(order_id)
        (deed,) = draw.choices(list(_DEEDS), list(_DEEDS.values()))
        deed(draw, desk.panel.orders[number])
    wish, close = draw.sample(order_ids, 2)
    if draw.random() < 0.5:
        orders.request_cancel(customer_id=person.customer_id, order_ids=[wish], now=desk.now)
    if draw.random() < 0.3 and orders_open(person, close):
        with transaction.atomic():
            orders.find_link_trouble(
                order_id=close, found=LinkFinding.CHANGED, evidence="It leads elsewhere.", staff_id=9, now=desk.now
            )


def orders_open(person: Person, order_id: int) -> bool:
    return bool(db.rows("SELECT FROM orders_order WHERE id = %s AND is_open", [order_id]))


def history(seed: int, person: Person, desk: Desk, follow: Callable[[Desk], None]) -> dict[str, list[Any]]:
    """The same things happen for the same seed; what they left."""
    draw = Random(seed)
    order_ids = [desk.place(person, link=f"t.me/northwind_{desk.service_id}_{n}") for n in range(ORDERS)]
    desk.dispatch_all()
    for _ in range(ROUNDS):
        let_time_pass(draw, desk, person, order_ids)
        desk.wait(minutes=draw.choice([1, 20, 150]))
        follow(desk)
        desk.take_in()
        if draw.random() < 0.5:
            commands.ask_cancels(clock=desk.clock, adapter_for=desk.adapter_for)
    books_are_right()
    return written(person)


@pytest.mark.parametrize("seed", range(3))
def test_answers_applied_at_once_leave_what_they_leave_one_by_one(alice: Person, mallory: Person, seed: int) -> None:
    north, south = open_desk(name="Northwind Supply"), open_desk(name="Southwind Supply")
    south.now = north.now

    at_once = history(seed, alice, north, follow_in_rounds)
    # The second history happens at the same instants, in which nothing of the first may be due.
    db.rows("UPDATE fulfilment_task SET due_at = 'infinity', cancel_due_at = NULL")
    one_by_one = history(seed, mallory, south, follow_one_by_one)

    assert at_once == one_by_one
    assert {row[0] for row in at_once["tasks"]} >= {"follow", "watch"}
