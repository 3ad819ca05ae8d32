"""Tables of insight: what was read and measured, what was estimated from it, how long orders took, and the pace of it.

Orders and services carry no foreign keys, as elsewhere: neither is ever deleted, and `sevenpanel verify` looks for
orphans.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from sevenpanel.insight.domain import BY_HAND, Counter, Found, MeasuredBy, Moment, Network, Occasion, ReadingState
from sevenpanel.kernel.models import MicrosField, words
from sevenpanel.terms import DropBand


class Meter(models.Model):
    """Which counter tells how much is left of a service's deliveries, as the operator chose; no row for none.

    :ivar hour: since when orders were counted that are read about, and `chosen` how many since then.
    """

    service_id = models.BigIntegerField(primary_key=True)
    counter = models.TextField()
    set_by = models.TextField()
    set_at = models.DateTimeField()
    hour = models.DateTimeField(null=True)
    chosen = models.IntegerField(default=0)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(counter__in=words(Counter)), name="insight_counter_known"),)


class Reading(models.Model):
    """One count that is to be read, or was. Once it is taken or missed it is never changed.

    :ivar step: the counter's resolution at this size; 1 when it is exact.
    :ivar words: why there is no count, or why it gives no measurement.
    """

    order_id = models.BigIntegerField()
    service_id = models.BigIntegerField()
    counter = models.TextField()
    network = models.TextField()
    target = models.TextField()
    moment = models.TextField()
    planned_at = models.DateTimeField()
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    tries = models.IntegerField(default=0)
    state = models.TextField(default=ReadingState.PLANNED.value)
    taken_at = models.DateTimeField(null=True)
    count = models.BigIntegerField(null=True)
    step = models.BigIntegerField(default=1)
    words = models.TextField(default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("order_id", "moment"), name="insight_reading_once"),
            models.CheckConstraint(condition=Q(counter__in=words(Counter)), name="insight_reading_counter_known"),
            models.CheckConstraint(condition=Q(network__in=words(Network)), name="insight_reading_network_known"),
            models.CheckConstraint(condition=Q(moment__in=words(Moment)), name="insight_reading_moment_known"),
            models.CheckConstraint(condition=Q(state__in=words(ReadingState)), name="insight_reading_state_known"),
            models.CheckConstraint(
                condition=Q(state=ReadingState.TAKEN.value, taken_at__isnull=False, count__gte=0, step__gte=1)
                | (~Q(state=ReadingState.TAKEN.value) & Q(count__isnull=True)),
                name="insight_reading_taken_has_count",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReadingState.MISSED.value) | ~Q(words=""), name="insight_reading_missed_says_why"
            ),
        )
        indexes = (
            models.Index(
                fields=("network", "due_at"),
                condition=Q(state=ReadingState.PLANNED.value),
                name="insight_reading_due",
            ),
            models.Index(fields=("service_id", "id"), name="insight_reading_of_service"),
        )


class Measurement(models.Model):
    """How much of an order's delivery was left at an instant. Written once, never changed.

    :ivar ended_at: when the order ended; a measurement's age counts from there.
    :ivar arrived: what can drop: what was delivered, as far as a public counter showed it.
    :ivar key: the reading or the form it came from, so that it is taken once.
    """

    order_id = models.BigIntegerField()
    service_id = models.BigIntegerField()
    measured_by = models.TextField()
    occasion = models.TextField(default=Occasion.SAMPLE.value)
    ended_at = models.DateTimeField()
    taken_at = models.DateTimeField()
    arrived = models.BigIntegerField()
    remaining = models.BigIntegerField()
    start_count = models.BigIntegerField(null=True)
    count = models.BigIntegerField(null=True)
    evidence = models.TextField(default="")
    staff_id = models.BigIntegerField(null=True)
    key = models.TextField(unique=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(measured_by__in=words(MeasuredBy)), name="insight_measured_by_known"),
            models.CheckConstraint(condition=Q(occasion__in=words(Occasion)), name="insight_occasion_known"),
            models.CheckConstraint(
                condition=Q(arrived__gte=1, remaining__gte=0, remaining__lte=F("arrived")),
                name="insight_remaining_in_bounds",
            ),
            models.CheckConstraint(condition=Q(taken_at__gte=F("ended_at")), name="insight_measured_after_end"),
            models.CheckConstraint(
                condition=Q(measured_by__in=words(BY_HAND), staff_id__isnull=False) & ~Q(evidence="")
                | ~Q(measured_by__in=words(BY_HAND)) & Q(staff_id__isnull=True),
                name="insight_by_hand_has_evidence",
            ),
        )
        indexes = (
            # What an estimate reads: the last orders of a service, the latest measurement of each first.
            models.Index(
                fields=("service_id", "-ended_at", "-order_id", "-taken_at"),
                condition=Q(occasion=Occasion.SAMPLE.value),
                name="insight_measured_last",
            ),
            models.Index(fields=("service_id", "-id"), name="insight_measured_of_service"),
        )


class Strike(models.Model):
    """That a measurement was a mistake and counts no more. Written once, like what it is about."""

    measurement = models.OneToOneField(Measurement, on_delete=models.PROTECT, related_name="+")
    why = models.TextField()
    struck_by = models.BigIntegerField()
    struck_at = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(why=""), name="insight_strike_says_why"),)


class Estimate(models.Model):
    """What was known of a service's drop at an instant. Written once: pages and the picture read the history.

    :ivar orders: how many measured orders counted.
    :ivar ages: for each planned age how many orders were measured and how much had dropped, in thousandths.
    :ivar method: the version of the arithmetic, and `policy_version` that of the bands.
    """

    service_id = models.BigIntegerField()
    as_of = models.DateTimeField()
    found = models.TextField()
    orders = models.IntegerField()
    band = models.TextField(null=True)
    mean_permille = models.IntegerField()
    low_permille = models.IntegerField()
    high_permille = models.IntegerField()
    ages = models.JSONField(default=list)
    declared_band = models.TextField(null=True)
    policy_version = models.TextField()
    method = models.IntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(found__in=words(Found)), name="insight_found_known"),
            models.CheckConstraint(
                condition=(Q(band__isnull=True) | Q(band__in=words(DropBand)))
                & (Q(declared_band__isnull=True) | Q(declared_band__in=words(DropBand))),
                name="insight_band_known",
            ),
            models.CheckConstraint(
                condition=Q(found=Found.DECLARED.value) | Q(band__isnull=False), name="insight_measured_has_band"
            ),
            models.CheckConstraint(
                condition=Q(
                    low_permille__gte=0,
                    low_permille__lte=F("mean_permille"),
                    high_permille__gte=F("mean_permille"),
                    high_permille__lte=1000,
                ),
                name="insight_interval_in_order",
            ),
            models.CheckConstraint(condition=Q(orders__gte=0), name="insight_orders_counted"),
        )
        indexes = (models.Index(fields=("service_id", "-as_of"), name="insight_estimate_history"),)


class Standing(models.Model):
    """One row per service: its latest estimate and its times, so that a page reads one row each.

    :ivar is_drop_stale: something was measured, struck out or declared since the estimate.
    :ivar complete_per: for how many pieces the times to completion are; None when for an order of any size.
    """

    service_id = models.BigIntegerField(primary_key=True)
    estimate = models.ForeignKey(Estimate, on_delete=models.PROTECT, null=True, related_name="+")
    is_drop_stale = models.BooleanField(default=False)
    is_times_stale = models.BooleanField(default=False)
    times_orders = models.IntegerField(default=0)
    times_as_of = models.DateTimeField(null=True)
    start_low = models.BigIntegerField(null=True)
    start_median = models.BigIntegerField(null=True)
    start_high = models.BigIntegerField(null=True)
    complete_low = models.BigIntegerField(null=True)
    complete_median = models.BigIntegerField(null=True)
    complete_high = models.BigIntegerField(null=True)
    complete_per = models.IntegerField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("service_id",), condition=Q(is_drop_stale=True), name="insight_drop_stale"),
            models.Index(fields=("service_id",), condition=Q(is_times_stale=True), name="insight_times_stale"),
        )


class Span(models.Model):
    """How long a completed order took; the last `ORDERS_COUNTED_MAX` of each service are kept."""

    order_id = models.BigIntegerField(primary_key=True)
    service_id = models.BigIntegerField()
    ended_at = models.DateTimeField()
    quantity = models.BigIntegerField()
    start_seconds = models.BigIntegerField()
    complete_seconds = models.BigIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(quantity__gte=1, start_seconds__gte=0, complete_seconds__gte=F("start_seconds")),
                name="insight_span_in_order",
            ),
        )
        indexes = (models.Index(fields=("service_id", "-ended_at", "-order_id"), name="insight_span_last"),)


class OnTarget(models.Model):
    """An ended order that moved a public counter, kept for as long as it can disturb the measuring of another."""

    order_id = models.BigIntegerField(primary_key=True)
    target = models.TextField()
    placed_at = models.DateTimeField()
    ended_at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=("target", "ended_at"), name="insight_on_target"),
            models.Index(fields=("ended_at",), name="insight_on_target_age"),
        )


class Tide(models.Model):
    """One row: how far the facts of orders were read, and how far they reached when last looked at.

    :ivar writing: the transactions that could still add a fact up to `seen`.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    read_upto = models.BigIntegerField(default=0)
    seen = models.BigIntegerField(default=0)
    writing = ArrayField(models.TextField(), default=list)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(id=1), name="insight_tide_is_one"),)


class Pace(models.Model):
    """When a network was last asked, how often on its day, and until when it asks to be left alone, and why."""

    network = models.TextField(primary_key=True)
    asked_at = models.DateTimeField(null=True)
    blocked_until = models.DateTimeField(null=True)
    words = models.TextField(default="")
    day = models.DateField(null=True)
    calls = models.IntegerField(default=0)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(network__in=words(Network)), name="insight_pace_known"),)


class Spent(models.Model):
    """What moved between a customer's balance and orders of one service on one day in UTC, so that a report reads days.

    Made of the ledger's transfers up to `SpentMark.upto_id`, and made again of them whenever that is wanted.

    :ivar charged_micros: what was taken for orders that day.
    :ivar returned_micros: what came back of orders that day, whenever they were placed.
    :ivar orders: how many were charged.
    """

    customer_id = models.BigIntegerField()
    day = models.DateTimeField()
    service_id = models.BigIntegerField()
    charged_micros = MicrosField()
    returned_micros = MicrosField()
    orders = models.IntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("customer_id", "day", "service_id"), name="insight_spent_once"),)


class SpentMark(models.Model):
    """One row: up to which transfer of the ledger spending is summed."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    upto_id = models.BigIntegerField(default=0)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(id=1), name="insight_spent_mark_is_one"),)
