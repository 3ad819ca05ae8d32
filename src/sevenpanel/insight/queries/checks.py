"""What must hold of measurements, estimates and times at every commit."""

from sevenpanel.insight.domain import MEASURED_FROM, SETTLED_AFTER
from sevenpanel.kernel import invariants
from sevenpanel.kernel.invariants import Breach, Check

CHECKS = (
    Check(
        invariant="orphans",
        sentence="A measurement, a reading or a time names an order that does not exist, is open, or is of another "
        "service.",
        statement="""
        SELECT m.id FROM insight_measurement m LEFT JOIN orders_order o ON o.id = m.order_id
         WHERE o.id IS NULL OR o.is_open OR o.service_id <> m.service_id
        UNION ALL
        SELECT r.id FROM insight_reading r LEFT JOIN orders_order o ON o.id = r.order_id
         WHERE o.id IS NULL OR o.service_id <> r.service_id
        UNION ALL
        SELECT p.order_id FROM insight_span p LEFT JOIN orders_order o ON o.id = p.order_id
         WHERE o.id IS NULL OR o.is_open OR o.service_id <> p.service_id""",
    ),
    Check(
        invariant="5",
        sentence="More is measured of an order than was ordered.",
        statement="""
        SELECT m.id FROM insight_measurement m JOIN orders_order o ON o.id = m.order_id
         WHERE m.arrived > o.quantity""",
    ),
    Check(
        invariant="5",
        sentence="A meter's measurement has no reading that was taken.",
        statement="""
        SELECT m.id FROM insight_measurement m LEFT JOIN insight_reading r ON m.key = 'reading/' || r.id
         WHERE m.staff_id IS NULL AND (r.id IS NULL OR r.state <> 'taken' OR r.order_id <> m.order_id)""",
    ),
    Check(
        invariant="5",
        sentence="A service is shown with an estimate that is not its last one.",
        statement="""
        SELECT t.service_id FROM insight_standing t JOIN insight_estimate e ON e.id = t.estimate_id
         WHERE e.service_id <> t.service_id
            OR EXISTS (SELECT FROM insight_estimate n WHERE n.service_id = t.service_id AND n.id > e.id)""",
    ),
    Check(
        invariant="5",
        sentence="An estimate counts other orders than were measured when it was made.",
        statement="""
        SELECT e.id FROM insight_standing t JOIN insight_estimate e ON e.id = t.estimate_id
         WHERE NOT t.is_drop_stale
           AND e.orders <> least(200, (
               SELECT count(DISTINCT m.order_id) FROM insight_measurement m
                WHERE m.service_id = e.service_id AND m.occasion = 'sample' AND m.recorded_at <= e.as_of
                  AND m.taken_at >= m.ended_at + %(settled)s
                  AND NOT EXISTS (SELECT FROM insight_strike x
                                   WHERE x.measurement_id = m.id AND x.struck_at <= e.as_of)))""",
    ),
    Check(
        invariant="5",
        sentence="An estimate is called measured with too few orders, or declared with enough.",
        statement="""
        SELECT id FROM insight_estimate WHERE (found = 'measured') <> (orders >= %(least)s)""",
    ),
)


def broken_invariants() -> list[Breach]:
    """Check that what is shown rests on what was measured (clause 5)."""
    return invariants.run(CHECKS, {"settled": SETTLED_AFTER, "least": MEASURED_FROM})
