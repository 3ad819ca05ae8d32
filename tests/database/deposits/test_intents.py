"""Intents: a quote, a place to send to, and a lock that gives nobody a choice."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.books import books_are_right
from tests.byhand import bank_transfer, slip
from tests.receipts import SOURCE, USDT, Script, address_of, now_is, receipt_of, say, set_rate, take_usdt, transfer
from tests.shop import NOON, Person, open_customer

from sevenpanel.deposits import commands, models
from sevenpanel.deposits.commands import UnableToOpenIntent, UnableToTakeEvidence
from sevenpanel.deposits.domain import Verdict
from sevenpanel.deposits.domain.amounts import RATE_ONE, parse_raw
from sevenpanel.deposits.domain.pricing import Charges
from sevenpanel.deposits.domain.rates import RateKind, RateRule
from sevenpanel.deposits.queries import ways
from sevenpanel.deposits.queries.ways import UnableToQuote
from sevenpanel.deposits.sources import registry
from sevenpanel.deposits.sources.interface import UnableToOpen
from sevenpanel.ledger import queries as ledger

pytestmark = pytest.mark.django_db

LATE = timedelta(minutes=15)


@pytest.fixture(autouse=True)
def chain(monkeypatch: pytest.MonkeyPatch) -> Script:
    """The test chain, set up as a source."""
    script = Script()
    monkeypatch.setitem(registry.ADAPTERS, "script", lambda _settings: script)
    commands.save_source(name=SOURCE, kind="script", settings={}, now=NOON)
    return script


def ask(
    person: Person, method_id: int, wanted: int | None = None, request: str = "r1", **more: object
) -> models.Intent:
    """Open an intent."""
    asked = {"now": NOON, **more}
    intent_id = commands.open_intent(
        customer_id=person.customer_id,
        user_id=person.user_id,
        method_id=method_id,
        wanted_micros=wanted,
        currency="USD",
        request_id=request,
        **asked,  # type: ignore[arg-type]
    )
    return models.Intent.objects.get(id=intent_id)


def volatile() -> int:
    """The test chain's coin at a rate that moves."""
    method = take_usdt()
    commands.set_rate_rule(rule=RateRule(symbol="USDT", kind=RateKind.OPERATOR))
    set_rate(2 * RATE_ONE)
    return method


def credited(person: Person) -> int:
    """What the customer has, in whole units."""
    return ledger.balance(customer_id=person.customer_id).balance_micros // 10**6


def test_a_quote_says_what_to_send_and_where_and_paying_it_credits_what_was_asked() -> None:
    alice = open_customer("Alice")
    method = take_usdt(charges=Charges(fee_micros=300_000, fee_basis_points=100))

    intent = ask(alice, method, 25_000_000)

    assert intent.address == address_of(alice.customer_id)
    assert (intent.locked_until, intent.quoted_raw) == (NOON + LATE, parse_raw("25.56", USDT))
    paid = replace(transfer(alice, "25.56"), verdict=Verdict.CONFIRMED)
    say(paid)
    assert receipt_of(paid).intent_id == intent.id
    assert ledger.balance(customer_id=alice.customer_id).balance_micros >= 25_000_000


def test_the_same_form_twice_is_one_intent_and_another_content_is_refused() -> None:
    alice, mallory, method = open_customer("Alice"), open_customer("Mallory"), take_usdt()

    first = ask(alice, method, 25_000_000)

    assert ask(alice, method, 25_000_000, now=NOON + timedelta(days=400)).id == first.id
    assert ask(mallory, method, 25_000_000).id != first.id
    with pytest.raises(UnableToOpenIntent, match="other values"):
        ask(alice, method, 26_000_000)


@pytest.mark.parametrize(
    ("wanted", "words"),
    [(4_990_000, "5.00 USDT or more"), (0, "how much"), (-1, "how much"), (2_000_000_001, "more than")],
)
def test_a_sum_outside_the_bounds_is_told_before_anything_is_sent(wanted: int, words: str) -> None:
    alice = open_customer("Alice")
    method = take_usdt()
    models.Method.objects.update(maximum_micros=2_000_000_000)

    row = ways.method(method_id=method)
    assert row is not None
    with pytest.raises(UnableToQuote, match=words):
        ways.quote(method=row, wanted_micros=wanted, currency="USD", now=NOON)
    if wanted:
        with pytest.raises(UnableToQuote, match=words):
            ask(alice, method, wanted)
    assert not models.Intent.objects.exists()


def test_without_a_good_rate_there_is_no_quote_and_still_an_address() -> None:
    alice, method = open_customer("Alice"), volatile()
    tomorrow = NOON + timedelta(days=1)

    with pytest.raises(UnableToQuote, match="no rate"):
        ask(alice, method, 25_000_000, now=tomorrow)
    assert ask(alice, method, None, now=tomorrow).address == address_of(alice.customer_id)


@pytest.mark.parametrize("promised", [1, 3])
def test_money_in_time_has_the_promised_rate_up_to_the_quoted_amount_and_only_once(promised: int) -> None:
    alice, method = open_customer("Alice"), volatile()
    ask(alice, method, 50_000_000)
    set_rate(promised * RATE_ONE)

    say(*(replace(transfer(alice, "20", number=n), verdict=Verdict.CONFIRMED) for n in (1, 2)))

    # 25 coins were quoted at 2; the other 15 are credited at the rate of now.
    assert credited(alice) == 25 * 2 + 15 * promised
    books_are_right()


@pytest.mark.parametrize("now", [1, 3])
def test_late_money_has_the_rate_of_now_whichever_is_better(now: int) -> None:
    alice, method = open_customer("Alice"), volatile()
    ask(alice, method, 50_000_000)
    set_rate(now * RATE_ONE)

    say(replace(transfer(alice, "25", at=NOON + LATE), verdict=Verdict.CONFIRMED))

    assert credited(alice) == 25 * now


def test_a_quote_that_was_opened_after_the_money_was_sent_gives_no_rate() -> None:
    alice, method = open_customer("Alice"), volatile()
    sent = transfer(alice, "25", at=NOON - timedelta(seconds=1))
    ask(alice, method, 50_000_000)
    set_rate(RATE_ONE)

    say(replace(sent, verdict=Verdict.CONFIRMED))

    assert credited(alice) == 25
    assert receipt_of(sent).intent is None


def test_an_expired_or_closed_intent_loses_no_money() -> None:
    alice, method = open_customer("Alice"), take_usdt()
    intent = ask(alice, method, 25_000_000)
    commands.close_intent(customer_id=alice.customer_id, intent_id=intent.id)
    other = ask(alice, method, None, request="r2")
    assert commands.expire_intents(now=NOON + timedelta(days=30)) == 1
    other.refresh_from_db()
    assert other.state == "expired"

    say(replace(transfer(alice, "25", at=NOON + timedelta(days=90)), verdict=Verdict.CONFIRMED))

    assert credited(alice) == 25


def test_nobody_closes_or_announces_for_another() -> None:
    alice, mallory = open_customer("Alice"), open_customer("Mallory")
    intent = ask(alice, bank_transfer(), 25_000_000)

    with pytest.raises(UnableToOpenIntent):
        commands.close_intent(customer_id=mallory.customer_id, intent_id=intent.id)
    with pytest.raises(UnableToOpenIntent):
        announce(mallory, intent)


def announce(person: Person, intent: models.Intent, **more: object) -> None:
    """Say that it was paid."""
    asked = {"note": "From DE00 99, on Monday.", "uploads": (), **more}
    commands.announce(
        customer_id=person.customer_id,
        user_id=person.user_id,
        intent_id=intent.id,
        now=NOON,
        **asked,  # type: ignore[arg-type]
    )


def test_an_announced_payment_keeps_its_slip_and_does_not_expire() -> None:
    alice = open_customer("Alice")
    bank = bank_transfer()
    intent = ask(alice, bank, 25_000_000)
    announce(alice, intent, uploads=[slip(901)])

    assert commands.expire_intents(now=NOON + timedelta(days=31)) == 0
    with pytest.raises(UnableToTakeEvidence):
        announce(alice, ask(alice, bank, 9_000_000, request="r2"), uploads=[slip(901)])
    with pytest.raises(UnableToOpenIntent, match="slip"):
        announce(alice, intent, note=" ")


def test_a_service_that_is_away_is_told_and_asked_again_by_the_same_form(chain: Script) -> None:
    alice, method = open_customer("Alice"), take_usdt()
    chain.is_away = True

    with pytest.raises(UnableToOpen, match="does not answer"):
        ask(alice, method, 25_000_000)
    chain.is_away = False
    assert ask(alice, method, 25_000_000).address == address_of(alice.customer_id)
    assert models.Intent.objects.count() == 1


def test_so_many_open_payments_are_enough() -> None:
    alice, bank = open_customer("Alice"), bank_transfer()
    for number in range(20):
        ask(alice, bank, 25_000_000, request=f"r{number}")

    with pytest.raises(UnableToOpenIntent, match="20 open"):
        ask(alice, bank, 25_000_000, request="one more")


def test_seeing_and_confirming_need_no_intent() -> None:
    alice = open_customer("Alice")
    take_usdt()
    said = transfer(alice, "25")
    say(said, now_is(said, Verdict.CONFIRMED))

    assert receipt_of(said).intent is None
    assert credited(alice) == 25
