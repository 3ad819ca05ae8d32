"""K-1 of the web server: killed between the steps of placing and cancelling, while somebody waits for the answer."""

from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings
from tests.books import books_are_right
from tests.journeys.running_sandbox import ORDINARY
from tests.journeys.web.visitor import Visitor, fields
from tests.rehearsal import Rehearsal, let_leases_lapse, rehearsing, until_all_ended
from tests.served import Served, serving
from tests.shop import make_key
from tests.waiting import until
from tests.working import working

from sevenpanel.kernel import db
from sevenpanel.kernel.money import parse_amount
from sevenpanel.ledger import queries as ledger

pytestmark = pytest.mark.django_db(transaction=True)

LINK = "https://shop.example.com/"
CHARGE = parse_amount("6")


def asked_until_answered(shop: Rehearsal, point: str, ask: Callable[[], Any]) -> Any:
    """Ask once, lose the answer because the server dies at the point, and ask the same again until it is given."""
    with pytest.raises((OSError, HTTPException, httpx.TransportError)):
        ask()
    assert (shop.home / f"died-at-{point}").exists()
    answers: list[Any] = []

    def answered() -> bool:
        with suppress(OSError, HTTPException, httpx.TransportError):
            answers.append(ask())
        return bool(answers)

    until(answered)
    return answers[0]


def by_script(door: Served, shop: Rehearsal) -> Callable[[], int]:
    """How a reseller's script orders; the same request id makes it the same order."""
    api = door.client(make_key(shop.alice))
    order = {"service": shop.service_id, "link": LINK, "quantity": 10, "request_id": "once"}
    return lambda: int(api("add", **order)["order"])


def by_form(door: Served, shop: Rehearsal) -> Callable[[], int]:
    """How a browser sends the form that it was given, and again when the page does not load."""
    visitor = Visitor(shop.alice)
    session = {settings.SESSION_COOKIE_NAME: visitor.client.cookies[settings.SESSION_COOKIE_NAME].value}
    browser = httpx.Client(base_url=door.site, cookies=session, timeout=60, trust_env=False)
    page = browser.get(f"/orders/new/?service={shop.service_id}")
    form = {**fields(page, "post /orders/new/"), "link": LINK, "quantity": "10"}
    browser.close()

    def order() -> int:
        cookies = session | dict(page.cookies)
        answer = httpx.post(f"{door.site}/orders/new/", data=form, cookies=cookies, timeout=60, trust_env=False)
        return int(answer.headers["Location"].strip("/").rpartition("/")[2])

    return order


@pytest.mark.parametrize("way", [by_script, by_form])
@pytest.mark.parametrize("point", ["place.before_statement", "place.after_statement"])
def test_an_order_whose_answer_was_lost_is_placed_once_when_it_is_asked_again(
    tmp_path: Path, point: str, way: Callable[[Served, Rehearsal], Callable[[], int]]
) -> None:
    with rehearsing(tmp_path) as shop, serving(tmp_path, chaos=point) as door:
        order = asked_until_answered(shop, point, way(door, shop))

        assert db.rows("SELECT id FROM orders_order") == [(order,)]
        assert ledger.balance(customer_id=shop.alice.customer_id).balance_micros == parse_amount("1000") - CHARGE
        with working(tmp_path) as worker:
            until_all_ended(worker)
        assert list(shop.taken().values()) == [1]
        books_are_right()


@pytest.mark.parametrize("is_sent", [False, True], ids=["before sending", "after sending"])
def test_a_cancel_whose_answer_was_lost_is_asked_once_more_and_pays_back_once(tmp_path: Path, is_sent: bool) -> None:
    point = "cancel.after_request"
    with rehearsing(tmp_path, pace=100) as shop, serving(tmp_path, chaos=point) as door:
        shop.sandbox.control(service=ORDINARY, personality="slow")
        (order,) = shop.place()
        if is_sent:
            with working(tmp_path):
                until(lambda: db.rows("SELECT 1 FROM orders_order WHERE dispatch = 'sent'") != [])
            let_leases_lapse()
        api = door.client(make_key(shop.alice))

        answer = asked_until_answered(shop, point, lambda: api("cancel", orders=order))

        assert answer == [{"order": order, "cancel": 1}]
        with working(tmp_path) as worker:
            until_all_ended(worker)
        assert len(shop.taken()) == int(is_sent)
        assert db.rows("SELECT outcome FROM orders_order") == [("cancelled by the customer",)]
        assert db.rows("SELECT count(*) FROM orders_event WHERE kind = 'cancel requested'") == [(1,)]
        books_are_right()
