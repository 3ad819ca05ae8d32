"""The constraints behind placing: what each of them refuses, and that a fault of ours is not told as a refusal."""

import re
from dataclasses import replace

import pytest
from django.db import IntegrityError
from tests.sabotage import FAULTS, PACKAGE, Switch
from tests.shop import NOON, Person, add_service, open_customer

from sevenpanel.kernel import db
from sevenpanel.ledger import queries as ledger
from sevenpanel.orders import commands, queries
from sevenpanel.orders.commands import WALLS
from sevenpanel.orders.domain import OrderLine, Placed, RefusalCode, Refused

pytestmark = pytest.mark.django_db


def leave_only_the_wall(switch: Switch) -> None:
    """Take a guard out of the placing statement and leave the constraint behind it; undone with the test."""
    fault = FAULTS[switch]
    text = (PACKAGE / fault.file).read_text()
    for guard, hole in fault.changes:
        text = text.replace(guard, hole)
    db.rows(re.sub(r"^CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", text, flags=re.MULTILINE).replace("%", "%%"))


def ask(person: Person, service_id: int, link: str = "t.me/northwind_news", request_id: str | None = None) -> OrderLine:
    line = OrderLine(customer_id=person.customer_id, service_id=service_id, link=link, quantity=1000)
    return replace(line, request_id=request_id)


def left(person: Person) -> int:
    return ledger.balance(customer_id=person.customer_id).balance_micros


def test_every_wall_is_a_constraint_of_the_database() -> None:
    known = db.rows(
        "SELECT conname FROM pg_constraint WHERE conname = ANY (%(names)s)"
        " UNION SELECT relname FROM pg_class WHERE relkind = 'i' AND relname = ANY (%(names)s)",
        {"names": list(WALLS)},
    )

    assert {name for (name,) in known} == WALLS.keys()


@pytest.mark.parametrize(
    ("switch", "link", "request_id", "expected"),
    [
        (Switch.ALLOW_SECOND_ACTIVE, "t.me/northwind_news", "r-2", RefusalCode.ACTIVE_ORDER),
        (Switch.IGNORE_REQUEST_ID, "t.me/southwind_news", "r-1", RefusalCode.REQUEST_CONFLICT),
    ],
)
def test_a_wall_refuses_its_own_line_and_no_neighbour(
    switch: Switch, link: str, request_id: str, expected: RefusalCode
) -> None:
    alice, service = open_customer("Alice", balance="10"), add_service()
    leave_only_the_wall(switch)
    first = ask(alice, service, request_id="r-1")
    twin = ask(alice, service, link=link, request_id=request_id)

    outcomes = commands.place(lines=[first, twin, ask(alice, service, link="t.me/westwind_news")], now=NOON)

    assert [o.code if isinstance(o, Refused) else "placed" for o in outcomes] == ["placed", expected, "placed"]
    (refused,) = (outcome for outcome in outcomes if isinstance(outcome, Refused))
    assert "None" not in refused.sentence
    assert left(alice) == 10_000_000 - 2 * 900_000
    assert [*queries.broken_invariants(), *ledger.broken_invariants()] == []


def test_an_overdrawn_balance_is_refused_by_its_wall() -> None:
    alice, service = open_customer("Alice", balance="1"), add_service()
    text = (PACKAGE / FAULTS[Switch.SKIP_BALANCE_LOCK].file).read_text()
    guard = "WHEN line.charge > coalesce(v_left[line.wallet], line.spendable) THEN 'not_enough_funds'"
    assert text.count(guard) == 1
    db.rows(text.replace(guard, "WHEN false THEN ''").replace("%", "%%"))

    (refused,) = commands.place(lines=[replace(ask(alice, service), quantity=2000)], now=NOON)

    assert isinstance(refused, Refused)
    assert refused.code is RefusalCode.NOT_ENOUGH_FUNDS
    assert refused.sentence == "The balance is too small. Nothing was charged."
    assert left(alice) == 1_000_000


def test_a_constraint_that_is_no_rule_of_placing_is_a_fault_and_charges_nothing() -> None:
    alice, service = open_customer("Alice", balance="10"), add_service()
    db.rows("ALTER TABLE orders_order ADD CONSTRAINT no_unlucky_channel CHECK (link !~ 'unlucky') NOT VALID")

    with pytest.raises(IntegrityError, match="no_unlucky_channel"):
        commands.place(lines=[ask(alice, service), ask(alice, service, link="t.me/unlucky_news")], now=NOON)

    assert left(alice) == 10_000_000
    (placed,) = commands.place(lines=[ask(alice, service)], now=NOON)
    assert isinstance(placed, Placed)
