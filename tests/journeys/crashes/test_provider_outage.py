"""P-1 with eight senders: a provider that is gone for a moment is sent orders again soon (docs/dispatch.md)."""

import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.books import books_are_right
from tests.journeys.running_sandbox import running
from tests.rehearsal import Rehearsal, rehearsing
from tests.waiting import until
from tests.working import Worker, working

from sevenpanel.fulfilment import queries
from sevenpanel.fulfilment.queries import ProviderRow
from sevenpanel.kernel import db

pytestmark = pytest.mark.django_db(transaction=True)

FIRST_HOLD = timedelta(seconds=10)
FAILURES = 5
LOAD = 150


def provider() -> ProviderRow:
    (row,) = queries.providers()
    return row


def waiting_orders() -> int:
    """How many orders nobody has sent yet."""
    return int(db.rows("SELECT count(*) FROM fulfilment_task WHERE action = 'send'")[0][0])


def cut_off_under_load(shop: Rehearsal) -> ProviderRow:
    """Kill the provider while orders leave, and return what the desk thinks of it once it has noticed."""
    shop.place(many=LOAD)
    until(lambda: len(shop.sandbox.accepted()) > 0)
    shop.sandbox.kill(signal.SIGKILL)
    until(lambda: provider().held_until is not None)
    return provider()


def until_all_are_sent(worker: Worker) -> None:
    def sent() -> bool:
        assert not worker.has_ended, worker.said()
        return not waiting_orders()

    until(sent, pause=0.2)


def test_orders_flow_again_after_a_moment_without_the_provider(tmp_path: Path) -> None:
    with rehearsing(tmp_path) as shop, working(tmp_path) as worker:
        held = cut_off_under_load(shop)
        assert held.failures == FAILURES
        assert held.held_until is not None
        assert held.held_until - datetime.now(UTC) <= FIRST_HOLD
        with running(tmp_path / "sandbox", "--pace", "5", port=shop.sandbox.port):
            until_all_are_sent(worker)
            assert provider().held_until is None
            shop.bought_nothing_twice()
    books_are_right()
