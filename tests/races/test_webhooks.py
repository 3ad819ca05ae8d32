"""C-6 of webhooks: workers side by side make each call once, and no address is called twice at the same time."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from tests.database.webhooks.playing import MINUTE, gather, hook, play
from tests.receiver import Receiver, receiving
from tests.shop import NOON, Person, open_customer
from tests.waiting import until

from sevenpanel.webhooks import commands
from sevenpanel.webhooks.commands import sending

pytestmark = pytest.mark.django_db(transaction=True)

LATER = NOON + 2 * MINUTE
WORKERS = 6


@pytest.fixture
def alice() -> Person:
    """A customer whose orders are told."""
    return open_customer("Alice")


def side_by_side(work: Callable[[], None]) -> None:
    ready = threading.Barrier(WORKERS)

    def run() -> None:
        try:
            ready.wait(60)
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)


def deliver_all() -> None:
    while commands.deliver_next(clock=lambda: LATER + timedelta(seconds=30)):
        pass


def test_c6_each_event_is_put_on_its_way_once_and_told_once(alice: Person) -> None:
    with receiving() as receiver:
        for _ in range(3):
            hook(alice, receiver)
        play(alice, 30)

        side_by_side(lambda: gather(LATER))
        side_by_side(deliver_all)
        deliver_all()

        assert len(receiver.ids) == 90
        assert len(set(receiver.ids)) == 30


def second_worker_calls(alice: Person, receiver: Receiver) -> bool:
    """Whether a second worker makes the call that a first one is making."""
    hook(alice, receiver)
    play(alice)
    gather(LATER)
    receiver.gate.clear()

    def call() -> None:
        try:
            commands.deliver_next(clock=lambda: LATER)
        finally:
            connection.close()

    first = threading.Thread(target=call)
    first.start()
    try:
        until(lambda: len(receiver.calls) == 1)
        second = threading.Thread(target=call)
        second.start()
        until(lambda: len(receiver.calls) > 1 or not second.is_alive())
        return len(receiver.calls) > 1
    finally:
        receiver.gate.set()
        first.join(60)
        second.join(60)


def test_c6_what_is_being_sent_is_not_sent_by_another(alice: Person) -> None:
    with receiving() as receiver:
        assert not second_worker_calls(alice, receiver)


def test_c6_shown_red_a_call_without_a_lease_is_made_twice(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "LEASE", timedelta())

    with receiving() as receiver:
        assert second_worker_calls(alice, receiver)
