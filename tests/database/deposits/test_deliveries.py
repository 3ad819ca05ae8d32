"""3,000 webhooks, true, forged, replayed, late, out of order and lost: no wrong balance, and red under each fault."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.books import books_are_right
from tests.deliveries import DELIVERIES, Life
from tests.tills import Till, balance, within

from sevenpanel.deposits import models, queries
from sevenpanel.deposits.commands import book_observation, deliveries
from sevenpanel.deposits.domain import Verdict, keys
from sevenpanel.deposits.sources import rounds
from sevenpanel.deposits.sources.btcpay.reading import Invoice, Paid, PaymentStatus
from sevenpanel.deposits.sources.btcpay.source import BtcpayTeller
from sevenpanel.deposits.sources.hooks import HOOKS
from sevenpanel.deposits.sources.interface import Known, Observation

pytestmark = pytest.mark.django_db

LIVES = range(15)


@pytest.fixture
def till(monkeypatch: pytest.MonkeyPatch) -> Till:
    return within(monkeypatch, Till())


def test_they_are_three_thousand() -> None:
    assert len(LIVES) * DELIVERIES == 3_000


@pytest.mark.parametrize("seed", LIVES)
def test_no_webhook_makes_a_wrong_balance(till: Till, seed: int) -> None:
    life = Life(till, seed)
    life.live()
    life.rest()

    assert life.wrong_balances() == []
    assert life.taken + life.refused == DELIVERIES
    assert models.Delivery.objects.filter(is_genuine=True).count() == life.taken
    assert models.Delivery.objects.filter(is_genuine=False).count() == life.refused
    assert not models.Receipt.objects.filter(state__in=("held", "disputed")).exists()
    books_are_right()


def test_the_lives_are_worth_living(till: Till) -> None:
    """Otherwise nothing would be told by them: much is credited, taken back and credited again, and much is forged."""
    life = Life(till, 2)
    life.live()
    life.rest()

    happened = set(models.Event.objects.values_list("event", flat=True))
    assert min(life.taken, life.refused) > DELIVERIES // 4
    assert happened >= {"observed", "left", "confirmed", "recalled", "buried"}
    assert any(balance(person) for person in life.people)


def _believe(monkeypatch: pytest.MonkeyPatch) -> None:
    """A webhook is believed: what it names is booked as settled, without asking anybody."""
    real = deliveries._store

    def store(source: str, body: bytes, shown: str, **more: Any) -> None:
        real(source, body, shown, **more)
        named = models.Intent.objects.filter(reference=more["subject"] or "none").values_list("address", flat=True)
        for each in queries.known_receipts(source=source, now=more["now"]):
            if each.address in named:
                book_observation(source=source, said=_settled(each), is_single_voice=False, now=more["now"])

    monkeypatch.setattr(deliveries, "_store", store)


def _settled(known: Known) -> Observation:
    return Observation(
        key=known.key,
        owner=known.owner,
        asset=known.asset,
        raw=known.raw,
        address=known.address,
        evidence=known.evidence,
        confirmations=1,
        needed=1,
        verdict=Verdict.CONFIRMED,
    )


def _check_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A signature is not checked."""
    passing = {kind: replace(hook, is_genuine=lambda *_: True) for kind, hook in HOOKS.items()}
    monkeypatch.setattr(deliveries, "HOOKS", passing)


def _tell_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key is not unique: each telling of a payment has its own."""
    real, numbers = keys.btcpay, itertools.count()

    def btcpay(**parts: str) -> str:
        return f"{real(**parts)}:{next(numbers)}"

    monkeypatch.setattr(keys, "btcpay", btcpay)


def _believe_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """A payment that is on its way counts as settled."""
    real = BtcpayTeller._verdict

    def verdict(self: BtcpayTeller, invoice: Invoice, paid: Paid) -> Verdict:
        return real(self, invoice, replace(paid, status=PaymentStatus.SETTLED))

    monkeypatch.setattr(BtcpayTeller, "_verdict", verdict)


def _look_only_when_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only webhooks let anybody be asked, so that a lost one loses a payment."""
    monkeypatch.setattr(rounds, "NEW_FOR", timedelta(0))
    monkeypatch.setattr(rounds, "REST_AT_ONCE", 0)


@pytest.mark.parametrize("plant", [_believe, _check_nothing, _tell_apart, _believe_early, _look_only_when_told])
def test_each_of_these_faults_is_seen(
    monkeypatch: pytest.MonkeyPatch, plant: Callable[[pytest.MonkeyPatch], None]
) -> None:
    plant(monkeypatch)

    assert any(_is_red(within(monkeypatch, Till()), seed) for seed in LIVES)


def _is_red(till: Till, seed: int) -> bool:
    life = Life(till, seed)
    try:
        life.live()
        life.rest()
    except AssertionError:
        return True
    return bool(life.wrong_balances())
