"""An account at NOWPayments as a source: the outcome of a payment is credited, and repeated deposits on their own."""

from datetime import timedelta

import pytest
from tests.books import books_are_right
from tests.fakebtcpay import BAD
from tests.fakenowpayments import UNIT
from tests.processors import Manner
from tests.shop import NOON, Person, open_customer
from tests.tills import IPN_SECRETS, NOWPAYMENTS, Till, balance, take_tether, within

from sevenpanel.deposits import commands, models, queries
from sevenpanel.deposits.commands import UnableToSaveSource
from sevenpanel.deposits.domain import ReceiptState
from sevenpanel.deposits.sources.interface import UnableToOpen

pytestmark = pytest.mark.django_db

S = ReceiptState


@pytest.fixture
def till(monkeypatch: pytest.MonkeyPatch) -> Till:
    return within(monkeypatch, Till())


@pytest.fixture
def tether(till: Till) -> int:
    return take_tether()


@pytest.fixture
def alice(db: None) -> Person:
    return open_customer("Alice")


def state(number: str) -> ReceiptState:
    return ReceiptState(models.Receipt.objects.get(key=f"nowpayments:{number}").state)


def finished(till: Till, number: str, units: str = "24.81") -> None:
    """What was paid arrives, less the service's fee."""
    outcome = round(float(units) * UNIT)
    till.nowpayments.set(number, "finished", till.now, paid=25 * UNIT, outcome=outcome)


@pytest.mark.parametrize(("wanted", "price"), [(25_500_000, "25.500000"), (None, "1.050000")])
def test_a_payment_is_made_with_an_address_of_its_own(
    till: Till, tether: int, alice: Person, wanted: int | None, price: str
) -> None:
    intent = till.open(alice, tether, wanted=wanted)

    payment = till.nowpayments.payments[intent.reference]
    assert (payment.order, payment.coin, payment.price) == (f"7panel-{intent.code}", "usdttrc20", price)
    assert (intent.address, intent.page) == (payment.address, "")


def test_too_small_a_sum_is_refused_with_a_sentence(till: Till, tether: int, alice: Person) -> None:
    till.nowpayments.least = "0.1"
    with pytest.raises(UnableToOpen, match="larger sum"):
        till.open(alice, tether)
    till.nowpayments.manner = Manner.DOWN
    with pytest.raises(UnableToOpen, match="does not answer"):
        till.open(alice, tether)


def test_what_is_expected_is_shown_and_what_came_is_credited(till: Till, tether: int, alice: Person) -> None:
    number = till.open(alice, tether).reference
    till.look()
    assert not models.Receipt.objects.exists()
    for status, outcome in (("confirming", 0), ("confirmed", 24_900_000), ("sending", 24_850_000)):
        till.nowpayments.set(number, status, till.now, paid=25 * UNIT, outcome=outcome)
        till.look()
        assert (state(number), balance(alice)) == (S.SEEN, 0)
        assert models.Receipt.objects.get().raw == (outcome or 25 * UNIT)

    finished(till, number)
    till.look()
    till.look()

    row = models.Receipt.objects.get()
    assert (state(number), balance(alice)) == (S.CREDITED, 24_810_000)
    assert (row.raw, row.fee_raw, row.has_effect_changed, row.is_estimate) == (24_810_000, 190_000, False, False)
    books_are_right()


def test_an_estimate_says_nothing_against_what_was_credited(till: Till, tether: int, alice: Person) -> None:
    number = till.open(alice, tether).reference
    finished(till, number)
    till.look()
    till.nowpayments.set(number, "confirming", till.now, outcome=3 * UNIT)
    till.look()

    assert (state(number), balance(alice)) == (S.CREDITED, 24_810_000)


def test_the_house_may_pay_the_services_fee(till: Till, alice: Person) -> None:
    number = till.open(alice, take_tether(house_pays_fee=True)).reference
    finished(till, number)
    till.look()

    assert balance(alice) == 25_000_000
    books_are_right()


def test_less_than_was_asked_is_credited_as_it_came(till: Till, tether: int, alice: Person) -> None:
    number = till.open(alice, tether, wanted=100_000_000).reference
    till.nowpayments.set(number, "partially_paid", till.now, paid=25 * UNIT, outcome=24 * UNIT)
    till.look()

    assert balance(alice) == 24_000_000


def test_whoever_pays_to_an_address_again_is_credited_again(till: Till, tether: int, alice: Person) -> None:
    number = till.open(alice, tether).reference
    finished(till, number)
    till.look()
    later = till.nowpayments.again(number)
    finished(till, later, "9.5")
    till.look(minutes=10 * 24 * 60)
    till.look()

    assert {state(number), state(later)} <= {S.CREDITED, S.FINAL}
    assert balance(alice) == 24_810_000 + 9_500_000


def test_a_later_payment_that_only_a_webhook_names_is_asked_about(till: Till, tether: int, alice: Person) -> None:
    number = till.open(alice, tether).reference
    later = till.nowpayments.again(number)
    finished(till, later)
    body, signature = till.nowpayments.delivery(later)
    till.nowpayments.payments[later].order = ""
    commands.take_delivery(source=NOWPAYMENTS, body=body, headers={"x-nowpayments-sig": signature}, now=till.now)
    till.look()

    assert balance(alice) == 24_810_000


def test_a_payment_of_ours_that_the_database_forgot_is_listed(till: Till, tether: int, alice: Person) -> None:
    intent = till.open(alice, tether)
    finished(till, intent.reference)
    body, signature = till.nowpayments.delivery(intent.reference)
    intent.delete()
    commands.take_delivery(source=NOWPAYMENTS, body=body, headers={"x-nowpayments-sig": signature}, now=till.now)
    till.look()

    (alien,) = queries.aliens()
    assert (alien.address, alien.customer_id) == (f"7panel-{intent.code}", 0)
    assert not models.Receipt.objects.exists()


def test_another_coin_than_was_asked_for_is_listed_and_booked_nowhere(till: Till, tether: int, alice: Person) -> None:
    number = till.open(alice, tether).reference
    till.nowpayments.payments[number].outcome_coin = "shib"
    finished(till, number)
    till.look()

    assert balance(alice) == 0
    assert queries.aliens()[0].claimed_symbol == "SHIB"


@pytest.mark.parametrize("status", ["failed", "refunded"])
def test_what_is_taken_back_is_on_hold_first_and_then_taken_off(
    till: Till, tether: int, alice: Person, status: str
) -> None:
    number = till.open(alice, tether).reference
    finished(till, number)
    till.look()
    till.nowpayments.set(number, status, till.now, paid=0, outcome=0)

    till.look()
    assert (state(number), balance(alice)) == (S.DISPUTED, 24_810_000)
    till.look()
    assert (state(number), balance(alice)) == (S.REVERSED, 0)
    books_are_right()


def test_what_is_on_its_way_and_fails_costs_nobody_anything_and_may_return(
    till: Till, tether: int, alice: Person
) -> None:
    number = till.open(alice, tether).reference
    till.nowpayments.set(number, "confirming", till.now, paid=25 * UNIT)
    till.look()
    till.nowpayments.set(number, "failed", till.now)
    till.look()
    assert (state(number), balance(alice)) == (S.ORPHANED, 0)

    finished(till, number)
    till.look()
    assert (state(number), balance(alice)) == (S.CREDITED, 24_810_000)
    books_are_right()


@pytest.mark.parametrize("manner", BAD)
def test_a_service_that_answers_badly_credits_nothing_and_is_told_of(
    till: Till, tether: int, alice: Person, manner: Manner
) -> None:
    number = till.open(alice, tether).reference
    finished(till, number)
    till.nowpayments.manner = manner
    for _ in range(8):
        till.look()
        assert balance(alice) == 0
    assert not queries.sources()[0].nodes[0].is_well

    till.nowpayments.manner = Manner.REORDERING
    till.look(minutes=15)
    assert (state(number), balance(alice)) == (S.CREDITED, 24_810_000)


def test_the_lock_counts_from_when_it_was_seen_and_not_from_when_it_was_opened(
    till: Till, tether: int, alice: Person
) -> None:
    """Otherwise whoever opens a payment could wait and choose."""
    number = till.open(alice, tether, wanted=25_000_000).reference
    till.now += timedelta(hours=2)
    finished(till, number)
    till.look()

    assert models.Receipt.objects.get().block_at == NOON + timedelta(hours=2)
    assert models.Receipt.objects.get().locked_raw == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"coins": ["dogecoin"]}, "not known here"),
        ({"alias": "a b"}, "small letters"),
        ({"url": "https://api.example:22/v1"}, "cannot be used"),
    ],
)
def test_what_cannot_be_set_up_is_refused_with_a_sentence(db: None, change: dict[str, object], words: str) -> None:
    asked = {"alias": "main", "coins": ["usdttrc20"], "secrets": IPN_SECRETS} | change
    with pytest.raises(UnableToSaveSource, match=words):
        commands.add_nowpayments(**asked, now=NOON)  # type: ignore[arg-type]
