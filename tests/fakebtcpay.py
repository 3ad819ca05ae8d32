"""A BTCPay Server for tests: one store, its invoices and what was paid to them."""

import hmac
import itertools
import json
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from tests.processors import Manner, Processor

STORE = "8JqxStoreOfNorthwind"
KEY = "a1b2c3d4e5f6a7b8c9d0a1b2c3d4e5f6a7b8c9d0"
SECRET = "3vTq9WebhookSecretOfOurs"
COIN = 10**8


@dataclass
class Payment:
    """One payment."""

    id: str
    sats: int
    status: str
    at: datetime
    method: str = "BTC-CHAIN"
    symbol: str = "BTC"


@dataclass
class Invoice:
    """One invoice, and what was paid to it."""

    id: str
    order: str
    payments: list[Payment] = field(default_factory=list)
    mark: str = ""

    @property
    def status(self) -> str:
        """As the server reckons it of the payments, unless a person marked it."""
        states = {payment.status for payment in self.payments}
        return self.mark or next((word for word in ("Processing", "Settled") if word in states), "New")


@dataclass
class FakeBtcpay(Processor):
    """The server."""

    invoices: dict[str, Invoice] = field(default_factory=dict)
    numbers: Any = field(default_factory=lambda: itertools.count(1))
    key: str = KEY

    def pay(self, invoice: str, sats: int, at: datetime, *, status: str = "Processing", **more: str) -> Payment:
        """A customer pays; the server sees it."""
        with self.lock:
            payment = Payment(f"{next(self.numbers):064x}-0", sats, status, at, **more)
            self.invoices[invoice].payments.append(payment)
            return payment

    def settled_sats(self, invoice: str) -> int:
        """What counts of an invoice, by the server's own word."""
        found = self.invoices[invoice]
        counts = found.status != "Invalid"
        return sum(payment.sats for payment in found.payments if counts and payment.status == "Settled")

    def delivery(self, invoice: str, kind: str = "InvoicePaymentSettled", **more: Any) -> tuple[bytes, str]:
        """A webhook with its signature."""
        said = {"deliveryId": f"d{next(self.numbers)}", "type": kind, "storeId": STORE, "invoiceId": invoice, **more}
        body = json.dumps(said).encode()
        return body, sign(body)

    def answer(
        self, method: str, path: str, query: list[tuple[str, str]], headers: dict[str, str], body: bytes
    ) -> tuple[int, Any]:
        if headers.get("authorization") != f"token {self.key}":
            return 401, {"code": "unauthenticated", "message": "Authentication is required"}
        if not path.startswith(f"/api/v1/stores/{STORE}/invoices"):
            return 403, {"code": "missing-permission"}
        tail = path.removeprefix(f"/api/v1/stores/{STORE}/invoices").strip("/").split("/")
        if method == "POST":
            return self._make(json.loads(body))
        if tail == [""]:
            return 200, self._list(query)
        found = self.invoices.get(tail[0])
        if found is None:
            return 404, {"code": "invoice-not-found"}
        return 200, self._invoice(found) if len(tail) == 1 else self._methods(found, dict(query))

    def _make(self, asked: dict[str, Any]) -> tuple[int, Any]:
        if asked.get("amount") is not None:
            return 422, [{"path": "amount", "message": "The desk makes invoices without a sum."}]
        made = Invoice(f"Inv{next(self.numbers):019d}", asked["metadata"]["orderId"])
        self.invoices[made.id] = made
        return 200, self._invoice(made)

    def _list(self, query: list[tuple[str, str]]) -> list[Any]:
        names = {value for name, value in query if name == "orderId"}
        most = int(dict(query).get("take", "50"))
        rows = [self._invoice(each) for each in self.invoices.values() if not names or each.order in names]
        return self.shuffled(rows)[:most]

    def _invoice(self, found: Invoice) -> dict[str, Any]:
        return {
            "id": found.id,
            "storeId": STORE,
            "amount": "0",
            "currency": "USD",
            "type": "TopUp",
            "checkoutLink": f"https://pay.example/i/{found.id}",
            "metadata": {"orderId": found.order},
            "status": found.status,
            "additionalStatus": "Marked" if found.mark else "None",
        }

    def _methods(self, found: Invoice, query: dict[str, str]) -> list[Any]:
        is_all = query.get("onlyAccountedPayments") == "false"
        shown = [each for each in found.payments if is_all or each.status != "Invalid"]
        kinds = {("BTC-CHAIN", "BTC"), *((each.method, each.symbol) for each in shown)}
        return self.shuffled([self._method(found, name, symbol, shown) for name, symbol in sorted(kinds)])

    def _method(self, found: Invoice, name: str, symbol: str, shown: list[Payment]) -> dict[str, Any]:
        payments = [_payment(each) for each in shown if each.method == name]
        return {
            "paymentMethodId": name,
            "currency": symbol,
            "destination": f"bc1q{found.id.lower()}",
            "paymentLink": f"bitcoin:bc1q{found.id.lower()}",
            "rate": "64000.00",
            "payments": self.shuffled(payments),
        }

    def lied(self, said: Any) -> Any:
        """An answer with one thing in it that cannot be."""
        text = json.dumps(said)
        lies = (
            ('"storeId": "8Jqx', '"storeId": "Some'),
            ('"orderId": "7panel-', '"orderId": "7panel-AAAAAAA'),
            ('"value": "', '"value": "-'),
            ('"value": "', '"value": "NaN'),
            ('"value": "', '"value": "1e99'),
            ('"status": "', '"status": "Very'),
            ('"payments": [', '"payments": [7, '),
        )
        fitting = [lie for lie in lies if lie[0] in text]
        if not fitting:
            return {"nothing": "of the kind"}
        before, after = self.chance.choice(fitting)
        return json.loads(text.replace(before, after))


def _payment(payment: Payment) -> dict[str, Any]:
    return {
        "id": payment.id,
        "receivedDate": int(payment.at.timestamp()),
        "value": f"{payment.sats // COIN}.{payment.sats % COIN:08d}",
        "fee": "0",
        "status": payment.status,
        "destination": "bc1q",
    }


def sign(body: bytes, secret: str = SECRET) -> str:
    """The header of a webhook."""
    return "sha256=" + hmac.new(secret.encode(), body, sha256).hexdigest()


BAD = (Manner.DOWN, Manner.SLOW, Manner.LOST, Manner.BROKEN, Manner.BUSY, Manner.GARBAGE, Manner.LYING)
"""The manners of which nothing may come but a later credit."""
