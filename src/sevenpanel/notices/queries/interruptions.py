"""Pauses and delays that were announced, with when each began and ended, for the public status page."""

from dataclasses import dataclass
from datetime import datetime

from sevenpanel.kernel import db
from sevenpanel.terms import NoticeKind, Scope

READ_MAX = 300
"""So many are read, the newest: more are in the Updates."""

# A pause ends with the next word that the same is back, by its own end, or when it is taken back.
_INTERRUPTIONS = """
SELECT coalesce(n.root_id, n.id) AS root_id, n.kind, n.scope, n.text, n.in_force_from AS began_at,
       least(n.in_force_until, n.withdrawn_at,
             (SELECT min(back.in_force_from) FROM notices_notice back
               WHERE n.kind = 'paused' AND back.kind = 'back' AND back.scope = n.scope AND back.subject = n.subject
                 AND back.withdrawn_at IS NULL AND back.published_at > n.published_at)) AS ended_at,
       coalesce(s.name, c.name, '') AS about,
       CASE n.scope WHEN 'network' THEN ARRAY[n.subject] WHEN 'service' THEN ARRAY[s.network]
                    WHEN 'category'
                    THEN ARRAY(SELECT DISTINCT u.network FROM catalog_service u WHERE u.category_id = c.id)
                    ELSE ARRAY[]::text[] END AS networks
  FROM notices_notice n
  LEFT JOIN catalog_service s ON s.id = CASE n.scope WHEN 'service' THEN n.subject::bigint END
  LEFT JOIN catalog_category c ON c.id = CASE n.scope WHEN 'category' THEN n.subject::bigint END
 WHERE n.kind IN ('paused', 'delay') AND n.in_force_from <= %(now)s
   AND NOT EXISTS (SELECT 1 FROM notices_notice later WHERE later.corrects_id = n.id)
   AND (n.withdrawn_at IS NULL OR n.withdrawn_at > n.in_force_from)
   AND (n.published_at >= %(since)s OR n.in_force_until >= %(since)s)
 ORDER BY n.id DESC LIMIT %(limit)s
"""
_FIRST = "SELECT min(published_at) FROM notices_notice"


@dataclass(frozen=True, slots=True, kw_only=True)
class InterruptionRow:
    """A pause or a delay, as it was announced.

    :param about: the name of the service or the category; empty for a network and for all.
    :param networks: which are concerned; none for all.
    :param ended_at: None while it lasts.
    """

    root_id: int
    kind: NoticeKind
    scope: Scope
    text: str
    began_at: datetime
    ended_at: datetime | None
    about: str
    networks: tuple[str, ...]


def interruptions(*, since: datetime, now: datetime) -> list[InterruptionRow]:
    """Pauses and delays since an instant, newest first; at most `READ_MAX`."""
    found = db.named_rows(_INTERRUPTIONS, {"since": since, "now": now, "limit": READ_MAX})
    return [_row(row) for row in found]


def first_published_at() -> datetime | None:
    """When the first notice was published, which is when the first service was put on sale."""
    (found,) = db.rows(_FIRST)[0]
    return found if isinstance(found, datetime) else None


def _row(row: dict[str, object]) -> InterruptionRow:
    networks = row["networks"]
    assert isinstance(networks, list)
    exact = {"kind": NoticeKind(str(row["kind"])), "scope": Scope(str(row["scope"])), "networks": tuple(networks)}
    return InterruptionRow(**{**row, **exact})  # type: ignore[arg-type]
