"""A small picture of a service's drop over time, drawn as SVG: the estimates, their intervals, the declared band.

Pure: rows in, numbers as text out. The page's strict policy allows no styles inside, so colours come by class.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from sevenpanel.insight.domain import ends_of
from sevenpanel.insight.queries import EstimateRow
from sevenpanel.terms import Policy
from sevenpanel.web import present

WIDTH, HEIGHT = 320, 170
LEFT, RIGHT, TOP, BOTTOM = 38, 312, 10, 142
TOPS = (50, 100, 200, 500, 1000)
DOTS_MAX = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the scale, with its words."""

    y: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One estimate: its mean and the ends of its interval."""

    x: str
    y: str
    low: str
    high: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One estimate in words, for those who do not see the picture."""

    day: str
    share: str
    interval: str
    orders: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Everything that the template places.

    :param area: the corners of the interval, `mean` those of the line; empty for a single estimate.
    :param declared_y: where the declared band begins, from above, and how high it is; None when none is declared.
    """

    width: int
    height: int
    left: int
    right: int
    span: int
    bottom: int
    title: str
    words: str
    scale: tuple[Line, ...]
    area: str
    mean: str
    dots: tuple[Dot, ...]
    declared_y: str | None
    declared_height: str | None
    first_day: str
    last_day: str
    told: tuple[Told, ...]


def picture_of(history: Sequence[EstimateRow], policy: Policy) -> Picture | None:
    """Draw the measured estimates of a history, oldest first; None when there are none."""
    rows = [row for row in history if row.is_measured]
    if not rows:
        return None
    declared = rows[-1].declared_band
    begins, ends = ends_of(declared, policy) if declared else (0, 0)
    highest = max(row.high_permille for row in rows)
    top = next((most for most in TOPS if most > max(highest, ends)), TOPS[-1])
    xs, scale = _xs([row.as_of for row in rows]), _Scale(top)
    upper, lower = (scale.y(min(ends, top)), scale.y(begins)) if begins < top else (0.0, 0.0)
    corners = list(zip(xs, rows, strict=True))
    upper_edge = [(x, scale.y(row.high_permille)) for x, row in corners]
    lower_edge = [(x, scale.y(row.low_permille)) for x, row in corners]
    return Picture(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=RIGHT,
        span=RIGHT - LEFT,
        bottom=BOTTOM,
        title=_("Drop over time"),
        words=_words(rows),
        scale=tuple(Line(y=_text(scale.y(at)), words=present.percent(at)) for at in (0, top // 2, top)),
        area=_points([*upper_edge, *reversed(lower_edge)]) if len(rows) > 1 else "",
        mean=_points([(x, scale.y(row.mean_permille)) for x, row in corners]) if len(rows) > 1 else "",
        dots=tuple(_dot(x, row, scale) for x, row in corners) if len(rows) <= DOTS_MAX else (),
        declared_y=_text(upper) if lower > upper else None,
        declared_height=_text(lower - upper) if lower > upper else None,
        first_day=present.day(rows[0].as_of),
        last_day=present.day(rows[-1].as_of) if len(rows) > 1 else "",
        told=tuple(_told(row) for row in reversed(rows)),
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    top: int

    def y(self, permille: int) -> float:
        return BOTTOM - (BOTTOM - TOP) * min(permille, self.top) / self.top


def _xs(instants: Sequence[datetime]) -> list[float]:
    first, last = instants[0], instants[-1]
    whole = (last - first).total_seconds()
    if not whole:
        return [(LEFT + RIGHT) / 2] * len(instants)
    return [LEFT + (RIGHT - LEFT) * (at - first).total_seconds() / whole for at in instants]


def _points(corners: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{_text(x)},{_text(y)}" for x, y in corners)


def _dot(x: float, row: EstimateRow, scale: _Scale) -> Dot:
    return Dot(
        x=_text(x),
        y=_text(scale.y(row.mean_permille)),
        low=_text(scale.y(row.low_permille)),
        high=_text(scale.y(row.high_permille)),
    )


def _text(number: float) -> str:
    return f"{number:.1f}"


def _told(row: EstimateRow) -> Told:
    return Told(
        day=present.day(row.as_of),
        share=present.percent(row.mean_permille),
        interval=_("%(low)s to %(high)s")
        % {"low": present.percent(row.low_permille), "high": present.percent(row.high_permille)},
        orders=present.count(row.orders),
    )


def _words(rows: Sequence[EstimateRow]) -> str:
    last = rows[-1]
    said = {
        "last": present.day(last.as_of),
        "share": present.percent(last.mean_permille),
        "low": present.percent(last.low_permille),
        "high": present.percent(last.high_permille),
        "first": present.day(rows[0].as_of),
        "then": present.percent(rows[0].mean_permille),
    }
    now = _("On %(last)s it was %(share)s, with 90 %% between %(low)s and %(high)s.") % said
    return f"{now} {_('On %(first)s it was %(then)s.') % said}" if len(rows) > 1 else now
