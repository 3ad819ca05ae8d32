"""Those who rest are woken when there is work, as many as there is work for, and all when it is over."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.journeys.running_sandbox import ORDINARY
from tests.rehearsal import open_orders, rehearsing
from tests.waiting import until

from sevenpanel.fulfilment.providers.sandbox.personality import Personality
from sevenpanel.jobs import worker
from sevenpanel.jobs.bells import Bell
from sevenpanel.jobs.loops import Loop
from sevenpanel.kernel import db
from sevenpanel.orders import commands as orders

FOR_EVER = 3600.0


@contextmanager
def resting(bell: Bell, count: int) -> Iterator[list[int]]:
    """So many threads on one bell; each writes its number down when it has been woken."""
    woken: list[int] = []
    threads = [threading.Thread(target=lambda n=n: (bell.rest(FOR_EVER), woken.append(n))) for n in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield woken
    finally:
        bell.end()
        for thread in threads:
            thread.join()


def test_a_ring_wakes_as_many_as_it_says() -> None:
    bell = Bell()
    with resting(bell, 5) as woken:
        bell.ring(2)
        until(lambda: len(woken) == 2)
        bell.ring()
        until(lambda: len(woken) == 3)
        assert len(woken) == 3


def test_a_ring_that_nobody_hears_is_kept_for_the_next_to_rest_and_not_added_up() -> None:
    bell = Bell()
    bell.ring(2)
    bell.ring(1)
    bell.rest(FOR_EVER)
    with resting(bell, 1) as woken:
        assert woken == []
        bell.ring()
        until(lambda: woken == [0])


def test_at_the_end_nobody_rests() -> None:
    bell = Bell()
    with resting(bell, 3) as woken:
        bell.end()
        until(lambda: len(woken) == 3)
    bell.rest(FOR_EVER)


def test_a_loop_rests_on_its_bell() -> None:
    stopping, bell, calls = threading.Event(), Bell(), []
    thread = Loop(name="test", work=lambda: calls.append(1), idle_seconds=FOR_EVER, bell=bell).start(stopping)
    for count in (1, 2, 3):
        until(lambda count=count: len(calls) == count)  # type: ignore[misc]
        bell.ring()
    stopping.set()
    bell.end()
    thread.join(10)

    assert not thread.is_alive()


def followed(condition: str = "action = 'follow'") -> list[int]:
    return [order_id for (order_id,) in db.rows(f"SELECT order_id FROM fulfilment_task WHERE {condition}")]


@pytest.mark.django_db(transaction=True)
def test_the_look_alone_wakes_everybody_who_is_needed_from_placing_to_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody comes by himself within the hour: what the look overlooks would stay undone."""
    monkeypatch.setattr(worker, "UNWOKEN_SECONDS", FOR_EVER)
    stopping = threading.Event()
    running = worker.loops(stopping, senders=2)
    with rehearsing(tmp_path, pace=100) as shop:
        threads = [loop.start(stopping) for loop in running]
        try:
            shop.sandbox.control(service=ORDINARY, personality=Personality.LOSES_ANSWERS)
            lost = shop.place(many=2)
            until(lambda: len(shop.sandbox.accepted()) == 2)
            shop.sandbox.control(service=ORDINARY, personality=Personality.NORMAL)
            placed = lost + shop.place(many=3)
            until(lambda: len(followed()) == 5)
            orders.request_cancel(customer_id=shop.alice.customer_id, order_ids=placed, now=datetime.now(UTC))
            until(lambda: not open_orders())
            assert set(followed("cancel_tries > 0")) == set(placed)
        finally:
            stopping.set()
            for loop in running:
                if loop.bell is not None:
                    loop.bell.end()
            for thread in threads:
                thread.join(60)

    assert not any(thread.is_alive() for thread in threads)
