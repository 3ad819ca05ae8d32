"""What is known of a service's drop and times, in words (clause 5): the band, how it was found, and since when.

A notice's word about the drop band comes first (clause 3), then what was measured, then what the operator declares.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sevenpanel.catalog.domain import DROP_BAND_WORDS
from sevenpanel.insight.domain import TIMES_FROM, Range
from sevenpanel.insight.queries import AgeRow, EstimateRow, StandingRow, TimesRow
from sevenpanel.notices.queries import EffectiveService
from sevenpanel.terms import DropFigure, Policy, drop_sentences
from sevenpanel.web import present
from sevenpanel.web.telling import told


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """How long a service's orders took, and over which orders that is known; without times where those are too few."""

    start: str
    completion: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Age:
    """How much had dropped by an age."""

    when: str
    share: str
    orders: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DropTold:
    """A service's drop as its page tells it.

    :param sentences: what counts, how it was found, and that it is an estimate.
    :param beside: what was measured or declared beside that.
    """

    sentences: tuple[str, ...]
    beside: tuple[str, ...]
    ages: tuple[Age, ...]


def short_drop(found: EffectiveService, standing: StandingRow | None) -> str:
    """The band in a few words, with how it was found."""
    band = found.service.drop_band
    if "drop_band" in found.sources and band:
        return told(DROP_BAND_WORDS[band])
    estimate = standing.drop if standing else None
    if estimate is not None and estimate.is_measured and estimate.band:
        return _measured_drop(estimate)
    return _("%(band)s, declared by the operator") % {"band": told(DROP_BAND_WORDS[band])} if band else _("not stated")


def _measured_drop(estimate: EstimateRow) -> str:
    assert estimate.band is not None
    words = ngettext(
        "%(band)s (%(low)s to %(high)s), measured over %(n)s order until %(day)s",
        "%(band)s (%(low)s to %(high)s), measured over %(n)s orders until %(day)s",
        estimate.orders,
    )
    return words % {
        "band": told(DROP_BAND_WORDS[estimate.band]),
        "low": present.percent(estimate.low_permille),
        "high": present.percent(estimate.high_permille),
        "n": present.count(estimate.orders),
        "day": present.day(estimate.as_of),
    }


def measured(times: TimesRow | None) -> Measured:
    """How long the last orders took, or that too few have been completed to say."""
    if times is None or times.start is None or times.complete is None:
        return Measured(start="", completion="", basis=_few(times.orders if times else 0))
    last = _("the last %(n)s completed orders, until %(day)s")
    return Measured(
        start=_usual(times.start),
        completion=_usual(times.complete, times.per),
        basis=last % {"n": present.count(times.orders), "day": present.day(times.as_of)},
    )


def _few(orders: int) -> str:
    if not orders:
        return _("no order was completed yet")
    few = ngettext("%(n)s order was completed so far", "%(n)s orders were completed so far", orders)
    said = {"few": few % {"n": present.count(orders)}, "least": present.count(TIMES_FROM)}
    return _("%(few)s, times are shown from %(least)s on") % said


def _usual(times: Range, per: int | None = None) -> str:
    said = {
        "median": present.length(times.median),
        "low": present.length(times.low),
        "high": present.length(times.high),
    }
    if per is None:
        return _("usually %(median)s, 90 %% between %(low)s and %(high)s") % said
    pieces = present.count(per)
    return _("usually %(median)s per %(pieces)s, 90 %% between %(low)s and %(high)s") % {**said, "pieces": pieces}


def drop_told(found: EffectiveService, standing: StandingRow | None, policy: Policy, now: datetime) -> DropTold:
    """What the page of a service says about its drop."""
    estimate = standing.drop if standing else None
    notice = found.sources.get("drop_band")
    figure = _figure(found, estimate, now)
    known = drop_sentences(figure, policy, is_by_notice=notice is not None) if figure else ()
    said = [*map(told, known)] or [_("Nobody has said how much may drop.")]
    if notice is not None:
        when = present.instant(notice.published_at).text
        said[0] = _("%(said)s That is what the notice of %(when)s says.") % {
            "said": said[0],
            "when": when,
        }
    return DropTold(
        sentences=tuple(said),
        beside=tuple(_beside(found, estimate, policy, is_by_notice=notice is not None)),
        ages=tuple(_age(row) for row in estimate.ages) if estimate else (),
    )


def _figure(found: EffectiveService, estimate: EstimateRow | None, now: datetime) -> DropFigure | None:
    if "drop_band" not in found.sources and estimate is not None and estimate.is_measured:
        return figure_of(estimate)
    band = found.service.drop_band
    return DropFigure(band=band, as_of=now) if band else None


def figure_of(estimate: EstimateRow) -> DropFigure:
    """A measured drop as the Terms word it."""
    assert estimate.band is not None
    return DropFigure(
        band=estimate.band,
        orders=estimate.orders,
        low_permille=estimate.low_permille,
        high_permille=estimate.high_permille,
        as_of=estimate.as_of.replace(second=0, microsecond=0),
    )


def _beside(
    found: EffectiveService, estimate: EstimateRow | None, policy: Policy, *, is_by_notice: bool
) -> Sequence[str]:
    said = []
    if estimate is not None and not estimate.is_measured and estimate.orders:
        few = ngettext("%(n)s order was measured", "%(n)s orders were measured", estimate.orders)
        said.append(_("%(few)s so far: too few to say more.") % {"few": few % {"n": present.count(estimate.orders)}})
    if estimate is not None and estimate.is_measured and is_by_notice:
        said.extend(map(told, drop_sentences(figure_of(estimate), policy)[:2]))
    declared = found.base.drop_band
    differs = is_by_notice or (estimate is not None and estimate.is_measured and estimate.band is not declared)
    if declared is not None and differs:
        said.append(_("The operator declares %(band)s.") % {"band": told(DROP_BAND_WORDS[declared])})
    return said


def _age(row: AgeRow) -> Age:
    return Age(
        when=ngettext("after %(n)s day", "after %(n)s days", row.days) % {"n": present.count(row.days)},
        share=present.percent(row.permille),
        orders=present.count(row.orders),
    )
