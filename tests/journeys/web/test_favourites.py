"""Favourites, what was ordered last, drafts that outlive a sign-in, prices over time, and the catalogue as a file."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from tests.journeys.web.test_order_pages import place
from tests.journeys.web.visitor import LINK, Visitor, fields, text
from tests.shop import NOON, add_service

from sevenpanel.catalog import commands, domain
from sevenpanel.catalog import queries as catalog
from sevenpanel.kernel.money import parse_amount
from sevenpanel.notices import commands as notices

STAR = "/services/star/"


def shelves(page: Any) -> dict[str, list[int]]:
    return {shelf.category: [service.id for service in shelf.services] for shelf in page.context["near"]}


def read(page: Any) -> list[dict[str, str]]:
    lines = b"".join(page.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(lines.removeprefix("\ufeff"))))


def change_price(service: int, rate: str, days_ago: int) -> None:
    then = timezone.now() - timedelta(days=days_ago)
    with transaction.atomic():
        notices.change_price(service_id=service, rate_micros=parse_amount(rate), changed_by="Olga", now=then)


def test_a_star_stands_at_the_top_of_the_order_form_and_filters_the_list(alice: Visitor, service: int) -> None:
    other = add_service("Another one")

    back = alice.post(STAR, {"star": other, "next": "/services/?q=one"})
    again = alice.post(STAR, {"star": other})

    assert (back.status_code, back.url) == (302, f"/services/?q=one#service-{other}")
    assert again.status_code == 302
    assert shelves(alice.get("/orders/new/")) == {"Favourites": [other]}
    starred = alice.get("/services/?starred=1")
    assert "Another one" in text(starred)
    assert "Channel promotion" not in text(starred)
    assert 'name="unstar"' in starred.content.decode()
    alice.post(STAR, {"unstar": other})
    assert shelves(alice.get("/orders/new/")) == {}


def test_stars_are_each_persons_own(alice: Visitor, bob: Visitor, service: int) -> None:
    alice.post(STAR, {"star": service})

    assert shelves(bob.get("/orders/new/")) == {}


@pytest.mark.parametrize(
    "sent", [{}, {"star": "nonsense"}, {"star": str(10**17)}, {"star": "1", "next": "//other.org"}]
)
def test_a_star_of_nothing_is_none_and_leads_to_no_other_site(alice: Visitor, sent: dict[str, str]) -> None:
    answer = alice.post(STAR, sent)

    assert answer.status_code == 302
    assert answer.url.startswith("/services/")
    assert alice.person is not None
    assert catalog.favourites(user_id=alice.person.user_id) == []


def test_one_favourite_too_many_is_refused_with_a_sentence(
    alice: Visitor, service: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = add_service("Another one")
    monkeypatch.setattr("sevenpanel.catalog.commands.FAVOURITES_MAX", 1)
    alice.post(STAR, {"star": service})

    assert "can be favourites. Take the star" in text(alice.post(STAR, {"star": other}))
    assert domain.FAVOURITES_MAX > 1


def test_what_was_ordered_last_is_offered_first(alice: Visitor, service: int) -> None:
    other = add_service("Another one")
    place(alice, service, 1)
    place(alice, other, 1)

    assert shelves(alice.get("/orders/new/")) == {"Ordered last": [other, service]}
    alice.post(STAR, {"star": other})
    assert shelves(alice.get("/orders/new/")) == {"Favourites": [other], "Ordered last": [service]}


def test_what_is_starred_is_in_the_export_of_ones_data(alice: Visitor, service: int) -> None:
    alice.post(STAR, {"star": service})

    assert f'"favourites":[{service}]' in b"".join(alice.get("/data/export/").streaming_content).decode()


def sign_in_again(visitor: Visitor, by: Visitor | None = None) -> None:
    person = (by or visitor).person
    assert person is not None
    visitor.client.force_login(get_user_model().objects.get(id=person.user_id))


@pytest.mark.parametrize("script", [{}, {"HTTP_HX_REQUEST": "true"}])
def test_a_draft_outlives_a_sign_in_that_ran_out(alice: Visitor, service: int, script: dict[str, str]) -> None:
    form = {**alice.order_form(service), "link": LINK, "quantity": "77"}
    alice.client.cookies.pop("sessionid", None)
    alice.client.logout()

    address = "/orders/new/quote/" if script else "/orders/new/"
    asked = alice.post(address, form, **script)
    goal = asked.headers.get("HX-Redirect") or asked.url
    sign_in_again(alice)
    back = alice.get("/orders/new/")

    assert goal == "/accounts/login/?next=/orders/new/"
    typed = fields(back, "post /orders/new/")
    assert (typed["service"], typed["link"], typed["quantity"]) == (str(service), LINK, "77")
    assert "nothing was ordered" in text(back)
    assert alice.orders == []
    assert "nothing was ordered" not in text(alice.get("/orders/new/"))


def test_somebody_else_at_the_same_device_gets_no_draft(alice: Visitor, mallory: Visitor, service: int) -> None:
    form = {**alice.order_form(service), "link": "t.me/a_secret_of_alice"}
    alice.client.logout()
    alice.post("/orders/new/", form)
    sign_in_again(alice, by=mallory)

    assert "secret" not in alice.get(f"/orders/new/?service={service}").content.decode()


def test_comments_too_long_for_a_cookie_are_left_behind_and_the_rest_comes_back(alice: Visitor, service: int) -> None:
    form = {**alice.order_form(service), "link": LINK, "comments": "\n".join(str(n**7) for n in range(2000))}
    alice.client.logout()
    alice.post("/orders/new/", form)
    sign_in_again(alice)

    assert fields(alice.get("/orders/new/"), "post /orders/new/")["link"] == LINK


def test_a_price_that_changed_is_marked_and_told_on_the_page_of_the_service(alice: Visitor, service: int) -> None:
    assert "Price over time" not in text(alice.get(f"/services/{service}/"))
    change_price(service, "1.20", 30)
    assert "was 0.90 USD" not in text(alice.get("/services/"))
    change_price(service, "1.10", 2)

    page = alice.get(f"/services/{service}/")

    assert "the price was between 0.90 USD and 1.20 USD; it is 1.10 USD now." in text(page)
    assert [(step.old, step.new, step.is_up) for step in page.context["prices"].steps] == [
        ("1.20 USD", "1.10 USD", False),
        ("0.90 USD", "1.20 USD", True),
    ]
    assert "↓ was 1.20 USD until" in text(alice.get("/services/"))


def test_the_catalogue_is_a_file_at_the_customers_own_rates(alice: Visitor, mallory: Visitor, service: int) -> None:
    other = add_service("=Other", rate="2")
    assert alice.person is not None
    with transaction.atomic():
        commands.set_custom_rate(
            customer_id=alice.person.customer_id, service_id=service, rate_micros=parse_amount("0.5"), now=NOON
        )

    hers, strange = read(alice.get("/services/csv/")), read(mallory.get("/services/csv/?q=promotion"))

    assert [(int(row["service"]), row["price"]) for row in hers] == [(service, "0.50"), (other, "2.00")]
    assert [row["name"] for row in hers][1] == "'=Other"
    assert [(row["service"], row["price"], row["starts_within_s"], row["cancel"]) for row in strange][:1] == [
        (str(service), "0.90", "3600", "yes")
    ]
