"""Short links over HTTP: made, ordered with, followed and counted, complained about, switched on again."""

import pytest
from django.test import Client
from tests.journeys.web.visitor import Visitor, fields, text
from tests.shop import add_service

from sevenpanel.catalog.domain import Metric
from sevenpanel.orders import commands as orders
from sevenpanel.orders import queries
from sevenpanel.orders.domain import OrderLine, Placed
from sevenpanel.shortlinks import queries as shortlinks

PAGE = "https://example.com/shop"
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def website(db: None) -> int:
    return add_service("Visitors from a newsletter", network="website", accepts=("website/page",), metric=Metric.VISITS)


def make(visitor: Visitor) -> str:
    form = {**fields(visitor.get("/short-links/"), "post /short-links/"), "page": PAGE}
    assert visitor.post("/short-links/", form).status_code == 302
    assert visitor.person is not None
    return shortlinks.short_links(customer_id=visitor.person.customer_id)[0].token


def url(token: str) -> str:
    return f"http://127.0.0.1:7070/l/{token}"


def follow(token: str, **headers: str) -> object:
    return Client().get(f"/l/{token}", headers={**BROWSER, **headers})


def visits(token: str) -> int:
    found = shortlinks.short_link(token=token)
    assert found is not None
    return found.visits


def test_a_short_link_leads_on_and_counts_once_an_order_with_it_is_paid(alice: Visitor, website: int) -> None:
    token = make(alice)
    assert follow(token).status_code == 404

    placed = alice.order(website, link=url(token))
    answer = follow(token)

    assert placed.status_code == 302
    (order,) = alice.orders
    assert (order.target, order.address) == (PAGE, url(token))
    assert (answer.status_code, answer["Location"], answer["Referrer-Policy"]) == (302, PAGE, "no-referrer")
    assert "no-store" in answer["Cache-Control"]
    assert "noindex" in answer["X-Robots-Tag"]
    assert not answer.cookies
    assert visits(token) == 1
    assert "1 visit" in text(alice.get("/short-links/"))


def test_programs_looks_and_preparations_are_led_on_and_not_counted(alice: Visitor, website: int) -> None:
    token = make(alice)
    alice.order(website, link=url(token))

    assert follow(token, **{"User-Agent": "Googlebot/2.1"}).status_code == 302
    assert follow(token, **{"Sec-Purpose": "prefetch"}).status_code == 302
    assert Client().head(f"/l/{token}", headers=BROWSER).status_code == 302
    assert visits(token) == 0


def test_an_order_that_was_paid_back_whole_leads_nowhere(alice: Visitor, website: int) -> None:
    token = make(alice)
    alice.order(website, link=url(token))
    (order,) = alice.orders

    alice.post(f"/orders/{order.id}/cancel/")

    assert follow(token).status_code == 404


def test_a_complaint_switches_off_in_one_click_and_staff_switch_on_again_with_a_reason(
    alice: Visitor, operator: Visitor, website: int
) -> None:
    token = make(alice)
    alice.order(website, link=url(token))
    stranger = Visitor()

    page = stranger.get(f"/l/{token}/complaint/")
    done = stranger.post(f"/l/{token}/complaint/", fields(page, f"post /l/{token}/complaint/"))

    assert "switched off" in text(done)
    assert follow(token).status_code == 410
    assert "after a complaint" in text(alice.get("/short-links/"))
    assert token in text(operator.get("/desk/short-links/"))
    refused = operator.client.post(f"/desk/short-links/{token}/switch/", {"turn": "on", "reason": " "}, follow=True)
    assert "Say why" in text(refused)
    operator.post(f"/desk/short-links/{token}/switch/", {"turn": "on", "reason": "The complaint was a mistake."})
    assert follow(token).status_code == 302
    assert "The complaint was a mistake." in text(alice.get("/short-links/"))


def test_nobody_orders_with_somebody_elses_short_link(alice: Visitor, mallory: Visitor, website: int) -> None:
    token = make(alice)

    answer = mallory.order(website, link=url(token))

    assert answer.status_code == 422
    assert "not one of yours" in text(answer)
    assert mallory.orders == []


def test_a_short_link_of_its_own_keeps_an_order_trackable_beside_another_of_its_kind(
    alice: Visitor, website: int
) -> None:
    other = add_service("Visitors from banners", network="website", accepts=("website/page",), metric=Metric.VISITS)
    first, second = make(alice), make(alice)
    alice.order(website, link=url(first))
    alice.order(other, link=url(second))
    third = add_service("Visitors from a podcast", network="website", accepts=("website/page",), metric=Metric.VISITS)
    alice.order(third, link=url(second))

    found = queries.beside(order_ids=[order.id for order in alice.orders])
    untracked = {order.service_id: found[order.id].is_untracked for order in alice.orders if order.id in found}

    assert untracked == {other: False, third: True}


def test_one_statement_orders_with_several_short_links(alice: Visitor, website: int) -> None:
    assert alice.person is not None
    token = make(alice)
    lines = [
        OrderLine(customer_id=alice.person.customer_id, service_id=website, link=link, quantity=100)
        for link in (url(token), "https://example.com/other", url("a" * 22))
    ]

    outcomes = orders.place(lines=lines, now=alice.get("/").wsgi_request.received_at)

    assert [isinstance(outcome, Placed) for outcome in outcomes] == [True, True, False]


def test_strangers_and_customers_do_not_see_the_switch(alice: Visitor) -> None:
    token = make(alice)

    assert alice.post(f"/desk/short-links/{token}/switch/", {"turn": "off", "reason": "x"}).status_code == 404
    assert Visitor().post(f"/desk/short-links/{token}/switch/", {"turn": "off"}).status_code == 302
