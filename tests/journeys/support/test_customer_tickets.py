"""A customer's way: what may be done now, a ticket in one tap, documents, the clock, the claim; strangers find none."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from tests.database.support.pictures import HTML, picture
from tests.editions import write
from tests.journeys.support.conftest import DAY, placed_before
from tests.journeys.web.test_pages import assert_nothing_inline
from tests.journeys.web.visitor import Visitor, fields, text
from tests.shop import accept, add_service

from sevenpanel.support import commands, queries
from sevenpanel.support.domain import Topic
from sevenpanel.terms import Kind


def shot(name: str = "count.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture(), "image/png")


def opened(visitor: Visitor, order_id: int, slug: str = "not-completed-in-time", **more: Any) -> Any:
    """A ticket opened through the form; the page that followed."""
    form = fields(visitor.get(f"/tickets/new/?kind={slug}&order={order_id}"), "post /tickets/new/")
    return visitor.client.post("/tickets/new/", {**form, "body": "It is late.", **more}, follow=True)


def silent(visitor: Visitor, order_id: int, ago: timedelta) -> int:
    """A ticket that nobody has answered for so long."""
    assert visitor.person is not None
    return commands.open_ticket(
        customer_id=visitor.person.customer_id,
        person_id=visitor.person.user_id,
        topic=Topic.ORDER,
        kind=Kind.NOT_COMPLETED,
        order_ids=[order_id],
        body="It is late.",
        now=timezone.now() - ago,
    )


def address(page: Any) -> str:
    return str(page.request["PATH_INFO"])


def test_the_order_page_says_what_may_be_done_and_leads_to_a_filled_ticket_in_one_tap(
    alice: Visitor, service: int
) -> None:
    order_id = placed_before(alice, service, DAY + timedelta(hours=1))
    page = alice.get(f"/orders/{order_id}/")

    told = text(page)
    assert "Not completed in time clause 4.2 · until the order is completed · 0.675 USD would come back" in told
    assert "Drop not now clause 5" in told
    assert "It needs: a screenshot of the current count with the date visible." in told
    (link,) = re.findall(r'href="(/tickets/new/\?kind=not-completed-in-time[^"]*)"', page.content.decode())
    form = alice.get(link.replace("&amp;", "&"))
    assert fields(form, "post /tickets/new/")["orders"] == str(order_id)
    assert "What the Terms say now, clause 4.2" in text(form)


def test_before_the_promised_time_the_page_says_from_when(alice: Visitor, service: int) -> None:
    order_id = placed_before(alice, service, timedelta(hours=3))

    told = text(alice.get(f"/orders/{order_id}/"))

    assert re.search(r"Not completed in time not now clause 4\.2 · opens after \d+ \w+ \d{4}, \d\d:\d\d UTC", told)


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("drop", "gives no refund"),
        ("own-mistake", "An order cannot be cancelled because the wrong link or the wrong service was entered."),
    ],
)
def test_what_is_no_reason_is_told_before_sending_and_refused(
    alice: Visitor, service: int, kind: str, told: str
) -> None:
    order_id = placed_before(alice, service, DAY)

    assert told in text(alice.get(f"/tickets/new/?kind={kind}&order={order_id}"))
    page = text(opened(alice, order_id, kind))
    assert "refused The rules propose" in page
    assert told in page


def test_a_bad_file_is_refused_with_a_sentence_and_what_was_typed_stays(alice: Visitor, service: int) -> None:
    order_id = placed_before(alice, service, DAY)

    page = opened(alice, order_id, file=[SimpleUploadedFile("page.png", HTML, "image/png")])

    assert page.status_code == 422
    assert "This is no file that can be sent here." in text(page)
    assert fields(page, "post /tickets/new/")["body"] == "It is late."
    assert alice.person is not None
    assert queries.tickets(customer_id=alice.person.customer_id, now=timezone.now()) == []


def test_a_thousand_files_are_refused(alice: Visitor, service: int) -> None:
    order_id = placed_before(alice, service, DAY)

    page = opened(alice, order_id, file=[SimpleUploadedFile(f"{n}.txt", b"x") for n in range(1000)])

    assert page.status_code == 400


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"orders": "17, nonsense"}, "Write the orders' numbers"),
        ({"orders": "999999"}, "You have no order 999999."),
        ({"orders": ""}, "Say which orders it is about"),
        ({"body": "  "}, "Write what it is about."),
        ({"kind": "nonsense"}, "Choose what it is about."),
    ],
)
def test_what_cannot_be_read_is_said(alice: Visitor, service: int, typed: dict[str, str], told: str) -> None:
    page = opened(alice, placed_before(alice, service, DAY), **typed)

    assert page.status_code == 422
    assert told in text(page)


def test_a_stranger_finds_no_ticket_and_moves_nothing(alice: Visitor, mallory: Visitor, service: int) -> None:
    order_id = placed_before(alice, service, DAY * 2)
    ticket_id = silent(alice, order_id, DAY * 2)

    for path in ("", "reply/", "close/", "claim/", "requests/1/appeal/"):
        ask = mallory.client.post if path else mallory.client.get
        given = {"order": order_id, "body": "Hello"}
        hers, nobodys = (ask(f"/tickets/{id_}/{path}", given).status_code for id_ in (ticket_id, 10**17))
        assert (hers, nobodys) == (404, 404), path
    assert "You have no order" in text(opened(mallory, order_id))
    assert f"#{ticket_id}" not in text(mallory.get("/tickets/"))
    assert alice.orders[0].is_open


def test_a_ticket_is_closed_and_opens_again_with_a_message(alice: Visitor, service: int) -> None:
    ticket_id = silent(alice, placed_before(alice, service, DAY), timedelta(hours=1))

    closed = text(alice.client.post(f"/tickets/{ticket_id}/close/", follow=True))
    again = text(alice.client.post(f"/tickets/{ticket_id}/reply/", {"body": "Not yet."}, follow=True))

    assert "· Closed ·" in closed
    assert "· Waits for the desk ·" in again


def test_a_ticket_about_a_payment_has_a_subject(alice: Visitor) -> None:
    form = fields(alice.get("/tickets/new/?kind=payment"), "post /tickets/new/")
    page = alice.client.post(
        "/tickets/new/", {**form, "subject": "My\r\n deposit <b>", "body": "It is missing."}, follow=True
    )

    assert "My deposit &lt;b&gt;" in page.content.decode()
    assert "Staff have 24 hours left" in text(alice.get("/tickets/"))


def test_the_pages_hold_nothing_inline_and_label_every_field(alice: Visitor, service: int) -> None:
    order_id = placed_before(alice, service, DAY)
    ticket_id = silent(alice, order_id, DAY * 2)
    new = "/tickets/new/"
    for path in ("/tickets/", new, f"{new}?kind=wrong-specification&order={order_id}", f"{new}?kind=payment",
                 f"/tickets/{ticket_id}/", f"/orders/{order_id}/"):  # fmt: skip
        page = alice.get(path)
        content = page.content.decode()
        assert "no-store" in page["Cache-Control"]
        assert_nothing_inline(content)
        ids = re.findall(r'\sid="([^"]+)"', content)
        assert len(ids) == len(set(ids)), path
        for field in re.findall(r"<(?:input|select|textarea)[^>]*>", content):
            if 'type="hidden"' not in field:
                (id_,) = re.findall(r'\sid="([^"]+)"', field)
                assert f'for="{id_}"' in content, field


def test_a_clause_leads_to_its_words_in_the_version_that_the_order_is_judged_by(
    alice: Visitor, sam: Visitor, service: int, settings: Any, tmp_path: Path
) -> None:
    assert alice.person is not None
    settings.TERMS_FOLDER = tmp_path
    write(tmp_path, "2", timezone.now() - 10 * DAY)
    accept(alice.person.user_id, now=timezone.now() - 5 * DAY)
    assert sam.person is not None
    accept(sam.person.user_id, now=timezone.now() - 5 * DAY)
    older, newer = (placed_before(alice, number, ago) for number, ago in ((service, 6 * DAY), (add_service(), 4 * DAY)))

    for order_id, version in ((older, "1"), (newer, "2")):
        page = alice.get(f"/orders/{order_id}/").content.decode()
        ticket = opened(alice, order_id, **{"document-count": shot()})
        told, desk = ticket.content.decode(), sam.get(f"/desk{address(ticket)}").content.decode()
        for text_, clause in ((page, "4.2"), (page, "5"), (told, "4.2"), (desk, "4.2")):
            assert f'<a href="/terms/{version}/#clause-{clause}">clause {clause}</a>' in text_
        new = alice.get(f"/tickets/new/?kind=not-completed-in-time&order={order_id}").content.decode()
        assert f"/terms/{version}/#clause-4.2" in new
        assert "/terms/2/#clause-4.4" in told  # the clock is that of the Terms in force when the ticket was opened
    assert f'id="clause-{clause}"' in alice.get(f"/terms/{version}/").content.decode()
