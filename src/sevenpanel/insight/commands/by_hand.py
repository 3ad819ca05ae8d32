"""What staff do: choose how a service is measured, write down what they saw, and strike out what was a mistake."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sevenpanel import links
from sevenpanel.catalog import queries as catalog
from sevenpanel.catalog.domain import ServiceRow
from sevenpanel.insight import models
from sevenpanel.insight.commands.recording import mark_stale, record_measurement
from sevenpanel.insight.domain import (
    BY_HAND,
    EVIDENCE_MAX,
    EVIDENCE_MIN,
    METRICS_OF,
    PUBLIC,
    PUBLIC_TAGS,
    TAGS_OF,
    TARGETS_KEPT,
    Counter,
    MeasuredBy,
    Occasion,
)
from sevenpanel.kernel import db
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.orders.queries import endings
from sevenpanel.orders.queries.endings import EndedRow

# Whoever types the time of what was seen may be ahead of the desk by this much.
CLOCK_SLACK = timedelta(minutes=5)

_BACKFILL = """
INSERT INTO insight_ontarget (order_id, target, placed_at, ended_at)
SELECT id, target, placed_at, settled_at FROM orders_order
 WHERE NOT is_open AND delivered > 0 AND link_tag = ANY(%(tags)s::text[]) AND settled_at > %(since)s
ON CONFLICT (order_id) DO NOTHING
"""


class UnableToMeasure(Refusal):
    """A measurement that cannot be: the order, the figures or the words do not allow it."""

    status = 422


class UnableToSetMeter(Refusal):
    """A counter that cannot tell anything about this service."""

    status = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a member of staff saw of an order.

    :param remaining: how many of what was delivered are still there.
    :param seen_at: when; not in the future.
    :param evidence: how it is known, in words.
    :param form_id: the form's own id: sent twice, it is written down once.
    """

    order_id: int
    remaining: int
    measured_by: MeasuredBy
    occasion: Occasion
    seen_at: datetime
    evidence: str
    form_id: str


@db.command
def measure_by_hand(*, seen: Seen, staff_id: int, now: datetime) -> int:
    """Write down what staff saw.

    :returns: the service that it is about.
    :raises UnableToMeasure: when the order has not ended or delivered nothing, or the figures or words cannot be.
    """
    evidence = " ".join(seen.evidence.replace("\0", "").split())
    if not EVIDENCE_MIN <= len(evidence) <= EVIDENCE_MAX:
        raise UnableToMeasure(f"Say how you know, in {EVIDENCE_MIN} to {EVIDENCE_MAX} characters.")
    assert seen.measured_by in BY_HAND, seen.measured_by
    order = _ended(seen, now)
    record_measurement(
        measurement=models.Measurement(
            order_id=order.order_id,
            service_id=order.service_id,
            measured_by=seen.measured_by,
            occasion=seen.occasion,
            ended_at=order.ended_at,
            taken_at=max(min(seen.seen_at, now), order.ended_at),
            arrived=order.delivered,
            remaining=seen.remaining,
            evidence=evidence,
            staff_id=staff_id,
            key=f"form/{seen.form_id}",
        ),
        now=now,
    )
    return order.service_id


def _ended(seen: Seen, now: datetime) -> EndedRow:
    found = endings.ended(order_ids=[seen.order_id])
    if not found:
        raise UnableToMeasure(f"Order {seen.order_id} does not exist or has not ended yet. Look at its number again.")
    (order,) = found
    if order.delivered < 1:
        raise UnableToMeasure(f"Nothing was delivered for order {order.order_id}, so nothing can have dropped.")
    if not 0 <= seen.remaining <= order.delivered:
        raise UnableToMeasure(f"Between 0 and {order.delivered} can be left: {order.delivered} were delivered.")
    if not order.ended_at - CLOCK_SLACK <= seen.seen_at <= now + CLOCK_SLACK:
        raise UnableToMeasure("Look at an order after it has ended, and write down no later time than now.")
    return order


@db.command
def strike_out(*, measurement_id: int, why: str, staff_id: int, now: datetime) -> int:
    """Let a measurement count no more; it stays to be read, with who struck it out and why.

    :returns: the service that it was about.
    :raises UnableToMeasure: when there is none, it was struck out before, or no reason is given.
    """
    found = models.Measurement.objects.filter(id=measurement_id).first()
    if found is None:
        raise UnableToMeasure("There is no such measurement.")
    reason = " ".join(why.replace("\0", "").split())[:EVIDENCE_MAX]
    if not reason:
        raise UnableToMeasure("Say why it was a mistake.")
    if models.Strike.objects.filter(measurement_id=measurement_id).exists():
        raise UnableToMeasure("This measurement was struck out before.")
    struck = models.Strike(measurement_id=measurement_id, why=reason, struck_by=staff_id, struck_at=now)
    models.Strike.objects.bulk_create([struck], ignore_conflicts=True)
    mark_stale([found.service_id])
    return found.service_id


@db.command
def set_meter(*, service_id: int, counter: Counter | None, set_by: str, now: datetime) -> None:
    """Choose what tells how much is left of a service's deliveries; None for nothing.

    Orders that ended on the same targets before are looked up once, so that they are known to disturb.

    :raises UnableToSetMeter: when there is no such service, or it takes no link that this counter can be read for.
    """
    service = catalog.service(service_id=service_id, customer_id=None)
    if service is None:
        raise UnableToSetMeter(f"There is no service {service_id}.")
    if counter is None:
        models.Meter.objects.filter(service_id=service_id).delete()
        return
    if counter in PUBLIC:
        _refuse_unfit(counter, service)
    chosen = {"counter": counter, "set_by": set_by, "set_at": now}
    models.Meter.objects.update_or_create(service_id=service_id, defaults=chosen)
    if counter in PUBLIC:
        db.rows(_BACKFILL, {"tags": sorted(PUBLIC_TAGS), "since": now - TARGETS_KEPT})


def _refuse_unfit(counter: Counter, service: ServiceRow) -> None:
    accepted = {tag for tag in TAGS_OF[counter] if {tag, f"{tag.partition('/')[0]}/*", "*/*"} & set(service.accepts)}
    if not accepted:
        names = " or ".join(sorted(links.NAMES[tag] for tag in TAGS_OF[counter]))
        raise UnableToSetMeter(f"This counter is read for {names}, which this service does not take.")
    if service.metric not in METRICS_OF[counter]:
        metrics = " or ".join(sorted(METRICS_OF[counter]))
        raise UnableToSetMeter(f"This counter shows {metrics}. Set that as the metric of the service first.")
