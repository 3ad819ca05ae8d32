"""Adding funds over HTTP: every figure beforehand, the way to pay, what arrives in a sentence, and the receipt."""

import csv
import io
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.byhand import approve as agree
from tests.byhand import arrived, propose, slip
from tests.journeys.web.visitor import Visitor, fields, text
from tests.receipts import Script, address_of, now_is, receipt_of, say, transfer
from tests.shop import Person

from sevenpanel.deposits import commands, models, queries
from sevenpanel.deposits.domain import HeldReason, Verdict
from sevenpanel.deposits.sources.interface import Observation


def person(visitor: Visitor) -> Person:
    """Who this is."""
    assert visitor.person is not None
    return visitor.person


def user(visitor: Visitor) -> int:
    """The staff member's id."""
    return person(visitor).user_id


def open_payment(visitor: Visitor, method: int, amount: str) -> Any:
    """Ask for a quote and go on to the address."""
    way = f"/funds/ways/{method}/"
    form = fields(visitor.get(f"{way}?amount={amount}"), f"post {way}")
    return visitor.client.post(way, form, follow=True)


def sent(visitor: Visitor, amount: str, *, number: int = 1) -> Observation:
    """A transfer that the network shows now."""
    return transfer(person(visitor), amount, number=number, at=timezone.now() + timedelta(seconds=1))


def test_everything_is_known_beforehand_and_comes_true(alice: Visitor, usdt: int) -> None:
    page = text(alice.get("/funds/"))
    for words in ("Minimum 5.00 USDT", "Fee 1 %", "Bonus 2 % from 50.00 USD", "Network Testchain"):
        assert words in page

    quote = text(alice.get(f"/funds/ways/{usdt}/?amount=100"))
    assert "You send 101.02 USDT" in quote
    assert "Credited to your balance 102.009" in quote
    opened = open_payment(alice, usdt, "100")
    assert opened.redirect_chain[-1][0].startswith("/funds/payments/")
    shown = opened.content.decode()
    assert f'value="{address_of(person(alice).customer_id)}"' in shown
    assert 'value="101.02"' in shown
    assert "Send only USDT , and only on Testchain" in text(opened)
    assert "What if I pay late, too little or too much?" in text(opened)

    say(replace(sent(alice, "101.02"), verdict=Verdict.CONFIRMED))
    assert alice.balance == 102_009_996
    assert "102.009996 USD" in quote


def test_the_address_is_a_code_to_scan_too(alice: Visitor, mallory: Visitor, usdt: int) -> None:
    address = open_payment(alice, usdt, "25").redirect_chain[-1][0]

    code = alice.get(f"{address}code/")

    assert code["Content-Type"] == "image/svg+xml"
    assert code.content.startswith(b"<svg")
    assert b"script" not in code.content
    assert mallory.get(f"{address}code/").status_code == 404


def test_a_payment_is_followed_from_the_first_sight_to_the_balance(alice: Visitor, usdt: int) -> None:
    address = open_payment(alice, usdt, "25").redirect_chain[-1][0]
    assert "Nothing yet." in text(alice.get(address))
    said = replace(sent(alice, "25.26"), confirmations=3, minutes_left=2)

    say(said)
    page = alice.get(f"{address}progress/")
    assert "25.26 USDT seen, 3 of 12 confirmations. About 2 minutes are left." in text(page)
    assert 'max="12" value="3"' in page.content.decode()
    assert alice.get(f"{address}progress/", HTTP_IF_NONE_MATCH=page["ETag"]).status_code == 304

    say(now_is(said, Verdict.CONFIRMED))
    credited = text(alice.get(f"{address}progress/"))
    assert "Credited" in credited
    assert "+25.0074 USD on your balance, at 1.0000." in credited


@pytest.mark.parametrize(
    ("verdicts", "sentence"),
    [
        ([Verdict.SEEN], "25.00 USDT seen, 1 of 12 confirmations."),
        ([Verdict.SEEN, Verdict.LEFT], "The network dropped this transfer; it usually returns by itself."),
        ([Verdict.DOUBTFUL], "25.00 USDT received. A person checks it before it is credited."),
        ([Verdict.CONFIRMED], "+24.75 USD on your balance, at 1.0000."),
        ([Verdict.FINAL], "+24.75 USD on your balance, at 1.0000."),
        ([Verdict.CONFIRMED, Verdict.LEFT], "re-checking this transfer. 24.75 USD of your balance are on hold."),
        ([Verdict.CONFIRMED, Verdict.REPLACED], "cancelled by the network: −24.75 USD."),
    ],
)
def test_every_state_has_its_sentence(alice: Visitor, usdt: int, verdicts: list[Verdict], sentence: str) -> None:
    said = sent(alice, "25")
    for verdict in verdicts:
        doubt = HeldReason.NODES_DISAGREE if verdict is Verdict.DOUBTFUL else None
        say(now_is(said, verdict, doubt))

    assert sentence in text(alice.get(f"/funds/receipts/{receipt_of(said).id}/"))


def test_dust_says_what_is_missing(alice: Visitor, usdt: int) -> None:
    dust = [sent(alice, "2", number=1), sent(alice, "2.5", number=2)]
    say(*(now_is(each, Verdict.CONFIRMED) for each in dust))

    page = text(alice.get(f"/funds/receipts/{receipt_of(dust[0]).id}/"))

    assert "below the minimum of 5.00 USDT" in page
    assert "4.50 are there so far" in page


def test_what_people_decide_is_told_in_their_words(alice: Visitor, ann: Visitor, ben: Visitor, usdt: int) -> None:
    said, now = sent(alice, "25"), timezone.now()
    say(now_is(said, Verdict.DOUBTFUL, HeldReason.NODES_DISAGREE))
    row = receipt_of(said).id
    commands.reject(receipt_id=row, person_id=user(ann), note="The sender asked for it back.", now=now)

    page = text(alice.get(f"/funds/receipts/{row}/"))
    assert "The sender asked for it back. It is not credited." in page

    asked = commands.propose_refund(receipt_id=row, person_id=user(ann), tx="0x" + "9" * 64, reason="x", now=now)
    agree(asked, user(ben), now=now)
    assert f"sent back in the transaction 0x{'9' * 64}" in text(alice.get(f"/funds/receipts/{row}/"))


def test_a_receipt_adds_up_and_can_be_printed(alice: Visitor, usdt: int) -> None:
    said = sent(alice, "100")
    say(now_is(said, Verdict.CONFIRMED))

    page = text(alice.get(f"/funds/receipts/{receipt_of(said).id}/"))

    for words in ("Worth 100.00 USD", "Fee −1.00 USD", "Bonus +1.98 USD", "On the balance +100.98 USD", "For Alice"):
        assert words in page


def test_the_same_form_sent_twice_is_one_payment(alice: Visitor, usdt: int) -> None:
    way = f"/funds/ways/{usdt}/"
    form = fields(alice.get(f"{way}?amount=25"), f"post {way}")

    first, second = (alice.post(way, form)["Location"] for _ in range(2))

    assert first == second
    assert models.Intent.objects.count() == 1
    changed = alice.post(way, form | {"amount": "26"})
    assert changed.status_code == 409
    assert "Load the page again." in text(changed)


@pytest.mark.parametrize("typed", ["-5", "0", "1,5", "abc", "1e3", "25.1234567"])
def test_what_is_no_sum_is_said_so(alice: Visitor, usdt: int, typed: str) -> None:
    page = alice.get(f"/funds/ways/{usdt}/", data={"amount": typed})

    assert page.status_code == 422
    assert 'role="alert"' in page.content.decode()
    assert not models.Intent.objects.exists()


def test_a_sum_may_be_typed_in_the_digits_of_ones_own_language(alice: Visitor, usdt: int) -> None:
    assert "You send 25.26 USDT" in text(alice.get(f"/funds/ways/{usdt}/", data={"amount": "۲۵"}))


def test_a_service_that_is_away_is_no_fault(alice: Visitor, chain: Script, usdt: int) -> None:
    chain.is_away = True
    way = f"/funds/ways/{usdt}/"
    form = fields(alice.get(f"{way}?amount=25"), f"post {way}")

    page = alice.post(way, form)

    assert page.status_code == 503
    assert "does not answer at the moment" in text(page)


def test_a_bank_transfer_is_announced_found_and_credited(alice: Visitor, ann: Visitor, ben: Visitor, bank: int) -> None:
    opened = open_payment(alice, bank, "50")
    address, page = opened.redirect_chain[-1][0], text(opened)
    assert "IBAN DE00 1234" in page
    assert re.search(r'value="[A-Z0-9]{4}-[A-Z0-9]{4}"', opened.content.decode())

    paper = io.BytesIO(slip(601).data)
    paper.name = "slip.png"
    told = alice.client.post(f"{address}announce/", {"note": "On Monday", "file": paper}, follow=True)
    assert "Told to the desk" in text(told)

    intent = models.Intent.objects.get()
    credit = arrived(person(alice), bank, 50_000_000, intent_id=intent.id)
    asked = commands.propose_credit(credit=credit, maker_id=user(ann), uploads=(), now=timezone.now())
    assert "being checked by a second person" in text(alice.get(f"{address}progress/"))
    agree(asked, user(ben), now=timezone.now())
    assert "+50.00 USD on your balance." in text(alice.get(f"{address}progress/"))
    assert alice.balance == 50_000_000


def test_a_declined_payment_says_why(alice: Visitor, ann: Visitor, ben: Visitor, bank: int) -> None:
    asked = propose(arrived(person(alice), bank, 50_000_000), user(ann), now=timezone.now())
    note = "That line belongs to somebody else."
    commands.decline(proposal_id=asked, person_id=user(ben), note=note, now=timezone.now())

    row = queries.receipts(customer_id=person(alice).customer_id)[0]
    assert f"{note} This payment was not found." in text(alice.get(f"/funds/receipts/{row.id}/"))


def test_the_history_is_a_table_without_formulas(alice: Visitor, usdt: int) -> None:
    said = sent(alice, "25")
    evil = replace(said.evidence, tx="=HYPERLINK(1)")
    say(replace(said, evidence=evil, verdict=Verdict.CONFIRMED))
    assert "25.00 USDT" in text(alice.get("/funds/history/"))

    answer = alice.get("/funds/history/csv/")

    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert rows[0][0] == "receipt"
    assert rows[1][3:8] == ["25.00", "USDT@testchain", "credited", "24.75", "USD"]
    assert rows[1][9] == "'=HYPERLINK(1)"


def test_what_is_on_hold_and_owed_is_said_where_one_looks(alice: Visitor, usdt: int) -> None:
    said = sent(alice, "25")
    say(now_is(said, Verdict.CONFIRMED), now_is(said, Verdict.LEFT))

    assert "24.75 USD are on hold while a deposit is checked again" in text(alice.get("/funds/"))
    assert "On hold while a deposit is checked 24.75 USD" in text(alice.get("/balance/"))
    assert "Available 0.00 USD" in text(alice.get("/balance/"))


def test_strangers_find_nothing_of_others_payments(alice: Visitor, mallory: Visitor, usdt: int, bank: int) -> None:
    address = open_payment(alice, bank, "25").redirect_chain[-1][0]
    say(now_is(sent(alice, "25"), Verdict.CONFIRMED))
    receipt = f"/funds/receipts/{models.Receipt.objects.get().id}/"

    for place in (address, f"{address}progress/", f"{address}code/", receipt):
        assert mallory.get(place).status_code == 404
    for place in (f"{address}close/", f"{address}announce/"):
        assert mallory.post(place, {"note": "x"}).status_code in (404, 409)
    assert models.Intent.objects.get().state == "open"
    assert "Nothing has arrived yet." in text(mallory.get("/funds/history/"))


def test_a_closed_way_is_gone_and_its_old_payments_stay(alice: Visitor, usdt: int) -> None:
    address = open_payment(alice, usdt, "25").redirect_chain[-1][0]
    models.Method.objects.update(is_open=False)

    assert alice.get(f"/funds/ways/{usdt}/").status_code == 404
    assert "No way to add funds is open" in text(alice.get("/funds/"))
    assert alice.get(address).status_code == 200
    say(now_is(sent(alice, "25.26"), Verdict.CONFIRMED))
    assert alice.balance > 25_000_000
