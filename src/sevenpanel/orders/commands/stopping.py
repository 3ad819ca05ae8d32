"""Stopping new orders while the books are wrong, and letting them go on (O-7; trust, section 1, rule 3).

A stop is a row, so it outlives every process; the placing statement looks for it. Reads, sending, following and
settling go on: what was taken is owed, and each of them is checked as before.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sevenpanel.accounts import queries as accounts
from sevenpanel.kernel import db
from sevenpanel.kernel.invariants import Breach
from sevenpanel.kernel.refusals import Refusal

REASON_LENGTH_MAX = 1_000
LINES_MAX = 20

_STOPPED = "SELECT words FROM orders_stop WHERE lifted_at IS NULL FOR UPDATE"
# One that is in force is kept up to date; `xmax = 0` only of a row that this statement made.
_STOP = """
INSERT INTO orders_stop AS s (words, began_at, seen_at) VALUES (%(words)s, %(now)s, %(now)s)
ON CONFLICT (lifted_at) WHERE lifted_at IS NULL DO UPDATE SET words = EXCLUDED.words, seen_at = EXCLUDED.seen_at
RETURNING id, xmax = 0
"""
_TELL = """
INSERT INTO orders_stopletter (stop_id, address, tries, due_at)
SELECT %(stop)s, address, 0, %(now)s FROM unnest(%(addresses)s::text[]) AS a(address)
"""
_LIFT = """
UPDATE orders_stop SET lifted_at = %(now)s, lifted_by = %(staff)s, reason = %(reason)s
 WHERE id = %(stop)s AND lifted_at IS NULL RETURNING id
"""
# Nobody looks again so soon. A clock that was set back keeps nobody from looking.
_LOOK = """
INSERT INTO orders_look AS l (id, looked_at) VALUES (1, %(now)s)
ON CONFLICT (id) DO UPDATE SET looked_at = EXCLUDED.looked_at
 WHERE l.looked_at <= EXCLUDED.looked_at - %(every)s OR l.looked_at > EXCLUDED.looked_at
RETURNING rewritten
"""


class UnableToLiftStop(Refusal):
    """New orders stay stopped."""


@db.command
def begin_look(*, every: timedelta, now: datetime) -> int | None:
    """Take the turn to look whether the books are right; of any number of workers one gets it.

    :returns: what `note_rewritten` noted last, None when somebody looked less than `every` ago.
    """
    found = db.rows(_LOOK, {"now": now, "every": every})
    return int(found[0][0]) if found else None


@db.command
def note_rewritten(*, rewritten: int) -> None:
    """Note how many rows of the ledger had been changed or deleted when everything was checked."""
    db.rows("UPDATE orders_look SET rewritten = %s", [rewritten])


@db.command
def stop_orders(*, breaches: Sequence[Breach], now: datetime) -> bool:
    """Take no new orders from now on if the money is wrong, and write to all staff (a command).

    :param breaches: what was found; what is not about money stops nothing.
    :returns: whether orders were taken until now.
    """
    words = [f"{each.invariant}: {each.sentence} Ids: {', '.join(each.ids)}." for each in breaches if each.is_of_money]
    if not words:
        return False
    known = [line for (text,) in db.rows(_STOPPED) for line in text.splitlines()]
    told = list(dict.fromkeys([*known, *words]))[:LINES_MAX]
    ((stop_id, is_new),) = db.rows(_STOP, {"words": "\n".join(told), "now": now})
    if is_new:
        db.rows(_TELL, {"stop": stop_id, "addresses": accounts.staff_addresses(), "now": now})
    return bool(is_new)


@db.command
def lift_stop(*, stop_id: int, staff_id: int, reason: str, breaches: Sequence[Breach], now: datetime) -> None:
    """Let new orders go on (a command). Lifting what is lifted already changes nothing.

    :param reason: what was wrong and how it was mended; it stays written with who said so.
    :param breaches: what all invariants say now, as the caller has just had them checked.
    :raises UnableToLiftStop: without a reason, or while the money is still wrong.
    """
    said = " ".join(reason.replace("\0", "").split())[:REASON_LENGTH_MAX]
    if not said:
        raise UnableToLiftStop("Say what was wrong and how it was mended; it is kept with your name.")
    left = [each for each in breaches if each.is_of_money]
    if left:
        raise UnableToLiftStop(f"The books are still wrong: {left[0].sentence} Mend that first, then lift the stop.")
    db.rows(_LIFT, {"stop": stop_id, "staff": staff_id, "reason": said, "now": now})
