"""The desk's own checks of a receipt, with everything that they look at read from the tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sevenpanel.accounts import queries as accounts
from sevenpanel.deposits import models
from sevenpanel.deposits.commands.posting import Price
from sevenpanel.deposits.domain import HeldReason
from sevenpanel.deposits.domain.amounts import worth
from sevenpanel.deposits.domain.doubts import Confirmed, Limits, doubt_of
from sevenpanel.deposits.domain.machine import ON_THE_BALANCE
from sevenpanel.deposits.domain.pricing import Bonus, Charges, Lock, priced
from sevenpanel.deposits.domain.rates import Rate
from sevenpanel.deposits.queries.policy import policy_in_force
from sevenpanel.deposits.queries.rates import rate_in_force
from sevenpanel.kernel import db

DAY = timedelta(days=1)

_WAITING = """
SELECT coalesce(sum(raw), 0) FROM deposits_receipt
 WHERE customer_id = %(customer)s AND asset_id = %(asset)s AND id <> %(receipt)s
   AND state = 'held' AND held_reason = 'below_min'
"""
_TODAY = """
SELECT coalesce(sum(net_micros), 0) FROM deposits_receipt
 WHERE source = %(source)s AND credited_at > %(since)s AND state = ANY(%(states)s)
"""
_LOCKED = """
SELECT coalesce(sum(locked_raw), 0) FROM deposits_receipt WHERE intent_id = %(intent)s AND id <> %(receipt)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the desk's checks say.

    :param doubt: why a person has to look; None when the receipt may be credited.
    :param price: what it would be credited at; None without a rate.
    :param reaches_minimum: whether it takes what waits below the minimum with it.
    """

    doubt: HeldReason | None
    price: Price | None
    reaches_minimum: bool


def judge(receipt: models.Receipt, *, is_single_voice: bool, now: datetime) -> Judged:
    """Check a confirmed receipt. The caller holds its customer's lock, so that what waits stays what it is."""
    assert receipt.asset is not None
    assert receipt.raw is not None
    method = models.Method.objects.filter(asset=receipt.asset, source=receipt.source).first()
    owner = _owner(receipt.customer_id)
    rate = rate_in_force(symbol=receipt.asset.symbol, currency=owner.currency, now=now) if owner else None
    price = _price(receipt, method, rate, owner.currency) if owner and rate else None
    limits, waiting = _limits(method, is_single_voice=is_single_voice), _waiting(receipt)
    facts = Confirmed(
        raw=receipt.raw,
        waiting_raw=limits.minimum_raw if receipt.passed_minimum else waiting,
        net_micros=price.worth.net if price else None,
        rate_doubt=rate.doubt if rate else None,
        today_micros=_today(receipt, now) if limits.daily_max_micros is not None else 0,
        is_owner_open=owner is not None and not owner.is_suspended,
        is_screened_out=_is_screened_out(receipt.evidence),
        has_effect_changed=receipt.has_effect_changed,
    )
    return Judged(
        doubt=doubt_of(facts, limits), price=price, reaches_minimum=receipt.raw + waiting >= limits.minimum_raw
    )


def price_for_release(receipt: models.Receipt, *, now: datetime) -> Price | None:
    """What a held receipt would be credited at now, whatever speaks against it; None without any rate."""
    return judge(receipt, is_single_voice=False, now=now).price


def _owner(customer_id: int) -> accounts.CustomerRow | None:
    try:
        return accounts.customer(customer_id=customer_id)
    except LookupError:
        return None


def charges_of(method: models.Method | None) -> Charges:
    """What a method costs and gives; nothing where there is none."""
    if method is None:
        return Charges()
    bonuses = tuple(Bonus(from_micros=f, basis_points=b) for f, b in method.bonuses)
    return Charges(fee_micros=method.fee_micros, fee_basis_points=method.fee_basis_points, bonuses=bonuses)


def _limits(method: models.Method | None, *, is_single_voice: bool) -> Limits:
    daily = policy_in_force().single_voice_daily_micros if is_single_voice else None
    if method is None:
        return Limits(daily_max_micros=daily)
    return Limits(minimum_raw=method.minimum_raw or 0, auto_max_micros=method.auto_max_micros, daily_max_micros=daily)


def _price(receipt: models.Receipt, method: models.Method | None, rate: Rate, currency: str) -> Price:
    assert receipt.asset is not None
    assert receipt.raw is not None
    paid_by_house = receipt.fee_raw if method is not None and method.house_pays_fee else 0
    whole, decimals = receipt.raw + paid_by_house, receipt.asset.decimals
    lock = _lock(receipt)
    found = priced(
        raw=whole,
        decimals=decimals,
        rate_e12=rate.rate_e12,
        seen_at=receipt.block_at,
        lock=lock,
        charges=charges_of(method),
    )
    kept = found.gross - min(found.gross, worth(((receipt.raw, rate.rate_e12),), decimals)) if paid_by_house else 0
    return Price(
        worth=found,
        currency=currency,
        rate_e12=lock.rate_e12 if lock and found.locked_raw else rate.rate_e12,
        rate_source=f"locked, {rate.source}" if found.locked_raw else rate.source,
        rate_as_of=rate.as_of,
        processor_fee=kept,
    )


def _lock(receipt: models.Receipt) -> Lock | None:
    """The rate that was promised, less what other receipts of the same intent have used of it."""
    intent = receipt.intent
    if intent is None or intent.locked_until is None or intent.method.asset != receipt.asset:
        return None
    assert intent.rate_e12 is not None
    assert intent.quoted_raw is not None
    ((used,),) = db.rows(_LOCKED, {"intent": intent.id, "receipt": receipt.id})
    left = max(0, intent.quoted_raw - int(used))
    return Lock(rate_e12=intent.rate_e12, until=intent.locked_until, raw_left=left)


def _waiting(receipt: models.Receipt) -> int:
    asked = {"customer": receipt.customer_id, "asset": receipt.asset_id, "receipt": receipt.id}
    return int(db.rows(_WAITING, asked)[0][0])


def _today(receipt: models.Receipt, now: datetime) -> int:
    asked = {"source": receipt.source, "since": now - DAY, "states": [state.value for state in ON_THE_BALANCE]}
    return int(db.rows(_TODAY, asked)[0][0])


def _is_screened_out(evidence: Mapping[str, Any]) -> bool:
    senders = [address.casefold() for address in evidence.get("senders", ())]
    return bool(senders) and models.Screened.objects.filter(address__in=senders).exists()
