"""Hand work from one room to another in the same transaction as the facts that cause it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sevenpanel.kernel import chaos, db

_WRITE = """
INSERT INTO kernel_outbox (topic, customer_id, subject_id, created_at)
SELECT %(topic)s, customer_id, subject_id, %(now)s
  FROM unnest(%(customers)s::bigint[], %(subjects)s::bigint[]) AS t(customer_id, subject_id)
"""

# SKIP LOCKED: any number of workers take different rows. The delete commits together with what the handler wrote.
_TAKE = """
DELETE FROM kernel_outbox WHERE id IN (
    SELECT id FROM kernel_outbox WHERE topic = %(topic)s ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING customer_id, subject_id, created_at
"""
_WAITING = "SELECT name FROM unnest(%s::text[]) AS a(name) WHERE EXISTS (SELECT FROM kernel_outbox WHERE topic = name)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One thing handed over: whose it is, what it is about, and since when it waits."""

    customer_id: int
    subject_id: int
    created_at: datetime


@db.step
def write(*, topic: str, subjects: Sequence[tuple[int, int]], now: datetime) -> None:
    """Add messages of one topic to the caller's transaction.

    :param subjects: pairs of (customer id, subject id).
    """
    customers, ids = db.columns(subjects, 2)
    db.rows(_WRITE, {"topic": topic, "customers": customers, "subjects": ids, "now": now})


@db.command
def hand_over(*, topic: str, handler: Callable[[Sequence[Message]], None], limit: int) -> int:
    """Give waiting messages to the handler; they are gone exactly when what it wrote is committed.

    :param handler: a step of the room that takes the work over.
    :returns: how many messages were taken.
    """
    taken = db.rows(_TAKE, {"topic": topic, "limit": limit})
    if taken:
        handler([Message(customer_id=c, subject_id=s, created_at=at) for c, s, at in taken])
        chaos.point("intake.before_commit")
    return len(taken)


def waiting(*, topics: Collection[str]) -> frozenset[str]:
    """Tell which of these topics have messages to hand over."""
    return frozenset(name for (name,) in db.rows(_WAITING, [list(topics)]))
