"""What providers offer and what is left with them: read outside any transaction, then recorded."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sevenpanel.fulfilment import models
from sevenpanel.fulfilment.commands.access import AdapterFor, adapter_of, registered
from sevenpanel.fulfilment.commands.alerts import News, raise_alerts, resolve_alerts
from sevenpanel.fulfilment.commands.providers import wake
from sevenpanel.fulfilment.domain import AlertKind
from sevenpanel.fulfilment.providers.interface import Balance, Catalogue, Offer, ProviderUnavailable
from sevenpanel.kernel import db
from sevenpanel.kernel.refusals import Refusal

# A catalogue that lost more than this at once was cut short on its way (trap 15).
GONE_SHARE_MAX = Decimal("0.5")
GONE_UNSUSPICIOUS = 5
# Bounds of the columns; a rate beyond them is nonsense, not an offer.
RATE_MAX = Decimal(10) ** 12
QUANTITY_MAX = 2**62

_KEEP = """
INSERT INTO fulfilment_offer AS o (provider_id, service, name, type, category, rate, quantity_min, quantity_max,
                                   refill, cancel, description, seen_at, gone_at)
SELECT %s, t.*, %s, NULL
  FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::numeric[], %s::bigint[], %s::bigint[],
              %s::boolean[], %s::boolean[], %s::text[]) AS t
ON CONFLICT (provider_id, service) DO UPDATE
   SET name = EXCLUDED.name, type = EXCLUDED.type, category = EXCLUDED.category, rate = EXCLUDED.rate,
       quantity_min = EXCLUDED.quantity_min, quantity_max = EXCLUDED.quantity_max, refill = EXCLUDED.refill,
       cancel = EXCLUDED.cancel, description = EXCLUDED.description, seen_at = EXCLUDED.seen_at, gone_at = NULL
"""
_GONE = """
UPDATE fulfilment_offer SET gone_at = %s
 WHERE provider_id = %s AND gone_at IS NULL AND service <> ALL(%s::text[])
"""
_KNOWN = "SELECT service FROM fulfilment_offer WHERE provider_id = %s AND gone_at IS NULL"


class UnableToReadProvider(Refusal):
    """A provider that could not be asked, or whose answer cannot be believed. Nothing was changed."""

    status = 502


def refresh_catalogue(*, provider_id: int, now: datetime, adapter_for: AdapterFor = registered) -> int:
    """Read a provider's catalogue and keep it. A catalogue cut short is a fault and takes nothing away.

    :returns: how many offers it has.
    :raises UnableToReadProvider: when it cannot be read, is empty, or lacks most of what was there.
    """
    try:
        catalogue = adapter_of(provider_id, adapter_for).services()
    except ProviderUnavailable as fault:
        raise _fault(provider_id, f"The catalogue could not be read: {fault.words}", now) from fault
    offers = [offer for offer in catalogue.offers if offer.rate <= RATE_MAX and offer.max <= QUANTITY_MAX]
    return _keep(provider_id, offers, catalogue, now)


def _keep(provider_id: int, offers: Sequence[Offer], catalogue: Catalogue, now: datetime) -> int:
    seen = {offer.service for offer in offers} | {skipped.service for skipped in catalogue.skipped}
    known = {service for (service,) in db.rows(_KNOWN, [provider_id])}
    missing = len(known - seen)
    is_short = missing > GONE_UNSUSPICIOUS and missing > GONE_SHARE_MAX * len(known)
    if not offers or is_short:
        sentence = f"The catalogue has {len(offers)} services and lacks {missing} of the {len(known)} known ones."
        raise _fault(provider_id, f"{sentence} It was taken for cut short; nothing was changed.", now)
    _write(provider_id=provider_id, offers=offers, seen=sorted(seen), now=now)
    return len(offers)


@db.command
def _write(*, provider_id: int, offers: Sequence[Offer], seen: Sequence[str], now: datetime) -> None:
    rows = (
        (o.service, o.name, o.type, o.category, o.rate, o.min, o.max, o.refill, o.cancel, o.description) for o in offers
    )
    db.rows(_KEEP, (provider_id, now, *db.columns(rows, 10)))
    db.rows(_GONE, (now, provider_id, list(seen)))
    models.Provider.objects.filter(id=provider_id).update(catalogue_at=now)
    resolve_alerts(kinds=[AlertKind.CATALOGUE], subjects=[f"provider/{provider_id}"], now=now)
    wake(provider_id=provider_id, now=now)


@db.command
def _fault(provider_id: int, sentence: str, now: datetime) -> UnableToReadProvider:
    raise_alerts([News(kind=AlertKind.CATALOGUE, subject=f"provider/{provider_id}", sentence=sentence)], now)
    return UnableToReadProvider(sentence)


def refresh_balance(*, provider_id: int, now: datetime, adapter_for: AdapterFor = registered) -> Balance:
    """Ask what is left with a provider and keep the figure.

    :raises UnableToReadProvider: when it does not answer, or answers in another currency. The latter stops all
        sending to it until an operator has looked (test P-14).
    """
    try:
        balance = adapter_of(provider_id, adapter_for).balance()
    except ProviderUnavailable as fault:
        raise UnableToReadProvider(f"The balance could not be read: {fault.words}") from fault
    if not record_balance(provider_id=provider_id, balance=balance, now=now):
        raise UnableToReadProvider(f"The provider's balance is in {balance.currency}, which it was not before.")
    return balance


@db.command
def record_balance(*, provider_id: int, balance: Balance, now: datetime) -> bool:
    """Keep what a provider says is left.

    :returns: False when it is in another currency, so that the provider is stopped instead.
    """
    row = models.Provider.objects.select_for_update(no_key=True).get(id=provider_id)
    if balance.currency is not None and balance.currency != row.currency:
        stop_for_currency(provider_id=provider_id, said=balance.currency, now=now)
        return False
    row.balance, row.balance_at = balance.amount, now
    row.save(update_fields=["balance", "balance_at"])
    return True


@db.step
def stop_for_currency(*, provider_id: int, said: str, now: datetime) -> None:
    """Send nothing more to a provider whose sums are in another currency than the desk was told."""
    models.Provider.objects.filter(id=provider_id).update(is_paused=True)
    sentence = f"The provider speaks of {said} now. It is paused: check its currency and exchange rate."
    raise_alerts([News(kind=AlertKind.CURRENCY, subject=f"provider/{provider_id}", sentence=sentence)], now)
