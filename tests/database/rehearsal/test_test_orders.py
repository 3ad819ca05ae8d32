"""Test orders touch nothing that is real, are bounded, and are forgotten (ADR 30)."""

from datetime import timedelta

import pytest
from tests.books import books_are_right
from tests.shop import NOON, Person, add_service, make_key, open_customer

from sevenpanel.accounts import commands as accounts
from sevenpanel.accounts import queries as keys
from sevenpanel.accounts.domain import KeyKind
from sevenpanel.kernel import db
from sevenpanel.orders import commands as orders
from sevenpanel.orders.commands import CancelVerdict, Judged
from sevenpanel.orders.domain import OrderLine, Placed
from sevenpanel.rehearsal import commands, queries
from sevenpanel.rehearsal.domain import ENDS_AFTER, FIRST_ID, KEPT, PLAY_MONEY_MICROS, STARTS_AFTER

pytestmark = pytest.mark.django_db

# Every table but those of rehearsals, with how many rows it has.
_TABLES = """
SELECT c.relname FROM pg_class c
 WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND c.relname NOT LIKE 'rehearsal%%'
"""


@pytest.fixture
def alice() -> Person:
    return open_customer("Alice", balance="10")


def placed(person: Person, service_id: int, number: int = 0, quantity: int = 100) -> int:
    line = OrderLine(
        customer_id=person.customer_id, service_id=service_id, link=f"t.me/channel_{number}", quantity=quantity
    )
    judged = orders.refuse_at_the_door(line)
    assert isinstance(judged, Judged)
    outcome = commands.place(judged=judged, now=NOON)
    assert isinstance(outcome, Placed), outcome
    return outcome.order_id


def contents() -> dict[str, int]:
    names = [name for (name,) in db.rows(_TABLES)]
    return {name: db.rows(f'SELECT md5(string_agg(t::text, chr(10))) FROM "{name}" t')[0][0] for name in names}


def test_no_other_table_knows_of_a_test_order(alice: Person) -> None:
    service = add_service()
    before = contents()

    first = placed(alice, service)
    commands.request_cancel(customer_id=alice.customer_id, order_ids=[first], now=NOON)
    placed(alice, service, 1, 501)

    assert contents() == before
    assert first >= FIRST_ID
    books_are_right()


def test_orders_of_others_are_nobodys(alice: Person) -> None:
    mallory, order = open_customer("Mallory"), placed(alice, add_service())

    assert queries.statuses(customer_id=mallory.customer_id, order_ids=[order], now=NOON) == {}
    (answer,) = commands.request_cancel(customer_id=mallory.customer_id, order_ids=[order], now=NOON)
    assert answer.verdict is CancelVerdict.NOT_FOUND


def test_time_carries_an_order_on_and_money_follows(alice: Person) -> None:
    order = placed(alice, add_service(), quantity=101)

    def told(seconds: float) -> tuple[str, int, int | None]:
        at = NOON + timedelta(seconds=seconds)
        row = queries.statuses(customer_id=alice.customer_id, order_ids=[order], now=at)[order]
        return row.status, row.remains, row.start_count

    assert told(0) == ("Pending", 101, None)
    assert told(STARTS_AFTER.seconds)[0] == "In progress"
    status, remains, start_count = told(ENDS_AFTER.seconds)
    assert (status, remains) == ("Partial", 51)
    assert start_count is not None
    left = queries.left_micros(customer_id=alice.customer_id, now=NOON + ENDS_AFTER)
    assert left == PLAY_MONEY_MICROS - 45_000


def test_the_newest_are_remembered_and_of_those_the_young(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "ORDERS_MAX", 3)
    service = add_service()
    made = [placed(alice, service, number) for number in range(5)]

    kept = queries.orders(customer_id=alice.customer_id, now=NOON, limit=10)
    assert [row.order.id for row in kept] == made[:1:-1]
    assert commands.forget_orders(now=NOON + KEPT) == 0
    assert commands.forget_orders(now=NOON + KEPT + timedelta(seconds=1)) == 3


def test_a_key_stays_what_it_is_when_it_is_replaced(alice: Person) -> None:
    make_key(alice)
    test = accounts.make_key(customer_id=alice.customer_id, name="trying", now=NOON, kind=KeyKind.TEST)
    row = keys.keys(customer_id=alice.customer_id)[0]
    assert (test[:8], row.kind, row.hint[:11]) == ("od_test_", KeyKind.TEST, "od_test_...")

    again = accounts.replace_key(customer_id=alice.customer_id, key_id=row.id, hours=0, now=NOON)

    assert again.startswith("od_test_")
    assert [each.kind for each in keys.keys(customer_id=alice.customer_id)].count(KeyKind.LIVE) == 1
