"""Writes of insight. What makes estimates is apart (`commands.estimating`), because it brings NumPy along."""

from sevenpanel.insight.commands.by_hand import (
    Seen,
    UnableToMeasure,
    UnableToSetMeter,
    measure_by_hand,
    set_meter,
    strike_out,
)
from sevenpanel.insight.commands.endings import forget_targets, take_in_endings
from sevenpanel.insight.commands.erasing import unlink_readings
from sevenpanel.insight.commands.planning import note_placed
from sevenpanel.insight.commands.reading import miss_overdue, read_next
from sevenpanel.insight.commands.spending import sum_spending
from sevenpanel.insight.commands.timing import reckon_times
from sevenpanel.insight.meters.configured import configured as configured_meters

__all__ = [
    "Seen",
    "UnableToMeasure",
    "UnableToSetMeter",
    "configured_meters",
    "forget_targets",
    "measure_by_hand",
    "miss_overdue",
    "note_placed",
    "read_next",
    "reckon_times",
    "set_meter",
    "strike_out",
    "sum_spending",
    "take_in_endings",
    "unlink_readings",
]
