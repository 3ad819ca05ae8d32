"""Reads of the ways to add funds, and what a sum costs by each of them."""

from dataclasses import dataclass
from datetime import datetime

from sevenpanel.deposits import models
from sevenpanel.deposits.domain import Asset
from sevenpanel.deposits.domain.amounts import format_raw, raw_for, worth
from sevenpanel.deposits.domain.pricing import Bonus, Charges, Worth, after_charges, gross_for
from sevenpanel.deposits.domain.rates import Rate
from sevenpanel.deposits.domain.ways import MethodKind
from sevenpanel.deposits.queries.rates import rate_in_force
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.kernel.said import say


class UnableToQuote(Refusal):
    """A sum that cannot be quoted by this way. Its sentence is for the customer."""

    status = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodRow:
    """A way to add funds."""

    id: int
    name: str
    kind: MethodKind
    asset: Asset | None
    source: str
    instructions: str
    usual_minutes: int
    minimum_raw: int
    minimum_micros: int
    maximum_micros: int | None
    charges: Charges
    house_pays_fee: bool
    auto_max_micros: int | None
    shown_places: int
    lock_minutes: int
    is_open: bool
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What has to be sent for a balance to grow by a sum, and what exactly comes of it.

    :ivar raw: how much of the asset; None for ways by hand, where `worth.gross` is to be paid.
    """

    worth: Worth
    raw: int | None
    rate: Rate | None


def methods(*, only_open: bool) -> list[MethodRow]:
    """The ways to add funds, in the operator's order."""
    rows = models.Method.objects.select_related("asset").order_by("position", "id")
    return [method_row(row) for row in (rows.filter(is_open=True) if only_open else rows)]


def method(*, method_id: int) -> MethodRow | None:
    """One way to add funds, open or not."""
    row = models.Method.objects.select_related("asset").filter(id=method_id).first()
    return method_row(row) if row else None


def method_row(row: models.Method) -> MethodRow:
    """The row as other rooms may see it."""
    bonuses = tuple(Bonus(from_micros=f, basis_points=b) for f, b in row.bonuses)
    return MethodRow(
        id=row.id,
        name=row.name,
        kind=MethodKind(row.kind),
        asset=row.asset.value if row.asset else None,
        source=row.source,
        instructions=row.instructions,
        usual_minutes=row.usual_minutes,
        minimum_raw=row.minimum_raw or 0,
        minimum_micros=row.minimum_micros,
        maximum_micros=row.maximum_micros,
        charges=Charges(fee_micros=row.fee_micros, fee_basis_points=row.fee_basis_points, bonuses=bonuses),
        house_pays_fee=row.house_pays_fee,
        auto_max_micros=row.auto_max_micros,
        shown_places=row.shown_places,
        lock_minutes=row.lock_minutes,
        is_open=row.is_open,
        position=row.position,
    )


def quote(*, method: MethodRow, wanted_micros: int, currency: str, now: datetime) -> Quote:
    """What has to be sent for a balance to grow by at least `wanted_micros`, and what exactly comes of it.

    :raises UnableToQuote: outside the bounds of this way, or without a good rate.
    """
    if wanted_micros <= 0:
        raise UnableToQuote(say("Write how much you want to add."))
    gross = gross_for(wanted_micros, method.charges)
    if method.maximum_micros is not None and gross > method.maximum_micros:
        raise UnableToQuote(say("That is more than this way takes at once. Choose a smaller sum, or another way."))
    if method.asset is None:
        if gross < method.minimum_micros:
            raise UnableToQuote(say("That is less than this way takes. Choose a larger sum, or another way."))
        return Quote(worth=after_charges(gross, method.charges), raw=None, rate=None)
    return _quote_of_asset(method, method.asset, gross, currency, now)


def _quote_of_asset(method: MethodRow, asset: Asset, gross: int, currency: str, now: datetime) -> Quote:
    rate = rate_in_force(symbol=asset.symbol, currency=currency, now=now)
    if rate is None or rate.doubt is not None:
        raise UnableToQuote(
            say(
                "There is no rate for %(asset)s at the moment. What you send is kept safe and credited when there is "
                "one; or choose another way.",
                asset=asset.symbol,
            )
        )
    raw = raw_for(gross, asset=asset, rate_e12=rate.rate_e12, shown_places=method.shown_places)
    if raw < method.minimum_raw:
        least = format_raw(method.minimum_raw, asset)
        sentence = say(
            "This way takes %(least)s or more. Choose a larger sum, or another way.", least=f"{least} {asset.symbol}"
        )
        raise UnableToQuote(sentence)
    return Quote(
        worth=after_charges(worth(((raw, rate.rate_e12),), asset.decimals), method.charges), raw=raw, rate=rate
    )
