"""A desk whose customers pay through processors: set up, paid at, looked at, and told of by webhooks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from tests import fakebtcpay, fakenowpayments
from tests.fakebtcpay import FakeBtcpay
from tests.fakenowpayments import FakeNowpayments
from tests.shop import NOON, Person

from sevenpanel.deposits import commands, models
from sevenpanel.deposits.domain import Asset
from sevenpanel.deposits.domain.rates import RateKind, RateRule
from sevenpanel.deposits.domain.ways import MethodKind
from sevenpanel.deposits.sources import asking
from sevenpanel.deposits.sources.nowpayments import source as nowpayments
from sevenpanel.kernel.calling import Call, Heard
from sevenpanel.ledger import queries as ledger

BTCPAY = "btcpay:main"
BTC = Asset(symbol="BTC", place="btcpay", decimals=11)
BTC_RATE = 64_000 * 10**12
MICROS_PER_SAT = 640
NOWPAYMENTS = "nowpayments:main"
TETHER = Asset(symbol="USDT", place="nowpayments-usdttrc20", decimals=6)
URL = "https://pay.example"
SECRETS = commands.Secrets(key=fakebtcpay.KEY, webhook=fakebtcpay.SECRET)
IPN_SECRETS = commands.Secrets(key=fakenowpayments.KEY, webhook=fakenowpayments.SECRET)


@dataclass
class Till:
    """The desk, its processors, and the time there."""

    btcpay: FakeBtcpay = field(default_factory=FakeBtcpay)
    nowpayments: FakeNowpayments = field(default_factory=FakeNowpayments)
    now: datetime = NOON
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))
    opened: int = 0

    def pass_time(self, minutes: int = 1) -> None:
        """Let time pass."""
        self.now += timedelta(minutes=minutes)

    def look(self, minutes: int = 1) -> None:
        """Let the worker look when its time has come."""
        self.pass_time(minutes)
        while commands.look_next(clock=lambda: self.now):
            continue

    def open(self, person: Person, method_id: int, *, wanted: int | None = None) -> models.Intent:
        """A customer opens a payment."""
        self.opened += 1
        intent_id = commands.open_intent(
            customer_id=person.customer_id,
            user_id=person.user_id,
            method_id=method_id,
            wanted_micros=wanted,
            currency="USD",
            request_id=f"form/{self.opened}",
            now=self.now,
        )
        return models.Intent.objects.get(id=intent_id)

    def deliver(self, body: bytes, signature: str | None, *, source: str = BTCPAY, header: str = "BTCPay-Sig") -> Any:
        """Bring a webhook to the desk's door."""
        kind, alias = source.split(":")
        headers = {header: signature} if signature is not None else {}
        return self.client.post(
            f"/hooks/{kind}/{alias}/", data=body, content_type="application/json; charset=utf-8", headers=headers
        )


def take_bitcoin(*, url: str = URL, is_private: bool = False, coins: Sequence[str] = ("BTC",)) -> int:
    """Set the store up, price its coin, and open the way to add funds with it."""
    commands.add_btcpay(
        alias="main", url=url, store=fakebtcpay.STORE, coins=coins, secrets=SECRETS, is_private=is_private, now=NOON
    )
    price("BTC", BTC_RATE)
    return commands.save_method(
        method=commands.NewMethod(
            name="Bitcoin",
            kind=MethodKind.ASSET,
            asset=BTC,
            source=BTCPAY,
            minimum_raw=10_000 * 10**3,
            shown_places=8,
            usual_minutes=30,
        ),
        now=NOON,
    )


def take_tether(*, url: str = nowpayments.URL, is_private: bool = False, house_pays_fee: bool = False) -> int:
    """Set the account up, with a coin that is worth one to one, and open the way to add funds with it."""
    commands.add_nowpayments(
        alias="main", coins=["usdttrc20"], secrets=IPN_SECRETS, url=url, is_private=is_private, now=NOON
    )
    commands.set_rate_rule(rule=RateRule(symbol="USDT", kind=RateKind.PEG))
    return commands.save_method(
        method=commands.NewMethod(
            name="Tether",
            kind=MethodKind.ASSET,
            asset=TETHER,
            source=NOWPAYMENTS,
            minimum_raw=10**6,
            house_pays_fee=house_pays_fee,
        ),
        now=NOON,
    )


def price(symbol: str, rate_e12: int) -> None:
    """The operator's own rate of a coin."""
    commands.set_rate_rule(rule=RateRule(symbol=symbol, kind=RateKind.OPERATOR))
    commands.set_rate(
        symbol=symbol,
        currency="USD",
        rate_e12=rate_e12,
        valid_until=NOON + timedelta(days=20_000),
        actor_id=None,
        now=NOON,
    )


def within(monkeypatch: pytest.MonkeyPatch, till: Till) -> Till:
    """Let processors answer within this process."""

    def exchange(call: Call) -> Heard:
        return (till.nowpayments if call.url.startswith(nowpayments.URL) else till.btcpay).exchange(call)

    monkeypatch.setattr(asking, "exchange", exchange)
    return till


def balance(person: Person) -> int:
    """What a customer has, in micro-units."""
    return ledger.balance(customer_id=person.customer_id).balance_micros
