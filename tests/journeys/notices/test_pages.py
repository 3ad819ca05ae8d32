"""A notice from the desk to every page that it changes: Updates, feed, services, order form, order."""

import re
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.utils import timezone
from tests.journeys.web.visitor import Visitor, fields, text
from tests.shop import add_service

from sevenpanel.notices import queries
from sevenpanel.notices.domain import Origin
from sevenpanel.terms import NoticeKind

WRITE = "post /desk/notices/"


def publish(staff: Visitor, service: int, **typed: str) -> int:
    """Write a notice about a service at the desk, and return its id."""
    form = {
        **fields(staff.get("/desk/notices/"), WRITE),
        "kind": "description",
        "scope": "service",
        "subject_id": str(service),
        "text": "Work goes slower this week.",
        **typed,
    }
    answer = staff.post("/desk/notices/", form)
    assert answer.status_code == 302, text(answer)
    return queries.updates()[0].root_id


def test_3_a_notice_is_on_every_page_that_it_changes(alice: Visitor, olga: Visitor, service: int) -> None:
    publish(olga, service, complete_hours="72", quantity_max="500", drop_band="medium")

    for address in ("/services/", f"/orders/new/?service={service}"):
        page = text(alice.get(address))
        assert "within 3 days changed by notice of" in page
        assert "it was: within 1 day" in page
        assert "10 to 500" in page
        assert "Work goes slower this week." in page
    updates = text(alice.get("/updates/"))
    assert "Completes: within 1 day" in updates
    assert "Completes: within 3 days" in updates
    assert "Largest quantity: 10,000" in updates
    assert "Largest quantity: 500" in updates


def test_the_order_form_and_the_quote_know_the_limit_in_force(alice: Visitor, olga: Visitor, service: int) -> None:
    publish(olga, service, quantity_max="500")

    refused = alice.order(service, quantity="501")

    assert refused.status_code == 422
    assert "above the largest one of this service: 500" in text(refused)
    quote = alice.post("/orders/new/quote/", {"service": str(service), "quantity": "501"})
    assert "This service takes 10 to 500 at once." in text(quote)


def test_a_paused_service_cannot_be_chosen_and_says_why(alice: Visitor, olga: Visitor, service: int) -> None:
    form = alice.order_form(service)
    publish(olga, service, kind="paused", text="The provider repairs something.")

    assert "This service is not on sale." in text(alice.get(f"/orders/new/?service={service}"))
    assert alice.post("/orders/new/", {**form, "link": "t.me/northwind_news", "quantity": "10"}).status_code == 422
    listed = text(alice.get("/services/"))
    assert "The provider repairs something." in listed
    assert "paused" in listed
    preview = text(alice.post("/orders/mass/", {"lines": f"{service} | t.me/northwind_news | 100"}))
    assert "There is no such service on sale." in preview


def test_an_order_keeps_what_it_was_placed_under_and_tells_of_what_came_later(
    alice: Visitor, olga: Visitor, service: int
) -> None:
    publish(olga, service, complete_hours="72", text="Three days.")
    alice.order(service)
    (order,) = alice.orders
    publish(olga, service, kind="delay", text="Now a delay.", complete_hours="200")

    page = text(alice.get(f"/orders/{order.id}/"))

    assert "Completes within 3 days changed by notice of" in page
    assert "Announced since then Delay" in page
    assert "Now a delay." in page


def test_the_cancel_button_follows_the_notices(alice: Visitor, olga: Visitor, service: int) -> None:
    alice.order(service)
    publish(olga, service, can_cancel="no")
    alice.order(service, link="t.me/other_channel")
    later, before = alice.orders

    assert "Cancel this order" in text(alice.get(f"/orders/{before.id}/"))
    page = alice.get(f"/orders/{later.id}/")
    assert "Cancel this order" not in text(page)
    assert "This service has no cancel button" in text(page)
    assert "This service has no cancel button" in text(alice.client.post(f"/orders/{later.id}/cancel/", follow=True))


def test_updates_are_filtered(alice: Visitor, olga: Visitor, service: int) -> None:
    other = add_service("Profile promotion", network="instagram", accepts=("instagram/profile",))
    alice.order(service)
    publish(olga, service, text="About the channel.")
    publish(olga, other, kind="delay", text="About the profile.")

    def shown(query: str) -> list[str]:
        return re.findall(r"About the \w+", text(alice.get(f"/updates/{query}")))

    assert shown("") == ["About the profile", "About the channel"]
    assert shown("?kind=delay") == ["About the profile"]
    assert shown("?network=telegram") == ["About the channel"]
    assert shown("?mine=1") == ["About the channel"]
    assert shown("?kind=nonsense&network=nowhere&before=x&mine=7") == shown("")


def test_updates_come_in_pages(alice: Visitor, olga: Visitor, service: int, monkeypatch: Any) -> None:
    monkeypatch.setattr("sevenpanel.web.updates.PAGE", 2)
    for word in ("one", "two", "three"):
        publish(olga, service, text=f"Number {word}.")

    page = alice.get("/updates/")
    (older,) = re.findall(r'href="\?([^"]+)">Older', page.content.decode())

    assert "Number one." not in text(page)
    assert "Number one." in text(alice.get(f"/updates/?{older.replace('&amp;', '&')}"))


def test_notices_at_the_desk_come_in_pages(olga: Visitor, service: int, monkeypatch: Any) -> None:
    monkeypatch.setattr("sevenpanel.desk.notices.PAGE", 2)
    for word in ("one", "two", "three"):
        publish(olga, service, text=f"Number {word}.")

    page = olga.get("/desk/notices/")
    (older,) = re.findall(r'href="([^"]+)">Older', page.content.decode())

    assert "Number one." not in text(page)
    assert "Number one." in text(olga.get(older))
    assert "Older" not in text(olga.get(older))
    assert "Number three." in text(olga.get("/desk/notices/?before=lots"))
    assert "Nothing was announced before." in text(olga.get("/desk/notices/?before=0"))


def test_the_feed_is_for_everybody_and_holds_the_same(alice: Visitor, olga: Visitor, service: int) -> None:
    root = publish(olga, service, text="Slower <b>now</b> & later.", complete_hours="72")

    answer = Visitor().get("/updates/rss/")

    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/rss+xml")
    (item,) = ElementTree.fromstring(answer.content).findall("channel/item")  # noqa: S314 - our own feed
    assert item.findtext("title") == "Description: Channel promotion by paid ads"
    assert item.findtext("description") == "Slower <b>now</b> & later.\nCompletes: within 1 day → within 3 days"
    assert str(item.findtext("link")).endswith(f"/updates/{root}/")


def test_what_staff_write_is_text_and_never_markup(alice: Visitor, olga: Visitor, service: int) -> None:
    root = publish(olga, service, text="<script>alert(1)</script>")

    for address in ("/updates/", f"/updates/{root}/", "/services/", f"/orders/new/?service={service}"):
        assert "<script>alert" not in alice.get(address).content.decode()


def test_a_notice_is_corrected_with_a_reason_and_its_history_is_public(
    alice: Visitor, olga: Visitor, service: int
) -> None:
    root = publish(olga, service, quantity_max="500")
    page = olga.get(f"/desk/notices/{root}/")
    form = fields(page, f"post /desk/notices/{root}/correct/")
    form |= {"kind": "description", "scope": "service", "quantity_max": "600", "text": "It is 600."}

    without_reason = olga.post(f"/desk/notices/{root}/correct/", form)
    assert (without_reason.status_code, "Say why" in text(without_reason)) == (422, True)
    assert olga.post(f"/desk/notices/{root}/correct/", {**form, "why": "A typing mistake"}).status_code == 302
    twice = olga.post(f"/desk/notices/{root}/correct/", {**form, "why": "Again"})
    assert (twice.status_code, "does not stand any more" in text(twice)) == (422, True)

    history = text(alice.get(f"/updates/{root}/"))
    assert "It is 600." in history
    assert "Work goes slower this week." in history
    assert "A typing mistake" in history


def test_a_notice_is_withdrawn_with_a_reason(alice: Visitor, olga: Visitor, service: int) -> None:
    root = publish(olga, service, kind="paused")
    form = fields(olga.get(f"/desk/notices/{root}/"), f"post /desk/notices/{root}/withdraw/")

    assert olga.post(f"/desk/notices/{root}/withdraw/", form).status_code == 422
    assert olga.post(f"/desk/notices/{root}/withdraw/", {**form, "why": "Repaired"}).status_code == 302

    assert "no longer stands since" in text(alice.get("/updates/"))
    assert alice.order(service).status_code == 302


def test_a_notice_that_makes_no_sense_is_told_and_not_lost(olga: Visitor, service: int) -> None:
    form = {"kind": "delay", "scope": "service", "subject_id": "999", "text": "My words."}

    answer = olga.post("/desk/notices/", form)

    assert answer.status_code == 422
    assert "no such service" in text(answer)
    assert "My words." in answer.content.decode()
    assert queries.updates() == []


def test_a_period_is_typed_in_utc(olga: Visitor, service: int) -> None:
    begins = (timezone.now() + timedelta(days=1)).replace(microsecond=0)
    publish(olga, service, kind="delay", begins=f"{begins:%Y-%m-%d %H:%M:%S}")

    (row,) = queries.updates()
    assert row.row.notice.in_force_from == begins
    assert (row.row.notice.kind, row.row.origin) == (NoticeKind.DELAY, Origin.DESK)
    assert row.row.written_by == "support@example.org"


@pytest.mark.parametrize("address", ["/desk/notices/", "/desk/notices/1/"])
def test_notices_are_written_by_support_and_admin_only(
    alice: Visitor, olga: Visitor, fred: Visitor, service: int, address: str
) -> None:
    root = publish(olga, service)
    address = address.replace("/1/", f"/{root}/")

    assert olga.get(address).status_code == 200
    assert fred.get(address).status_code == 404
    assert alice.get(address).status_code == 404
    assert Visitor().get(address).status_code == 302
    for visitor in (alice, fred):
        for act in ("correct", "withdraw"):
            assert visitor.post(f"/desk/notices/{root}/{act}/", {"version": root, "why": "x"}).status_code == 404


def test_strangers_sign_in_before_they_see_the_updates(db: None) -> None:
    assert Visitor().get("/updates/").status_code == 302
    assert Visitor().get("/updates/1/").status_code == 302


def test_a_notice_that_is_not_there_is_not_found(alice: Visitor, olga: Visitor) -> None:
    assert alice.get("/updates/999/").status_code == 404
    assert olga.get("/desk/notices/999/").status_code == 404
