"""Reads of insight: what is known of services now, how it came about, and whether that holds together."""

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sevenpanel.insight.domain import (
    Counter,
    Found,
    MeasuredBy,
    Moment,
    Network,
    Occasion,
    Range,
    ReadingState,
)
from sevenpanel.insight.queries.checks import CHECKS, broken_invariants
from sevenpanel.insight.queries.rows import (
    AgeRow,
    DeskRow,
    EstimateRow,
    MeasurementRow,
    PaceRow,
    ReadingRow,
    StandingRow,
    TimesRow,
)
from sevenpanel.kernel import db
from sevenpanel.terms import DropBand

__all__ = [
    "CHECKS",
    "AgeRow",
    "DeskRow",
    "EstimateRow",
    "MeasurementRow",
    "PaceRow",
    "ReadingRow",
    "StandingRow",
    "TimesRow",
    "broken_invariants",
    "desk_rows",
    "history",
    "measurements",
    "meter_of",
    "paces",
    "readings",
    "standings",
]

_ESTIMATE = """
e.service_id, e.as_of, e.found, e.orders, e.band, e.mean_permille, e.low_permille, e.high_permille,
e.ages::text AS ages, e.declared_band
"""
_STANDINGS = f"""
SELECT t.service_id AS id, t.times_orders, t.times_as_of, t.start_low, t.start_median, t.start_high, t.complete_low,
       t.complete_median, t.complete_high, t.complete_per, {_ESTIMATE}
  FROM insight_standing t LEFT JOIN insight_estimate e ON e.id = t.estimate_id
 WHERE t.service_id = ANY(%s::bigint[])
"""
# The last estimate of each day: what was known at its end.
_HISTORY = f"""
SELECT DISTINCT ON (date_trunc('day', e.as_of, 'UTC')) {_ESTIMATE} FROM insight_estimate e
 WHERE e.service_id = %(service)s AND e.as_of > %(since)s
 ORDER BY date_trunc('day', e.as_of, 'UTC'), e.as_of DESC, e.id DESC
"""
_MEASUREMENTS = """
SELECT m.id, m.order_id, m.measured_by, m.occasion, m.ended_at, m.taken_at, m.arrived, m.remaining, m.start_count,
       m.count, m.evidence, m.staff_id, x.why AS struck_why
  FROM insight_measurement m LEFT JOIN insight_strike x ON x.measurement_id = m.id
 WHERE m.service_id = %s ORDER BY m.id DESC LIMIT %s
"""
_READINGS = """
SELECT order_id, counter, moment, planned_at, state, taken_at, count, words
  FROM insight_reading WHERE service_id = %s AND (%s OR state <> 'taken' OR words <> '') ORDER BY id DESC LIMIT %s
"""
_DESK = f"""
SELECT s.id, s.name, s.drop_band, m.counter, k.sources::text AS sources, coalesce(k.complaints, 0) AS complaints,
       {_ESTIMATE}
  FROM catalog_service s
  LEFT JOIN insight_meter m ON m.service_id = s.id
  LEFT JOIN insight_standing t ON t.service_id = s.id
  LEFT JOIN insight_estimate e ON e.id = t.estimate_id
  LEFT JOIN (SELECT service_id, jsonb_object_agg(measured_by, number) AS sources, sum(complaints) AS complaints
               FROM (SELECT service_id, measured_by, count(*) AS number,
                            count(*) FILTER (WHERE occasion = 'complaint') AS complaints
                       FROM insight_measurement n
                      WHERE NOT EXISTS (SELECT FROM insight_strike x WHERE x.measurement_id = n.id)
                      GROUP BY service_id, measured_by) AS each
              GROUP BY service_id) AS k ON k.service_id = s.id
 WHERE m.counter IS NOT NULL OR k.service_id IS NOT NULL OR t.estimate_id IS NOT NULL
 ORDER BY s.position, s.id
"""
_PACES = """
SELECT n.network, p.asked_at, p.blocked_until, coalesce(p.words, '') AS words, coalesce(p.calls, 0) AS calls,
       (SELECT count(*) FROM insight_reading r WHERE r.network = n.network AND r.state = 'planned') AS planned,
       (SELECT count(*) FROM insight_reading r
         WHERE r.network = n.network AND r.state = 'planned' AND r.due_at <= %(now)s) AS overdue
  FROM unnest(%(networks)s::text[]) AS n(network) LEFT JOIN insight_pace p ON p.network = n.network
"""


def standings(*, service_ids: Collection[int]) -> dict[int, StandingRow]:
    """What is known of these services now, by id; services of which nothing is known are missing."""
    return {row["id"]: _standing(row) for row in db.named_rows(_STANDINGS, [list(service_ids)])}


def _standing(row: dict[str, Any]) -> StandingRow:
    return StandingRow(service_id=row["id"], drop=_estimate(row), times=_times(row))


def _times(row: dict[str, Any]) -> TimesRow | None:
    if row["times_as_of"] is None:
        return None
    return TimesRow(
        orders=row["times_orders"],
        as_of=row["times_as_of"],
        start=_range(row, "start"),
        complete=_range(row, "complete"),
        per=row["complete_per"],
    )


def _range(row: dict[str, Any], name: str) -> Range | None:
    median = row[f"{name}_median"]
    return None if median is None else Range(low=row[f"{name}_low"], median=median, high=row[f"{name}_high"])


def _estimate(row: dict[str, Any]) -> EstimateRow | None:
    if row["as_of"] is None:
        return None
    return EstimateRow(
        service_id=row["service_id"],
        as_of=row["as_of"],
        found=Found(row["found"]),
        orders=row["orders"],
        band=DropBand(row["band"]) if row["band"] else None,
        mean_permille=row["mean_permille"],
        low_permille=row["low_permille"],
        high_permille=row["high_permille"],
        ages=tuple(AgeRow(**age) for age in json.loads(row["ages"])),
        declared_band=DropBand(row["declared_band"]) if row["declared_band"] else None,
    )


def history(*, service_id: int, since: datetime) -> list[EstimateRow]:
    """A service's estimates since an instant, oldest first, the last one of each day."""
    found = (_estimate(row) for row in db.named_rows(_HISTORY, {"service": service_id, "since": since}))
    return [row for row in found if row is not None]


def measurements(*, service_id: int, limit: int) -> list[MeasurementRow]:
    """The last measurements of a service, newest first, those struck out among them."""
    return [
        MeasurementRow(**{**row, "measured_by": MeasuredBy(row["measured_by"]), "occasion": Occasion(row["occasion"])})
        for row in db.named_rows(_MEASUREMENTS, [service_id, limit])
    ]


def readings(*, service_id: int, limit: int, with_measured: bool = True) -> list[ReadingRow]:
    """The last planned and taken counts of a service, newest first.

    :param with_measured: those that were taken and hide nothing, too.
    """
    return [
        ReadingRow(
            **{
                **row,
                "counter": Counter(row["counter"]),
                "moment": Moment(row["moment"]),
                "state": ReadingState(row["state"]),
            }
        )
        for row in db.named_rows(_READINGS, [service_id, with_measured, limit])
    ]


def meter_of(*, service_id: int) -> Counter | None:
    """Which counter was chosen for a service, if any."""
    found = db.rows("SELECT counter FROM insight_meter WHERE service_id = %s", [service_id])
    return Counter(found[0][0]) if found else None


def desk_rows() -> list[DeskRow]:
    """Every service that is or was measured, in the order of the catalogue."""
    return [
        DeskRow(
            service_id=row["id"],
            name=row["name"],
            declared_band=DropBand(row["drop_band"]) if row["drop_band"] else None,
            drop=_estimate(row),
            counter=Counter(row["counter"]) if row["counter"] else None,
            sources={MeasuredBy(source): number for source, number in json.loads(row["sources"] or "{}").items()},
            complaints=int(row["complaints"]),
        )
        for row in db.named_rows(_DESK)
    ]


def paces(*, now: datetime) -> list[PaceRow]:
    """How each network that is asked for counts fares."""
    asked = {"networks": [network.value for network in Network], "now": now}
    return [PaceRow(**{**row, "network": Network(row["network"])}) for row in db.named_rows(_PACES, asked)]
