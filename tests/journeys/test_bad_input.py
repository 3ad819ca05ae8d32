"""What a running desk says to bad input, at both doors: a clear sentence, nothing charged, nothing lost."""

from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from tests.journeys.demo_customer import CHANNEL_ADS, SLOW, DemoCustomer
from tests.journeys.web.visitor import fields, text

LINK = "https://t.me/bad_input"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TEN_MEGABYTES = "x" * 10 * 1024 * 1024

# What is typed, the API's sentence, and the form's.
TYPED = {
    "too little balance": ({"quantity": "500000"}, "Not enough funds on balance", "short. Nothing was charged."),
    "below min": ({"quantity": "999"}, "Quantity less than minimal 1000", "below the smallest one of this service"),
    "above max": ({"quantity": "1000001"}, "Quantity more than maximum", "above the largest one of this service"),
    "unknown service": ({"service": "999999999"}, "Incorrect service ID", "There is no such service on sale."),
    "wrong kind of link": (
        {"link": "https://www.instagram.com/northwind.tea/"},
        "Incorrect link. This service does not take that kind of link.",
        "This service takes a public Telegram channel",
    ),
    "a broken number": ({"quantity": "12x"}, "Incorrect quantity", "Write the quantity with digits only"),
    "no link at all": ({"link": "javascript:alert(1)"}, "Incorrect link. ", "Only web links can be ordered for."),
}

# What is appended to an order, as bytes.
SENT = {
    "NUL bytes": (b"&link=t.me/bad%00input", "the text holds a NUL byte", "This text holds a NUL byte"),
    "bad UTF-8": (b"&link=t.me/bad%FF%FEinput", "the text is not valid UTF-8", "Nothing was charged."),
    "10 MB": (b"&comments=" + TEN_MEGABYTES.encode(), "Request is too large", "The desk takes at most 8 MB at once"),
}


@pytest.mark.parametrize(("typed", "sentence"), [(row[0], row[1]) for row in TYPED.values()], ids=TYPED.keys())
def test_the_api_refuses_what_is_wrong(customer: DemoCustomer, typed: dict[str, str], sentence: str) -> None:
    order = {"service": customer.service(CHANNEL_ADS), "link": LINK, "quantity": "1000"} | typed

    answer = customer.api("add", **order)

    assert list(answer) == ["error"]
    assert answer["error"].startswith(sentence)
    assert customer.accounts_for_everything()


@pytest.mark.parametrize(("typed", "sentence"), [(row[0], row[2]) for row in TYPED.values()], ids=TYPED.keys())
def test_the_form_refuses_what_is_wrong(
    customer: DemoCustomer, site: httpx.Client, typed: dict[str, str], sentence: str
) -> None:
    answer = site.post("/orders/new/", data={**order_form(customer, site), **typed})

    assert answer.status_code == 422
    assert sentence in text(answer)
    assert "Nothing was charged." in text(answer)
    assert customer.accounts_for_everything()


def order_form(customer: DemoCustomer, site: httpx.Client) -> dict[str, str]:
    page = site.get(f"/orders/new/?service={customer.service(CHANNEL_ADS)}")
    return {**fields(page, "post /orders/new/"), "link": LINK, "quantity": "1000"}


@pytest.mark.parametrize(("more", "sentence"), [(row[0], row[1]) for row in SENT.values()], ids=SENT.keys())
def test_the_api_refuses_what_is_broken(customer: DemoCustomer, more: bytes, sentence: str) -> None:
    order = {"key": customer.api.key, "action": "add", "service": customer.service(CHANNEL_ADS), "quantity": "1000"}

    answer = httpx.post(customer.api.url, content=urlencode(order).encode() + more, headers=FORM, timeout=60)

    assert answer.status_code == 200
    assert sentence in answer.json()["error"]
    assert customer.accounts_for_everything()


@pytest.mark.parametrize(("more", "sentence"), [(row[0], row[2]) for row in SENT.values()], ids=SENT.keys())
def test_the_form_refuses_what_is_broken(
    customer: DemoCustomer, site: httpx.Client, more: bytes, sentence: str
) -> None:
    form: dict[str, Any] = order_form(customer, site)
    form.pop("link")

    answer = site.post("/orders/new/", content=urlencode(form).encode() + more, headers=FORM)

    assert answer.status_code in (413, 422)
    assert sentence in text(answer)
    assert customer.accounts_for_everything()


def test_a_second_active_order_is_refused_on_another_spelling_at_both_doors(
    customer: DemoCustomer, site: httpx.Client
) -> None:
    service = customer.service(SLOW)
    first = customer.add(service=service, link="https://example.com/active", quantity=1000)
    again = "HTTP://Example.com/active?fbclid=letter#top"

    said = customer.api("add", service=service, link=again, quantity=10)
    form = fields(site.get(f"/orders/new/?service={service}"), "post /orders/new/")
    page = site.post("/orders/new/", data={**form, "link": again, "quantity": "10"})

    assert said == {"error": "You have active order with this link. Please wait until order being completed."}
    assert page.status_code == 422
    assert f"Your order {first} of this service for this link is still active." in text(page)
    assert customer.accounts_for_everything()
    customer.api("cancel", orders=first)
