"""What a receipt is worth to its customer: rate, lock, fee and bonus (design: deposits, section 7)."""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from sevenpanel.deposits.domain.amounts import BASIS_POINTS, share_down, share_up, worth
from sevenpanel.kernel.money import divide_up


@dataclass(frozen=True, slots=True, kw_only=True)
class Bonus:
    """From this credited sum on, so much is added by the desk."""

    from_micros: int
    basis_points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Charges:
    """What a method costs and gives.

    :param fee_basis_points: of the sum, rounded up.
    :param bonuses: by rising sums and rising shares, so that splitting a payment never gains anything.
    :raises ValueError: for charges that make no sense.
    """

    fee_micros: int = 0
    fee_basis_points: int = 0
    bonuses: tuple[Bonus, ...] = ()

    def __post_init__(self) -> None:
        if self.fee_micros < 0 or not 0 <= self.fee_basis_points < BASIS_POINTS:
            raise ValueError("A fee is not negative and less than the whole.")
        steps = (Bonus(from_micros=0, basis_points=0), *self.bonuses)
        if any(b.from_micros <= a.from_micros or b.basis_points <= a.basis_points for a, b in pairwise(steps)):
            raise ValueError("Bonuses rise with the sum.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """A promised rate: for what is first seen in a block before `until`, up to `raw_left`."""

    rate_e12: int
    until: datetime
    raw_left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """A receipt in account currency. `net` is what the balance grows by: gross - fee + bonus.

    :param locked_raw: how much of it was covered by the lock.
    """

    gross: int
    fee: int
    bonus: int
    locked_raw: int = 0

    @property
    def net(self) -> int:
        """What the balance grows by."""
        return self.gross - self.fee + self.bonus


def after_charges(gross: int, charges: Charges, *, locked_raw: int = 0) -> Worth:
    """What is left of a sum after the fee and with the bonus. The fee is never more than the sum."""
    fee = min(gross, charges.fee_micros + share_up(gross, charges.fee_basis_points))
    reached = [bonus.basis_points for bonus in charges.bonuses if gross - fee >= bonus.from_micros]
    bonus = share_down(gross - fee, reached[-1]) if reached else 0
    return Worth(gross=gross, fee=fee, bonus=bonus, locked_raw=locked_raw)


def priced(*, raw: int, decimals: int, rate_e12: int, seen_at: datetime, lock: Lock | None, charges: Charges) -> Worth:
    """What a receipt is worth: the locked rate for what the lock covers, the present one for the rest.

    :param seen_at: when it was first seen in a block. Late money has no lock, and never the better of two rates.
    """
    locked = min(raw, lock.raw_left) if lock is not None and seen_at < lock.until else 0
    parts = ((raw - locked, rate_e12),) if lock is None else ((locked, lock.rate_e12), (raw - locked, rate_e12))
    return after_charges(worth(parts, decimals), charges, locked_raw=locked)


def gross_for(wanted: int, charges: Charges) -> int:
    """The smallest sum of which at least `wanted` is left after the fee; bonuses come on top.

    :param wanted: micro-units, more than nothing.
    """
    return divide_up((wanted + charges.fee_micros) * BASIS_POINTS, BASIS_POINTS - charges.fee_basis_points)
