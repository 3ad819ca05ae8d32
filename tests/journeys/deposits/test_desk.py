"""Deposits at the desk over HTTP: queues, a proposal by one and a decision by another, receipts in hand, the audit."""

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from tests.byhand import arrived, policy, propose, slip
from tests.clamd import VIRUS, clamd
from tests.journeys.deposits.test_adding_funds import open_payment, person, sent, user
from tests.journeys.web.visitor import Visitor, fields, text
from tests.receipts import now_is, receipt_of, say, spend
from tests.shop import PASSWORD

from sevenpanel.deposits import commands, models
from sevenpanel.deposits.commands import Upload
from sevenpanel.deposits.domain import HeldReason, Verdict
from sevenpanel.deposits.domain.amounts import RATE_ONE
from sevenpanel.deposits.domain.rates import Figure, RateKind, RateRule

PAGES = ("/desk/deposits/", "/desk/deposits/receipts/", "/desk/deposits/sources/")
HANDLED = ("/desk/deposits/propose/", "/desk/deposits/audit/")


def fill(visitor: Visitor, way: int | str, amount: str, **typed: Any) -> Any:
    """Fill in the form of a proposal and send it with a slip."""
    paper = io.BytesIO(slip().data)
    paper.name = "slip.png"
    form = fields(visitor.get("/desk/deposits/propose/"), "post /desk/deposits/propose/")
    asked = {"way": str(way), "amount": amount, "reference": "2026-05-04/17", "password": PASSWORD, "file": paper}
    return visitor.client.post("/desk/deposits/propose/", form | asked | typed, follow=True)


def decide(visitor: Visitor, proposal_id: int, **typed: str) -> Any:
    """Decide a proposal by its page."""
    place = f"/desk/deposits/proposals/{proposal_id}/"
    form = fields(visitor.get(place), f"post {place}decide/")
    asked = {"act": "approve", "password": PASSWORD}
    return visitor.client.post(f"{place}decide/", form | asked | typed, follow=True)


def act(visitor: Visitor, receipt_id: int, what: str, **typed: str) -> Any:
    """Do something with a receipt by its page."""
    place = f"/desk/deposits/receipts/{receipt_id}/act/"
    asked = {"act": what, "note": "Looked at it.", "password": PASSWORD}
    return visitor.client.post(place, asked | typed, follow=True)


def test_a_slip_is_proposed_by_one_and_approved_by_another(
    alice: Visitor, ann: Visitor, ben: Visitor, bank: int
) -> None:
    opened = open_payment(alice, bank, "50").redirect_chain[-1][0]
    paper = io.BytesIO(slip(701).data)
    paper.name = "slip.png"
    alice.client.post(f"{opened}announce/", {"note": "On Monday, from DE00 99", "file": paper})
    queue = ann.get("/desk/deposits/")
    assert "On Monday, from DE00 99" in text(queue)
    intent = re.search(r"\?intent=(\d+)", queue.content.decode())
    assert intent

    form = fields(ann.get(f"/desk/deposits/propose/?intent={intent[1]}"), "post /desk/deposits/propose/")
    assert form["email"] == person(alice).email
    assert form["amount"] == ""
    form |= {"way": str(bank), "amount": "50", "reference": "line 17", "password": PASSWORD}
    proposed = ann.client.post("/desk/deposits/propose/", form, follow=True)
    assert "Proposed. Somebody else decides." in text(proposed)
    assert "You proposed this. Somebody else decides it." in text(proposed)

    row = models.Proposal.objects.get()
    page = ben.get(f"/desk/deposits/proposals/{row.id}/")
    receipt = f"/desk/deposits/receipts/{row.receipt_id}/"
    # What was proposed is nowhere to be copied by whoever checks it; whoever proposed it may read it again.
    for place in (page.wsgi_request.path, "/desk/deposits/", receipt, "/desk/deposits/receipts/"):
        assert "50.00 USD" not in text(ben.get(place))
    assert "50.00 USD" in text(ann.get("/desk/deposits/"))
    file = re.search(r"/desk/deposits/evidence/\d+/", page.content.decode())
    assert file
    assert ben.get(file[0])["Content-Disposition"].startswith("attachment")

    assert "not the one that is proposed" in text(decide(ben, row.id, typed="55"))
    assert alice.balance == 0
    assert "Approved and carried out." in text(decide(ben, row.id, typed="50.0"))
    assert alice.balance == 50_000_000
    assert "Nobody waits for a payment by hand." in text(ann.get("/desk/deposits/"))


def test_the_same_line_leads_to_its_first_use(alice: Visitor, ann: Visitor, bank: int) -> None:
    email = person(alice).email
    fill(ann, bank, "50", email=email)

    again = fill(ann, bank, "60", email=email)

    assert again.status_code == 409
    assert f"/desk/deposits/receipts/{models.Receipt.objects.get().id}/" in again.content.decode()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"password": "another"}, "not your password"),
        ({"amount": "five"}, "Write an amount"),
        ({"email": "nobody@example.org"}, "no customer with this address"),
        ({"way": "999999"}, "Choose the way"),
        ({"reference": "0x" + "ab" * 32}, "transaction's number"),
    ],
)
def test_what_cannot_be_proposed_is_said_and_what_was_typed_stays(
    alice: Visitor, ann: Visitor, bank: int, typed: dict[str, str], words: str
) -> None:
    page = fill(ann, **{"way": bank, "amount": "50", "email": person(alice).email, **typed})

    assert words in text(page)
    assert page.status_code in (403, 409, 422)
    assert not models.Proposal.objects.exists()


def test_a_password_is_not_guessed_for_long(alice: Visitor, ann: Visitor, ben: Visitor, bank: int) -> None:
    asked = propose(arrived(person(alice), bank, 50_000_000), user(ann), now=timezone.now())
    for _ in range(5):
        decide(ben, asked, typed="50", password="wrong")

    page = decide(ben, asked, typed="50")

    assert "Too many wrong passwords" in text(page)
    assert alice.balance == 0


def test_one_person_alone_credits_where_the_policy_lets_him(alice: Visitor, ann: Visitor, bank: int) -> None:
    policy(is_single=True, single_daily_micros=100_000_000)

    page = fill(ann, bank, "60", email=person(alice).email, single="on")

    assert "Credited." in text(page)
    assert "by one person alone" in text(page)
    assert alice.balance == 60_000_000
    over = fill(ann, bank, "60", email=person(alice).email, single="on", reference="another")
    assert "up to the day's limit only" in text(over)


def test_a_held_receipt_is_released_rejected_and_sent_back(
    alice: Visitor, ann: Visitor, ben: Visitor, usdt: int
) -> None:
    one, other = sent(alice, "25", number=1), sent(alice, "30", number=2)
    say(*(now_is(each, Verdict.DOUBTFUL, HeldReason.NODES_DISAGREE) for each in (one, other)))
    assert "one node shows it, another does not" in text(ann.get("/desk/deposits/"))

    assert "Released" in text(act(ann, receipt_of(one).id, "release"))
    assert alice.balance == 24_750_000
    assert "not your password" in text(act(ann, receipt_of(other).id, "reject", password="x"))
    assert "Rejected." in text(act(ann, receipt_of(other).id, "reject"))
    tx = "0x" + "7" * 64
    asked = act(ann, receipt_of(other).id, "refund", reference=tx)
    assert "Proposed. Somebody else decides." in text(asked)
    assert "Approved and carried out." in text(decide(ben, models.Proposal.objects.get().id, typed="30"))
    assert receipt_of(other).state == "refunded"
    page = text(ann.get(f"/desk/deposits/receipts/{receipt_of(other).id}/"))
    for words in ("rejected: held → rejected", "Ann", "refunded: rejected → refunded", "Ben", tx):
        assert words in page


def test_the_page_offers_to_release_what_one_may_and_to_propose_what_takes_two(
    alice: Visitor, ann: Visitor, usdt: int
) -> None:
    said = sent(alice, "25")
    say(now_is(said, Verdict.DOUBTFUL, HeldReason.NODES_DISAGREE))
    place = f"/desk/deposits/receipts/{receipt_of(said).id}/"

    small = text(ann.get(place))
    policy(two_person_micros=10_000_000)
    large = text(ann.get(place))

    assert ("Propose the release" in small, "This sum takes two people" in small) == (False, False)
    assert ("Propose the release" in large, "This sum takes two people" in large) == (True, True)
    assert "takes two people" in text(act(ann, receipt_of(said).id, "release"))
    assert alice.balance == 0


def test_the_same_form_sent_twice_counts_once(alice: Visitor, ann: Visitor, ben: Visitor, usdt: int, bank: int) -> None:
    said = sent(alice, "25")
    say(now_is(said, Verdict.DOUBTFUL, HeldReason.NODES_DISAGREE))
    held, asked = receipt_of(said).id, propose(arrived(person(alice), bank, 50_000_000), user(ann), now=timezone.now())
    form = fields(ben.get(f"/desk/deposits/proposals/{asked}/"), f"post /desk/deposits/proposals/{asked}/decide/")
    form |= {"act": "approve", "typed": "50", "password": PASSWORD}

    released = [act(ann, held, "release").status_code for _ in range(2)]
    approved = [
        ben.client.post(f"/desk/deposits/proposals/{asked}/decide/", form, follow=True).status_code for _ in range(2)
    ]

    assert released == approved == [200, 409]
    assert alice.balance == 24_750_000 + 50_000_000


def test_a_debt_is_written_off_from_the_receipt(alice: Visitor, ann: Visitor, ben: Visitor, usdt: int) -> None:
    said = sent(alice, "25")
    say(now_is(said, Verdict.CONFIRMED))
    spend(person(alice), alice.balance)
    say(now_is(said, Verdict.REPLACED))
    row = receipt_of(said)
    assert "The customer owes 24.75" in text(ann.get(f"/desk/deposits/receipts/{row.id}/"))

    place = f"/desk/deposits/customers/{person(alice).customer_id}/write-off/"
    proposed = ann.client.post(place, {"amount": "24.75", "note": "Gone.", "password": PASSWORD}, follow=True)
    assert "Proposed." in text(proposed)
    assert "Approved" in text(decide(ben, models.Proposal.objects.get().id, typed="24.75"))
    assert alice.balance == 0


def test_sources_nodes_rates_and_strangers_are_shown(ann: Visitor, usdt: int) -> None:
    now = timezone.now()
    commands.set_rate_rule(rule=RateRule(symbol="BTC", kind=RateKind.FEED, jump_basis_points=100))
    for rate in (60_000, 70_000):
        figure = Figure(rate_e12=rate * RATE_ONE, source="median of a, b", as_of=now)
        commands.note_feeds(symbol="BTC", currency="USD", figure=figure, now=now)
    models.Node.objects.create(
        source="evm:7", name="one.example", is_well=False, head=7, words="It answers nothing.", since=now, seen_at=now
    )

    page = text(ann.get("/desk/deposits/sources/"))
    for words in ("evm:7", "one.example", "It answers nothing.", "no feed stands guard", "The feeds say 70000.0000"):
        assert words in page

    leap = models.Figure.objects.get(is_accepted=False)
    place = f"/desk/deposits/sources/rate/{leap.id}/consent/"
    assert "not your password" in text(ann.client.post(place, {"password": "x"}, follow=True))
    assert "The rate counts now." in text(ann.client.post(place, {"password": PASSWORD}, follow=True))
    typed = {"symbol": "LTC", "rate": "81.5", "hours": "24", "password": PASSWORD}
    assert "The rate is set." in text(ann.client.post("/desk/deposits/sources/rate/", typed, follow=True))


def test_the_audit_tells_who_did_what(alice: Visitor, ann: Visitor, ben: Visitor, bank: int) -> None:
    policy(is_single=True, single_daily_micros=100_000_000)
    asked = propose(arrived(person(alice), bank, 50_000_000), user(ann), now=timezone.now())
    decide(ben, asked, typed="50")
    fill(ann, bank, "7", email=person(alice).email, single="on", reference="=1+1")

    answer = ann.get("/desk/deposits/audit/?days=366")

    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    told = {(row[1], row[3]) for row in rows[1:]}
    assert {
        ("proposed: credit", "Ann"),
        ("vote: yes", "Ben"),
        ("approved: credit", "those who voted"),
        ("approved: credit, by one person alone", "Ann"),
        ("booked: credit", "Ben"),
        ("policy set", "operator"),
    } <= told
    assert not [cell for row in rows for cell in row if cell.startswith("=")]


def test_evidence_is_shown_when_the_scanner_has_seen_it(
    alice: Visitor, ann: Visitor, bank: int, settings: Any, tmp_path: Path
) -> None:
    text_file = Upload(name="slip.txt", data=b"paid on monday")
    virus = Upload(name="virus.txt", data=VIRUS)
    propose(arrived(person(alice), bank, 50_000_000), user(ann), text_file, virus, now=timezone.now())
    good, bad = models.Evidence.objects.order_by("id").values_list("id", flat=True)
    with clamd(tmp_path / "clamd.sock") as scanner:
        settings.CLAMD = scanner.address
        assert ann.get(f"/desk/deposits/evidence/{good}/").content == b"paid on monday"
        refused = ann.get(f"/desk/deposits/evidence/{bad}/")
    assert refused.status_code == 409
    assert "The virus scanner found" in text(refused)
    assert "could not look" in text(ann.get(f"/desk/deposits/evidence/{good}/"))


def test_support_looks_and_does_not_act(helper_of_tickets: Visitor, alice: Visitor, bank: int, usdt: int) -> None:
    say(now_is(sent(alice, "25"), Verdict.DOUBTFUL, HeldReason.NODES_DISAGREE))
    row = models.Receipt.objects.get()

    page = helper_of_tickets.get(f"/desk/deposits/receipts/{row.id}/")

    assert page.status_code == 200
    assert "Release" not in text(page)
    for place in HANDLED:
        assert helper_of_tickets.get(place).status_code == 404
    assert act(helper_of_tickets, row.id, "release").status_code == 404
    assert alice.balance == 0


def test_to_customers_and_strangers_the_desk_is_not_there(alice: Visitor, usdt: int) -> None:
    for place in (*PAGES, *HANDLED):
        assert alice.get(place).status_code == 404
        assert Visitor().get(place).status_code == 302
