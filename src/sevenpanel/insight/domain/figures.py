"""The figures of this room, all in one place. What they are for, and where they come from, is in docs/insight.md."""

from datetime import timedelta

SETTLED_AFTER = timedelta(days=7)
"""How old a measurement has to be to count: what drops at all has mostly dropped by then."""

ORDERS_COUNTED_MAX = 200
"""Estimates and times look at the last so many orders of a service (issue, item 8)."""

MEASURED_FROM = 5
"""With fewer measured orders the operator's declaration stays what is shown."""

PRIOR_WEIGHT = 10.0
"""How many independent units the operator's declaration is worth beside what was measured."""

UNDECLARED_WEIGHT = 2.0
"""Where nothing is declared: one unit that dropped and one that stayed, which is no opinion at all."""

TAIL = 0.05
"""What lies below, and what above, a 90 % interval."""

TIMES_FROM = 10
"""With fewer completed orders no time is shown."""

PER_MAX = 1_000
"""Times are shown for at most so many pieces, as rates are."""

ALONE_BEFORE = timedelta(days=30)
"""Another order on the same target within this time before placing would still be dropping."""

TARGETS_KEPT = timedelta(days=180)
"""How long it is remembered that an order ended on a target: the longest order that is measured, and a month on each
side of it."""

FOLLOWED_AN_HOUR = 5
"""About so many orders of a service an hour counts are read: some two hundred are enough for an estimate."""

ARRIVED_PERCENT = 50
"""A counter that does not show at least half of what was delivered does not count this service's deliveries."""

STEP_PERCENT = 5
"""A counter that is rounded more coarsely than this share of a delivery cannot measure it."""

EVIDENCE_MIN, EVIDENCE_MAX = 10, 2_000
"""How many characters the words have with which staff say what they saw."""
