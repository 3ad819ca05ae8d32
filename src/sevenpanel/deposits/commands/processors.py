"""Processors as sources: what their adapters need of this room, and how an operator sets one up.

What is stored of their secrets is sealed, as of any source, and never shown again.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sevenpanel.deposits import models
from sevenpanel.deposits.commands.sources import UnableToSaveSource, save_source
from sevenpanel.deposits.queries.orders import hints_of, order_of, orders_of
from sevenpanel.deposits.sources.asking import Api
from sevenpanel.deposits.sources.btcpay.source import COINS, STORE_LENGTH_MAX, BtcpaySource, coins_of, server_name
from sevenpanel.deposits.sources.nowpayments import source as nowpayments
from sevenpanel.deposits.sources.nowpayments.coins import COINS as NOWPAYMENTS_COINS
from sevenpanel.deposits.sources.registry import ADAPTERS, SourceSettings, UnableToReadSource
from sevenpanel.deposits.sources.rounds import Desk
from sevenpanel.kernel.addresses import AddressRefused, checked_url
from sevenpanel.kernel.private_keys import refuse_private_key
from sevenpanel.settings.environment import environment

BTCPAY = "btcpay"
NOWPAYMENTS = "nowpayments"
POLL_SECONDS = 60
_ALIAS = re.compile(r"[a-z0-9][a-z0-9-]{0,23}")
_STORE = re.compile(rf"[A-Za-z0-9]{{1,{STORE_LENGTH_MAX}}}")
_SECRET = re.compile(r"[!-~]{8,200}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What lets the desk in, and what webhooks are signed with."""

    key: str = field(repr=False)
    webhook: str = field(repr=False)


def hook_of(source: str) -> str:
    """The address to which a processor sends its webhooks."""
    kind, _colon, alias = source.partition(":")
    return f"{environment().url}/hooks/{kind}/{alias}/"


def add_btcpay(
    *,
    alias: str,
    url: str,
    store: str,
    coins: Sequence[str],
    secrets: Secrets,
    is_private: bool = False,
    now: datetime,
) -> str:
    """Set up a store of a BTCPay Server (a command); one of the same alias gets another address, key or secret.

    :param alias: what this desk calls it, for ever.
    :returns: the name of the source.
    :raises UnableToSaveSource: when anything of it cannot be, or the store is set up under another alias.
    """
    name, url = _named(BTCPAY, alias), _address(url, is_private=is_private)
    if not _STORE.fullmatch(store):
        raise UnableToSaveSource("A store's id has letters and digits. Copy it from the store's settings.")
    if strange := [coin for coin in coins if coin not in COINS]:
        raise UnableToSaveSource(f"{', '.join(strange)[:60]} is not known here. Known are {', '.join(COINS)}.")
    standing = _standing(name)
    _refuse_twin(name, store)
    if standing and standing["store"] != store:
        raise UnableToSaveSource("This alias stands for another store. Choose another alias for this one.")
    settings = {
        # The keys of receipts hold it, so that a server that moves does not have every payment credited again.
        "server": standing["server"] if standing else server_name(urlsplit(url).hostname or ""),
        "url": url,
        "store": store,
        "coins": sorted({*coins, *(standing["coins"] if standing else ())}),
    }
    _save(name, BTCPAY, settings, secrets, is_private=is_private, now=now)
    return name


def add_nowpayments(
    *,
    alias: str,
    coins: Sequence[str],
    secrets: Secrets,
    url: str = nowpayments.URL,
    is_private: bool = False,
    now: datetime,
) -> str:
    """Set up an account at NOWPayments (a command); one of the same alias gets more coins, another key or secret.

    :param coins: its own names of coins, such as usdttrc20.
    :returns: the name of the source.
    :raises UnableToSaveSource: when anything of it cannot be.
    """
    name, url = _named(NOWPAYMENTS, alias), _address(url, is_private=is_private)
    if strange := [coin for coin in coins if coin not in NOWPAYMENTS_COINS]:
        known = ", ".join(NOWPAYMENTS_COINS)
        raise UnableToSaveSource(f"{', '.join(strange)[:60]} is not known here. Known are {known}.")
    standing = _standing(name)
    settings = {"url": url, "coins": sorted({*coins, *(standing["coins"] if standing else ())})}
    _save(name, NOWPAYMENTS, settings, secrets, is_private=is_private, now=now)
    return name


def _named(kind: str, alias: str) -> str:
    if not _ALIAS.fullmatch(alias):
        raise UnableToSaveSource("An alias has small letters, digits and dashes, at most 24, such as main.")
    return f"{kind}:{alias}"


def _address(url: str, *, is_private: bool) -> str:
    refuse_private_key(url, field="The address")
    try:
        checked_url(url, allow_private=is_private)
    except AddressRefused as fault:
        raise UnableToSaveSource(f"This address cannot be used. {fault}") from fault
    if "?" in url or "#" in url:
        raise UnableToSaveSource("Write the address of the server alone, such as https://pay.example.")
    return url.rstrip("/")


def _standing(name: str) -> Mapping[str, Any]:
    row = models.Source.objects.filter(name=name).first()
    return row.settings if row is not None else {}


def _refuse_twin(name: str, store: str) -> None:
    twin = models.Source.objects.filter(kind=BTCPAY, settings__store=store).exclude(name=name).first()
    if twin is not None:
        raise UnableToSaveSource(f"This store is set up already, as {twin.name}. Its payments would be credited twice.")


def _save(
    name: str, kind: str, settings: Mapping[str, Any], secrets: Secrets, *, is_private: bool, now: datetime
) -> None:
    for what, text in (("The API key", secrets.key), ("The webhooks' secret", secrets.webhook)):
        if not _SECRET.fullmatch(text):
            raise UnableToSaveSource(f"{what} has 8 to 200 letters, digits and signs, and no spaces. Copy it again.")
        refuse_private_key(text, field=what)
    sealed = json.dumps({"key": secrets.key, "webhook": secrets.webhook})
    whole = {**settings, "is_private": is_private, "poll_seconds": POLL_SECONDS}
    save_source(name=name, kind=kind, settings=whole, secret=sealed, now=now)


def btcpay_source(settings: SourceSettings) -> BtcpaySource:
    """The adapter of kind "btcpay".

    :raises UnableToReadSource: when it is not set up as it should be.
    """
    try:
        found, secret = settings.settings, json.loads(settings.secret)
        headers = {"Authorization": f"token {secret['key']}"}
        return BtcpaySource(
            name=settings.name,
            server=found["server"],
            store=found["store"],
            assets=coins_of(found["coins"]),
            api=Api(url=found["url"], headers=headers, allow_private=bool(found["is_private"])),
            desk=DESK,
        )
    except (ValueError, KeyError, TypeError) as fault:
        raise UnableToReadSource(f"{settings.name} is not set up as a store should be. Set it up again.") from fault


def nowpayments_source(settings: SourceSettings) -> nowpayments.NowpaymentsSource:
    """The adapter of kind "nowpayments".

    :raises UnableToReadSource: when it is not set up as it should be.
    """
    try:
        found, secret = settings.settings, json.loads(settings.secret)
        return nowpayments.NowpaymentsSource(
            name=settings.name,
            coins=tuple(NOWPAYMENTS_COINS[code] for code in found["coins"]),
            api=Api(url=found["url"], headers={"x-api-key": secret["key"]}, allow_private=bool(found["is_private"])),
            desk=DESK,
        )
    except (ValueError, KeyError, TypeError) as fault:
        raise UnableToReadSource(f"{settings.name} is not set up as an account should be. Set it up again.") from fault


DESK = Desk(
    orders=lambda source, since, references: orders_of(source=source, since=since, references=references),
    order=lambda intent_id: order_of(intent_id=intent_id),
    hints=lambda source, now: hints_of(source=source, now=now),
    hook=hook_of,
)
ADAPTERS[BTCPAY] = btcpay_source
ADAPTERS[NOWPAYMENTS] = nowpayments_source
