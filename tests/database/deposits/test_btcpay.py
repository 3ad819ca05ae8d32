"""A store of a BTCPay Server as a source: invoices without a sum, and a receipt for each payment that settled."""

from datetime import timedelta

import pytest
from tests.books import books_are_right
from tests.byhand import approve, staff
from tests.fakebtcpay import BAD, STORE, Invoice, Payment
from tests.processors import Manner
from tests.shop import NOON, Person, open_customer
from tests.tills import BTCPAY, MICROS_PER_SAT, SECRETS, Till, balance, take_bitcoin, within

from sevenpanel.deposits import commands, models, queries
from sevenpanel.deposits.commands import UnableToSaveSource
from sevenpanel.deposits.domain import ReceiptState
from sevenpanel.deposits.sources.interface import UnableToOpen
from sevenpanel.kernel.private_keys import UnableToKeepPrivateKey
from sevenpanel.ledger import queries as ledger

pytestmark = pytest.mark.django_db

S = ReceiptState
SATS = 100_000


@pytest.fixture
def till(monkeypatch: pytest.MonkeyPatch) -> Till:
    return within(monkeypatch, Till())


@pytest.fixture
def bitcoin(till: Till) -> int:
    return take_bitcoin()


@pytest.fixture
def alice(db: None) -> Person:
    return open_customer("Alice")


def state(payment: Payment) -> ReceiptState:
    return ReceiptState(models.Receipt.objects.get(key__endswith=f":{payment.id}").state)


def test_an_invoice_asks_for_no_sum_and_is_found_again_when_its_answer_was_lost(
    till: Till, bitcoin: int, alice: Person
) -> None:
    till.btcpay.manner = Manner.LOST
    with pytest.raises(UnableToOpen, match="does not answer"):
        till.open(alice, bitcoin)
    till.btcpay.invoices["Made"] = Invoice("Made", f"7panel-{models.Intent.objects.get().code}")

    till.btcpay.manner = Manner.WELL
    till.opened -= 1
    intent = till.open(alice, bitcoin)

    assert list(till.btcpay.invoices) == ["Made"]
    invoice = till.btcpay.invoices[intent.reference]
    assert invoice.order == f"7panel-{intent.code}"
    assert intent.address == f"bc1q{invoice.id.lower()}"
    assert (intent.uri, intent.page) == (f"bitcoin:{intent.address}", f"https://pay.example/i/{invoice.id}")


def test_a_payment_is_seen_then_credited_and_final_and_never_twice(till: Till, bitcoin: int, alice: Person) -> None:
    intent = till.open(alice, bitcoin)
    till.pass_time()
    payment = till.btcpay.pay(intent.reference, SATS, till.now)

    till.look()
    assert (state(payment), balance(alice)) == (S.SEEN, 0)
    payment.status = "Settled"
    for _ in range(3):
        till.look()
    assert (state(payment), balance(alice)) == (S.CREDITED, SATS * MICROS_PER_SAT)
    till.look(minutes=4 * 24 * 60)
    till.look()
    assert (state(payment), balance(alice)) == (S.FINAL, SATS * MICROS_PER_SAT)

    row = models.Receipt.objects.get()
    assert row.key == f"btcpay:pay.example:{STORE}:{intent.reference}:{payment.id}"
    assert (row.intent_id, row.address) == (intent.id, intent.address)
    assert [entry.key for entry in ledger.entries(subject=row.key)] == [f"{row.key}:0"]
    books_are_right()


def test_each_payment_of_an_invoice_is_a_receipt_of_its_own_late_ones_too(
    till: Till, bitcoin: int, alice: Person
) -> None:
    intent = till.open(alice, bitcoin)
    till.btcpay.pay(intent.reference, SATS, till.now, status="Settled")
    till.look()
    till.btcpay.pay(intent.reference, 2 * SATS, till.now, status="Settled", method="BTC-LN")
    till.look(minutes=40 * 24 * 60)

    assert models.Receipt.objects.count() == 2
    assert balance(alice) == 3 * SATS * MICROS_PER_SAT
    books_are_right()


def test_what_stops_to_count_before_it_is_credited_costs_nobody_anything(
    till: Till, bitcoin: int, alice: Person
) -> None:
    payment = till.btcpay.pay(till.open(alice, bitcoin).reference, SATS, till.now)
    till.look()
    payment.status = "Invalid"
    till.look()

    assert (state(payment), balance(alice)) == (S.ORPHANED, 0)
    books_are_right()


@pytest.mark.parametrize("is_marked", [False, True])
def test_what_stops_to_count_after_it_was_credited_is_on_hold_first_and_then_taken_back(
    till: Till, bitcoin: int, alice: Person, *, is_marked: bool
) -> None:
    """A payment that is invalid, or an invoice that a person marked so."""
    intent = till.open(alice, bitcoin)
    payment = till.btcpay.pay(intent.reference, SATS, till.now, status="Settled")
    till.look()
    _stop(till.btcpay.invoices[intent.reference], payment, is_marked=is_marked)

    till.look()
    assert (state(payment), balance(alice)) == (S.DISPUTED, SATS * MICROS_PER_SAT)
    till.look()
    assert (state(payment), balance(alice)) == (S.REVERSED, 0)
    books_are_right()


def _stop(invoice: Invoice, payment: Payment, *, is_marked: bool) -> None:
    if is_marked:
        invoice.mark = "Invalid"
    else:
        payment.status = "Invalid"


def test_what_people_say_was_taken_back_stays_on_hold_until_they_have_decided(
    till: Till, bitcoin: int, alice: Person
) -> None:
    payment = till.btcpay.pay(till.open(alice, bitcoin).reference, SATS, till.now, status="Settled")
    till.look()
    row = models.Receipt.objects.get().id
    ask = {"receipt_id": row, "person_id": staff("Ann"), "reference": "letter 7", "now": till.now}
    commands.propose_recall(**ask, reason="The payer's bank says so.")  # type: ignore[arg-type]
    till.look()
    till.look()
    assert (state(payment), balance(alice)) == (S.DISPUTED, SATS * MICROS_PER_SAT)

    approve(models.Proposal.objects.get().id, staff("Ben"))
    till.look()
    assert (state(payment), balance(alice)) == (S.REVERSED, 0)
    books_are_right()


def test_what_counts_again_is_credited_again(till: Till, bitcoin: int, alice: Person) -> None:
    payment = till.btcpay.pay(till.open(alice, bitcoin).reference, SATS, till.now, status="Settled")
    till.look()
    for status in ("Invalid", "Settled", "Invalid"):
        payment.status = status
        till.look()
    till.look()
    assert (state(payment), balance(alice)) == (S.REVERSED, 0)

    payment.status = "Settled"
    till.look()

    assert (state(payment), balance(alice)) == (S.CREDITED, SATS * MICROS_PER_SAT)
    books_are_right()


@pytest.mark.parametrize("manner", BAD)
def test_a_server_that_answers_badly_credits_nothing_and_is_told_of(
    till: Till, bitcoin: int, alice: Person, manner: Manner
) -> None:
    payment = till.btcpay.pay(till.open(alice, bitcoin).reference, SATS, till.now, status="Settled")
    till.btcpay.manner = manner
    for _ in range(8):
        till.look()
        assert balance(alice) == 0
    (source,) = queries.sources()
    assert not source.nodes[0].is_well
    assert source.nodes[0].words

    till.btcpay.manner = Manner.REORDERING
    till.look(minutes=15)
    assert (state(payment), balance(alice)) == (S.CREDITED, SATS * MICROS_PER_SAT)
    assert queries.sources()[0].nodes[0].is_well
    books_are_right()


def test_one_invoice_that_makes_no_sense_keeps_no_other_from_being_credited(
    till: Till, bitcoin: int, alice: Person
) -> None:
    strange, good = (till.open(alice, bitcoin).reference for _ in range(2))
    till.btcpay.pay(good, SATS, till.now, status="Settled")
    till.btcpay.pay(strange, SATS, till.now, status="Unheard of")
    till.btcpay.invoices[strange].mark = "Processing"

    till.look()

    assert balance(alice) == SATS * MICROS_PER_SAT
    assert "not known" in queries.sources()[0].nodes[0].words


def test_a_payment_that_changes_after_it_was_credited_waits_for_a_person(
    till: Till, bitcoin: int, alice: Person
) -> None:
    payment = till.btcpay.pay(till.open(alice, bitcoin).reference, SATS, till.now, status="Settled")
    till.look()
    payment.sats = 100 * SATS
    till.look()

    assert (state(payment), balance(alice)) == (S.HELD, 0)
    books_are_right()


def test_the_lock_holds_for_what_was_paid_in_time_and_not_for_what_was_late(
    till: Till, bitcoin: int, alice: Person
) -> None:
    wanted = SATS * MICROS_PER_SAT
    early, late = (till.open(alice, bitcoin, wanted=wanted).reference for _ in range(2))
    till.btcpay.pay(early, SATS, till.now + timedelta(minutes=1), status="Settled")
    till.btcpay.pay(late, SATS, till.now + timedelta(minutes=20), status="Settled")
    commands.set_rate(
        symbol="BTC", currency="USD", rate_e12=32_000 * 10**12, valid_until=NOON + timedelta(days=9), actor_id=None,
        now=NOON + timedelta(minutes=2),
    )  # fmt: skip
    till.look(minutes=30)

    assert balance(alice) == wanted + wanted // 2


def test_another_coin_is_listed_for_support_and_booked_nowhere(till: Till, bitcoin: int, alice: Person) -> None:
    intent = till.open(alice, bitcoin)
    till.btcpay.pay(intent.reference, SATS, till.now, status="Settled", method="DOGE-CHAIN", symbol="DOGE")
    till.look()

    assert balance(alice) == 0
    (alien,) = queries.aliens()
    assert (alien.claimed_symbol, alien.customer_id, alien.raw) == ("DOGE", alice.customer_id, SATS)


def test_an_invoice_of_ours_that_the_database_forgot_is_listed_when_a_webhook_names_it(
    till: Till, bitcoin: int, alice: Person
) -> None:
    for order in ("7panel-FORGOTTEN", "point of sale 7"):
        invoice = Invoice(f"Lost{len(till.btcpay.invoices):018d}", order)
        till.btcpay.invoices[invoice.id] = invoice
        till.btcpay.pay(invoice.id, SATS, till.now, status="Settled")
        body, signature = till.btcpay.delivery(invoice.id)
        commands.take_delivery(source=BTCPAY, body=body, headers={"BTCPay-Sig": signature}, now=till.now)
    till.look()

    (alien,) = queries.aliens()
    assert (alien.address, alien.customer_id) == ("7panel-FORGOTTEN", 0)
    assert not models.Receipt.objects.exists()


def test_old_payments_have_their_turn_without_any_webhook(till: Till, bitcoin: int, alice: Person) -> None:
    """Nobody is asked about more than a few of them at once, and nobody is forgotten."""
    people = [open_customer(f"Payer{number}") for number in range(5)]
    intents = [till.open(person, bitcoin) for person in people for _ in range(9)]
    till.look(minutes=5 * 60)
    for intent in intents:
        till.btcpay.pay(intent.reference, SATS, till.now, status="Settled")
    till.btcpay.asked.clear()

    till.look()
    assert len(till.btcpay.asked) < 30
    for _ in range(3):
        till.look()

    assert [balance(person) for person in people] == [9 * SATS * MICROS_PER_SAT] * 5


def test_a_webhook_lets_an_old_payment_be_looked_at_first(till: Till, bitcoin: int, alice: Person) -> None:
    intents = [till.open(alice, bitcoin) for _ in range(20)]
    models.Intent.objects.update(state="closed")
    intents += [till.open(alice, bitcoin) for _ in range(20)]
    till.look(minutes=80 * 24 * 60)
    till.look()
    last = intents[-1].reference
    till.btcpay.pay(last, SATS, till.now, status="Settled")
    body, signature = till.btcpay.delivery(last)

    commands.take_delivery(source=BTCPAY, body=body, headers={"BTCPay-Sig": signature}, now=till.now)
    till.now += timedelta(seconds=5)
    assert commands.look_next(clock=lambda: till.now)

    assert balance(alice) == SATS * MICROS_PER_SAT


def test_secrets_are_sealed_and_a_server_may_move_while_its_receipts_keep_their_keys(
    till: Till, bitcoin: int, alice: Person
) -> None:
    intent = till.open(alice, bitcoin)
    till.btcpay.pay(intent.reference, SATS, till.now, status="Settled")
    till.look()
    row = models.Source.objects.get()
    for secret in (SECRETS.key, SECRETS.webhook):
        assert secret not in f"{row.settings}{row.sealed}{row.trouble}{row.mark}"

    take_bitcoin(url="https://new.example/btcpay/")
    till.look()

    assert models.Source.objects.get().settings["url"] == "https://new.example/btcpay"
    assert models.Receipt.objects.count() == 1
    assert balance(alice) == SATS * MICROS_PER_SAT


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"alias": "Main Store"}, "small letters"),
        ({"alias": "second"}, "set up already, as btcpay:main"),
        ({"store": "OtherStore"}, "stands for another store"),
        ({"store": "a/b"}, "letters and digits"),
        ({"coins": ["SHIB"]}, "not known here"),
        ({"url": "ftp://pay.example"}, "cannot be used"),
        ({"url": "https://me:pass@pay.example"}, "cannot be used"),
        ({"url": "https://pay.example/?a=b"}, "alone"),
        ({"secrets": commands.Secrets(key="short", webhook=SECRETS.webhook)}, "The API key has"),
        ({"secrets": commands.Secrets(key=SECRETS.key, webhook="with spaces in it")}, "The webhooks' secret has"),
    ],
)
def test_what_cannot_be_set_up_is_refused_with_a_sentence(bitcoin: int, change: dict[str, object], words: str) -> None:
    asked = {"alias": "main", "url": "https://pay.example", "store": STORE, "coins": ["BTC"], "secrets": SECRETS}
    with pytest.raises(UnableToSaveSource, match=words):
        commands.add_btcpay(**(asked | change), now=NOON)  # type: ignore[arg-type]


def test_a_private_key_is_refused_wherever_a_processor_is_set_up(db: None) -> None:
    key = commands.Secrets(key="ab" * 32, webhook=SECRETS.webhook)
    with pytest.raises(UnableToKeepPrivateKey):
        commands.add_btcpay(alias="main", url="https://pay.example", store=STORE, coins=["BTC"], secrets=key, now=NOON)
    assert not models.Source.objects.exists()
