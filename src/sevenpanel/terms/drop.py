"""Clause 5: bands of drop, and how an estimate is shown. Counts are whole numbers; nothing here moves money."""

from dataclasses import dataclass
from datetime import datetime

from sevenpanel.terms.instants import require_aware
from sevenpanel.terms.notice import DropBand
from sevenpanel.terms.policy import Policy
from sevenpanel.terms.sentences import amount, instant


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


def band_words(band: DropBand, policy: Policy) -> str:
    """Say what a band means: "5 to 20 %"."""
    words = {
        DropBand.MINIMAL: f"below {policy.drop_low_percent} %",
        DropBand.LOW: f"{policy.drop_low_percent} to {policy.drop_medium_percent} %",
        DropBand.MEDIUM: f"{policy.drop_medium_percent} to {policy.drop_excessive_percent} %",
        DropBand.EXCESSIVE: f"{policy.drop_excessive_percent} to 100 %",
    }
    return words[band]


def drop_sentences(figure: DropFigure, policy: Policy) -> tuple[str, ...]:
    """Say a service's drop: its band, how it was found, its interval, and that it is an estimate."""
    how = "declared by the operator"
    if figure.orders:
        how = f"measured over {amount(figure.orders, 'order')} until {instant(figure.as_of)}"
    said = [f"Drop is {figure.band}, {band_words(figure.band, policy)}, {how}."]
    if figure.low_permille is not None and figure.high_permille is not None:
        said.append(f"It lies between {_percent(figure.low_permille)} and {_percent(figure.high_permille)}.")
    said.append("It is an estimate from past orders, differs between channels and networks, and gives no refund.")
    return tuple(said)


def _percent(permille: int) -> str:
    whole, tenth = divmod(permille, 10)
    return f"{whole}.{tenth} %" if tenth else f"{whole} %"
