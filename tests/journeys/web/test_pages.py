"""Every page: safe to look at, never stored, nothing inline; every error: what happened, what it cost, what to do."""

import os
import re
import subprocess
import sys

import pytest
from tests.journeys.web.visitor import Visitor, text
from tests.shop import add_service

PAGES = (
    "/", "/orders/new/", "/orders/mass/", "/orders/", "/orders/rows/", "/services/", "/balance/", "/keys/",
    "/settings/", "/keys/guide/", "/updates/", "/search/", "/shortcuts/", "/orders/chosen/",
    "/accounts/email/", "/accounts/password/change/", "/accounts/logout/",
    "/accounts/reauthenticate/",
)  # fmt: skip
OPEN_PAGES = (
    "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/accounts/password/reset/done/",
    "/accounts/password/reset/key/done/", "/accounts/password/reset/key/1-nothing/", "/accounts/confirm-email/",
    "/accounts/confirm-email/nothing/", "/accounts/inactive/", "/nothing/",
)  # fmt: skip


def assert_nothing_inline(page: str) -> None:
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', page)


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_complete_private_and_holds_nothing_inline(alice: Visitor, service: int, address: str) -> None:
    page = alice.get(address)

    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    assert "script-src 'self'" in page["Content-Security-Policy"]
    assert "unsafe" not in page["Content-Security-Policy"]
    assert page["X-Request-Id"]
    assert_nothing_inline(page.content.decode())


@pytest.mark.parametrize("address", OPEN_PAGES)
def test_a_page_for_everybody_is_our_own_and_holds_nothing_inline(db: None, address: str) -> None:
    page = Visitor().get(address)

    assert "web/all.css" in page.content.decode()
    assert_nothing_inline(page.content.decode())


def test_every_field_has_its_label(alice: Visitor, service: int) -> None:
    for address in (*PAGES, f"/orders/new/?service={service}", *OPEN_PAGES):
        page = (Visitor() if address in OPEN_PAGES else alice).get(address).content.decode()
        fields = re.findall(r"<(?:input|select|textarea)[^>]*>", page)
        for field in fields:
            if 'type="hidden"' not in field:
                (id_,) = re.findall(r'\sid="([^"]+)"', field)
                assert f'for="{id_}"' in page, field


def test_ids_are_unique_on_every_page(alice: Visitor, service: int) -> None:
    alice.order(service)
    for address in (*PAGES, f"/orders/new/?service={service}", f"/orders/{alice.orders[0].id}/"):
        ids = re.findall(r'\sid="([^"]+)"', alice.get(address).content.decode())
        assert len(ids) == len(set(ids)), address


def test_the_stylesheet_is_light_and_knows_no_left_and_right() -> None:
    css = b"".join(Visitor().get("/static/web/site.css").streaming_content).decode()

    assert len(css) <= 25_000
    bare = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    assert not re.search(
        r"[\s{;](?:(?:min|max|margin|padding|border)-)?(?:left|right|top|bottom|width|height)\s*:", bare
    )
    assert "url(" not in bare


@pytest.mark.parametrize("address", ["/nothing/", "/orders/99999/", "/accounts/nothing/"])
def test_an_absent_page_says_so_with_the_id_of_the_request(alice: Visitor, address: str) -> None:
    page = alice.get(address)

    assert page.status_code == 404
    assert "There is nothing here" in text(page)
    assert "Nothing was charged." in text(page)
    assert page["X-Request-Id"] in text(page)


def test_ten_megabytes_are_refused_with_a_sentence(alice: Visitor) -> None:
    for address in ("/orders/new/", "/orders/mass/", "/orders/new/quote/"):
        page = alice.post(address, {"lines": "x" * 10_000_000})
        assert page.status_code == 413
        assert "The desk takes at most 8 MB at once" in text(page)
        assert "Nothing was charged." in text(page)
    assert alice.orders == []


def test_a_form_without_its_token_is_refused_with_a_sentence(alice: Visitor, service: int) -> None:
    form = {**alice.order_form(service), "link": "t.me/northwind_news", "quantity": "1000"}
    form.pop("csrfmiddlewaretoken")
    alice.client.handler.enforce_csrf_checks = True

    page = alice.post("/orders/new/", form)

    assert page.status_code == 403
    assert "The desk did not accept this form" in text(page)
    assert "Nothing was charged." in text(page)
    assert page["X-Request-Id"] in text(page)
    assert alice.orders == []


def test_too_many_fields_are_refused_with_a_sentence(alice: Visitor) -> None:
    page = alice.post("/orders/new/", {f"field{n}": "x" for n in range(300)})

    assert page.status_code == 400
    assert "could not be understood" in text(page)


def test_a_body_that_is_no_form_orders_nothing(alice: Visitor) -> None:
    for body, kind in ((b"\0\xff\xfe", "application/x-www-form-urlencoded"), (b"{}", "application/json")):
        assert alice.client.post("/orders/new/", body, content_type=kind).status_code == 422
    assert alice.client.post("/orders/new/", b"x", content_type="multipart/form-data; boundary=y").status_code in (
        400, 422,
    )  # fmt: skip
    assert alice.orders == []


_WITHOUT_DATABASE = """
import django; django.setup()
from django.conf import settings
from django.test import Client
visitor = Client(raise_request_exception=False, SERVER_NAME="localhost")
visitor.cookies[settings.SESSION_COOKIE_NAME] = "a-session"
for address in ("/", "/orders/", "/nothing/", "/livez", "/readyz", "/static/web/site.css"):
    answer = visitor.get(address)
    words = "" if address.startswith("/static") else " ".join(answer.content.decode().split())
    print(address, answer.status_code, "does not answer" in words, answer.headers.get("Retry-After"))
"""


def test_without_a_database_pages_say_so_and_the_process_lives() -> None:
    dead = {**os.environ, "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/nothing"}
    done = subprocess.run([sys.executable, "-c", _WITHOUT_DATABASE], env=dead, capture_output=True, text=True)

    assert done.stdout.splitlines() == [
        "/ 503 True 5",
        "/orders/ 503 True 5",
        "/nothing/ 404 False None",
        "/livez 200 False None",
        "/readyz 503 True None",
        "/static/web/site.css 200 False None",
    ], done.stderr


def test_crawlers_are_told_to_stay_out() -> None:
    assert "Disallow: /" in Visitor().get("/robots.txt").content.decode()


def test_services_are_grouped_searched_and_paged(alice: Visitor) -> None:
    for number in range(60):
        add_service(f"Poster {number:02}")
    add_service("Desk lamp review")

    first, second, found = (alice.get(f"/services/{query}") for query in ("", "?page=2", "?q=lamp"))
    beyond, nonsense = alice.get("/services/?page=99"), alice.get("/services/?page=x&category=%00&q=%ff")

    assert (first.content.count(b"<tr>") - 1, second.content.count(b"<tr>") - 1) == (50, 11)
    assert "Promotion" in text(first)
    assert "paid advertising" in text(found)
    assert "Poster" not in text(found)
    assert text(beyond).count("Desk lamp review") == text(second).count("Desk lamp review")
    assert nonsense.status_code == 200
