"""Processors of payments, and the ways to add funds that customers see, from the command line."""

import getpass
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation

from sevenpanel.deposits import commands as deposits
from sevenpanel.deposits import queries
from sevenpanel.deposits.domain import Asset
from sevenpanel.deposits.domain.amounts import format_raw, parse_raw
from sevenpanel.deposits.domain.pricing import Charges
from sevenpanel.deposits.domain.ways import MethodKind
from sevenpanel.launch.operate.people import UnableToOperate

BASIS_POINTS_PER_PERCENT = 100
HOOKED = frozenset({"btcpay", "nowpayments"})


def btcpay_arguments(parser: ArgumentParser) -> None:
    """Which server and store, and which coins."""
    parser.add_argument("alias", help="what this desk calls the store, for ever, such as main")
    parser.add_argument("url", help="the address of the server, such as https://pay.example")
    parser.add_argument("store", help="the store's id, from its settings")
    parser.add_argument("--coin", action="append", metavar="COIN", help="BTC unless named; may be repeated")
    parser.add_argument("--private", action="store_true", help="it stands on this machine or in its own network")


def add_btcpay(asked: Namespace, now: datetime) -> str:
    """Take payments through a store of a BTCPay Server; its API key and the webhook's secret are asked for."""
    name = deposits.add_btcpay(
        alias=asked.alias,
        url=asked.url,
        store=asked.store,
        coins=asked.coin or ["BTC"],
        secrets=_secrets("API key of the store", "Secret of the store's webhook"),
        is_private=asked.private,
        now=now,
    )
    return _set_up(name)


def nowpayments_arguments(parser: ArgumentParser) -> None:
    """Which coins."""
    parser.add_argument("alias", help="what this desk calls the account, for ever, such as main")
    parser.add_argument(
        "coin", nargs="+", help="as NOWPayments names it, such as usdttrc20; it is paid and paid out alike"
    )
    parser.add_argument("--url", help="another address of the API, such as that of the service's sandbox")
    parser.add_argument("--private", action="store_true", help="it stands on this machine or in its own network")


def add_nowpayments(asked: Namespace, now: datetime) -> str:
    """Take payments through an account at NOWPayments; its API key and the IPN secret are asked for."""
    address = {"url": asked.url} if asked.url else {}
    name = deposits.add_nowpayments(
        alias=asked.alias,
        coins=asked.coin,
        secrets=_secrets("API key of the account", "IPN secret of the account"),
        is_private=asked.private,
        now=now,
        **address,
    )
    return _set_up(name)


def _set_up(name: str) -> str:
    return (
        f"{name} is asked every minute from now on. Let its webhooks go to\n{deposits.hook_of(name)}\n"
        "Customers see it when you open a way: `sevenpanel operate open-way`."
    )


def _secrets(*prompts: str) -> deposits.Secrets:
    """What is typed unseen, or stands on standard input, a line each."""
    if sys.stdin.isatty():
        typed = [getpass.getpass(f"{prompt}: ").strip() for prompt in prompts]
    else:
        typed = [sys.stdin.readline().strip() for _ in prompts]
    key, webhook = typed
    return deposits.Secrets(key=key, webhook=webhook)


def list_processors(asked: Namespace, now: datetime) -> str:
    """List the processors, how each is, and where its webhooks go."""
    lines = [
        f"{row.name:<24} {_state(row):<40} {deposits.hook_of(row.name)}"
        for row in queries.sources()
        if row.kind in HOOKED
    ]
    return "\n".join(lines) or "No processor is set up."


def _state(row: queries.SourceRow) -> str:
    if not row.is_on:
        return "switched off"
    troubles = [row.trouble, *(node.words for node in row.nodes)]
    return next((words for words in troubles if words), "working" if row.looked_at else "not asked yet")


def leave_arguments(parser: ArgumentParser) -> None:
    """Which processor."""
    parser.add_argument("name", help="as `processors` lists it, such as btcpay:main")
    parser.add_argument("--lift", action="store_true", help="ask it again")


def leave(asked: Namespace, now: datetime) -> str:
    """Ask a processor no longer; what it has brought stays, and what arrives meanwhile is found afterwards."""
    if asked.name.partition(":")[0] not in HOOKED:
        raise UnableToOperate(f"{asked.name} is no processor. `sevenpanel operate processors` lists them.")
    deposits.switch_source(name=asked.name, is_on=asked.lift, now=now)
    return f"{asked.name} is asked {'again' if asked.lift else 'no longer'}."


def way_arguments(parser: ArgumentParser) -> None:
    """What it is called, what comes in by it, and what it costs."""
    parser.add_argument("title", help="what customers read, such as Bitcoin")
    parser.add_argument("source", help="a processor or a chain, such as btcpay:main or evm:1")
    parser.add_argument("symbol", help="the coin, such as BTC")
    parser.add_argument("--minimum", default="0", help="below it what arrives is kept until it adds up, in the coin")
    parser.add_argument("--fee-percent", default="0", help="what the desk keeps of it")
    parser.add_argument("--usual-minutes", type=int, default=30, help="how long it usually takes")
    parser.add_argument("--house-pays-fee", action="store_true", help="the desk pays the processor's fee")
    parser.add_argument("--place", help="the asset's place, where a source has the coin at several")
    parser.add_argument("--close", action="store_true", help="take it off the page")


def open_way(asked: Namespace, now: datetime) -> str:
    """Let customers add funds through a processor or a chain, or close that way."""
    asset = _asset(queries.assets_of(source=asked.source), asked.symbol, asked.place)
    minimum = parse_raw(asked.minimum, asset)
    deposits.save_method(
        method=deposits.NewMethod(
            name=asked.title,
            kind=MethodKind.ASSET,
            asset=asset,
            source=asked.source,
            minimum_raw=minimum,
            usual_minutes=asked.usual_minutes,
            charges=Charges(fee_basis_points=_basis_points(asked.fee_percent)),
            house_pays_fee=asked.house_pays_fee,
            shown_places=min(asset.decimals, 8),
            is_open=not asked.close,
        ),
        now=now,
    )
    if asked.close:
        return f"{asked.title} is not offered any more. What arrives by it is credited all the same."
    return f"Customers can add funds by {asked.title}, {format_raw(minimum, asset)} {asset.symbol} or more."


def _asset(assets: Sequence[Asset], symbol: str, place: str | None) -> Asset:
    found = [each for each in assets if each.symbol == symbol.upper() and place in (None, each.place)]
    if len(found) == 1:
        return found[0]
    known = ", ".join(f"{each.symbol} --place {each.place}" for each in assets)
    raise UnableToOperate(f"Name one coin of this source. It has: {known or 'none, or it is switched off'}.")


def _basis_points(percent: str) -> int:
    try:
        exact = Decimal(percent) * BASIS_POINTS_PER_PERCENT
    except InvalidOperation as error:
        raise UnableToOperate(f"{percent} is no percentage.") from error
    if exact != int(exact) or not 0 <= exact < 100 * BASIS_POINTS_PER_PERCENT:
        raise UnableToOperate("A fee is less than 100 percent, with at most two places.")
    return int(exact)
