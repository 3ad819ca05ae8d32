"""The desk's own checks of a confirmed receipt: may it be credited without a person (design: deposits, section 4)?"""

from dataclasses import dataclass

from sevenpanel.deposits.domain.states import FOUND_BY_SOURCES, HeldReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is credited without a person.

    :param minimum_raw: below it nothing is credited until what arrived at all sums up to it.
    :param auto_max_micros: per receipt; None is no limit.
    :param daily_max_micros: what a source that nobody contradicts may bring in a day; None is no limit.
    """

    minimum_raw: int = 0
    auto_max_micros: int | None = None
    daily_max_micros: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """A confirmed receipt and everything that the desk's checks look at.

    :param waiting_raw: what the same customer has waiting below the minimum of the same asset, without this one.
    :param net_micros: what would come to the balance; None without a rate.
    :param rate_doubt: what is wrong with the rate, if anything: `RATE_STALE` or `DEPEG`.
    :param today_micros: what this source was credited with in the last day.
    """

    raw: int
    waiting_raw: int
    net_micros: int | None
    rate_doubt: HeldReason | None
    today_micros: int
    is_owner_open: bool
    is_screened_out: bool
    has_effect_changed: bool


def doubt_of(receipt: Confirmed, limits: Limits) -> HeldReason | None:
    """Why this receipt is not to be credited without a person; None when nothing speaks against it.

    The first reason counts: what a person has to look at comes before what time may settle.
    """
    net = receipt.net_micros
    checks = (
        (HeldReason.EFFECT_CHANGED, receipt.has_effect_changed),
        (HeldReason.SCREENING, receipt.is_screened_out),
        (HeldReason.OWNER_CLOSED, not receipt.is_owner_open),
        (HeldReason.BELOW_MIN, _is_too_little(receipt, limits)),
        (HeldReason.DEPEG, receipt.rate_doubt is HeldReason.DEPEG),
        (HeldReason.RATE_STALE, net is None or receipt.rate_doubt is HeldReason.RATE_STALE),
        (HeldReason.OVER_AUTO_LIMIT, net is not None and _is_over(net, receipt.today_micros, limits)),
    )
    assert {reason for reason, _ in checks} | FOUND_BY_SOURCES == set(HeldReason)
    return next((reason for reason, is_so in checks if is_so), None)


def _is_too_little(receipt: Confirmed, limits: Limits) -> bool:
    """Below the minimum with all that waits, or so little that rounding and the fee leave nothing of it."""
    is_below = receipt.raw + receipt.waiting_raw < limits.minimum_raw
    return is_below or (receipt.net_micros is not None and receipt.net_micros <= 0)


def _is_over(net: int, today: int, limits: Limits) -> bool:
    alone = limits.auto_max_micros is not None and net > limits.auto_max_micros
    return alone or (limits.daily_max_micros is not None and today + net > limits.daily_max_micros)


SETTLED_BY_TIME = frozenset({HeldReason.BELOW_MIN, HeldReason.RATE_STALE})
"""The reasons that may go away by themselves: more arrives, or a good rate returns. The desk looks again by itself."""
