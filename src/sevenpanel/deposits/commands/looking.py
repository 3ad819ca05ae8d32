"""Looking with a source: lease it and commit, look outside any transaction, book what was seen, keep the mark."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sevenpanel.deposits.commands.observing import book_observation
from sevenpanel.deposits.commands.outside import book_sweep, note_alien, note_health
from sevenpanel.deposits.queries.adapters import adapter
from sevenpanel.deposits.queries.known import known_receipts
from sevenpanel.deposits.sources.interface import (
    LOOK_SECONDS_MAX,
    MARK_BYTES_MAX,
    Look,
    NodeHealth,
    Source,
    SourceUnavailable,
)
from sevenpanel.deposits.sources.registry import UnableToReadSource
from sevenpanel.kernel import chaos, db

POLL_SECONDS = 15
LEASE = timedelta(seconds=2 * LOOK_SECONDS_MAX + 60)
# The pause after a look that failed doubles up to this.
PAUSE_SECONDS_MAX = 600

_TAKE = """
UPDATE deposits_source SET leased_until = %(until)s WHERE id = (
    SELECT id FROM deposits_source
     WHERE is_on AND due_at <= %(now)s AND (leased_until IS NULL OR leased_until <= %(now)s)
     ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, name, kind, settings::text, sealed, mark
"""
# Only by whoever still holds the lease: a worker that slept has nothing to say any more.
_DONE = """
UPDATE deposits_source
   SET leased_until = NULL, mark = %(mark)s, due_at = %(due)s, looked_at = %(now)s, failures = 0,
       failed_since = NULL, trouble = ''
 WHERE id = %(id)s AND leased_until = %(until)s
"""
_FAILED = """
UPDATE deposits_source
   SET leased_until = NULL, failures = failures + 1, failed_since = coalesce(failed_since, %(now)s),
       trouble = %(words)s,
       due_at = %(now)s + make_interval(secs => greatest(%(pause)s, least(%(max)s, 5 * 2 ^ least(failures, 10))))
 WHERE id = %(id)s AND leased_until = %(until)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A source in this worker's hands until the lease ends."""

    id: int
    name: str
    kind: str
    settings: dict[str, Any]
    sealed: str = field(repr=False)
    mark: str = field(repr=False)
    until: datetime


def look_next(*, clock: Callable[[], datetime]) -> bool:
    """Take the source that has waited longest and look with it.

    :returns: whether there was one.
    """
    taken = _take(clock())
    if taken is None:
        return False
    try:
        source = adapter(name=taken.name, kind=taken.kind, settings=taken.settings, sealed=taken.sealed)
        mark, has_more = look_with(source, mark=taken.mark, now=clock(), clock=clock)
    except SourceUnavailable as trouble:
        note_health(source=taken.name, health=trouble.health, now=clock())
        _failed(taken, trouble.words, trouble.retry_after_seconds or 0, clock())
    except UnableToReadSource as refusal:
        _failed(taken, refusal.sentence, PAUSE_SECONDS_MAX, clock())
    else:
        _done(taken, mark, clock(), has_more=has_more)
    return True


def look_with(source: Source, *, mark: str, now: datetime, clock: Callable[[], datetime]) -> tuple[str, bool]:
    """Look once and book everything that was seen, in the order in which it was said.

    :returns: the new mark, to be kept now that everything is booked, and whether to look again at once.
    :raises SourceUnavailable: when nothing could be seen.
    """
    known = known_receipts(source=source.name, now=now)
    look = source.observe(known=known, mark=mark, now=now)
    assert len(look.mark.encode()) <= MARK_BYTES_MAX
    chaos.point("deposits.after_look")
    book(source, look, now=clock())
    chaos.point("deposits.before_mark")
    return look.mark, look.has_more


def book(source: Source, look: Look, *, now: datetime) -> None:
    """Book everything that a look found."""
    for said in look.observations:
        book_observation(source=source.name, said=said, is_single_voice=source.is_single_voice, now=now)
        chaos.point("deposits.after_receipt")
    for sweep in look.sweeps:
        book_sweep(source=source.name, said=sweep, now=now)
    for alien in look.aliens:
        note_alien(source=source.name, said=alien, now=now)
    health: tuple[NodeHealth, ...] = look.health
    note_health(source=source.name, health=health, now=now)


@db.command
def _take(now: datetime) -> Taken | None:
    found = db.rows(_TAKE, {"now": now, "until": now + LEASE})
    if not found:
        return None
    id_, name, kind, settings, sealed, mark = found[0]
    return Taken(
        id=id_, name=name, kind=kind, settings=json.loads(settings), sealed=sealed, mark=mark, until=now + LEASE
    )


@db.command
def _done(taken: Taken, mark: str, now: datetime, *, has_more: bool) -> None:
    seconds = int(taken.settings.get("poll_seconds", POLL_SECONDS))
    due = now if has_more else now + timedelta(seconds=seconds)
    db.rows(_DONE, {"id": taken.id, "until": taken.until, "mark": mark, "due": due, "now": now})


@db.command
def _failed(taken: Taken, words: str, pause: int, now: datetime) -> None:
    asked = {"id": taken.id, "until": taken.until, "words": words[:500], "now": now}
    db.rows(_FAILED, asked | {"pause": pause, "max": PAUSE_SECONDS_MAX})
