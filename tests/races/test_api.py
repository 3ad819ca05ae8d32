"""Many callers at once, over two server processes: money, request ids and links hold (C-1, C-2; traps 1 and 3).

Each check is a function that lists what is wrong. It is run once on the desk as it is, where the list has to be
empty, and once on a desk with its guard taken out, where it must not be: `tests/sabotage.py`.
"""

import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from django.db import connection
from tests.books import books_are_right
from tests.journeys.web.visitor import fields, text
from tests.sabotage import Switch, fingerprint, planted, slowed
from tests.served import Served, serving
from tests.shop import Person, add_service, make_key, open_customer

from sevenpanel.kernel import db
from sevenpanel.kernel.money import format_amount
from sevenpanel.ledger import queries as ledger
from sevenpanel.web.forms import new_form_id

pytestmark = pytest.mark.django_db(transaction=True)

PRICE_MICROS = 900_000  # of 1000 pieces at 0.90 for 1000
NO_FUNDS = {"error": "Not enough funds on balance"}
FORM = "/orders/new/"
SHORT = re.compile(r"The balance is [\d.]+ USD short\. Nothing was charged\.")
ACTIVE = {"error": "You have active order with this link. Please wait until order being completed."}

Answer = tuple[int, Any]
Ask = Callable[[dict[str, Any]], Answer]


@pytest.fixture(scope="module")
def doors(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Served]]:
    """Two server processes on one database, each with the site and the API."""
    with ExitStack() as running:
        yield [running.enter_context(serving(tmp_path_factory.mktemp("door"))) for _ in range(2)]


def customer(name: str, *, orders_it_can_pay: int) -> tuple[Person, str]:
    """A customer with money for so many orders and a half, and a key that is never slowed."""
    person = open_customer(name, balance=format_amount(orders_it_can_pay * PRICE_MICROS + PRICE_MICROS // 2))
    return person, make_key(person, rate_per_second=100_000, burst=100_000)


def at_once(jobs: Sequence[Sequence[tuple[Ask, dict[str, Any]]]]) -> list[Answer]:
    """Let each client do its jobs one after the other, all clients from the same instant."""
    start = threading.Barrier(len(jobs))

    def client(own: Sequence[tuple[Ask, dict[str, Any]]]) -> list[Answer]:
        try:
            start.wait()
            return [ask(fields) for ask, fields in own]
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [answer for answers in pool.map(client, jobs) for answer in answers]


@dataclass(frozen=True, slots=True)
class ByApi:
    """Asks through the API, on a connection that stays open."""

    line: HTTPConnection
    key: str

    def __call__(self, fields: dict[str, Any]) -> Answer:
        self.line.request("POST", "/api/v2", urlencode({"key": self.key, "action": "add"} | fields))
        reply = self.line.getresponse()
        return reply.status, json.load(reply)


@contextmanager
def calling(doors: Sequence[Served], keys: Sequence[str]) -> Iterator[list[ByApi]]:
    """A caller for each key, on one door and the other in turns."""
    with ExitStack() as lines:
        ports = [doors[n % len(doors)].port for n in range(len(keys))]
        kept = [lines.enter_context(closing(HTTPConnection("127.0.0.1", port, timeout=60))) for port in ports]
        yield [ByApi(line, key) for line, key in zip(kept, keys, strict=True)]


@dataclass(frozen=True, slots=True)
class ByForm:
    """Asks through the site's form, as a browser sends it; every order from a form of its own."""

    browser: httpx.Client
    form: dict[str, str]

    def __call__(self, fields: dict[str, Any]) -> Answer:
        typed = {name: str(value) for name, value in fields.items()}
        reply = self.browser.post(FORM, data=self.form | typed | {"request_id": new_form_id()})
        if reply.status_code == HTTPStatus.FOUND:
            return HTTPStatus.OK, {"order": int(reply.headers["location"].strip("/").rpartition("/")[2])}
        is_short = reply.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and SHORT.search(text(reply))
        return (HTTPStatus.OK, NO_FUNDS) if is_short else (reply.status_code, {"error": text(reply)})


@contextmanager
def filling_in(doors: Sequence[Served], person: Person, service: int, count: int) -> Iterator[list[ByForm]]:
    """So many browsers of one person, each with the order form of a service open."""
    with ExitStack() as windows:
        browsers = [windows.enter_context(doors[n % len(doors)].browser(person)) for n in range(count)]
        yield [ByForm(one, fields(one.get(f"{FORM}?service={service}"), f"post {FORM}")) for one in browsers]


def spend(doors: Sequence[Served], *, clients: int, requests: int, can_pay: int, forms: int = 0) -> list[str]:
    """Ask for more orders than the balance can pay, and list what is wrong afterwards."""
    person, key = customer("Alice", orders_it_can_pay=can_pay)
    service = add_service()
    jobs = [{"service": service, "link": f"t.me/channel_{n}", "quantity": 1000} for n in range(requests)]
    with (
        calling(doors, [key] * (clients - forms)) as callers,
        filling_in(doors, person, service, forms) as windows,
    ):
        asks: list[Ask] = [*callers, *windows]
        answers = at_once([[(ask, job) for job in jobs[at::clients]] for at, ask in enumerate(asks)])
    accepted = [answer for status, answer in answers if status == 200 and "order" in answer]
    refused = [(status, answer) for status, answer in answers if "order" not in answer]
    wrong = []
    if len(answers) != requests or len(accepted) != can_pay:
        wrong.append(f"{len(accepted)} orders were accepted on money for {can_pay}")
    if any(refusal != (200, NO_FUNDS) for refusal in refused):
        wrong.append(f"refused with {Counter(map(str, refused))}")
    return wrong + books_of(person, paid=can_pay, could_pay=can_pay)


def books_of(person: Person, *, paid: int, could_pay: int) -> list[str]:
    """What is wrong with a customer's balance, and with the books of the whole house."""
    balance = ledger.balance(customer_id=person.customer_id).balance_micros
    expected = (could_pay - paid) * PRICE_MICROS + PRICE_MICROS // 2
    wrong = [] if balance == expected else [f"the balance is {format_amount(balance)}"]
    try:
        books_are_right()
    except AssertionError as error:
        wrong.append(str(error))
    return wrong


def test_c1_500_requests_of_32_clients_spend_the_money_for_37_orders_exactly(doors: list[Served]) -> None:
    """C-1: forms and API mixed, over HTTP to two processes."""
    assert spend(doors, clients=32, requests=500, can_pay=37, forms=8) == []


def test_c1_by_forms_alone_the_money_for_ten_is_ten_orders(doors: list[Served]) -> None:
    with slowed("orders_order"):
        assert spend(doors, clients=8, requests=40, can_pay=10, forms=8) == []
    assert db.rows("SELECT DISTINCT source FROM orders_order") == [("form",)]


def test_c1_by_forms_is_red_without_the_lock_on_the_balance(doors: list[Served]) -> None:
    with planted(Switch.SKIP_BALANCE_LOCK), slowed("orders_order"):
        wrong = spend(doors, clients=8, requests=40, can_pay=10, forms=8)
    assert "orders were accepted on money for 10" in str(wrong)


@pytest.mark.parametrize("clients", [8, 32, 50])
def test_trap1_money_for_ten_and_many_at_once_is_ten_orders(doors: list[Served], clients: int) -> None:
    with slowed("orders_order"):
        assert spend(doors, clients=clients, requests=max(50, 3 * clients), can_pay=10) == []


def test_c1_is_red_without_the_lock_on_the_balance(doors: list[Served]) -> None:
    with planted(Switch.SKIP_BALANCE_LOCK), slowed("orders_order"):
        wrong = spend(doors, clients=32, requests=500, can_pay=37)
    assert "orders were accepted on money for 37" in str(wrong)


def repeat(doors: Sequence[Served]) -> list[str]:
    """Send one request id a hundred times at once, and list what is wrong.

    Half of them with the same body, a quarter with another one, a quarter by another customer.
    """
    alice, key = customer("Alice", orders_it_can_pay=50)
    mallory, other_key = customer("Mallory", orders_it_can_pay=50)
    same = {"service": add_service(), "link": "t.me/northwind_news", "quantity": 1000, "request_id": "7/7"}
    other = same | {"link": "t.me/other_channel"}
    kinds = [(key, same), (key, same), (key, other), (other_key, same)] * 25
    with calling(doors, [asker for asker, _ in kinds]) as asks:
        answers = at_once([[(ask, fields)] for ask, (_, fields) in zip(asks, kinds, strict=True)])
    by_kind = {name: answers[at::4] for at, name in enumerate(("same", "same again", "other", "mallory"))}
    first, second = by_kind["same"] + by_kind["same again"], by_kind["other"]
    wrong = [*_one_answer(first, second), *_one_answer(by_kind["mallory"], [])]
    if {str(answer) for answer in by_kind["mallory"]} & {str(answer) for answer in first}:
        wrong.append("two customers share an answer")
    for person in (alice, mallory):
        wrong += books_of(person, paid=1, could_pay=50)
    if db.rows("SELECT count(*) FROM orders_order") != [(2,)]:
        wrong.append("not exactly one order for each customer")
    return wrong


def _one_answer(one: list[Answer], other: list[Answer]) -> list[str]:
    """Whoever's body came first has one answer for all of its kind; the other kind has none but the conflict."""
    winners, losers = (one, other) if "order" in one[0][1] else (other, one)
    conflict = (200, {"error": "This request_id was used for another order. Nothing was charged."})
    is_one = len({str(answer) for answer in winners}) == 1 and "order" in winners[0][1]
    is_conflict = all(answer == conflict for answer in losers)
    return ([] if is_one else [f"answers: {winners}"]) + ([] if is_conflict else [f"conflicts: {losers}"])


def test_c2_a_request_id_sent_a_hundred_times_is_one_order_for_each_customer(doors: list[Served]) -> None:
    with slowed("orders_order"):
        assert repeat(doors) == []


def test_c2_is_red_when_request_ids_are_ignored(doors: list[Served]) -> None:
    with planted(Switch.IGNORE_REQUEST_ID):
        wrong = repeat(doors)
    assert "not exactly one order for each customer" in wrong


SPELLINGS = (
    "t.me/northwind_news",
    "https://t.me/northwind_news",
    "http://telegram.me/Northwind_News/",
    "https://t.me/s/northwind_news?utm_source=a",
    "https://www.t.me/northwind_news#top",
)


def crowd_on_one_link(doors: Sequence[Served]) -> list[str]:
    """Order one service for one target fifty times at once, in many spellings, and list what is wrong."""
    person, key = customer("Alice", orders_it_can_pay=50)
    service = add_service()
    with calling(doors, [key] * 50) as asks:
        fields = [{"service": service, "link": SPELLINGS[n % 5], "quantity": 1000} for n in range(50)]
        answers = at_once([[job] for job in zip(asks, fields, strict=True)])
    accepted = [answer for _, answer in answers if "order" in answer]
    refused = [answer for answer in answers if "order" not in answer[1]]
    wrong = [] if len(accepted) == 1 else [f"{len(accepted)} orders are active on one target"]
    if any(answer != (200, ACTIVE) for answer in refused):
        wrong.append(f"refused with {refused}")
    return wrong + books_of(person, paid=1, could_pay=50)


def test_trap3_one_link_and_service_fifty_at_once_is_one_order(doors: list[Served]) -> None:
    with slowed("orders_order"):
        assert crowd_on_one_link(doors) == []


def test_trap3_is_red_when_a_second_active_order_is_allowed(doors: list[Served]) -> None:
    with planted(Switch.ALLOW_SECOND_ACTIVE):
        wrong = crowd_on_one_link(doors)
    assert "orders are active on one target" in str(wrong)


def test_after_every_sabotage_the_product_is_whole_again(doors: list[Served]) -> None:
    before = fingerprint()
    for switch in Switch:
        with planted(switch):
            assert fingerprint() != before
        assert fingerprint() == before
