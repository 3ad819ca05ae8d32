"""An account at NOWPayments as a source of deposits (design: deposits, section 3).

Each payment has an address of its own there. What is credited is the outcome, which is what is left for the operator
when the service has taken its fee; whoever pays to an address again makes another payment, with a number of its own.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sevenpanel.deposits.domain import Asset, Verdict, keys
from sevenpanel.deposits.sources.asking import Api, Unusable, amount, opening, written
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
from sevenpanel.deposits.sources.nowpayments.coins import BY_PLACE, COINS, Coin
from sevenpanel.deposits.sources.nowpayments.reading import Paid, Status, payment_of
from sevenpanel.deposits.sources.rounds import FINAL_AFTER, ORDER_PREFIX, Desk, Order, Told, look_round
from sevenpanel.kernel.money import MICROS_PER_UNIT, divide_up
from sevenpanel.kernel.said import say

URL = "https://api.nowpayments.io/v1"
_ALIEN_DECIMALS = 8
_PRICE_DECIMALS = 6
_CENT = 10_000
_ON_ITS_WAY = frozenset({Status.CONFIRMING, Status.CONFIRMED, Status.SENDING})
_STANDS = frozenset({Status.FINISHED, Status.PARTIALLY_PAID})
_TAKEN_BACK = frozenset({Status.FAILED, Status.REFUNDED})
_NOTHING = frozenset({Status.WAITING, Status.EXPIRED})
assert set(Status) == _ON_ITS_WAY | _STANDS | _TAKEN_BACK | _NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class NowpaymentsSource:
    """One account."""

    name: str
    coins: tuple[Coin, ...]
    api: Api = field(repr=False)
    desk: Desk = field(repr=False)
    is_single_voice: bool = False

    @property
    def assets(self) -> tuple[Asset, ...]:
        """Its coins."""
        return tuple(coin.asset for coin in self.coins)

    def observe(self, *, known: Sequence[Known], mark: str, now: datetime) -> Look:
        """Look once.

        :raises SourceUnavailable: when the service cannot be asked.
        """
        teller = NowpaymentsTeller(source=self, now=now)
        return look_round(self.api, teller, self.desk, name=self.name, known=known, mark=mark, now=now)

    def destination(
        self, *, customer_id: int, intent_id: int, asset: Asset, raw: int | None, now: datetime
    ) -> Destination:
        """A payment's own address. When an answer is lost, another is made, and the first is shown to nobody.

        :raises UnableToOpen: when the coin is not taken here, or the service makes no payment.
        :raises SourceUnavailable: when the service cannot be reached.
        """
        if asset not in self.assets:
            raise UnableToOpen(say("This coin is not taken here. Choose another way."))
        with opening(say("The payment service made no payment of it. Write a larger sum, or choose another way.")):
            made = self._made(self.desk.order(intent_id), BY_PLACE[asset.place])
        return Destination(address=made.address, reference=made.id)

    def reserves(self, *, now: datetime) -> tuple[Reserve, ...]:
        """Nothing: the service pays out to a wallet of the operator's own."""
        return ()

    def payment(self, reference: str) -> Paid:
        """One payment as it stands.

        :raises NotHeard, Unusable: when it cannot be asked about, or another one is answered.
        """
        found = payment_of(self.api.get(f"/payment/{reference}"))
        if found.id != reference:
            raise Unusable(f"The service answers about another payment than {reference}.")
        return found

    def _made(self, order: Order, coin: Coin) -> Paid:
        price = order.wanted_micros or self._least(coin, order.currency)
        asked = {
            "price_currency": order.currency.lower(),
            "pay_currency": coin.code,
            "order_id": order.name,
            "ipn_callback_url": self.desk.hook(self.name),
        }
        # The service wants a number, and no float is made of a sum here.
        text = f"{price // MICROS_PER_UNIT}.{price % MICROS_PER_UNIT:0{_PRICE_DECIMALS}d}"
        made = payment_of(self.api.post("/payment", json.dumps(asked)[:-1] + f', "price_amount": {text}}}'))
        if (made.order, made.pay_coin) != (order.name, coin.code) or not made.address or made.needs_memo:
            raise Unusable("The service made a payment that nobody asked for.")
        return made

    def _least(self, coin: Coin, currency: str) -> int:
        """The smallest price that the service makes a payment of, for who means to send any amount, in micro-units."""
        asked = [("currency_from", coin.code), ("currency_to", coin.code), ("fiat_equivalent", currency.lower())]
        said = self.api.get("/min-amount", asked)
        least = said.get("fiat_equivalent") if isinstance(said, dict) else None
        return divide_up(amount(least, decimals=_PRICE_DECIMALS) + _CENT, _CENT) * _CENT


@dataclass(frozen=True, slots=True, kw_only=True)
class NowpaymentsTeller:
    """One look: each payment, and those that came to its address later."""

    source: NowpaymentsSource
    now: datetime

    def prepare(self, orders: Sequence[Order]) -> None:
        """Ask for something that takes the key, to know whether the service answers, when nothing else is asked."""
        if not orders:
            self.source.api.get("/merchant/coins")

    def tell(self, order: Order, known: Mapping[str, Known], told: Told) -> None:
        """An order's payment, and every later one to the same address."""
        first = self.source.payment(order.reference)
        if first.order != order.name:
            raise Unusable(f"The service says that the payment {order.reference} is for somebody else.")
        self._tell_payment(order, first, known, told)
        for number in first.extra:
            later = self.source.payment(number)
            if order.reference != later.parent and later.order != order.name:
                raise Unusable(f"The service says that the payment {number} is for somebody else.")
            self._tell_payment(order, later, known, told)

    def tell_stranger(self, reference: str, orders: Sequence[Order], told: Told) -> None:
        """A payment that only a webhook named: a later one to an address of ours, or one that was forgotten here."""
        paid = self.source.payment(reference)
        for order in orders:
            if paid.parent == order.reference or paid.order == order.name:
                self._tell_payment(order, paid, {}, told)
                return
        if paid.order.startswith(ORDER_PREFIX) and paid.status in _STANDS:
            told.aliens.append(self._alien(paid, owner=0, address=paid.order))

    def _tell_payment(self, order: Order, paid: Paid, known: Mapping[str, Known], told: Told) -> None:
        key = keys.nowpayments(payment_id=paid.id)
        if paid.status in _TAKEN_BACK:
            found = self._taken_back(order, paid, known.get(key))
        elif paid.status in _STANDS:
            found = self._standing(order, paid, told)
        else:
            found = self._expected(paid) if paid.status in _ON_ITS_WAY else None
        if found is None:
            return
        asset, raw, verdict = found
        told.observations.append(
            Observation(
                key=key,
                owner=order.owner,
                asset=asset,
                raw=raw,
                address=order.address,
                evidence=self._evidence(paid, since=order.opened_at),
                confirmations=int(verdict in (Verdict.CONFIRMED, Verdict.FINAL)),
                needed=1,
                verdict=verdict,
                fee_raw=self._fee(paid, asset, raw) if verdict is not Verdict.SEEN else 0,
                is_estimate=verdict is Verdict.SEEN,
            )
        )

    def _standing(self, order: Order, paid: Paid, told: Told) -> tuple[Asset, int, Verdict] | None:
        """What is left for the operator, in whatever coin: only that is there."""
        asset = self._asset(paid.outcome_coin)
        if asset is None:
            told.aliens.append(self._alien(paid, owner=order.owner, address=order.address))
            return None
        is_old = paid.changed_at is not None and self.now - paid.changed_at > FINAL_AFTER
        raw = amount(paid.outcome, decimals=asset.decimals)
        return (asset, raw, Verdict.FINAL if is_old else Verdict.CONFIRMED) if raw else None

    def _expected(self, paid: Paid) -> tuple[Asset, int, Verdict] | None:
        """What the service expects to be left, or what it has seen while it does not say so."""
        for coin, value in ((paid.outcome_coin, paid.outcome), (paid.pay_coin, paid.paid)):
            asset = self._asset(coin)
            raw = amount(value, decimals=asset.decimals) if asset is not None else 0
            if asset is not None and raw:
                return asset, raw, Verdict.SEEN
        return None

    def _taken_back(self, order: Order, paid: Paid, known: Known | None) -> tuple[Asset, int, Verdict] | None:
        """What was taken back, as it was known. The outcome of such a payment may be nothing by now."""
        if known is not None:
            return known.asset, known.raw, Verdict.RECALLED
        expected = self._expected(paid)
        return (*expected[:2], Verdict.RECALLED) if expected is not None else None

    def _fee(self, paid: Paid, asset: Asset, raw: int) -> int:
        """What the service kept, where that can be said: of the same coin."""
        if paid.pay_coin != paid.outcome_coin:
            return 0
        return max(0, amount(paid.paid, decimals=asset.decimals) - raw)

    def _evidence(self, paid: Paid, *, since: datetime) -> Evidence:
        # A payment was made when its address was asked for, and seen when its status changed: that is what counts for
        # the lock. The service's clock may differ from ours.
        at = min(self.now, max(since, paid.changed_at or self.now))
        return Evidence(tx=paid.id, block_at=at, proof={self.source.api.host: written(paid.proof)})

    def _alien(self, paid: Paid, *, owner: int, address: str) -> Alien:
        return Alien(
            key=keys.nowpayments(payment_id=paid.id),
            owner=owner,
            address=address,
            contract=paid.outcome_coin,
            claimed_symbol=paid.outcome_coin.upper(),
            raw=amount(paid.outcome, decimals=_ALIEN_DECIMALS),
            evidence=self._evidence(paid, since=paid.changed_at or self.now),
        )

    def _asset(self, code: str) -> Asset | None:
        coin = COINS.get(code)
        return coin.asset if coin is not None and coin in self.source.coins else None
