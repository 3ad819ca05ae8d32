"""When suppliers could not be reached, and how soon they answer, without their names: the one part of fulfilment that
customers may see, on the public status page."""

from dataclasses import dataclass
from datetime import datetime

from sevenpanel.fulfilment.domain import AlertKind
from sevenpanel.kernel import db

READ_MAX = 200
ANSWERS_MAX = 1_000

_KINDS = (AlertKind.PROVIDER_WAITS, AlertKind.PROVIDER_SILENT)
_OUTAGES = """
SELECT a.raised_at AS began_at, a.resolved_at AS ended_at,
       ARRAY(SELECT DISTINCT s.network FROM fulfilment_route r JOIN catalog_service s ON s.id = r.service_id
              WHERE r.is_active AND s.state = 'listed' AND 'provider/' || r.provider_id = a.subject) AS networks
  FROM fulfilment_alert a
 WHERE a.kind = ANY(%(kinds)s::text[]) AND (a.resolved_at IS NULL OR a.resolved_at >= %(since)s)
 ORDER BY a.id DESC LIMIT %(limit)s
"""
_ANSWERS = """
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY elapsed_ms)::bigint, count(*)
  FROM (SELECT elapsed_ms FROM fulfilment_attempt WHERE elapsed_ms IS NOT NULL ORDER BY id DESC LIMIT %s) AS newest
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageRow:
    """A time in which a supplier could not be reached, and which networks it serves.

    :param ended_at: None while it lasts.
    """

    began_at: datetime
    ended_at: datetime | None
    networks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersRow:
    """How long suppliers took to answer the newest orders that were sent to them: half of them at most so long."""

    median_ms: int
    orders: int


def outages(*, since: datetime) -> list[OutageRow]:
    """When a supplier of something that is on sale was out of reach since an instant, newest first."""
    asked = {"kinds": [kind.value for kind in _KINDS], "since": since, "limit": READ_MAX}
    found = db.named_rows(_OUTAGES, asked)
    return [OutageRow(**{**row, "networks": tuple(row["networks"])}) for row in found if row["networks"]]


def answers() -> AnswersRow | None:
    """How soon suppliers answer, over the newest `ANSWERS_MAX` orders; None before any was sent."""
    median, orders = db.rows(_ANSWERS, [ANSWERS_MAX])[0]
    return AnswersRow(median_ms=median, orders=orders) if orders else None
