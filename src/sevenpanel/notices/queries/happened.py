"""Notices that were published, read on from one version to the next; and which of them concern somebody's services."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sevenpanel.kernel import db

TABLE = "notices_notice"
_BETWEEN = """
SELECT id AS notice_id, published_at FROM notices_notice
 WHERE id > %(after)s AND id <= %(upto)s ORDER BY id LIMIT %(limit)s
"""
_CONCERNING = """
WITH used AS MATERIALIZED (
    SELECT u.id::text AS id, u.network, u.category_id::text AS category FROM catalog_service u
     WHERE u.id = ANY(%(services)s::bigint[]))
SELECT n.id FROM notices_notice n WHERE n.id = ANY(%(notices)s::bigint[]) AND (
       n.scope = 'all' OR (n.scope = 'service' AND n.subject IN (SELECT id FROM used))
    OR (n.scope = 'network' AND n.subject IN (SELECT network FROM used))
    OR (n.scope = 'category' AND n.subject IN (SELECT category FROM used)))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedRow:
    """A version of a notice."""

    notice_id: int
    published_at: datetime


def published_between(*, after: int, upto: int, limit: int) -> tuple[int, list[PublishedRow]]:
    """Read on by at most so many versions.

    :returns: the last one that is read now, and all that were read.
    """
    rows = [PublishedRow(**row) for row in db.named_rows(_BETWEEN, {"after": after, "upto": upto, "limit": limit})]
    return (rows[-1].notice_id if len(rows) == limit else upto), rows


def concerning(*, notice_ids: Collection[int], service_ids: Collection[int]) -> frozenset[int]:
    """Those of these versions that concern one of these services; what is about all services always does."""
    asked = {"notices": list(notice_ids), "services": list(service_ids)}
    return frozenset(id_ for (id_,) in db.rows(_CONCERNING, asked))
