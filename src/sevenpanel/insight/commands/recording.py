"""The one place where a measurement is written down, and its service marked for a new estimate."""

from collections.abc import Sequence
from datetime import datetime

from sevenpanel.insight import models
from sevenpanel.kernel import db

_MARK_STALE = """
INSERT INTO insight_standing (service_id, is_drop_stale, is_times_stale, times_orders)
SELECT id, true, false, 0 FROM unnest(%s::bigint[]) AS s(id) ORDER BY id
ON CONFLICT (service_id) DO UPDATE SET is_drop_stale = true
"""


@db.step
def record_measurement(*, measurement: models.Measurement, now: datetime) -> bool:
    """Write a measurement down, once for each key.

    :returns: whether it is new.
    """
    if models.Measurement.objects.filter(key=measurement.key).exists():
        return False
    measurement.recorded_at = now
    models.Measurement.objects.bulk_create([measurement], ignore_conflicts=True)
    mark_stale([measurement.service_id])
    return True


@db.step
def mark_stale(service_ids: Sequence[int]) -> None:
    """Let the drop of these services be estimated anew."""
    db.rows(_MARK_STALE, [sorted(set(service_ids))])
