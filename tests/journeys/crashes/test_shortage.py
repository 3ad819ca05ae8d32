"""K-4: a database that is read-only or lets nobody in: orders are refused whole, and all goes on by itself after it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from tests.books import books_are_right
from tests.served import Served, serving
from tests.shop import Person, add_service, make_key, open_customer
from tests.waiting import until

from sevenpanel.kernel import db
from sevenpanel.ledger import queries as ledger
from sevenpanel.orders import queries

pytestmark = pytest.mark.django_db(transaction=True)

_OTHERS = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
# What the operator of a database may do to it, or a full disk makes him do; and how it is taken back.
SHORTAGES = {
    "read-only": (
        "ALTER DATABASE {name} SET default_transaction_read_only = on",
        "ALTER DATABASE {name} RESET default_transaction_read_only",
    ),
    "no connection left": ("ALTER DATABASE {name} CONNECTION LIMIT 0", "ALTER DATABASE {name} CONNECTION LIMIT -1"),
}


@contextmanager
def short(of: str) -> Iterator[None]:
    """Let the database be short of something for whoever connects from now on, and end the connections there are."""
    begin, end = (statement.format(name=db.rows("SELECT current_database()")[0][0]) for statement in SHORTAGES[of])
    db.rows(begin)
    hang_up()
    try:
        yield
    finally:
        db.rows(end)
        hang_up()


def hang_up() -> None:
    db.rows(f"SELECT pg_terminate_backend(pid) {_OTHERS}")


def left(person: Person) -> int:
    return ledger.balance(customer_id=person.customer_id).balance_micros


def test_k4_a_shortage_refuses_orders_whole_and_passes_by_itself(tmp_path: Path) -> None:
    """K-4: at the API and on the site, for each kind of shortage."""
    alice, service = open_customer("Alice", balance="10"), add_service()
    with serving(tmp_path) as served:
        call = served.client(make_key(alice))
        for number, kind in enumerate(SHORTAGES):
            link = f"https://t.me/northwind_{number}"
            with short(kind):
                _status, answer = call.send(action="add", service=service, link=link, quantity=1000)
                assert "Nothing was charged." in answer["error"]
                assert answers_in_time(served)
                assert queries.orders(customer_id=alice.customer_id)[number:] == []
            until(lambda link=link: "order" in call.send(action="add", service=service, link=link, quantity=1000)[1])

    assert left(alice) == 10_000_000 - len(SHORTAGES) * 900_000
    books_are_right()


def answers_in_time(served: Served) -> bool:
    """A page is answered, be it by a sentence of trouble."""
    answer = httpx.get(f"{served.site}/services/", timeout=30)
    return answer.status_code < 500 or (answer.status_code == 503 and "Retry-After" in answer.headers)
