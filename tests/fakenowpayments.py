"""NOWPayments for tests: one account, its payments, and repeated deposits to their addresses."""

import hmac
import itertools
import json
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from hashlib import sha512
from typing import Any

from tests.processors import Processor

KEY = "AAAAAAA-BBBBBBB-CCCCCCC-DDDDDDD"
SECRET = "pKq7IpnSecretOfNorthwind"
UNIT = 10**6


@dataclass
class Payment:
    """One payment of USDT on Tron. Amounts are in millionths."""

    id: str
    order: str
    address: str
    parent: str = ""
    status: str = "waiting"
    paid: int = 0
    outcome: int = 0
    coin: str = "usdttrc20"
    outcome_coin: str = "usdttrc20"
    at: str = ""
    price: str = ""


@dataclass
class FakeNowpayments(Processor):
    """The service."""

    payments: dict[str, Payment] = field(default_factory=dict)
    numbers: Any = field(default_factory=lambda: itertools.count(5_000_000_001))
    key: str = KEY
    least: str = "1.0325"

    def set(
        self, number: str, status: str, at: datetime, *, paid: int | None = None, outcome: int | None = None
    ) -> None:
        """A payment's status changes."""
        with self.lock:
            payment = self.payments[number]
            payment.status, payment.at = status, at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
            payment.paid = payment.paid if paid is None else paid
            payment.outcome = payment.outcome if outcome is None else outcome

    def again(self, number: str) -> str:
        """Somebody pays to an address once more: a payment of its own. Returns its number."""
        with self.lock:
            first = self.payments[number]
            later = Payment(str(next(self.numbers)), first.order, first.address, parent=first.id)
            self.payments[later.id] = later
            return later.id

    def standing(self, number: str) -> int:
        """What counts of a payment and of those that came to its address later."""
        mine = (each for each in self.payments.values() if number in (each.id, each.parent))
        return sum(each.outcome for each in mine if each.status in ("finished", "partially_paid"))

    def delivery(self, number: str) -> tuple[bytes, str]:
        """A webhook with its signature."""
        said = {**self._payment(self.payments[number]), "fee": {"depositFee": 0.1, "currency": "usd", "b": [1, 2]}}
        return json.dumps(said, separators=(",", ":")).encode(), sign(said)

    def answer(
        self, method: str, path: str, query: list[tuple[str, str]], headers: dict[str, str], body: bytes
    ) -> tuple[int, Any]:
        if headers.get("x-api-key") != self.key:
            return 403, {"statusCode": 403, "code": "INVALID_API_KEY", "message": "Invalid api key"}
        if method == "POST":
            return self._make(json.loads(body, parse_float=Decimal))
        if path.endswith("/merchant/coins"):
            return 200, {"selectedCurrencies": ["USDTTRC20"]}
        if path.endswith("/min-amount"):
            return 200, {"currency_from": "usdttrc20", "fiat_equivalent": float(self.least)}
        found = self.payments.get(path.rpartition("/")[2])
        if found is None:
            return 404, {"statusCode": 404, "code": "NOT_FOUND", "message": "Payment not found"}
        return 200, self._payment(found)

    def _make(self, asked: dict[str, Any]) -> tuple[int, Any]:
        if not isinstance(asked["price_amount"], Decimal) or asked["price_amount"] < 1:
            return 400, {"statusCode": 400, "code": "BAD_REQUEST", "message": "Crypto amount is less than minimal"}
        number = str(next(self.numbers))
        made = Payment(number, asked["order_id"], f"T{number}Address", coin=asked["pay_currency"])
        made.price = str(asked["price_amount"])
        self.payments[number] = made
        return 201, self._payment(made)

    def _payment(self, payment: Payment) -> dict[str, Any]:
        extra = [int(each.id) for each in self.payments.values() if each.parent == payment.id]
        return {
            "payment_id": int(payment.id),
            "parent_payment_id": int(payment.parent) if payment.parent else None,
            "payment_status": payment.status,
            "pay_address": payment.address,
            "payin_extra_id": None,
            "price_amount": 25,
            "price_currency": "usd",
            "pay_amount": 25.26,
            "actually_paid": payment.paid / UNIT,
            "pay_currency": payment.coin,
            "order_id": payment.order,
            "outcome_amount": payment.outcome / UNIT,
            "outcome_currency": payment.outcome_coin,
            "created_at": "2020-01-01T00:00:00.000Z",
            "updated_at": payment.at or None,
            "payment_extra_ids": self.shuffled(extra) or None,
        }

    def lied(self, said: Any) -> Any:
        """An answer with one thing in it that cannot be."""
        if "payment_id" not in said:
            return ["nothing of the kind"]
        lies: tuple[dict[str, Any], ...] = (
            {"payment_id": 7},
            {"payment_id": None},
            {"order_id": "7panel-SOMEBODY"},
            {"order_id": None},
            {"outcome_amount": "-25", "payment_status": "finished"},
            {"outcome_amount": "NaN", "payment_status": "finished"},
            {"outcome_amount": "1e400", "payment_status": "finished"},
            {"outcome_amount": [25], "payment_status": "finished"},
            {"payment_status": "very finished"},
        )
        return {**said, **self.chance.choice(lies)}


def sign(said: Any, secret: str = SECRET) -> str:
    """The header of a webhook, as the service's own example for JavaScript makes it."""
    return hmac.new(secret.encode(), _sorted(said).encode(), sha512).hexdigest()


def _sorted(said: Any) -> str:
    if isinstance(said, list):  # as JavaScript has it: an object whose names are numbers, in the order of numbers
        return "{" + ",".join(f'"{at}":{_sorted(each)}' for at, each in enumerate(said)) + "}"
    if isinstance(said, dict):
        return "{" + ",".join(f'"{name}":{_sorted(said[name])}' for name in sorted(said)) + "}"
    return json.dumps(said, ensure_ascii=False)
