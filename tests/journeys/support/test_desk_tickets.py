"""The desk's side: the queue by the clock, verdicts, notes, reviews by somebody else; files for those who may."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from tests.books import books_are_right
from tests.database.support.pictures import PDF, with_place
from tests.journeys.support.conftest import DAY, placed_before, staff
from tests.journeys.support.test_customer_tickets import address, opened, shot, silent
from tests.journeys.web.test_pages import assert_nothing_inline
from tests.journeys.web.visitor import Visitor, fields, text

from sevenpanel.accounts.domain import Role


@pytest.fixture
def late(alice: Visitor, service: int) -> str:
    """A ticket about a late order, with its picture; its address at the customer's side."""
    order_id = placed_before(alice, service, DAY + timedelta(hours=1))
    return address(opened(alice, order_id, **{"document-count": shot()}))


def judge(visitor: Visitor, ticket: str, form: dict[str, str]) -> str:
    """Send a verdict on the first request of a ticket; the page that followed."""
    page = visitor.get(f"/desk{ticket}")
    (target, *_) = re.findall(r'action="(/desk/tickets/\d+/requests/\d+/judge/)"', page.content.decode())
    return text(visitor.client.post(target, form, follow=True))


def confirm(visitor: Visitor, ticket: str) -> str:
    """Confirm what the page shows."""
    page = visitor.get(f"/desk{ticket}").content.decode()
    (expected,) = re.findall(r'name="expected" value="([^"]+)"', page)
    return judge(visitor, ticket, {"act": "confirm", "expected": expected})


def test_staff_overrule_with_a_reason_and_somebody_else_reviews_it_once(
    alice: Visitor, sam: Visitor, late: str
) -> None:
    tia = staff("tia")
    assert "24 hours left to answer" in text(sam.get("/desk/tickets/"))
    assert "needs a reason" in judge(sam, late, {"act": "refuse", "reason": " "})
    refused = judge(sam, late, {"act": "refuse", "reason": "The picture shows another channel."})
    assert "refused Decided" in refused
    assert "The rules had said: The order was promised" in refused
    assert "No ticket waits for an answer." in text(sam.get("/desk/tickets/"))
    assert "No ticket waits for an answer." in text(sam.get("/desk/"))

    page = alice.get(late)
    (target,) = re.findall(r'action="([^"]+/appeal/)"', page.content.decode())
    without = alice.client.post(target, {"body": "Look again."}, follow=True)
    alice.client.post(target, {"body": "Look again.", "file": shot("new.png")}, follow=True)

    assert "An appeal brings documents that were not there before." in text(without)
    assert "somebody else decides it now" in confirm(sam, late)
    assert "granted Decided" in confirm(tia, late)
    assert "appeal/" not in alice.get(late).content.decode()
    assert alice.balance == 10_000_000 - 225_000
    books_are_right()


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"act": "grant", "amount": "0.10", "reason": "Goodwill"}, "Granted by staff: Goodwill"),
        ({"act": "grant", "amount": "0.68", "reason": "Goodwill"}, "at most what was not delivered can be granted"),
        ({"act": "grant", "amount": "much", "reason": "Goodwill"}, "Write an amount like 12.50"),
        ({"act": "nonsense"}, "Choose to confirm, to grant or to refuse."),
        ({"act": "confirm", "expected": "granted/4.2/900000"}, "changed since you looked"),
    ],
)
def test_a_verdict_by_hand_is_read_and_bounded(
    alice: Visitor, sam: Visitor, service: int, form: dict[str, str], told: str
) -> None:
    ticket = address(opened(alice, placed_before(alice, service, DAY), "drop"))

    assert told in judge(sam, ticket, form)
    books_are_right()


def test_a_note_is_for_staff_and_a_saved_reply_fills_the_answer(alice: Visitor, sam: Visitor, late: str) -> None:
    sam.post("/desk/tickets/replies/", {"title": "We look", "body": "We look at it now."})
    page = sam.get(f"/desk{late}")
    (reply_id,) = re.findall(r'<option value="(\d+)">We look', page.content.decode())
    filled = sam.get(f"/desk{late}?reply={reply_id}")
    form = f"post /desk{late}answer/"

    sam.post(f"/desk{late}answer/", {"body": "Ask North Panel.", "internal": "on"})
    noted = text(alice.get(late))
    sam.post(f"/desk{late}answer/", {"body": fields(filled, form)["body"]})
    answered = text(alice.get(late))

    assert "Ask North Panel." not in noted
    assert "Waits for an answer." in noted
    assert "We look at it now." in answered
    assert "· Waits for you ·" in answered
    assert "note, for staff only" in text(sam.get(f"/desk{late}"))


def test_tickets_are_taken_and_closed(sam: Visitor, late: str) -> None:
    keep = f"/desk{late}keep/"
    sam.post(keep, {"act": "take"})
    assert f"/desk{late}" in sam.get("/desk/tickets/?heap=mine").content.decode()
    sam.post(keep, {"act": "close"})
    assert f"/desk{late}" in sam.get("/desk/tickets/?heap=closed").content.decode()
    # Closing does not answer: it waits on, and so does its clock.
    assert f"/desk{late}" in sam.get("/desk/tickets/?heap=waiting").content.decode()
    sam.post(keep, {"act": "reopen"})
    sam.post(keep, {"act": "leave"})
    assert "nobody keeps it" in text(sam.get(f"/desk{late}"))
    assert sam.post(keep, {"act": "nonsense"}).status_code == 404


def test_the_longest_waiting_comes_first(alice: Visitor, sam: Visitor, service: int, late: str) -> None:
    ticket_id = silent(alice, alice.orders[0].id, DAY * 2)

    found = re.findall(r'href="/desk/tickets/(\d+)/"', sam.get("/desk/tickets/").content.decode())

    assert found[0] == str(ticket_id)
    assert "unanswered: claimable for 24 hours" in text(sam.get("/desk/tickets/"))
    home = sam.get("/desk/")
    assert re.findall(r'href="/desk/tickets/(\d+)/"', home.content.decode()) == found
    assert "Tickets that wait" in text(home)
    assert "Tickets that wait" not in text(staff("fin", Role.FINANCE).get("/desk/"))


def test_only_those_who_answer_tickets_see_them(alice: Visitor, operator: Visitor, sam: Visitor, late: str) -> None:
    fin = staff("fin", Role.FINANCE)
    for path in ("/desk/tickets/", "/desk/tickets/replies/", f"/desk{late}"):
        answers = [who.get(path).status_code for who in (alice, fin, sam, operator, Visitor())]
        assert answers == [404, 404, 200, 200, 302], path
        assert_nothing_inline(sam.get(path).content.decode())
    for path in ("answer/", "keep/", "requests/1/judge/", "requests/1/find/"):
        assert [who.post(f"/desk{late}{path}").status_code for who in (alice, fin)] == [404, 404]
        assert sam.post(f"/desk/tickets/99999999/{path}", {"act": "take"}).status_code == 404
    assert timezone.now() > alice.orders[0].placed_at


def test_a_file_is_handed_out_powerless_and_to_its_owners_and_staff_only(
    alice: Visitor, bob: Visitor, mallory: Visitor, sam: Visitor, service: int
) -> None:
    order_id = placed_before(alice, service, DAY)
    photo = SimpleUploadedFile("../my\u202e photo.exe", with_place(), "text/html")
    page = opened(alice, order_id, file=[photo, SimpleUploadedFile("bill.pdf", PDF)])
    found = re.findall(r'href="(/tickets/\d+/files/\d+/)"', page.content.decode())

    served = alice.get(found[0])

    assert len(found) == 2
    assert served["Content-Type"] == "image/jpeg"
    assert served["Content-Disposition"].startswith("attachment; filename=\"my_photo.jpg\"; filename*=UTF-8''")
    assert served["X-Content-Type-Options"] == "nosniff"
    assert served["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert served["Cache-Control"] == "no-store"
    assert b"secret" not in served.content
    assert bob.get(found[0]).status_code == 200
    assert sam.get(f"/desk{found[0]}").status_code == 200
    assert alice.get(f"/desk{found[0]}").status_code == 404
    assert staff("fin", Role.FINANCE).get(f"/desk{found[0]}").status_code == 404
    assert mallory.get(found[0]).status_code == 404
    assert Visitor().get(found[0]).status_code == 302
    guessed = found[0].replace("/files/", "/files/9")
    assert alice.get(guessed).status_code == 404
