"""Measured figures and declared bands: what each band spans, and when a measurement contradicts a declaration."""

from sevenpanel.terms import DropBand, Policy, band_of

PERMILLE = 1_000


def ends_of(band: DropBand, policy: Policy) -> tuple[int, int]:
    """Where a band begins and ends, in thousandths: each holds its beginning, not its end."""
    low, medium, excessive = (
        10 * percent for percent in (policy.drop_low_percent, policy.drop_medium_percent, policy.drop_excessive_percent)
    )
    return {
        DropBand.MINIMAL: (0, low),
        DropBand.LOW: (low, medium),
        DropBand.MEDIUM: (medium, excessive),
        DropBand.EXCESSIVE: (excessive, PERMILLE),
    }[band]


def band_at(permille: int, policy: Policy) -> DropBand:
    """The band of a figure, by the Terms (clause 5)."""
    return band_of(dropped=permille, delivered=PERMILLE, policy=policy)


def contradicts(*, declared: DropBand, low_permille: int, high_permille: int, policy: Policy) -> bool:
    """Whether a measured interval lies outside the declared band altogether."""
    begins, ends = ends_of(declared, policy)
    return high_permille < begins or (low_permille >= ends and ends < PERMILLE)
