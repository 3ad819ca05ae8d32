"""K-4: a database with a full disk, that is read-only, lets nobody in, or comes to no end: orders are refused whole,
and all goes on by itself after it."""

from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.db import connection
from tests.books import books_are_right
from tests.journeys.crashes.forms import Form
from tests.journeys.crashes.shortages import SHORTAGES
from tests.journeys.web.visitor import Visitor, text
from tests.served import Client, Served, serving
from tests.shop import Person, add_service, make_key, open_customer
from tests.waiting import until

from sevenpanel.kernel import db
from sevenpanel.ledger import queries as ledger
from sevenpanel.orders import queries

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(900)]

CHARGE = 900_000


def test_k4_a_shortage_refuses_orders_whole_and_passes_by_itself(tmp_path: Path) -> None:
    """K-4: at the API and on the site of one server, for each kind of shortage."""
    db.rows("TRUNCATE orders_order CASCADE")
    alice, service = open_customer("Alice", balance="10"), add_service()
    with serving(tmp_path) as served:
        call = served.client(make_key(alice))
        for placed, kind in enumerate(SHORTAGES):
            asked = {"action": "add", "service": service, "link": f"t.me/northwind_api_{placed}", "quantity": 1000}
            form = Form(served, alice, service, f"t.me/northwind_form_{placed}")
            with SHORTAGES[kind]():
                _status, answer = call.send(**asked)
                assert "Nothing was charged." in answer["error"], kind
                refused = form.send()
                assert (refused.status_code, refused.headers.get("Retry-After")) == (503, "5"), kind
                assert "Sending the same form again never orders twice." in text(refused)
                assert answers_in_time(served), kind
            assert sums(alice) == (2 * placed, 10_000_000 - 2 * placed * CHARGE), kind

            until(partial(is_taken, call, asked))
            until(lambda form=form: form.send().status_code == 302)

    assert sums(alice) == (2 * len(SHORTAGES), 10_000_000 - 2 * len(SHORTAGES) * CHARGE)
    books_are_right()


def test_k4_a_page_whose_session_cannot_be_kept_says_that_the_database_does_not_answer() -> None:
    """K-4: and not that its visitor has sent nonsense."""
    visitor = Visitor(open_customer("Alice"))
    visitor.client.raise_request_exception = False
    db.rows("SET default_transaction_read_only = on")
    try:
        answer = visitor.client.get("/services/")
    finally:
        connection.close()

    assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "5")
    assert "The desk's database does not answer" in text(answer)
    assert visitor.client.get("/services/").status_code == 200


def is_taken(call: Client, asked: dict[str, Any]) -> bool:
    """Whether the API takes this order."""
    return "order" in call.send(**asked)[1]


def sums(person: Person) -> tuple[int, int]:
    """How many orders somebody has, and what can be spent."""
    placed = queries.orders(customer_id=person.customer_id)
    return len(placed), ledger.balance(customer_id=person.customer_id).balance_micros


def answers_in_time(served: Served) -> bool:
    """A page is answered, be it by a sentence of trouble."""
    answer = httpx.get(f"{served.site}/services/", timeout=60, trust_env=False)
    return answer.status_code < 500 or (answer.status_code == 503 and "Retry-After" in answer.headers)
