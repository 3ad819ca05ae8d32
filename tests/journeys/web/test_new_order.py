"""New order: the price that was shown is the price that is charged, once; what is refused costs nothing."""

from urllib.parse import urlencode

import pytest
from django.db import transaction
from tests.journeys.web.visitor import LINK, Visitor, fields, text
from tests.shop import add_service, deposit

from sevenpanel.catalog import commands as catalog
from sevenpanel.catalog.domain import ServiceState, ServiceType
from sevenpanel.kernel.money import parse_amount
from sevenpanel.orders.domain import Source

PERSIAN, ARABIC, DEVANAGARI = "۱۰۰۰", "١٠٠٠", "१०००"


def test_an_order_is_placed_at_the_price_that_was_shown(alice: Visitor, service: int) -> None:
    answer = alice.order(service)

    (order,) = alice.orders
    assert (answer.status_code, answer.url) == (302, f"/orders/{order.id}/")
    assert (order.charge_micros, order.source, order.link) == (900_000, Source.FORM, LINK)
    assert alice.balance == parse_amount("9.10")
    assert "Your order is placed." in text(alice.get(answer.url))


@pytest.mark.parametrize("quantity", [PERSIAN, ARABIC, DEVANAGARI, " 1000 ", "0001000"])
def test_a_quantity_is_read_in_the_digits_of_any_of_our_languages(alice: Visitor, service: int, quantity: str) -> None:
    alice.order(service, quantity=quantity)

    assert [order.quantity for order in alice.orders] == [1000]


BAD = {
    "nothing typed as quantity": ({"quantity": ""}, "Say how many you want."),
    "below min": ({"quantity": "9"}, "below the smallest one of this service: 10."),
    "above max": ({"quantity": "10001"}, "above the largest one of this service: 10000."),
    "unknown service": ({"service": "999999999"}, "There is no such service on sale."),
    "no service": ({"service": "hello"}, "Enter a whole number."),
    "wrong kind of link": ({"link": "https://www.instagram.com/northwind.tea/"}, "This service takes"),
    "no link": ({"link": ""}, "The link is empty."),
    "no web link": ({"link": "javascript:alert(1)"}, "Only web links can be ordered for."),
    "a broken number": ({"quantity": "12x"}, "Write the quantity with digits only"),
    "a thousands separator": ({"quantity": "1,000"}, "Write the quantity with digits only"),
    "a point": ({"quantity": "1.000"}, "Write the quantity with digits only"),
    "below nothing": ({"quantity": "-1000"}, "Write the quantity with digits only"),
    "an underscore": ({"quantity": "1_000"}, "Write the quantity with digits only"),
    "a huge number": ({"quantity": "9" * 40}, "That quantity is too large"),
    "more than can be sold": ({"quantity": "9" * 18}, "above the largest one of this service: 10000"),
    "a NUL byte in the link": ({"link": "https://t.me/north\0wind"}, "This text holds a NUL byte"),
    "a NUL byte in the quantity": ({"quantity": "10\0"}, "This text holds a NUL byte"),
    "no form id": ({"request_id": ""}, "This form is not complete."),
    "a made-up form id": ({"request_id": "form/1"}, "This form is not complete."),
    "no shown price": ({"rate": ""}, "This form is not complete."),
    "a nonsense price": ({"rate": "-5"}, "greater than or equal to 0"),
}


@pytest.mark.parametrize(("typed", "sentence"), BAD.values(), ids=BAD.keys())
def test_bad_input_gets_a_sentence_keeps_the_input_and_charges_nothing(
    alice: Visitor, service: int, typed: dict[str, str], sentence: str
) -> None:
    form = {**alice.order_form(service), "link": LINK, "quantity": "1000", **typed}

    answer = alice.post("/orders/new/", form)

    assert answer.status_code == 422
    assert sentence in text(answer)
    assert "Nothing was charged." in text(answer)
    assert (alice.orders, alice.balance) == ([], parse_amount("10"))
    if "link" not in typed and "service" not in typed:
        assert fields(answer, "post /orders/new/")["link"] == LINK


@pytest.mark.parametrize("link", ["https://t.me/%FF%FE", "https://t.me/\udcff", "%00"])
def test_a_body_of_broken_text_gets_a_sentence_and_charges_nothing(alice: Visitor, service: int, link: str) -> None:
    form = {**alice.order_form(service), "quantity": "1000"}
    body = f"{urlencode(form)}&link=".encode() + link.encode("utf-8", "surrogateescape")

    answer = alice.client.post("/orders/new/", body, content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 422
    assert "Nothing was charged." in text(answer)
    assert alice.orders == []


def test_bytes_that_could_be_read_as_another_address_charge_nothing(alice: Visitor) -> None:
    form = {**alice.order_form(add_service(accepts=["website/page"])), "quantity": "1000"}
    body = f"{urlencode(form)}&link=https://example.com/".encode() + "лента".encode("cp1251")

    answer = alice.client.post("/orders/new/", body, content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 422
    assert "not UTF-8 text" in text(answer)
    assert alice.orders == []


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
@pytest.mark.parametrize("charset", ["iso-8859-1", "utf-7", "nonsense"])
def test_a_form_that_says_it_is_not_utf8_is_refused(alice: Visitor, service: int, kind: str, charset: str) -> None:
    sent = {**alice.order_form(service), "link": LINK, "quantity": "1000"}
    parts = (f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{sent[name]}\r\n' for name in sent)
    body = urlencode(sent) if "urlencoded" in kind else "".join(parts) + "--x--\r\n"

    refused = alice.client.generic("POST", "/orders/new/", body, f"{kind}; charset={charset}")
    taken = alice.client.generic("POST", "/orders/new/", body, f"{kind}; charset=UTF-8")

    assert (refused.status_code, taken.status_code) == (422, 302)
    assert "not UTF-8 text" in text(refused)
    assert len(alice.orders) == 1


def test_a_stale_form_is_told_once(alice: Visitor, service: int) -> None:
    answer = alice.post("/orders/new/", {"service": service, "link": LINK, "quantity": "1000"})

    assert answer.status_code == 422
    assert text(answer).count("This form is not complete.") == 1


def test_6_1_too_little_balance_is_said_with_what_is_missing_and_charges_nothing(alice: Visitor) -> None:
    answer = alice.order(add_service(rate="10"), quantity="10000")

    assert answer.status_code == 422
    assert "The balance is 90.00 USD short. Nothing was charged." in text(answer)
    assert (alice.orders, alice.balance) == ([], parse_amount("10"))
    assert "Missing 90.00 USD" in text(answer)


def test_4_6_a_second_order_on_another_spelling_of_the_link_is_refused(alice: Visitor, service: int) -> None:
    alice.order(service)
    again = alice.order(service, link="http://telegram.me/s/Northwind_News?utm_source=x")

    (first,) = alice.orders
    assert again.status_code == 422
    assert f"Your order {first.id} of this service for this link is still active." in text(again)
    assert alice.balance == parse_amount("9.10")


def test_the_same_form_sent_twice_orders_once(alice: Visitor, service: int) -> None:
    form = {**alice.order_form(service), "link": LINK, "quantity": "1000"}

    first, second = alice.post("/orders/new/", form), alice.post("/orders/new/", form)

    assert first.url == second.url
    assert len(alice.orders) == 1
    assert alice.balance == parse_amount("9.10")
    assert "it was not ordered again" in text(alice.get(second.url))


def test_the_same_form_sent_with_something_else_is_a_conflict_and_gets_a_fresh_id(alice: Visitor, service: int) -> None:
    form = {**alice.order_form(service), "link": LINK, "quantity": "1000"}
    alice.post("/orders/new/", form)

    conflict = alice.post("/orders/new/", {**form, "link": "https://t.me/another_channel"})

    assert conflict.status_code == 422
    assert "This form has ordered something else already." in text(conflict)
    assert len(alice.orders) == 1
    fresh = fields(conflict, "post /orders/new/")
    assert fresh["request_id"] != form["request_id"]
    assert alice.post("/orders/new/", fresh).status_code == 302
    assert len(alice.orders) == 2


def test_a_price_that_rose_is_asked_about_again(alice: Visitor, service: int) -> None:
    form = {**alice.order_form(service), "link": LINK, "quantity": "1000"}
    with transaction.atomic():
        catalog.set_rate(service_id=service, rate_micros=parse_amount("1.20"))

    asked = alice.post("/orders/new/", form)

    assert asked.status_code == 422
    assert "The price has changed to 1.20 USD since you saw it." in text(asked)
    assert alice.orders == []
    assert alice.post("/orders/new/", fields(asked, "post /orders/new/")).status_code == 302
    assert alice.balance == parse_amount("8.80")


def test_a_price_that_fell_is_charged_as_it_is_now(alice: Visitor, service: int) -> None:
    form = {**alice.order_form(service), "link": LINK, "quantity": "1000"}
    with transaction.atomic():
        catalog.set_rate(service_id=service, rate_micros=parse_amount("0.50"))

    assert alice.post("/orders/new/", form).status_code == 302
    assert alice.balance == parse_amount("9.50")


def test_a_package_needs_no_quantity(alice: Visitor) -> None:
    package = add_service(rate="4", quantity_min=1, quantity_max=1, service_type=ServiceType.PACKAGE)
    form = alice.order_form(package)
    assert "quantity" not in form

    assert alice.post("/orders/new/", {**form, "link": LINK}).status_code == 302
    assert alice.balance == parse_amount("6")


def test_comments_are_counted_by_their_lines(alice: Visitor) -> None:
    comments = add_service(rate="100", quantity_min=2, service_type=ServiceType.CUSTOM_COMMENTS)
    form = {**alice.order_form(comments), "link": LINK}

    too_few = alice.post("/orders/new/", {**form, "comments": "one\r\n\r\n"})
    none = alice.post("/orders/new/", {**form, "comments": " \r\n"})
    nul = alice.post("/orders/new/", {**form, "comments": "one\r\ntwo\0"})
    placed = alice.post("/orders/new/", {**form, "comments": "one\r\n two \r\n\r\nسه"})

    assert [too_few.status_code, none.status_code, nul.status_code, placed.status_code] == [422, 422, 422, 302]
    assert "below the smallest one of this service: 2." in text(too_few)
    assert "Write at least one line of comments." in text(none)
    assert "This text holds a NUL byte" in text(nul)
    (order,) = alice.orders
    assert (order.quantity, order.comments, order.charge_micros) == (3, "one\ntwo\nسه", 300_000)


def test_a_service_that_is_not_on_sale_is_neither_shown_nor_sold(alice: Visitor) -> None:
    paused = add_service("Paused", state=ServiceState.PAUSED)

    page = alice.get(f"/orders/new/?service={paused}")

    assert "This service is not on sale." in text(page)
    assert "Paused" not in text(page)


def test_the_live_price_says_what_was_understood_and_what_is_left(alice: Visitor, service: int) -> None:
    form = {**alice.order_form(service), "link": "telegram.me/Northwind_News", "quantity": PERSIAN}

    quote = alice.post("/orders/new/quote/", form)

    read = text(quote)
    assert "Understood as a public Telegram channel or group: https://t.me/northwind_news" in read
    assert "1,000 × 0.90 USD / 1000" in read
    assert "Balance now 10.00 USD Balance after 9.10 USD" in read
    assert alice.orders == []


def test_4_5_the_form_shows_what_the_link_is_and_says_that_it_has_to_stay_so(alice: Visitor, service: int) -> None:
    page = text(alice.get(f"/orders/new/?service={service}"))
    quote = alice.post("/orders/new/quote/", {**alice.order_form(service), "link": "telegram.me/Northwind_News"})

    assert "Keep your link as it is until the order is complete." in page
    assert "Understood as a public Telegram channel or group: https://t.me/northwind_news" in text(quote)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"quantity": "9"}, "This service takes 10 to 10,000 at once."),
        ({"quantity": "1.5"}, "Write the quantity with digits only"),
        ({"quantity": "9" * 30}, "too large"),
        ({"link": "nonsense"}, "This is not a link"),
        ({"link": "https://www.instagram.com/northwind.tea/"}, "This service takes a public Telegram channel"),
        ({"service": "abc"}, ""),
        ({}, ""),
    ],
)
def test_the_live_price_says_what_is_wrong(alice: Visitor, service: int, typed: dict[str, str], sentence: str) -> None:
    quote = alice.post("/orders/new/quote/", {**alice.order_form(service), **typed})

    assert quote.status_code == 200
    assert sentence in text(quote)


def test_the_live_price_says_how_much_is_missing(alice: Visitor) -> None:
    dear = add_service(rate="100")

    assert "Missing 90.00 USD" in text(alice.post("/orders/new/quote/", {"service": dear, "quantity": "1000"}))


def test_without_scripts_the_price_can_be_seen_first(alice: Visitor, service: int) -> None:
    form = {**alice.order_form(service), "link": LINK, "quantity": "2000", "check": "1"}

    seen = alice.post("/orders/new/", form)

    assert seen.status_code == 200
    assert "Balance after 8.20 USD" in text(seen)
    assert alice.orders == []
    kept = fields(seen, "post /orders/new/")
    kept.pop("check", None)
    assert alice.post("/orders/new/", kept).status_code == 302


def test_services_are_found_by_words_among_many(alice: Visitor) -> None:
    for number in range(205):
        add_service(f"Poster {number}")
    lamp = add_service("Desk lamp review")

    everything = alice.get("/orders/new/")
    found = alice.get("/orders/new/?q=LAMP+desk")

    assert "200 of 206 are listed" in text(everything)
    assert f"{lamp} · Desk lamp review" in text(found)
    assert "Poster" not in text(found)


def test_a_chosen_service_stays_in_the_list_whatever_is_searched(alice: Visitor, service: int) -> None:
    page = alice.get(f"/orders/new/?service={service}&q=nothing-like-it")

    assert f'<option value="{service}" selected>' in page.content.decode()


def test_an_order_that_the_balance_just_covers_is_taken(alice: Visitor, service: int) -> None:
    assert alice.person is not None
    deposit(alice.person.customer_id, "0.000001")
    alice.order(service, quantity="10000")

    assert alice.balance == parse_amount("1.000001")


def test_a_link_that_was_typed_is_kept_when_another_service_is_chosen_and_never_in_an_address(
    alice: Visitor, service: int
) -> None:
    typed = {"check": "1", "service": str(service), "q": "promo", "link": LINK, "quantity": "1500"}

    page = alice.post("/orders/new/", typed, HTTP_HX_REQUEST="true")

    assert page.status_code == 200
    assert page["HX-Push-Url"] == f"/orders/new/?q=promo&service={service}"
    form = fields(page, "post /orders/new/")
    assert (form["link"], form["quantity"]) == (LINK, "1500")
    assert 'value="promo"' in page.content.decode()
    assert alice.orders == []
