"""C-6: eight workers at one queue. Every run of the tests has a short one; `make soak` has 5,000 orders and a rate."""

import os
import time
from dataclasses import dataclass

import pytest
from django.db import Error
from tests.books import books_are_right
from tests.panel import MemoryPanel, open_desk
from tests.races.test_dispatch import WORKERS, place_many, side_by_side
from tests.sabotage import Switch, planted
from tests.shop import Person, open_customer

from sevenpanel.kernel import db

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(3600)]

SHORT = 300
PIECES = int(os.environ.get("SEVENPANEL_SOAK_PIECES", SHORT))
CALL_SECONDS = float(os.environ.get("SEVENPANEL_SOAK_CALL_MS", "2")) / 1000
# In a run of the tests other work shares the machine, so that a rate says nothing.
SENT_PER_SECOND = float(os.environ.get("SEVENPANEL_SOAK_SENT_PER_SECOND", "0"))


@pytest.fixture
def alice() -> Person:
    """A customer with money."""
    return open_customer("Alice", balance="100000")


def deadlocks() -> int:
    """How often the database has had to end one, as it has told by now."""
    return int(db.rows("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")[0][0])


@dataclass(frozen=True, slots=True)
class Pace:
    """How quickly the orders left, and what one of them cost this process in milliseconds of CPU."""

    per_second: float
    cpu_ms: float


def sent_by_eight(person: Person, pieces: int) -> Pace:
    """Let eight workers send so many orders, each of them once."""
    desk = open_desk(MemoryPanel(seconds=CALL_SECONDS))
    order_ids = place_many(desk, person, pieces)
    side_by_side(*[desk.take_in] * WORKERS)
    before, began, worked = deadlocks(), time.monotonic(), time.process_time()
    side_by_side(*[desk.dispatch_all] * WORKERS)
    pace = Pace(pieces / (time.monotonic() - began), (time.process_time() - worked) * 1000 / pieces)
    desk.dispatch_all()

    assert sorted(shipment.order_id for shipment in desk.panel.added) == order_ids
    assert desk.panel.at_once_max > 1
    assert deadlocks() == before
    books_are_right()
    return pace


def test_c6_eight_workers_send_each_order_of_one_queue_once(alice: Person) -> None:
    """C-6."""
    pace = sent_by_eight(alice, PIECES)

    print(f"{PIECES} orders at a provider that takes {CALL_SECONDS * 1000:.0f} ms: {pace}")
    assert pace.per_second >= SENT_PER_SECOND


def test_c6_is_red_when_workers_share_a_claim(alice: Person) -> None:
    """C-6, the sabotage: an order is taken without its row being locked, so that two workers take the same."""
    with planted(Switch.SHARE_CLAIMS), pytest.raises((AssertionError, Error)):
        sent_by_eight(alice, SHORT)
