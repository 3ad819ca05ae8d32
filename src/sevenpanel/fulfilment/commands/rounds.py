"""Rounds of following: a stretch of what is due at one provider, in one worker's hands until it is recorded or lapses.

A round is one row, whatever number of orders it holds: they are those that were due between its first and its last
one. Nothing is written about an order until there is something to say about it. A worker that dies gives its orders
back by doing nothing, and the round's row keeps its late answers out: whoever takes over deletes it (design: orders,
Sync; trap 12).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import attrgetter

from sevenpanel.kernel import db

ROUND_MAX = 1_000
CLAIM = timedelta(seconds=90)
LOOK_BACK_EVERY = 16
_BEGINNING = (datetime.min.replace(tzinfo=UTC), 0)

# One at a time per provider, for the moment of beginning: so two never begin with the same order.
_ALONE = "SELECT pg_advisory_xact_lock(hashtext('fulfilment_round'), %(provider)s::int)"
_LAPSED = "DELETE FROM fulfilment_round WHERE provider_id = %(provider)s AND until_at <= %(now)s RETURNING id"
_LAST = """
SELECT last_due_at, last_order_id FROM fulfilment_round
 WHERE provider_id = %(provider)s ORDER BY last_due_at DESC, last_order_id DESC LIMIT 1
"""

# Ages in whole microseconds: reading an instant takes the driver longer than all the rest of a row.
_DUE = """
SELECT t.order_id, t.fence, t.provider_order_id, t.action, t.quantity,
       (extract(epoch FROM %(now)s - t.sent_at) * 1000000)::bigint,
       (extract(epoch FROM %(now)s - t.moved_at) * 1000000)::bigint,
       t.last_word, t.last_remains, t.last_start_count, t.row_errors, t.looks_after_end, t.customer_id, t.cost_micros
  FROM fulfilment_task t
 WHERE t.provider_id = %(provider)s AND t.action IN ('follow', 'watch') AND t.due_at <= %(now)s
   AND (t.due_at, t.order_id) > (%(behind)s, %(behind_id)s)
   AND NOT EXISTS (SELECT FROM fulfilment_round r
                    WHERE r.provider_id = t.provider_id
                      AND (t.due_at, t.order_id) >= (r.first_due_at, r.first_order_id)
                      AND (t.due_at, t.order_id) <= (r.last_due_at, r.last_order_id))
 ORDER BY t.due_at, t.order_id LIMIT %(limit)s
"""
_BEGIN = """
INSERT INTO fulfilment_round (provider_id, first_due_at, first_order_id, last_due_at, last_order_id, until_at)
SELECT first.provider_id, first.due_at, first.order_id, last.due_at, last.order_id, %s
  FROM fulfilment_task first, fulfilment_task last WHERE first.order_id = %s AND last.order_id = %s RETURNING id
"""
_HELD = "SELECT id FROM fulfilment_round WHERE id = %s FOR UPDATE"
_END = "DELETE FROM fulfilment_round WHERE id = %s RETURNING id"


@dataclass(slots=True)
class Followed:
    """One order that is followed, as its task stood when the round began.

    :param age_us: since the provider took it, in microseconds; `quiet_us` since its status or count last moved.
    """

    order_id: int
    fence: int
    provider_order_id: str
    action: str
    quantity: int
    age_us: int
    quiet_us: int
    last_word: str
    last_remains: int | None
    last_start_count: int | None
    row_errors: int
    looks_after_end: int
    customer_id: int
    cost_micros: int | None

    def copied(self, *, action: str) -> "Followed":
        """The same order with what is to be done about it now; a third of what `dataclasses.replace` takes."""
        again = Followed(*_all_of(self))
        again.action = action
        return again


_all_of = attrgetter(*Followed.__slots__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Orders of one provider in hand since an instant: what is due longest, at most `ROUND_MAX`."""

    id: int
    provider_id: int
    begun_at: datetime
    orders: Sequence[Followed]


@db.command
def begin_round(*, provider_id: int, now: datetime, limit: int = ROUND_MAX) -> Round | None:
    """Take what is due at a provider and in nobody's hands; None when that is nothing.

    A round that is lost in a crash of the server is as one whose worker has died: what it heard finds no row.
    """
    db.let_go_in_a_crash()
    asked = {"provider": provider_id, "now": now, "limit": limit}
    db.rows(_ALONE, asked)
    has_lapsed = bool(db.rows(_LAPSED, asked))
    asked |= dict(zip(("behind", "behind_id"), _behind(provider_id, has_lapsed, now), strict=True))
    orders = [Followed(*row) for row in db.rows(_DUE, asked)]
    if not orders:
        return None
    ((id_,),) = db.rows(_BEGIN, (now + CLAIM, orders[0].order_id, orders[-1].order_id))
    return Round(id=id_, provider_id=provider_id, begun_at=now, orders=orders)


def _behind(provider_id: int, has_lapsed: bool, now: datetime) -> tuple[datetime, int]:
    """Behind which order to look: the last one in hand, as `queries.due` explains.

    Now and then from the beginning: should an order have been left behind all the same, it does not wait for long.
    """
    if has_lapsed or now.microsecond % LOOK_BACK_EVERY == 0:
        return _BEGINNING
    found = db.rows(_LAST, {"provider": provider_id})
    return (found[0][0], found[0][1]) if found else _BEGINNING


@db.step
def end_round(round_id: int) -> bool:
    """Let go of a round together with what this transaction says about all of its orders.

    :returns: False when it is not ours any more: nothing may be said then.
    """
    return bool(db.rows(_END, [round_id]))


@db.step
def hold_round(round_id: int) -> bool:
    """Whether a round is still ours; if so, that stays true until commit."""
    return bool(db.rows(_HELD, [round_id]))
