"""Webhooks at work in tests: addresses on loopback, test orders to hear of, and a worker that is told the time."""

from datetime import datetime, timedelta
from functools import partial
from operator import add

from tests.receiver import Receiver
from tests.shop import NOON, Person

from sevenpanel.accounts.domain import KeyKind
from sevenpanel.kernel import db
from sevenpanel.webhooks import commands, queries
from sevenpanel.webhooks.queries import DeliveryRow

_ORDERS = """
INSERT INTO rehearsal_playorder (customer_id, service_id, link, target, quantity, charge_micros, currency, course,
                                 can_cancel, placed_at)
SELECT %s, 1, 't.me/x', n::text, 100, 90000, 'USD', %s, true, %s FROM generate_series(1, %s) AS s(n)
"""
MINUTE = timedelta(minutes=1)
# Longer than any call may take.
REST = timedelta(seconds=11)


def hook(person: Person, receiver: Receiver, kind: KeyKind = KeyKind.TEST, now: datetime = NOON) -> tuple[int, str]:
    """An address of this person's customer, and its secret."""
    return commands.make_webhook(
        customer_id=person.customer_id, url=receiver.url, kind=kind, now=now, is_private=True
    )  # fmt: skip


def play(person: Person, count: int = 1, *, course: str = "endless", now: datetime = NOON) -> None:
    """Test orders, each of which begins once; those that are completed end, too."""
    db.rows(_ORDERS, [person.customer_id, course, now, count])


def gather(now: datetime = NOON + 2 * MINUTE) -> None:
    """Put on its way what has happened; a fact is certain at the second look."""
    commands.gather(now=now)
    while commands.gather(now=now):
        pass


def deliver(now: datetime = NOON + 2 * MINUTE, *, step: timedelta = timedelta()) -> int:
    """Make every call that is due, the first ones at an instant.

    :param step: how much later each next one is. After a call that was taken its address rests as long as it took.
    """
    count = 0
    while commands.deliver_next(clock=partial(add, now, step * count)):
        count += 1
    return count


def rows(webhook_id: int) -> list[DeliveryRow]:
    """What was sent and what waits, oldest first."""
    return queries.deliveries(webhook_id=webhook_id, limit=1_000)[::-1]
