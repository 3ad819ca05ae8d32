"""The pictures of the home page, drawn as SVG: spending and delivery over days, orders by state.

Pure: rows in, numbers as text out, as in `drop_picture`. Each has its words for those who do not see it, and its
figures as a table.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sevenpanel.kernel.money import MICROS_PER_UNIT
from sevenpanel.orders.domain import Status
from sevenpanel.orders.queries.activity import ActivityRow
from sevenpanel.terms import named_word
from sevenpanel.web import present
from sevenpanel.web.order_rows import SLUGS
from sevenpanel.web.telling import told

DAYS = 30
WIDTH, HEIGHT = 320, 150
TOP, BOTTOM = 22, 128
ROW_HEIGHT, ROW_LEFT, ROW_RIGHT = 26, 84, 264
MINUTE, HOUR, DAY = 60, 3_600, 86_400
SPANS = (10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 5 * DAY, 10 * DAY, 30 * DAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One day: where its column stands, and how high."""

    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One line of the table below."""

    name: str
    value: str
    slug: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OverDays:
    """A figure for each of the last days.

    :param name: sets its ids apart from those of other pictures.
    :param told: the days that have a figure, newest first.
    """

    name: str
    title: str
    words: str
    most: str
    first_day: str
    last_day: str
    column_name: str
    columns: tuple[Column, ...]
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One state: its bar and its number."""

    y: str
    text_y: str
    number_x: str
    width: str
    status: str
    slug: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ByState:
    """How many orders are in which state."""

    name: str
    title: str
    words: str
    height: int
    bars: tuple[Bar, ...]
    told: tuple[Told, ...]


def spending(rows: Sequence[ActivityRow], currency: str, now: datetime) -> OverDays | None:
    """What the orders of each day cost; None when nothing was ordered."""
    sums: dict[datetime, int] = {}
    for row in rows:
        sums[row.day] = sums.get(row.day, 0) + row.cost_micros
    if not sums:
        return None
    total = present.money(sum(sums.values()), currency)
    words = _("Your orders of the last 30 days cost %(total)s together.") % {"total": total}
    return _over_days(
        "spending",
        (_("Spending by day"), words, _("Spent or held")),
        sums,
        _round_sum(max(sums.values())),
        lambda value: present.money(value, currency),
        now,
    )


def delivery(rows: Sequence[ActivityRow], now: datetime) -> OverDays | None:
    """How long the completed orders of each day took, half of them at most; None when none was completed."""
    medians = {row.day: row.median_seconds for row in rows if row.median_seconds is not None}
    if not medians:
        return None
    said = {"low": present.length(min(medians.values())), "high": present.length(max(medians.values()))}
    words = _("Half of the orders of a day took at most between %(low)s and %(high)s to complete.") % said
    top = next((span for span in SPANS if span >= max(medians.values())), max(medians.values()))
    return _over_days(
        "delivery", (_("Time to complete, by day"), words, _("Median time")), medians, top, present.length, now
    )


def by_state(rows: Sequence[ActivityRow]) -> ByState | None:
    """How many orders are in which state, in the order of their lives; None when there are none."""
    counts = {status: sum(row.orders for row in rows if row.status is status) for status in Status}
    shown = [(status, number) for status, number in counts.items() if number]
    if not shown:
        return None
    total = sum(counts.values())
    words = ngettext(
        "%(n)s order was placed in the last 30 days.", "%(n)s orders were placed in the last 30 days.", total
    )
    most = max(counts.values())
    return ByState(
        name="states",
        title=_("Orders by state"),
        words=words % {"n": present.count(total)},
        height=len(shown) * ROW_HEIGHT,
        bars=tuple(_bar(place, status, number, most) for place, (status, number) in enumerate(shown)),
        told=tuple(
            Told(name=told(named_word(status)), value=present.count(number), slug=SLUGS[status])
            for status, number in shown
        ),
    )


def _over_days(
    name: str,
    said: tuple[str, str, str],
    values: Mapping[datetime, int],
    top: int,
    in_words: Callable[[int], str],
    now: datetime,
) -> OverDays:
    """
    :param said: the title, the words for those who do not see it, and what a figure is.
    :param top: the figure at the upper edge.
    """
    title, words, column_name = said
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    days = [today - timedelta(days=ago) for ago in reversed(range(DAYS))]
    return OverDays(
        name=name,
        title=title,
        words=words,
        most=in_words(top),
        first_day=present.day(days[0]),
        last_day=present.day(days[-1]),
        column_name=column_name,
        columns=tuple(_column(place, values[day], top) for place, day in enumerate(days) if values.get(day)),
        told=tuple(Told(name=present.day(day), value=in_words(values[day])) for day in sorted(values, reverse=True)),
    )


def _column(place: int, value: int, top: int) -> Column:
    step = WIDTH / DAYS
    height = max(1.5, (BOTTOM - TOP) * value / top)
    return Column(x=_text(place * step + 1), y=_text(BOTTOM - height), width=_text(step - 2), height=_text(height))


def _bar(place: int, status: Status, number: int, most: int) -> Bar:
    width = max(2.0, (ROW_RIGHT - ROW_LEFT) * number / most)
    y = place * ROW_HEIGHT
    return Bar(
        y=_text(y + 5),
        text_y=_text(y + 17),
        number_x=_text(ROW_LEFT + width + 6),
        width=_text(width),
        status=told(named_word(status)),
        slug=SLUGS[status],
        number=present.count(number),
    )


def _round_sum(value: int) -> int:
    """The next of 1, 2, 5, 10, 20, 50 and so on that is not below this, from a hundredth on."""
    unit = MICROS_PER_UNIT // 100
    while value > unit * 10:
        unit *= 10
    return next(unit * times for times in (1, 2, 5, 10) if unit * times >= value)


def _text(number: float) -> str:
    return f"{number:.1f}"
