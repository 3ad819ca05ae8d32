"""A loop works, rests, and outlives faults of its own and of the database."""

import threading

import pytest
from django.db import OperationalError, connection
from tests.waiting import until

from sevenpanel.jobs import loops
from sevenpanel.jobs.loops import Loop
from sevenpanel.kernel import db

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits in tests."""
    monkeypatch.setattr(loops, "PAUSE_FIRST_SECONDS", 0.01)


@pytest.mark.parametrize("fault", [OperationalError("server closed"), ZeroDivisionError("ours")])
def test_a_fault_ends_neither_the_loop_nor_the_process(fault: Exception) -> None:
    stopping, calls = threading.Event(), []

    def work() -> bool:
        calls.append(1)
        if len(calls) < 4:
            raise fault
        return False

    thread = Loop(name="test", work=work, idle_seconds=0.01).start(stopping)
    until(lambda: len(calls) > 6)
    stopping.set()
    thread.join(10)

    assert not thread.is_alive()


def test_a_connection_that_was_cut_is_replaced() -> None:
    stopping, seen = threading.Event(), []

    def work() -> bool:
        seen.append(db.rows("SELECT pg_backend_pid()")[0][0])
        if len(seen) == 1:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return False

    thread = Loop(name="test", work=work, idle_seconds=0.01).start(stopping)
    until(lambda: len(seen) > 3)
    stopping.set()
    thread.join(10)

    assert len(set(seen)) > 1


def test_a_loop_finishes_what_is_in_hand_before_it_ends() -> None:
    stopping, begun, finish, done = threading.Event(), threading.Event(), threading.Event(), []

    def work() -> bool:
        begun.set()
        finish.wait(10)
        done.append(1)
        return True

    thread = Loop(name="test", work=work).start(stopping)
    begun.wait(10)
    stopping.set()
    assert done == []
    finish.set()
    thread.join(10)

    assert done == [1]
