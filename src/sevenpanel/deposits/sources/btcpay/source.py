"""A store of a BTCPay Server as a source of deposits (design: deposits, section 3).

An invoice of the desk asks for no sum: whatever is paid to it is credited, each payment as a receipt of its own. An
invoice's state and its payments are read again and again; webhooks only bring a look forward.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from sevenpanel.deposits.domain import Asset, Verdict, keys
from sevenpanel.deposits.sources.asking import Api, Unusable, amount, opening, written
from sevenpanel.deposits.sources.btcpay.hooks import REFERENCE_LENGTH_MAX
from sevenpanel.deposits.sources.btcpay.reading import (
    Invoice,
    InvoiceStatus,
    Paid,
    PaymentStatus,
    invoice_of,
    invoices_of,
    payments_of,
    place_of,
)
from sevenpanel.deposits.sources.interface import (
    Alien,
    Destination,
    Evidence,
    Known,
    Look,
    Observation,
    Reserve,
    UnableToOpen,
)
from sevenpanel.deposits.sources.rounds import FINAL_AFTER, ORDER_PREFIX, WATCHED_FOR, Desk, Order, Told, look_round
from sevenpanel.kernel.said import say

PLACE = "btcpay"
STORE_LENGTH_MAX = 48
SERVER_LENGTH_MAX = 32
COINS: Mapping[str, int] = {"BTC": 11, "LTC": 11, "XMR": 12}
"""Coins and their decimals. Over Lightning thousandths of the smallest unit of the chain can be paid."""
# The checkout page closes after a day; what arrives later is still seen, for as long as we ask.
OPEN_MINUTES = 24 * 60
MONITOR_MINUTES = int(WATCHED_FOR / timedelta(minutes=1))
_ALIEN_DECIMALS = 8
_NAMED_AT_ONCE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class BtcpaySource:
    """One store.

    :param server: what the keys of its receipts call the server, for ever; kept when it moves to another address.
    """

    name: str
    server: str
    store: str
    assets: tuple[Asset, ...]
    api: Api = field(repr=False)
    desk: Desk = field(repr=False)
    is_single_voice: bool = False

    def observe(self, *, known: Sequence[Known], mark: str, now: datetime) -> Look:
        """Look once.

        :raises SourceUnavailable: when the server cannot be asked.
        """
        teller = BtcpayTeller(source=self, now=now)
        return look_round(self.api, teller, self.desk, name=self.name, known=known, mark=mark, now=now)

    def destination(
        self, *, customer_id: int, intent_id: int, asset: Asset, raw: int | None, now: datetime
    ) -> Destination:
        """An invoice without a sum, for this intent alone; the one that is there, when it was asked for before.

        :raises UnableToOpen: when the coin is not taken here, or the server makes no invoice.
        :raises SourceUnavailable: when the server cannot be reached.
        """
        if asset not in self.assets:
            raise UnableToOpen(say("This coin is not taken here. Choose another way."))
        order = self.desk.order(intent_id)
        with opening(say("The payment service made no invoice. Try again later, or choose another way.")):
            invoice = self._standing(order) or self._made(order)
            address, uri = self._place(invoice, asset)
        return Destination(address=address or invoice.id, uri=uri, page=invoice.page, reference=invoice.id)

    def reserves(self, *, now: datetime) -> tuple[Reserve, ...]:
        """Nothing: what the operator's own wallet holds came by other ways, too."""
        return ()

    def path(self, tail: str = "") -> str:
        """The address of the store's invoices, or of something below it."""
        return f"/api/v1/stores/{self.store}/invoices{tail}"

    def _standing(self, order: Order) -> Invoice | None:
        """What an earlier call made whose answer was lost."""
        for invoice in invoices_of(self.api.get(self.path(), [("orderId", order.name)])):
            if invoice.order == order.name and invoice.store == self.store:
                return self._checked(invoice)
        return None

    def _made(self, order: Order) -> Invoice:
        checkout = {"expirationMinutes": OPEN_MINUTES, "monitoringMinutes": MONITOR_MINUTES}
        body = {"currency": order.currency, "metadata": {"orderId": order.name}, "checkout": checkout}
        invoice = invoice_of(self.api.post(self.path(), json.dumps(body)))
        if invoice.order != order.name or invoice.store != self.store:
            raise Unusable("The server made an invoice for somebody else.")
        return self._checked(invoice)

    def _checked(self, invoice: Invoice) -> Invoice:
        if len(invoice.id) > REFERENCE_LENGTH_MAX or not invoice.id.isalnum():
            raise Unusable("The server's invoice has no usable name.")
        return invoice

    def _place(self, invoice: Invoice, asset: Asset) -> tuple[str, str]:
        """The invoice's address on the coin's chain. Without one, as with Lightning alone, its page is enough."""
        return place_of(self.api.get(self.path(f"/{invoice.id}/payment-methods")), asset.symbol)


@dataclass(slots=True, kw_only=True)
class BtcpayTeller:
    """One look: the states of the invoices, asked for together, and then the payments of each."""

    source: BtcpaySource
    now: datetime
    invoices: dict[str, Invoice] = field(default_factory=dict)

    def prepare(self, orders: Sequence[Order]) -> None:
        """Ask for the states of all invoices; without any, for something, to know whether the server answers."""
        named = [("orderId", order.name) for order in orders]
        for at in range(0, max(1, len(named)), _NAMED_AT_ONCE):
            some = named[at : at + _NAMED_AT_ONCE]
            asked = [*some, ("take", str(2 * len(some) or 1))]
            for invoice in invoices_of(self.source.api.get(self.source.path(), asked)):
                self.invoices[invoice.id] = invoice

    def tell(self, order: Order, known: Mapping[str, Known], told: Told) -> None:
        """Every payment of an order's invoice. One that nothing was ever paid to is not asked about further."""
        invoice = self.invoices.get(order.reference)
        if invoice is None:
            raise Unusable(f"The server does not name the invoice {order.reference} any more.")
        if (invoice.order, invoice.store) != (order.name, self.source.store):
            raise Unusable(f"The server says that the invoice {order.reference} is for somebody else.")
        if not invoice.is_untouched or known:
            for paid in self._payments(order.reference):
                self._tell_payment(order, invoice, paid, told)

    def tell_stranger(self, reference: str, orders: Sequence[Order], told: Told) -> None:
        """An invoice of ours that this database does not know, as after a restored backup: listed for support."""
        invoice = invoice_of(self.source.api.get(self.source.path(f"/{reference}")))
        if not invoice.order.startswith(ORDER_PREFIX) or invoice.store != self.source.store:
            return
        for paid in self._payments(reference):
            if paid.status is PaymentStatus.SETTLED:
                told.aliens.append(self._alien(paid, reference, owner=0, address=invoice.order))

    def _payments(self, reference: str) -> list[Paid]:
        # Those that stopped to count are wanted, too: the server leaves them out unless it is told not to.
        asked = [("onlyAccountedPayments", "false")]
        return payments_of(self.source.api.get(self.source.path(f"/{reference}/payment-methods"), asked))

    def _tell_payment(self, order: Order, invoice: Invoice, paid: Paid, told: Told) -> None:
        asset = next((each for each in self.source.assets if each.symbol == paid.symbol), None)
        if asset is None:
            if paid.status is PaymentStatus.SETTLED:
                told.aliens.append(self._alien(paid, order.reference, owner=order.owner, address=order.address))
            return
        raw = amount(paid.value, decimals=asset.decimals)
        if not raw:
            return
        verdict = self._verdict(invoice, paid)
        told.observations.append(
            Observation(
                key=self._key(order.reference, paid),
                owner=order.owner,
                asset=asset,
                raw=raw,
                address=order.address,
                evidence=self._evidence(paid, since=order.opened_at),
                confirmations=int(verdict in (Verdict.CONFIRMED, Verdict.FINAL)),
                needed=1,
                verdict=verdict,
            )
        )

    def _verdict(self, invoice: Invoice, paid: Paid) -> Verdict:
        """What a payment's state means. An invoice that was called invalid, by a person too, takes all of it along."""
        if paid.status is PaymentStatus.INVALID or invoice.status is InvoiceStatus.INVALID:
            return Verdict.RECALLED
        if paid.status is PaymentStatus.PROCESSING:
            return Verdict.SEEN
        is_old = paid.received_at is not None and self.now - paid.received_at > FINAL_AFTER
        return Verdict.FINAL if is_old else Verdict.CONFIRMED

    def _evidence(self, paid: Paid, *, since: datetime) -> Evidence:
        # The server's clock may differ from ours; nothing can be paid to an invoice before it was there.
        at = min(self.now, max(since, paid.received_at or self.now))
        return Evidence(tx=paid.id, block_at=at, proof={self.source.api.host: written(paid.proof)})

    def _alien(self, paid: Paid, reference: str, *, owner: int, address: str) -> Alien:
        return Alien(
            key=self._key(reference, paid),
            owner=owner,
            address=address,
            contract=paid.method,
            claimed_symbol=paid.symbol,
            raw=amount(paid.value, decimals=_ALIEN_DECIMALS),
            evidence=self._evidence(paid, since=paid.received_at or self.now),
        )

    def _key(self, reference: str, paid: Paid) -> str:
        try:
            return keys.btcpay(server=self.source.server, store=self.source.store, invoice=reference, payment=paid.id)
        except ValueError as strange:
            raise Unusable("The server's payment has no usable name.") from strange


def server_name(host: str) -> str:
    """What keys call a server: its host, or a short form of a long one."""
    return host if len(host) <= SERVER_LENGTH_MAX else sha256(host.encode()).hexdigest()[:SERVER_LENGTH_MAX]


def coins_of(symbols: Sequence[str]) -> tuple[Asset, ...]:
    """The coins of a store.

    :raises KeyError: for one that is not known.
    """
    return tuple(Asset(symbol=symbol, place=PLACE, decimals=COINS[symbol]) for symbol in symbols)
