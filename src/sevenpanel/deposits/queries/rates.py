"""Reads of rates: which one is in force for a symbol."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sevenpanel.deposits import models
from sevenpanel.deposits.domain.rates import Figure, Rate, RateKind, RateRule, rate_now


def rule_of(symbol: str) -> RateRule:
    """How a symbol is priced; by the operator where nothing was said."""
    row = models.RateRule.objects.filter(symbol=symbol).first()
    if row is None:
        return RateRule(symbol=symbol, kind=RateKind.OPERATOR)
    return RateRule(
        symbol=symbol,
        kind=RateKind(row.kind),
        spread_basis_points=row.spread_basis_points,
        max_age=timedelta(seconds=row.max_age_seconds),
        jump_basis_points=row.jump_basis_points,
    )


def newest_figure(symbol: str, currency: str, *, is_by_operator: bool) -> Figure | None:
    """The last accepted figure that the operator set, or that feeds told."""
    row = (
        models.Figure.objects.filter(symbol=symbol, currency=currency, is_by_operator=is_by_operator, is_accepted=True)
        .order_by("-id")
        .first()
    )
    if row is None:
        return None
    return Figure(rate_e12=row.rate_e12, source=row.source, as_of=row.as_of, valid_until=row.valid_until)


def rate_in_force(*, symbol: str, currency: str, now: datetime) -> Rate | None:
    """The rate of a symbol in an account's currency, and whether it may be used; None when there has never been one.

    A peg holds one unit of the asset to one unit of the account currency; it is for stablecoins of that currency.
    """
    return rate_now(
        rule_of(symbol),
        by_operator=newest_figure(symbol, currency, is_by_operator=True),
        by_feeds=newest_figure(symbol, currency, is_by_operator=False),
        now=now,
    )


def rates_in_force(*, symbols: Sequence[str], currency: str, now: datetime) -> dict[str, Rate | None]:
    """The rates of several symbols."""
    return {symbol: rate_in_force(symbol=symbol, currency=currency, now=now) for symbol in symbols}
