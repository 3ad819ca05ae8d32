"""Providers, and orders whose sending is unknown, from the command line."""

import getpass
import sys
from argparse import ArgumentParser, Namespace
from datetime import datetime
from decimal import Decimal, InvalidOperation

from sevenpanel.fulfilment import commands as fulfilment
from sevenpanel.fulfilment import queries as supply
from sevenpanel.fulfilment.providers.registry import ADAPTERS
from sevenpanel.launch.operate.people import UnableToOperate
from sevenpanel.launch.operate.selling import provider_named


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
