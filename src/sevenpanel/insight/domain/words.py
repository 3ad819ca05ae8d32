"""The words of this room: who measured, what is counted, when, and how an estimate was found."""

from datetime import timedelta
from enum import StrEnum

from sevenpanel.catalog.domain import Metric


class MeasuredBy(StrEnum):
    """Where a measurement comes from."""

    PROVIDER_STATUS = "provider status"
    PROVIDER_REFILL = "provider refill"
    STAFF = "staff"
    METER_TELEGRAM = "meter telegram"
    METER_YOUTUBE = "meter youtube"


BY_HAND = frozenset({MeasuredBy.STAFF, MeasuredBy.PROVIDER_REFILL})
"""These are written down by staff, with words of evidence."""


class Counter(StrEnum):
    """What tells how much of a delivery is still there. The operator chooses at most one for a service."""

    PROVIDER_STATUS = "provider status"
    TELEGRAM_MEMBERS = "telegram members"
    YOUTUBE_VIEWS = "youtube views"
    YOUTUBE_LIKES = "youtube likes"
    YOUTUBE_SUBSCRIBERS = "youtube subscribers"


class Network(StrEnum):
    """Who is asked for counts; each has its own pace."""

    PROVIDER = "provider"
    TELEGRAM = "telegram"
    YOUTUBE = "youtube"


NETWORK_OF: dict[Counter, Network] = {
    Counter.PROVIDER_STATUS: Network.PROVIDER,
    Counter.TELEGRAM_MEMBERS: Network.TELEGRAM,
    Counter.YOUTUBE_VIEWS: Network.YOUTUBE,
    Counter.YOUTUBE_LIKES: Network.YOUTUBE,
    Counter.YOUTUBE_SUBSCRIBERS: Network.YOUTUBE,
}
assert NETWORK_OF.keys() == set(Counter)

MEASURED_BY: dict[Network, MeasuredBy] = {
    Network.PROVIDER: MeasuredBy.PROVIDER_STATUS,
    Network.TELEGRAM: MeasuredBy.METER_TELEGRAM,
    Network.YOUTUBE: MeasuredBy.METER_YOUTUBE,
}
assert MEASURED_BY.keys() == set(Network)

TAGS_OF: dict[Counter, frozenset[str]] = {
    Counter.PROVIDER_STATUS: frozenset(),
    Counter.TELEGRAM_MEMBERS: frozenset({"telegram/channel"}),
    Counter.YOUTUBE_VIEWS: frozenset({"youtube/video", "youtube/short", "youtube/live"}),
    Counter.YOUTUBE_LIKES: frozenset({"youtube/video", "youtube/short", "youtube/live"}),
    Counter.YOUTUBE_SUBSCRIBERS: frozenset({"youtube/channel"}),
}
"""The kinds of link that a public counter can be read for. A provider counts its own deliveries, whatever the link."""
assert TAGS_OF.keys() == set(Counter)

METRICS_OF: dict[Counter, frozenset[Metric]] = {
    Counter.PROVIDER_STATUS: frozenset(),
    Counter.TELEGRAM_MEMBERS: frozenset({Metric.MEMBERS, Metric.FOLLOWERS}),
    Counter.YOUTUBE_VIEWS: frozenset({Metric.VIEWS, Metric.PLAYS}),
    Counter.YOUTUBE_LIKES: frozenset({Metric.LIKES, Metric.REACTIONS}),
    Counter.YOUTUBE_SUBSCRIBERS: frozenset({Metric.MEMBERS, Metric.FOLLOWERS}),
}
"""What a service has to count on the target for a public counter to show it."""
assert METRICS_OF.keys() == set(Counter)

PUBLIC = frozenset(counter for counter, tags in TAGS_OF.items() if tags)
"""Counters that others can move as well, so that a reading before the work is needed."""

PUBLIC_TAGS = frozenset().union(*TAGS_OF.values())


class Moment(StrEnum):
    """When a count is read: before the work, when it ended, and at these ages afterwards."""

    PLACING = "placing"
    END = "end"
    DAY_1 = "1 day"
    DAY_3 = "3 days"
    DAY_7 = "7 days"
    DAY_30 = "30 days"


AGES: dict[Moment, timedelta] = {
    Moment.DAY_1: timedelta(days=1),
    Moment.DAY_3: timedelta(days=3),
    Moment.DAY_7: timedelta(days=7),
    Moment.DAY_30: timedelta(days=30),
}


LATE: dict[Moment, timedelta] = {
    Moment.PLACING: timedelta(hours=6),
    Moment.END: timedelta(hours=2),
    Moment.DAY_1: timedelta(hours=12),
    Moment.DAY_3: timedelta(days=1),
    Moment.DAY_7: timedelta(days=2),
    Moment.DAY_30: timedelta(days=5),
}
"""How much later than planned a count may be read: later, it would tell of another age."""
assert LATE.keys() == set(Moment)


class ReadingState(StrEnum):
    """Where a planned reading stands."""

    PLANNED = "planned"
    TAKEN = "taken"
    MISSED = "missed"


class Occasion(StrEnum):
    """Why staff looked at an order. Who complains has drop, so complaints say nothing about the usual order."""

    SAMPLE = "sample"
    COMPLAINT = "complaint"


class Found(StrEnum):
    """How the drop of a service was found (clause 5)."""

    DECLARED = "declared"
    MEASURED = "measured"
