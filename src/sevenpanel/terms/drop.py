"""Clause 5: bands of drop, and how an estimate is shown. Counts are whole numbers; nothing here moves money."""

from dataclasses import dataclass
from datetime import datetime

from sevenpanel.kernel.said import Count, Phrase, say, say_many
from sevenpanel.terms.instants import require_aware
from sevenpanel.terms.names import named_word
from sevenpanel.terms.notice import DropBand
from sevenpanel.terms.policy import Policy
from sevenpanel.terms.sentences import instant


@dataclass(frozen=True, slots=True, kw_only=True)
class DropFigure:
    """An estimate of how much falls away again.

    :param orders: how many orders were measured; 0 when the operator declared the band.
    :param low_permille: the interval of a measured figure, in thousandths.
    """

    band: DropBand
    orders: int = 0
    low_permille: int | None = None
    high_permille: int | None = None
    as_of: datetime

    def __post_init__(self) -> None:
        require_aware(self.as_of)


def band_of(*, dropped: int, delivered: int, policy: Policy) -> DropBand:
    """Find the band: each begins at its lower end, the highest ends with everything; below the lowest is minimal.

    :raises ValueError: for counts that cannot be.
    """
    if not 0 <= dropped <= delivered or delivered == 0:
        raise ValueError("What dropped lies between 0 and what was delivered.")
    percent_times_delivered = dropped * 100
    for band, begins in _ends(policy):
        if percent_times_delivered >= begins * delivered:
            return band
    return DropBand.MINIMAL


def _ends(policy: Policy) -> tuple[tuple[DropBand, int], ...]:
    return (
        (DropBand.EXCESSIVE, policy.drop_excessive_percent),
        (DropBand.MEDIUM, policy.drop_medium_percent),
        (DropBand.LOW, policy.drop_low_percent),
    )


def band_words(band: DropBand, policy: Policy) -> Phrase:
    """Say what a band means: "5 to 20 %"."""
    low, medium, excessive = policy.drop_low_percent, policy.drop_medium_percent, policy.drop_excessive_percent
    if band is DropBand.MINIMAL:
        return say("below %(percent)s %%", percent=Count(low))
    ends = {DropBand.LOW: (low, medium), DropBand.MEDIUM: (medium, excessive), DropBand.EXCESSIVE: (excessive, 100)}
    begin, end = ends[band]
    return say("%(low)s to %(high)s %%", low=Count(begin), high=Count(end))


def drop_sentences(figure: DropFigure, policy: Policy, *, is_by_notice: bool = False) -> tuple[str, ...]:
    """Say a service's drop: its band, how it was found, its interval, and that it is an estimate.

    :param is_by_notice: a notice says the band, which is told beside it; then nobody else declares it.
    """
    said: list[str] = [_found(figure, policy, is_by_notice=is_by_notice)]
    if figure.low_permille is not None and figure.high_permille is not None:
        low, high = _percent(figure.low_permille), _percent(figure.high_permille)
        said.append(say("It lies between %(low)s and %(high)s.", low=low, high=high))
    said.append(say("It is an estimate from past orders, differs between channels and networks, and gives no refund."))
    return tuple(said)


def _found(figure: DropFigure, policy: Policy, *, is_by_notice: bool) -> Phrase:
    band = {"band": named_word(figure.band), "words": band_words(figure.band, policy)}
    if figure.orders:
        return say_many(
            "Drop is %(band)s, %(words)s, measured over %(n)s order until %(when)s.",
            "Drop is %(band)s, %(words)s, measured over %(n)s orders until %(when)s.",
            n=figure.orders, when=instant(figure.as_of), **band,
        )  # fmt: skip
    if is_by_notice:
        return say("Drop is %(band)s, %(words)s.", **band)
    return say("Drop is %(band)s, %(words)s, declared by the operator.", **band)


def _percent(permille: int) -> Phrase:
    whole, tenth = divmod(permille, 10)
    if tenth:
        return say("%(whole)s.%(tenth)s %%", whole=Count(whole), tenth=Count(tenth))
    return say("%(percent)s %%", percent=Count(whole))
