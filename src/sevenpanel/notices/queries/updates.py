"""The Updates: what was announced and what changed, newest first, with the history of each notice."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sevenpanel.kernel import db
from sevenpanel.notices.queries.rows import COLUMNS, NoticeRow, notice_row
from sevenpanel.terms import NoticeKind

# The last version of each notice; what it is about has a name.
_CURRENT = f"""
SELECT {COLUMNS}, s.name AS service, c.name AS category, first.published_at AS first_published_at
  FROM notices_notice n
  JOIN notices_notice first ON first.id = coalesce(n.root_id, n.id)
  LEFT JOIN catalog_service s ON s.id = CASE n.scope WHEN 'service' THEN n.subject::bigint END
  LEFT JOIN catalog_category c ON c.id = CASE n.scope WHEN 'category' THEN n.subject::bigint END
 WHERE NOT EXISTS (SELECT 1 FROM notices_notice later WHERE later.corrects_id = n.id) AND {{where}}
"""

# The services that are asked for are read once, not once for each notice.
_CHOSEN = """
WITH chosen AS MATERIALIZED (
    SELECT u.id::text AS id, u.network, u.category_id::text AS category FROM catalog_service u
     WHERE (%(network)s::text IS NULL OR u.network = %(network)s)
       AND (%(services)s::bigint[] IS NULL OR u.id IN (SELECT unnest(%(services)s::bigint[]))))
"""
_OF_SERVICES = """
n.scope = 'all' OR (n.scope = 'service' AND n.subject IN (SELECT id FROM chosen))
 OR (n.scope = 'network' AND n.subject IN (SELECT network FROM chosen))
 OR (n.scope = 'category' AND n.subject IN (SELECT category FROM chosen))
"""

_UPDATES = (
    _CURRENT.format(
        where="""(%(kind)s::text IS NULL OR n.kind = %(kind)s)
   AND coalesce(n.root_id, n.id) < coalesce(%(before)s::bigint, 9223372036854775807)
   AND ({filtered})"""
    )
    # As `notices_in_order` has it, so that a page is read from its beginning and no further.
    + " ORDER BY coalesce(n.root_id, n.id) DESC LIMIT %(limit)s"
)
_ALL_UPDATES = _UPDATES.format(filtered="true")
_FILTERED_UPDATES = _CHOSEN + _UPDATES.format(filtered=_OF_SERVICES)

# Found by the services, of whom there are few: in the order of the Updates, all of these would be read for them.
_PRICES = (
    """
WITH about AS MATERIALIZED (
    SELECT p.id FROM notices_notice p
     WHERE p.scope = 'service' AND p.subject = ANY(%(services)s::text[]) AND p.kind = 'price'
       AND p.withdrawn_at IS NULL AND p.published_at >= coalesce(%(since)s::timestamptz, '-infinity'))
"""
    + _CURRENT.format(where="n.id IN (SELECT id FROM about)")
    + " ORDER BY coalesce(n.root_id, n.id) DESC LIMIT %(limit)s"
)

_ONE = _CURRENT.format(where="first.id = %(root)s")

_VERSIONS = f"""
SELECT {COLUMNS}, s.name AS service, c.name AS category, first.published_at AS first_published_at
  FROM notices_notice n
  JOIN notices_notice first ON first.id = coalesce(n.root_id, n.id)
  LEFT JOIN catalog_service s ON s.id = CASE n.scope WHEN 'service' THEN n.subject::bigint END
  LEFT JOIN catalog_category c ON c.id = CASE n.scope WHEN 'category' THEN n.subject::bigint END
 WHERE n.id = ANY(%(ids)s::bigint[])
"""

_HISTORY = f"""
SELECT {COLUMNS} FROM notices_notice n WHERE n.id = %(root)s OR n.root_id = %(root)s ORDER BY n.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateRow:
    """A notice as the Updates show it: its last version, since when it is known, and the name of what it is about.

    :param about: the service's or category's name, the network, or the empty string for all.
    """

    row: NoticeRow
    about: str
    first_published_at: datetime

    @property
    def root_id(self) -> int:
        """The id under which the notice is known, whatever its version."""
        return self.row.root_id

    @property
    def is_corrected(self) -> bool:
        """Whether this is not its first version."""
        return self.row.corrects_id is not None


def updates(
    *,
    kind: NoticeKind | None = None,
    network: str | None = None,
    service_ids: Collection[int] | None = None,
    before_id: int | None = None,
    limit: int = 50,
) -> list[UpdateRow]:
    """A page of the updates, newest first (keyset: pass the last `root_id` seen).

    :param network: only what concerns services of this network; what is about all services always is.
    :param service_ids: only what concerns one of these services.
    """
    is_filtered = network is not None or service_ids is not None
    parameters = {
        "kind": kind.value if kind else None,
        "network": network,
        "services": None if service_ids is None else sorted(service_ids),
        "before": before_id,
        "limit": limit,
    }
    found = db.named_rows(_FILTERED_UPDATES if is_filtered else _ALL_UPDATES, parameters)
    return [_update_row(row) for row in found]


def prices(*, service_ids: Collection[int], since: datetime | None = None, limit: int) -> list[UpdateRow]:
    """What was said of these services' prices and stands, newest first.

    :param since: only what was published since then.
    """
    if not service_ids:
        return []
    parameters = {"services": [str(each) for each in service_ids], "since": since, "limit": limit}
    return [_update_row(row) for row in db.named_rows(_PRICES, parameters)]


def update(*, root_id: int) -> UpdateRow | None:
    """One notice in its last version."""
    found = db.named_rows(_ONE, {"root": root_id})
    return _update_row(found[0]) if found else None


def versions(*, notice_ids: Collection[int]) -> dict[int, UpdateRow]:
    """Versions by their ids, whether or not they are the last of their notice."""
    return {row["id"]: _update_row(row) for row in db.named_rows(_VERSIONS, {"ids": list(notice_ids)})}


def history(*, root_id: int) -> list[NoticeRow]:
    """Every version of a notice, first to last: who wrote what, when, and why."""
    return [notice_row(row) for row in db.named_rows(_HISTORY, {"root": root_id})]


def _update_row(row: dict[str, Any]) -> UpdateRow:
    names = {"service": row["service"], "category": row["category"], "network": row["subject"], "all": ""}
    return UpdateRow(row=notice_row(row), about=names[row["scope"]] or "", first_published_at=row["first_published_at"])
