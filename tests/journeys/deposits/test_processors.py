"""Adding funds through a processor over HTTP: the place to pay, a webhook, a look, and a sentence for every state."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.fakebtcpay import FakeBtcpay, Payment
from tests.fakenowpayments import UNIT, FakeNowpayments
from tests.journeys.deposits.test_adding_funds import open_payment, person
from tests.journeys.web.visitor import Visitor, text
from tests.processors import Manner, serving
from tests.shop import staff
from tests.tills import BTCPAY, NOWPAYMENTS, Till, take_bitcoin, take_tether

from sevenpanel.accounts.domain import Role
from sevenpanel.deposits import commands, models

SATS = 100_000


@pytest.fixture
def btcpay() -> Iterator[FakeBtcpay]:
    with serving(FakeBtcpay()) as server:
        assert isinstance(server, FakeBtcpay)
        yield server


@pytest.fixture
def nowpayments() -> Iterator[FakeNowpayments]:
    with serving(FakeNowpayments()) as service:
        assert isinstance(service, FakeNowpayments)
        yield service


@pytest.fixture
def bitcoin(db: None, btcpay: FakeBtcpay) -> int:
    return take_bitcoin(url=btcpay.url, is_private=True)


@pytest.fixture
def tether(db: None, nowpayments: FakeNowpayments) -> int:
    return take_tether(url=nowpayments.url, is_private=True)


def look() -> None:
    """The worker looks, whenever it would have."""
    models.Source.objects.update(due_at=timezone.now() - timedelta(seconds=1), failures=0)
    while commands.look_next(clock=timezone.now):
        continue


def page_of_receipt(visitor: Visitor) -> str:
    return text(visitor.get(f"/funds/receipts/{models.Receipt.objects.get().id}/"))


def test_a_payment_through_a_store_from_the_way_to_the_balance(
    alice: Visitor, btcpay: FakeBtcpay, bitcoin: int
) -> None:
    assert "Network Bitcoin" in text(alice.get("/funds/"))
    opened = open_payment(alice, bitcoin, "64")
    address = opened.redirect_chain[-1][0]
    (invoice,) = btcpay.invoices.values()
    shown = opened.content.decode()
    assert f'href="https://pay.example/i/{invoice.id}"' in shown
    assert f'value="bc1q{invoice.id.lower()}"' in shown
    assert 'value="0.001"' in shown or 'value="0.00100"' in shown
    assert "Send only BTC , and only on Bitcoin" in text(opened)

    payment = btcpay.pay(invoice.id, SATS, timezone.now())
    look()
    assert "0.001 BTC seen. It is credited when the payment service has confirmed it." in text(
        alice.get(f"{address}progress/")
    )
    payment.status = "Settled"
    body, signature = btcpay.delivery(invoice.id)
    assert Till().deliver(body, signature).status_code == 200
    assert alice.balance == 0
    look()

    assert "+64.00 USD on your balance, at 64000.0000." in text(alice.get(f"{address}progress/"))
    assert alice.balance == 64_000_000


@pytest.fixture
def paid(alice: Visitor, btcpay: FakeBtcpay, bitcoin: int) -> Payment:
    open_payment(alice, bitcoin, "64")
    (invoice,) = btcpay.invoices.values()
    return btcpay.pay(invoice.id, SATS, timezone.now())


@pytest.mark.parametrize(
    ("statuses", "sentences"),
    [
        (["Processing"], ["On its way", "It is credited when the payment service has confirmed it."]),
        (["Processing", "Invalid"], ["Failed", "The payment service says that this payment failed."]),
        (["Settled"], ["Credited", "+64.00 USD on your balance"]),
        (["Settled", "Invalid"], ["On hold", "takes this payment back, or may do so. 64.00 USD of your balance are"]),
        (["Settled", "Invalid", "Invalid"], ["Taken back", "The payment service took the payment back: −64.00 USD."]),
    ],
)
def test_every_state_has_its_sentence(alice: Visitor, paid: Payment, statuses: list[str], sentences: list[str]) -> None:
    for status in statuses:
        paid.status = status
        look()

    page = page_of_receipt(alice)
    for sentence in sentences:
        assert sentence in page
    assert "network dropped" not in page


def test_another_amount_than_before_waits_for_a_person(alice: Visitor, paid: Payment) -> None:
    paid.status = "Settled"
    look()
    paid.sats *= 2
    look()

    assert "The payment service names another amount now, so a person checks it." in page_of_receipt(alice)


def test_a_payment_through_the_service_with_its_own_fee(
    alice: Visitor, nowpayments: FakeNowpayments, tether: int
) -> None:
    way = text(alice.get(f"/funds/ways/{tether}/?amount=25"))
    assert "The payment service keeps its own fee of what you send." in way
    assert "open a new payment" in way
    opened = open_payment(alice, tether, "25")
    address = opened.redirect_chain[-1][0]
    (number,) = nowpayments.payments
    assert f'value="T{number}Address"' in opened.content.decode()
    assert "Send only USDT , and only on Tron" in text(opened)

    nowpayments.set(number, "confirming", timezone.now(), paid=25 * UNIT, outcome=24_900_000)
    look()
    assert "About 24.90 USDT seen." in text(alice.get(f"{address}progress/"))
    nowpayments.set(number, "finished", timezone.now(), outcome=24_810_000)
    body, signature = nowpayments.delivery(number)
    answer = Till().deliver(body, signature, source=NOWPAYMENTS, header="x-nowpayments-sig")
    assert (answer.status_code, alice.balance) == (200, 0)
    look()

    assert "+24.81 USD on your balance" in text(alice.get(f"{address}progress/"))


def test_a_processor_that_is_away_is_no_fault(alice: Visitor, btcpay: FakeBtcpay, bitcoin: int) -> None:
    btcpay.manner = Manner.BROKEN
    page = open_payment(alice, bitcoin, "64")

    assert page.status_code == 503
    assert "does not answer at the moment" in text(page)


def test_nobody_needs_a_session_at_the_door_and_nobody_gets_one(btcpay: FakeBtcpay, bitcoin: int) -> None:
    answer = Till().deliver(b"{}", "sha256=0")

    assert answer.status_code == 401
    assert not answer.cookies
    assert answer.json() == {"ok": False, "error": "The signature is wrong."}


def test_the_desk_shows_how_a_processor_is_and_what_its_webhooks_are(
    alice: Visitor, ann: Visitor, btcpay: FakeBtcpay, bitcoin: int
) -> None:
    page = text(ann.get("/desk/deposits/sources/"))
    assert "No genuine webhook has come yet." in page
    assert "/hooks/btcpay/main/" in page
    assert "What a processor keeps for you is not counted here" in page

    open_payment(alice, bitcoin, "64")
    (invoice,) = btcpay.invoices.values()
    btcpay.pay(invoice.id, SATS, timezone.now(), status="Settled", method="DOGE-CHAIN", symbol="DOGE")
    Till().deliver(*btcpay.delivery(invoice.id))
    Till().deliver(b"{}", "sha256=0")
    look()
    page = text(ann.get("/desk/deposits/sources/"))
    assert "1 webhooks in the last day, 1 forged" in page
    assert "well 127.0.0.1" in page
    assert "DOGE btcpay:main DOGE-CHAIN" in page

    btcpay.key = "another-key-by-now"
    look()
    assert "does not accept the key" in text(ann.get("/desk/deposits/sources/"))
    assert btcpay.key not in text(ann.get("/desk/deposits/sources/"))


def test_staff_find_the_receipt_of_a_processor_like_any_other(
    alice: Visitor, ann: Visitor, paid: Payment, bitcoin: int
) -> None:
    models.Method.objects.update(auto_max_micros=1_000_000)
    paid.status = "Settled"
    look()
    row = models.Receipt.objects.get()
    assert "more than is credited without a person" in text(ann.get("/desk/deposits/"))
    page = text(ann.get(f"/desk/deposits/receipts/{row.id}/"))
    for words in ("Source btcpay:main", "Network Bitcoin", paid.id):
        assert words in page

    commands.release(receipt_id=row.id, person_id=person(ann).user_id, note="", now=timezone.now())
    assert alice.balance == 64_000_000
    assert row.source == BTCPAY
    assert staff("Sam", Role.SUPPORT, email="sam@example.org")
