"""Reads of the stops of new orders: the one in force, and all there were."""

from dataclasses import dataclass
from datetime import datetime

from sevenpanel.kernel import db

_COLUMNS = "SELECT id, words, began_at, seen_at, lifted_at, lifted_by, reason FROM orders_stop"
_IN_FORCE = f"{_COLUMNS} WHERE lifted_at IS NULL"
_ALL = f"{_COLUMNS} WHERE lifted_at IS NOT NULL ORDER BY id DESC LIMIT %s"


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRow:
    """A stop of new orders.

    :ivar words: what was found to be wrong, a sentence a line, the first first.
    :ivar seen_at: when something was found last.
    :ivar reason: what whoever lifted it said; None while it is in force.
    """

    id: int
    words: str
    began_at: datetime
    seen_at: datetime
    lifted_at: datetime | None
    lifted_by: int | None
    reason: str | None

    @property
    def lines(self) -> list[str]:
        """What was wrong, a sentence each."""
        return self.words.splitlines()


def stop_in_force() -> StopRow | None:
    """Why no new orders are taken now; None while they are."""
    found = db.named_rows(_IN_FORCE)
    return StopRow(**found[0]) if found else None


def lifted_stops(*, limit: int = 50) -> list[StopRow]:
    """The stops that were lifted, newest first."""
    return [StopRow(**row) for row in db.named_rows(_ALL, [limit])]
