"""Providers, and orders whose sending is unknown, from the command line."""

import getpass
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.conf import settings

from sevenpanel.fulfilment import commands as fulfilment
from sevenpanel.fulfilment import queries as supply
from sevenpanel.fulfilment.domain import Verdict
from sevenpanel.fulfilment.providers.interface import LINK_MEANINGS, ProviderStatus
from sevenpanel.fulfilment.providers.registry import ADAPTERS
from sevenpanel.kernel.money import parse_amount
from sevenpanel.launch.operate.people import UnableToOperate, book_once
from sevenpanel.launch.operate.selling import known_service, provider_named
from sevenpanel.ledger.domain import AccountKind, Reason, Transfer, house
from sevenpanel.ledger.domain import provider as provider_account

WORD_MEANINGS = (*(status.value for status in ProviderStatus), *LINK_MEANINGS)


def add_provider_arguments(parser: ArgumentParser) -> None:
    """How the provider is reached, and what it promises."""
    parser.add_argument("name")
    parser.add_argument("url", help="the whole address of its API, such as https://panel.example/api/v2")
    parser.add_argument("--kind", choices=sorted(ADAPTERS), default="apiv2")
    parser.add_argument("--currency", default="USD")
    parser.add_argument("--exchange-rate", default="1", help="units of the desk's currency for one of the provider's")
    parser.add_argument("--request-id-field", help="the field in which it takes our own id of a request")
    parser.add_argument("--refuses-duplicates", action="store_true", help="it refuses a second active order for a link")
    parser.add_argument("--balance-is-ours", action="store_true", help="nobody else uses this key")


def add_provider(asked: Namespace, now: datetime) -> str:
    """Write a provider down and read its catalogue; the key is asked for, or read from standard input."""
    provider_id = fulfilment.register_provider(
        name=asked.name,
        kind=asked.kind,
        url=asked.url,
        key=_key(),
        currency=asked.currency,
        exchange_rate=_decimal(asked.exchange_rate),
        idempotency_field=asked.request_id_field,
        refuses_duplicate_links=asked.refuses_duplicates,
        balance_is_ours=asked.balance_is_ours,
        now=now,
    )
    fulfilment.refresh_catalogue(provider_id=provider_id, now=now)
    return f"{asked.name} is known and offers {len(supply.offers(provider_id=provider_id))} services."


def _key() -> str:
    key = getpass.getpass("API key of the provider: ") if sys.stdin.isatty() else sys.stdin.readline().strip()
    if not key:
        raise UnableToOperate("A provider needs its API key, typed or on standard input.")
    return key


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise UnableToOperate(f"{text} is no exchange rate.") from error


def name_argument(parser: ArgumentParser) -> None:
    """Which provider."""
    parser.add_argument("provider")


def read_catalogue(asked: Namespace, now: datetime) -> str:
    """Read a provider's catalogue again and list it."""
    provider = provider_named(asked.provider)
    fulfilment.refresh_catalogue(provider_id=provider.id, now=now)
    return "\n".join(
        f"{offer.service:>8}  {offer.rate:>12}  {offer.type:<16} {offer.name}{' (gone)' if offer.gone_at else ''}"
        for offer in supply.offers(provider_id=provider.id)
    )


def pause_arguments(parser: ArgumentParser) -> None:
    """Which provider, and which way."""
    parser.add_argument("provider")
    parser.add_argument("--lift", action="store_true", help="send to it again")


def pause(asked: Namespace, now: datetime) -> str:
    """Stop sending new orders to a provider, or begin again."""
    fulfilment.pause_provider(provider_id=provider_named(asked.provider).id, is_paused=not asked.lift, now=now)
    return f"{asked.provider} {'gets orders again' if asked.lift else 'gets no new orders'}."


def change_provider_arguments(parser: ArgumentParser) -> None:
    """Which provider, and what becomes different."""
    parser.add_argument("provider")
    parser.add_argument("--url")
    parser.add_argument("--exchange-rate")
    parser.add_argument("--new-key", action="store_true", help="ask for its API key again")
    parser.add_argument(
        "--word",
        nargs=2,
        action="append",
        metavar=("SAID", "MEANS"),
        help=f"a status word of its own, as one of: {', '.join(WORD_MEANINGS)}",
    )


def change_provider(asked: Namespace, now: datetime) -> str:
    """Change how a provider is reached or understood; what waited for it is tried again."""
    fulfilment.update_provider(
        provider_id=provider_named(asked.provider).id,
        url=asked.url,
        key=_key() if asked.new_key else None,
        exchange_rate=_decimal(asked.exchange_rate) if asked.exchange_rate else None,
        status_words=_status_words(asked.word) if asked.word else None,
        now=now,
    )
    return f"{asked.provider} is changed."


def _status_words(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    if strange := [means for _said, means in pairs if means not in WORD_MEANINGS]:
        raise UnableToOperate(f"A word means one of: {', '.join(WORD_MEANINGS)}; not {', '.join(strange)}.")
    return dict(pairs)


def route_arguments(parser: ArgumentParser) -> None:
    """Which service, by which offer of whom."""
    parser.add_argument("service", type=int)
    parser.add_argument("provider")
    parser.add_argument("offer", help="the provider's own id of the service")
    parser.add_argument("--priority", type=int, default=0, help="the lowest that is open is taken")
    parser.add_argument("--off", action="store_true", help="do not use this way")


def route(asked: Namespace, now: datetime) -> str:
    """Say by which offer of a provider a service is fulfilled."""
    known_service(asked.service)
    fulfilment.set_route(
        service_id=asked.service,
        provider_id=provider_named(asked.provider).id,
        provider_service=asked.offer,
        priority=asked.priority,
        is_active=not asked.off,
        now=now,
    )
    return f"Service {asked.service} {'does not go' if asked.off else 'goes'} to {asked.provider} as {asked.offer}."


def top_up_arguments(parser: ArgumentParser) -> None:
    """Whom, how much, and by which payment."""
    parser.add_argument("provider")
    parser.add_argument("amount", help="in the desk's currency")
    parser.add_argument("--reference", required=True, help="the payment's own number; the same one is booked once")


def top_up(asked: Namespace, now: datetime) -> str:
    """Book money that was paid in advance to a provider, once per reference."""
    paid = Transfer(
        key=f"operator/top-up/{asked.reference}",
        debit=provider_account(provider_named(asked.provider).id, settings.CURRENCY),
        credit=house(AccountKind.CUSTODY, settings.CURRENCY),
        amount_micros=parse_amount(asked.amount),
        reason=Reason.PROVIDER_TOP_UP,
        note=f"Reference {asked.reference}",
    )
    book_once(paid, asked.reference, now)
    return f"{asked.amount} {settings.CURRENCY} are prepaid with {asked.provider}."


def close_alert_arguments(parser: ArgumentParser) -> None:
    """Which alert."""
    parser.add_argument("alert", type=int)


def close_alert(asked: Namespace, now: datetime) -> str:
    """Close an alert that has been seen to; it comes back if the trouble does."""
    fulfilment.close_alert(alert_id=asked.alert, now=now)
    return f"Alert {asked.alert} is closed."


def decide_arguments(parser: ArgumentParser) -> None:
    """Which order, what became of it, and who says so."""
    parser.add_argument("order", type=int)
    parser.add_argument("verdict", choices=[verdict.value for verdict in Verdict])
    parser.add_argument("--id", help="the provider's id of the order, for “found”")
    parser.add_argument("--by", required=True, metavar="EMAIL", help="who decides it")


def decide(asked: Namespace, now: datetime) -> str:
    """Decide what became of an order of unknown fate: found there, absent and sent again, or given back."""
    fulfilment.decide_unknown(
        order_id=asked.order,
        verdict=Verdict(asked.verdict),
        decided_by=asked.by,
        provider_order_id=asked.id,
        now=now,
    )
    return f"Order {asked.order}: {asked.verdict}."


def list_alerts(asked: Namespace, now: datetime) -> str:
    """What the desk wants the operator to know."""
    lines = [
        f"{a.id:>6}  {a.last_at:%Y-%m-%d %H:%M}  ×{a.count:<4} {a.subject:<14} {a.sentence}" for a in supply.alerts()
    ]
    return "\n".join(lines) or "Nothing."


def list_unknown(asked: Namespace, now: datetime) -> str:
    """Orders whose sending got no answer, with what is known of them."""
    lines = [
        f"order {u.order_id}  sent {u.begun_at:%Y-%m-%d %H:%M}  decided by {u.decide_by:%Y-%m-%d %H:%M}  “{u.words}”"
        f"{f'  {u.last_finding}' if u.last_finding else ''}"
        for u in supply.unknown_dispatches()
    ]
    return "\n".join(lines) or "None."
