"""Providers as the operator sets them up: registered, changed, paused, and the routes that lead to them.

These run in the caller's transaction where there is one, so that a whole desk can be set up in one.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from sevenpanel.fulfilment import models
from sevenpanel.fulfilment.commands.alerts import resolve_alerts, unknown_word
from sevenpanel.fulfilment.commands.sealing import seal
from sevenpanel.fulfilment.domain import AlertKind, Wait
from sevenpanel.fulfilment.providers.interface import LINK_MEANINGS, Body, Method, ProviderStatus
from sevenpanel.fulfilment.providers.registry import ADAPTERS
from sevenpanel.kernel import db
from sevenpanel.kernel.addresses import AddressRefused, checked_url
from sevenpanel.kernel.refusals import Refusal

EXCHANGE_RATE_MAX = Decimal(10) ** 9

# What an order waits for because of a route, a rate or a setting: any change to these may free it.
_SETUP_WAITS = (Wait.NO_ROUTE, Wait.MARGIN, Wait.NO_OFFER, Wait.UNSENDABLE)
_WAKE = """
UPDATE fulfilment_task t SET due_at = %(now)s
 WHERE t.action = 'send' AND t.lease_until IS NULL AND t.due_at > %(now)s AND t.waiting_for = ANY(%(waits)s::text[])
   AND t.service_id IN (SELECT service_id FROM fulfilment_route WHERE provider_id = %(provider)s)
"""


class UnableToSetUpProvider(Refusal):
    """Settings of a provider that make no sense."""


@transaction.atomic
def register_provider(
    *,
    name: str,
    kind: str,
    url: str,
    key: str,
    currency: str,
    now: datetime,
    exchange_rate: Decimal = Decimal(1),
    method: Method = Method.POST,
    body: Body = Body.FORM,
    idempotency_field: str | None = None,
    refuses_duplicate_links: bool = False,
    balance_is_ours: bool = False,
    refusal_words: Sequence[str] = (),
    status_words: Mapping[str, ProviderStatus] | None = None,
    allow_private: bool = False,
) -> int:
    """Write a provider down and return its id. Nothing is called; `refresh_catalogue` reads what it offers.

    :param kind: a key of the adapters' registry.
    :param exchange_rate: units of the desk's currency for one unit of the provider's.
    :param idempotency_field: the provider's field for our request id, when it declares one.
    :param balance_is_ours: nobody else uses this key, so the balance may testify. Orders then go one at a time.
    :raises UnableToSetUpProvider: when something of it makes no sense.
    """
    _check(kind=kind, url=url, allow_private=allow_private or kind == "sandbox", exchange_rate=exchange_rate)
    row = models.Provider.objects.create(
        name=name.strip(),
        kind=kind,
        url=url,
        key_sealed=seal(key),
        currency=currency,
        exchange_rate=exchange_rate,
        method=Method(method),
        body=Body(body),
        idempotency_field=idempotency_field or None,
        refuses_duplicate_links=refuses_duplicate_links,
        balance_is_ours=balance_is_ours,
        refusal_words=list(refusal_words),
        status_words={word: ProviderStatus(said).value for word, said in (status_words or {}).items()},
        allow_private=allow_private,
        created_at=now,
    )
    return row.id


def _check(*, kind: str, url: str, allow_private: bool, exchange_rate: Decimal) -> None:
    if kind not in ADAPTERS:
        raise UnableToSetUpProvider(
            f"There is no kind of provider named “{kind}”; known are {', '.join(sorted(ADAPTERS))}."
        )
    is_decimal = type(exchange_rate) is Decimal and exchange_rate.is_finite()
    if not is_decimal or not 0 < exchange_rate <= EXCHANGE_RATE_MAX:
        raise UnableToSetUpProvider("The exchange rate is a decimal above zero.")
    try:
        checked_url(url, allow_private=allow_private)
    except AddressRefused as refused:
        raise UnableToSetUpProvider(str(refused)) from refused


@transaction.atomic
def update_provider(
    *,
    provider_id: int,
    now: datetime,
    name: str | None = None,
    url: str | None = None,
    key: str | None = None,
    exchange_rate: Decimal | None = None,
    status_words: Mapping[str, str] | None = None,
) -> None:
    """Change what is given, and let orders that waited for this provider try again at once.

    :param status_words: words of its own and what they mean, a state or one of `LINK_MEANINGS`; added to those that
        are known already.
    :raises UnableToSetUpProvider: when there is no such provider, or a value makes no sense.
    """
    row = _locked(provider_id)
    row.name = name.strip() if name is not None else row.name
    row.url = url if url is not None else row.url
    row.key_sealed = seal(key) if key is not None else row.key_sealed
    row.exchange_rate = exchange_rate if exchange_rate is not None else row.exchange_rate
    if status_words is not None:
        _learn(row, status_words, now)
    is_private = row.allow_private or row.kind == "sandbox"
    _check(kind=row.kind, url=row.url, allow_private=is_private, exchange_rate=row.exchange_rate)
    _release(row, now)
    row.save(update_fields=["name", "url", "key_sealed", "exchange_rate", "status_words", *_HOLD])
    wake(provider_id=provider_id, now=now)


_TROUBLES = (AlertKind.PROVIDER_WAITS, AlertKind.PROVIDER_SILENT)


_HOLD = ("failures", "trouble_at", "held_until", "held_for", "sync_failures", "sync_after")


def _learn(row: models.Provider, status_words: Mapping[str, str], now: datetime) -> None:
    """Add to the words that are understood; what was asked about them is answered."""
    row.status_words |= {
        word: means if means in LINK_MEANINGS else ProviderStatus(means).value for word, means in status_words.items()
    }
    subjects = [unknown_word(row.id, word) for word in status_words]
    resolve_alerts(kinds=[AlertKind.UNKNOWN_WORD], subjects=subjects, now=now)


def _release(row: models.Provider, now: datetime) -> None:
    row.failures = row.sync_failures = 0
    row.trouble_at = row.held_until = row.held_for = row.sync_after = None
    # If the trouble goes on, the next try says so again.
    resolve_alerts(kinds=_TROUBLES, subjects=[f"provider/{row.id}"], now=now)


def _locked(provider_id: int) -> models.Provider:
    try:
        return models.Provider.objects.select_for_update(no_key=True).get(id=provider_id)
    except models.Provider.DoesNotExist as missing:
        raise UnableToSetUpProvider("There is no such provider.") from missing


@transaction.atomic
def pause_provider(*, provider_id: int, is_paused: bool, now: datetime) -> None:
    """Stop sending new orders to a provider, or begin again. Orders it has already are followed all the same.

    :raises UnableToSetUpProvider: when there is no such provider.
    """
    row = _locked(provider_id)
    row.is_paused = is_paused
    _release(row, now)
    row.save(update_fields=["is_paused", *_HOLD])
    if not is_paused:
        wake(provider_id=provider_id, now=now)


@transaction.atomic
def set_route(
    *,
    service_id: int,
    provider_id: int,
    provider_service: str,
    priority: int = 0,
    is_active: bool = True,
    now: datetime | None = None,
) -> int:
    """Say by which offer of a provider a service is fulfilled. Saying it again changes the route.

    :param priority: the lowest that is open is taken; the next one only for an order that was never sent.
    :param now: given, orders of the provider's services that waited for a route are tried again from then.
    :returns: the route's id.
    """
    row, _ = models.Route.objects.update_or_create(
        service_id=service_id,
        provider_id=provider_id,
        defaults={"provider_service": provider_service, "priority": priority, "is_active": is_active},
    )
    if now is not None:
        wake(provider_id=provider_id, now=now)
    return row.id


@db.step
def wake(*, provider_id: int, now: datetime) -> None:
    """Let orders go at once that waited for a route, a rate or a setting."""
    db.rows(_WAKE, {"now": now, "provider": provider_id, "waits": [wait.value for wait in _SETUP_WAITS]})
