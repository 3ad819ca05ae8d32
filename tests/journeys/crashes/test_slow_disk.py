"""K-4: a disk that takes its time: nobody is told of an order before it is on the disk, whoever only reads is answered,
whoever waits for too long is told so with a sentence; and when the disk goes on, everything does."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.books import books_are_right
from tests.journeys.crashes.forms import Form
from tests.journeys.crashes.shortages import hang_up
from tests.journeys.crashes.slow_disk import disk
from tests.journeys.web.visitor import text
from tests.sabotage import Switch, planted
from tests.served import Client, Served, serving
from tests.shop import Person, add_service, make_key, open_customer
from tests.waiting import until

from sevenpanel.ledger import queries as ledger
from sevenpanel.orders import queries

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(900)]

CHARGE = 900_000
CALLERS, ORDERS = 4, 2
# How the API's placing calls itself to the database.
PLACING = "sevenpanel api: orders"
READ = ("/services/", "/orders/", "/funds/")


@pytest.fixture(scope="module")
def served(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A web server that waits for two seconds where others wait for ten or thirty."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEVENPANEL_LOCK_SECONDS", "2")
        patch.setenv("SEVENPANEL_STATEMENT_SECONDS", "2")
        with serving(tmp_path_factory.mktemp("door")) as running:
            yield running


def test_k4_a_disk_that_stands_still_acknowledges_nothing_and_everything_goes_on_after_it(
    served: Served, tmp_path: Path
) -> None:
    """K-4: one order waits for the disk, one for its locks, one at the site; in the end all of them are there once."""
    alice, bob, service = open_customer("Alice", balance="10"), open_customer("Bob", balance="10"), add_service()
    with disk(tmp_path) as slow, served.browser(bob) as browser, ThreadPoolExecutor(1) as callers:
        call = served.client(make_key(alice))
        forms = [Form(served, person, service, "t.me/northwind_form") for person in (alice, bob)]
        asked = {"action": "add", "service": service, "link": "t.me/northwind", "quantity": 1000, "request_id": "1"}

        with slow.still():
            told = callers.submit(call.send, **asked)
            until(partial(slow.is_waited_for, PLACING))
            for form in forms:
                assert_is_put_off(form.send())
            assert_reads_are_answered(browser, call)
            assert not is_acknowledged(told)

        until(lambda: "order" in call.send(**asked)[1])
        for form in forms:
            until(lambda form=form: form.send().status_code == 302)
            assert form.send().status_code == 302
        is_acknowledged(told)

    assert sums(alice) == (2, 10_000_000 - 2 * CHARGE)
    assert sums(bob) == (1, 10_000_000 - CHARGE)
    books_are_right()


def test_k4_a_slow_disk_delays_orders_and_loses_and_doubles_none(served: Served, tmp_path: Path) -> None:
    """K-4: a disk that takes up to a second for each commit, under several callers at once."""
    alice, service = open_customer("Alice", balance="100"), add_service()
    with disk(tmp_path) as slow, ThreadPoolExecutor(CALLERS) as callers:
        call = served.client(make_key(alice))
        with slow.slow(seed=1):
            answers = list(callers.map(partial(order_twice, call, service), range(CALLERS * ORDERS)))

    assert len(set(answers)) == CALLERS * ORDERS
    assert {row.id for row in queries.orders(customer_id=alice.customer_id)} == set(answers)
    assert sums(alice) == (len(answers), 100_000_000 - len(answers) * CHARGE)
    books_are_right()


def test_k4_an_order_that_is_told_before_it_is_on_the_disk_is_seen(served: Served, tmp_path: Path) -> None:
    """K-4, planted: placing waits for no disk. An answer comes while the disk stands still, which the first forbids."""
    alice, service = open_customer("Alice", balance="10"), add_service()
    with planted(Switch.ACKNOWLEDGE_EARLY), disk(tmp_path) as slow, ThreadPoolExecutor(1) as callers:
        call = served.client(make_key(alice))
        with slow.still():
            told = callers.submit(call.send, action="add", service=service, link="t.me/northwind", quantity=1000)
            until(partial(is_acknowledged, told))


def test_k5_a_connection_that_breaks_after_the_commit_leaves_one_order_that_its_request_id_finds(
    served: Served, tmp_path: Path
) -> None:
    """K-5: at the API's door; the order is there by then, and only its confirmation is lost."""
    alice, service = open_customer("Alice", balance="10"), add_service()
    with disk(tmp_path) as slow, ThreadPoolExecutor(1) as callers:
        call = served.client(make_key(alice))
        asked = {"action": "add", "service": service, "link": "t.me/northwind", "quantity": 1000, "request_id": "1"}
        with slow.still():
            told = callers.submit(call.send, **asked)
            until(partial(slow.is_waited_for, PLACING))
            hang_up()
            status, answer = told.result()
            assert (status, list(answer)) == (503, ["error"])
            assert "Repeat it with the same request_id" in answer["error"]
            assert sums(alice) == (1, 10_000_000 - CHARGE)
        (order,) = queries.orders(customer_id=alice.customer_id)
        assert call.send(**asked) == (200, {"order": order.id})

    assert sums(alice) == (1, 10_000_000 - CHARGE)
    books_are_right()


def is_acknowledged(told: Future[tuple[int, Any]]) -> bool:
    """Whether somebody was told that the order is placed; until then there is no answer, or one that does not know."""
    if not told.done():
        return False
    status, answer = told.result()
    assert "order" in answer or (status == 503 and "Repeat it with the same request_id" in answer["error"])
    return "order" in answer


def assert_is_put_off(answer: httpx.Response) -> None:
    """A sentence came, and not at some time after the disk."""
    assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "5")
    assert "Sending the same form again never orders twice." in text(answer)


def assert_reads_are_answered(browser: httpx.Client, call: Client) -> None:
    """Pages and questions that change nothing need no disk, even where it is noted that somebody was there."""
    pages = {page: browser.get(page).status_code for page in READ}
    assert set(pages.values()) == {200}, pages
    assert call("balance")["balance"] == "10.00"
    assert call("services")


def order_twice(call: Client, service: int, number: int) -> int:
    """Place an order, ask for it once more, and return its number, which is the same both times."""
    fields = {"service": service, "link": f"t.me/northwind_{number}", "quantity": 1000, "request_id": f"slow {number}"}
    first, again = call("add", **fields), call("add", **fields)
    assert first == again
    return int(first["order"])


def sums(person: Person) -> tuple[int, int]:
    """How many orders somebody has, and what can be spent."""
    placed = queries.orders(customer_id=person.customer_id)
    return len(placed), ledger.balance(customer_id=person.customer_id).balance_micros
