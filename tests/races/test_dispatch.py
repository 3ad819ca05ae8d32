"""Sending from many threads at once, and everybody at one order at the same time (C-3; C-6 is in test_queue.py)."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from itertools import permutations

import pytest
from django.db import Error, connection, transaction
from tests.books import books_are_right, order_of
from tests.database.orders.test_decisions import SPEC, asked, by_staff
from tests.panel import Desk, MemoryPanel, open_desk, take_and_lose
from tests.sabotage import Switch, planted
from tests.shop import Person, open_customer

from sevenpanel.fulfilment import commands, queries
from sevenpanel.fulfilment.commands.claiming import Claim, claim_dispatch
from sevenpanel.fulfilment.commands.dispatching import record_answer
from sevenpanel.fulfilment.commands.reading import apply_news
from sevenpanel.fulfilment.commands.rounds import begin_round
from sevenpanel.fulfilment.domain import Verdict
from sevenpanel.fulfilment.models import Provider
from sevenpanel.fulfilment.providers.interface import ProviderStatus
from sevenpanel.kernel import db
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.orders import commands as orders
from sevenpanel.orders.domain import Dispatch, OrderLine
from sevenpanel.terms import Aspect, Kind

pytestmark = pytest.mark.django_db(transaction=True)

WORKERS = 8
TURNS = 6
QUALITY = frozenset({Aspect.QUALITY})


@pytest.fixture
def alice() -> Person:
    """A customer with money."""
    return open_customer("Alice", balance="100000")


def side_by_side(*works: Callable[[], object]) -> None:
    """Do all of this at once, from the same instant."""
    start = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        try:
            start.wait()
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        for done in [pool.submit(run, work) for work in works]:
            done.result()


def place_many(desk: Desk, alice: Person, count: int) -> list[int]:
    lines = [
        OrderLine(customer_id=alice.customer_id, service_id=desk.service_id, link=f"t.me/northwind_{n}", quantity=1000)
        for n in range(count)
    ]
    outcomes = orders.place(lines=lines, now=desk.now)
    return [outcome.order_id for outcome in outcomes]  # type: ignore[union-attr]


def test_eight_workers_follow_and_settle_each_order_once(alice: Person) -> None:
    desk = open_desk()
    order_ids = place_many(desk, alice, 300)
    desk.take_in()
    desk.dispatch_all()
    for number in list(desk.panel.orders):
        desk.panel.end(number, ProviderStatus.PARTIAL, remains=300)
    desk.wait(minutes=1)

    side_by_side(*[lambda: commands.sync_next(clock=desk.clock, adapter_for=desk.adapter_for)] * WORKERS)

    assert {order_of(alice, id_).returned_micros for id_ in order_ids} == {270_000}
    assert sum(len(ids) for ids in desk.panel.asked) == 300
    books_are_right()


def test_workers_that_have_read_the_same_answers_apply_each_of_them_once(alice: Person) -> None:
    """Trap 12, at the same instant: the one that comes second waits for the first, and finds that all was said."""
    desk = open_desk()
    order_ids = place_many(desk, alice, 40)
    desk.take_in()
    desk.dispatch_all()
    for number in list(desk.panel.orders):
        desk.panel.end(number, ProviderStatus.PARTIAL, remains=300)
    desk.wait(minutes=1)
    taken = begin_round(provider_id=desk.provider_id, now=desk.now)
    assert taken is not None
    said = desk.panel.statuses([task.provider_order_id for task in taken.orders])
    row = Provider.objects.get(id=desk.provider_id)

    def record() -> None:
        heard = [(task, said[task.provider_order_id]) for task in taken.orders]
        with transaction.atomic():
            apply_news(row=row, heard=heard, begun_at=taken.begun_at, now=desk.now)

    side_by_side(*[record] * 4)

    assert {order_of(alice, id_).returned_micros for id_ in order_ids} == {270_000}
    assert {look for (look,) in db.rows("SELECT looks_after_end FROM fulfilment_task")} == {0}
    assert queries.alerts() == []
    books_are_right()


def test_eight_workers_send_to_a_provider_whose_balance_testifies_one_by_one(alice: Person) -> None:
    desk = open_desk(MemoryPanel(seconds=0.005), balance_is_ours=True)
    order_ids = place_many(desk, alice, 24)
    desk.take_in()

    while queries.backlog()[0].action == "send":
        side_by_side(*[desk.dispatch_all] * WORKERS)

    assert desk.panel.at_once_max == 1
    assert sorted(shipment.order_id for shipment in desk.panel.added) == order_ids
    books_are_right()


def test_two_workers_cannot_both_test_for_a_duplicate(alice: Person) -> None:
    desk = open_desk(MemoryPanel(refuses_duplicates=True, seconds=0.01), refuses_duplicate_links=True)
    desk.panel.deeds.append(take_and_lose)
    desk.place(alice)
    desk.dispatch_all()
    desk.wait(seconds=30)

    side_by_side(*[lambda: commands.resolve_next(clock=desk.clock, adapter_for=desk.adapter_for)] * WORKERS)

    assert len(desk.panel.added) == 2
    assert len(desk.panel.orders) == 1
    books_are_right()


def end_and_follow(desk: Desk) -> None:
    """Let the provider end what it has in parts, and hear of it."""
    for _ in range(10):
        for number in list(desk.panel.orders):
            desk.panel.end(number, ProviderStatus.PARTIAL, remains=300)
        commands.sync_next(clock=lambda: desk.now.replace(year=desk.now.year + 1), adapter_for=desk.adapter_for)


def give_back(desk: Desk, person: Person, order_ids: list[int]) -> None:
    """Let staff return all of each of these orders."""
    tomorrow = desk.now + timedelta(days=1)
    for id_ in order_ids:
        ask = asked(person, id_, Kind.WRONG_SPECIFICATION, documents=SPEC, differs=QUALITY, requested_at=tomorrow)
        with suppress(Refusal):  # it stands otherwise by now, or has ended
            by_staff(ask, now=tomorrow)


def all_at_once(desk: Desk, alice: Person, turn: int) -> None:
    """A cancel, the sending, the end of a lease, a status answer and a refund by staff, in another order each turn."""
    order_ids = [desk.place(alice, link=f"t.me/northwind_{turn}_{n}") for n in range(6)]
    order = list(permutations(range(5)))[turn % TURNS * 19]

    def cancel() -> None:
        for id_ in order_ids:
            orders.request_cancel(customer_id=alice.customer_id, order_ids=[id_], now=desk.now)

    def end_leases() -> None:
        for _ in range(10):
            commands.expire_leases(now=desk.now.replace(year=desk.now.year + 1))

    racers = (
        cancel, desk.dispatch_all, end_leases, lambda: end_and_follow(desk), lambda: give_back(desk, alice, order_ids)
    )  # fmt: skip
    side_by_side(*(racers[place] for place in order))

    for id_ in order_ids:
        row = order_of(alice, id_)
        taken = desk.panel.taken_for(id_)
        assert len(taken) <= 1
        assert (row.dispatch is Dispatch.QUEUED) <= (not taken)
        assert (row.returned_micros or 0) + row.granted_micros <= row.charge_micros
    books_are_right()


@pytest.mark.parametrize("turn", range(TURNS))
def test_cancel_dispatch_lease_and_deadline_at_once_leave_one_winner(alice: Person, turn: int) -> None:
    """C-3: whoever comes first, the money is divided once and the provider has the order at most once."""
    all_at_once(open_desk(MemoryPanel(seconds=0.001)), alice, turn)


def several(desk: Desk, alice: Person, turns: range) -> None:
    """Not in every turn is anything returned: who is first decides."""
    for turn in turns:
        all_at_once(desk, alice, turn)


def test_a_refund_booked_twice_is_seen_when_all_of_them_begin_at_once(alice: Person) -> None:
    """C-3, the sabotage."""
    desk = open_desk(MemoryPanel(seconds=0.001))
    several(desk, alice, range(TURNS))
    with planted(Switch.REFUND_TWICE), pytest.raises((AssertionError, Error)):
        several(desk, alice, range(TURNS, 3 * TURNS))


def test_a_late_answer_an_operator_and_the_deadline_at_once_leave_one_winner(alice: Person) -> None:
    desk = open_desk()
    for turn in range(10):
        order_id = desk.place(alice, link=f"t.me/northwind_{turn}")
        claim = claim_dispatch(now=desk.now)
        assert isinstance(claim, Claim)
        desk.wait(minutes=2)
        commands.expire_leases(now=desk.now)
        answer = desk.panel.add(claim.shipment)
        decide(desk, order_id, claim.number, answer)

        row = order_of(alice, order_id)
        assert row.dispatch in (Dispatch.SENT, Dispatch.WRITTEN_OFF)
    books_are_right()


def decide(desk: Desk, order_id: int, number: int, answer: object) -> None:
    tomorrow = desk.now.replace(year=desk.now.year + 1)
    (named,) = desk.panel.taken_for(order_id)

    def find() -> None:
        with suppress(Refusal):  # somebody else may be first
            commands.decide_unknown(
                order_id=order_id, verdict=Verdict.FOUND, provider_order_id=named, decided_by="Olga", now=desk.now
            )

    side_by_side(
        find,
        lambda: commands.write_off_overdue(now=tomorrow),
        lambda: record_answer(order_id=order_id, number=number, answer=answer, now=desk.now),  # type: ignore[arg-type]
        lambda: commands.resolve_next(clock=lambda: tomorrow, adapter_for=desk.adapter_for),
    )
