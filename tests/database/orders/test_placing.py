"""Placing in sets: each row its own outcome, the server prices, nothing is charged for a refusal."""

from dataclasses import replace

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.shop import NOON, Person, add_service, open_customer

from sevenpanel.accounts import commands as accounts
from sevenpanel.catalog import commands as catalog
from sevenpanel.catalog.domain import ServiceState, ServiceType, charge_micros
from sevenpanel.kernel import db
from sevenpanel.kernel.models import Outbox
from sevenpanel.ledger import queries as ledger
from sevenpanel.orders import commands, queries
from sevenpanel.orders.domain import OrderLine, Placed, RefusalCode, Refused, Source, Status

pytestmark = pytest.mark.django_db

LINK = "https://t.me/northwind_news"


def ask(person: Person, service_id: int, **changed: object) -> OrderLine:
    line = OrderLine(customer_id=person.customer_id, service_id=service_id, link=LINK, quantity=1000)
    return replace(line, **changed)  # type: ignore[arg-type]


def place(*lines: OrderLine) -> list[Placed | Refused]:
    return commands.place(lines=lines, now=NOON)


def left(person: Person) -> int:
    return ledger.balance(customer_id=person.customer_id).balance_micros


def code(outcome: Placed | Refused) -> str:
    return outcome.code if isinstance(outcome, Refused) else "placed"


def test_an_order_is_held_not_spent_and_handed_on() -> None:
    alice, service = open_customer("Alice", balance="10"), add_service()

    (placed,) = place(ask(alice, service))

    assert isinstance(placed, Placed)
    assert placed.charge_micros == 900_000
    assert left(alice) == 9_100_000
    row = queries.order(customer_id=alice.customer_id, order_id=placed.order_id)
    assert row is not None
    assert (row.status, row.is_open, row.target, row.source) == (Status.PENDING, True, LINK, Source.API)
    assert Outbox.objects.filter(topic="order.placed", subject_id=placed.order_id).count() == 1
    assert [*queries.broken_invariants(), *ledger.broken_invariants()] == []


def test_no_table_that_grows_is_read_whole_however_small_it_still_is() -> None:
    alice, service = open_customer("Alice", balance="10"), add_service()
    db.rows("ANALYZE")
    before = _whole_reads()
    place(ask(alice, service))
    assert _whole_reads() == before


def _whole_reads() -> dict[str, int]:
    growing = ["orders_order", "orders_request", "ledger_balance", "accounts_customer", "catalog_service"]
    return dict(
        db.rows("SELECT relname, seq_scan FROM pg_stat_xact_user_tables WHERE relname = ANY(%s) ORDER BY 1", [growing])
    )


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"service_id": 10**9}, RefusalCode.UNKNOWN_SERVICE),
        ({"link": "https://www.instagram.com/northwind"}, RefusalCode.WRONG_LINK),
        ({"link": "javascript:alert(1)"}, RefusalCode.UNREADABLE_LINK),
        ({"link": ""}, RefusalCode.UNREADABLE_LINK),
        ({"link": "https://t.me/north\0wind"}, RefusalCode.UNREADABLE_LINK),
        ({"link": "https://t.me/" + "a" * 10_000_000}, RefusalCode.UNREADABLE_LINK),
        ({"quantity": None}, RefusalCode.QUANTITY_MISSING),
        ({"quantity": 9}, RefusalCode.BELOW_MIN),
        ({"quantity": 0}, RefusalCode.BELOW_MIN),
        ({"quantity": -1}, RefusalCode.BAD_NUMBER),
        ({"quantity": 10**9 + 1}, RefusalCode.ABOVE_MAX),
        ({"quantity": 10**30}, RefusalCode.ABOVE_MAX),
        ({"quantity": 10_001}, RefusalCode.ABOVE_MAX),
        ({"max_charge_micros": 899_999}, RefusalCode.PRICE_CHANGED),
        ({"request_id": "x" * 129}, RefusalCode.REQUEST_CONFLICT),
        ({"request_id": "a\0b"}, RefusalCode.REQUEST_CONFLICT),
    ],
)
def test_each_mistake_is_named_and_charges_nothing(changed: dict[str, object], expected: RefusalCode) -> None:
    alice, service = open_customer("Alice", balance="10"), add_service()

    refused, placed = place(replace(ask(alice, service), **changed), ask(alice, service))  # type: ignore[arg-type]

    assert isinstance(refused, Refused)
    assert refused.code is expected
    assert "Nothing was charged." in refused.sentence
    assert isinstance(placed, Placed)
    assert left(alice) == 9_100_000


def test_a_wrong_link_is_told_what_the_service_takes() -> None:
    alice, service = open_customer("Alice", balance="10"), add_service()

    (refused,) = place(ask(alice, service, link="https://www.instagram.com/northwind"))

    assert isinstance(refused, Refused)
    assert "t.me/" in refused.sentence


@pytest.mark.parametrize("state", [ServiceState.DRAFT, ServiceState.PAUSED, ServiceState.RETIRED])
def test_only_listed_services_can_be_ordered(state: ServiceState) -> None:
    alice, service = open_customer("Alice", balance="10"), add_service(state=state)

    assert code(place(ask(alice, service))[0]) == RefusalCode.UNKNOWN_SERVICE


def test_a_suspended_customer_cannot_order() -> None:
    alice, service = open_customer("Alice", balance="10"), add_service()
    accounts.suspend_customer(customer_id=alice.customer_id, is_suspended=True)

    assert code(place(ask(alice, service))[0]) == RefusalCode.SUSPENDED


def test_a_stranger_without_an_account_cannot_order() -> None:
    service = add_service()

    (refused,) = place(OrderLine(customer_id=10**9, service_id=service, link=LINK, quantity=1000))

    assert code(refused) == RefusalCode.UNKNOWN_CUSTOMER


@pytest.mark.parametrize(
    "spelling",
    ["t.me/Northwind_News", "http://telegram.me/northwind_news/?utm_source=x", "https://T.ME/s/northwind_news"],
)
def test_another_spelling_of_the_same_link_is_the_same_link(spelling: str) -> None:
    alice, service = open_customer("Alice", balance="10"), add_service()

    first, second = place(ask(alice, service), ask(alice, service, link=spelling))
    (third,) = place(ask(alice, service, link=spelling))

    assert isinstance(first, Placed)
    assert (code(second), code(third)) == (RefusalCode.ACTIVE_ORDER, RefusalCode.ACTIVE_ORDER)
    assert isinstance(third, Refused)
    assert str(first.order_id) in third.sentence


def test_another_customer_another_service_and_an_ended_order_do_not_stand_in_the_way() -> None:
    alice, mallory = open_customer("Alice", balance="10"), open_customer("Mallory", balance="10")
    service, other = add_service(), add_service()
    (first,) = place(ask(alice, service))
    assert isinstance(first, Placed)
    commands.request_cancel(customer_id=alice.customer_id, order_ids=[first.order_id], now=NOON)

    outcomes = place(ask(alice, service), ask(alice, other), ask(mallory, service))

    assert [code(outcome) for outcome in outcomes] == ["placed"] * 3


def test_lines_are_judged_in_order_and_a_cheaper_one_may_pass_after_a_dearer_one() -> None:
    alice, service = open_customer("Alice", balance="1"), add_service()

    outcomes = place(
        ask(alice, service, link="t.me/aaaaaa", quantity=600),
        ask(alice, service, link="t.me/bbbbbb", quantity=600),
        ask(alice, service, link="t.me/cccccc", quantity=400),
    )

    assert [code(outcome) for outcome in outcomes] == ["placed", RefusalCode.NOT_ENOUGH_FUNDS, "placed"]
    assert left(alice) == 100_000
    assert isinstance(outcomes[1], Refused)
    assert outcomes[1].fact == 80_000


def test_the_same_request_is_charged_once_and_answered_alike() -> None:
    alice, service = open_customer("Alice", balance="10"), add_service()
    line = ask(alice, service, request_id="r-1")

    first, again = place(line, line)
    (later,) = place(line)
    (other,) = place(replace(line, quantity=500))

    assert isinstance(first, Placed)
    assert again == later == replace(first, is_replay=True)
    assert code(other) == RefusalCode.REQUEST_CONFLICT
    assert left(alice) == 9_100_000


def test_request_ids_of_two_customers_do_not_collide() -> None:
    alice, mallory, service = (
        open_customer("Alice", balance="10"),
        open_customer("Mallory", balance="10"),
        add_service(),
    )

    first, second = place(ask(alice, service, request_id="r-1"), ask(mallory, service, request_id="r-1"))

    assert isinstance(first, Placed)
    assert isinstance(second, Placed)
    assert first.order_id != second.order_id
    assert not second.is_replay


def test_a_refused_request_may_be_repeated_when_there_is_money() -> None:
    alice, service = open_customer("Alice", balance="0.10"), add_service()

    (poor,) = place(ask(alice, service, request_id="r-1"))
    (fits,) = place(ask(alice, service, request_id="r-1", quantity=100))

    assert [code(poor), code(fits)] == [RefusalCode.NOT_ENOUGH_FUNDS, "placed"]


def test_a_package_has_one_price_and_comments_are_counted_by_line() -> None:
    alice = open_customer("Alice", balance="100")
    package = add_service(service_type=ServiceType.PACKAGE, rate="7.50", quantity_min=1, quantity_max=1)
    written = add_service(service_type=ServiceType.CUSTOM_COMMENTS, rate="2000", quantity_min=2)

    outcomes = place(
        ask(alice, package, quantity=None),
        ask(alice, written, quantity=5, comments=("Well made", "Thank you", "See you")),
        ask(alice, written, link="t.me/another", comments=()),
        ask(alice, written, link="t.me/another", comments=("Alone",)),
    )

    assert [getattr(outcome, "charge_micros", code(outcome)) for outcome in outcomes] == [
        7_500_000,
        6_000_000,
        RefusalCode.COMMENTS_MISSING,
        RefusalCode.BELOW_MIN,
    ]


def test_a_customers_own_rate_counts_for_that_customer_only() -> None:
    alice, mallory, service = (
        open_customer("Alice", balance="10"),
        open_customer("Mallory", balance="10"),
        add_service(),
    )
    with transaction.atomic():
        catalog.set_custom_rate(customer_id=alice.customer_id, service_id=service, rate_micros=500_000, now=NOON)

    outcomes = place(ask(alice, service), ask(mallory, service))

    assert [getattr(outcome, "charge_micros", None) for outcome in outcomes] == [500_000, 900_000]


def test_an_order_keeps_the_description_it_was_placed_under() -> None:
    alice, service = open_customer("Alice", balance="10"), add_service()
    (placed,) = place(ask(alice, service))
    with transaction.atomic():
        catalog.describe_service(service_id=service, text="Changed.", written_by="operator", now=NOON)

    assert isinstance(placed, Placed)
    row = queries.order(customer_id=alice.customer_id, order_id=placed.order_id)
    assert row is not None
    assert row.description_version == 1


def test_more_lines_than_allowed_are_refused_whole() -> None:
    alice, service = open_customer("Alice", balance="10"), add_service()

    with pytest.raises(ValueError, match="10000"):
        commands.place(lines=[ask(alice, service)] * 10_001, now=NOON)


def test_ten_thousand_lines_are_placed_at_once() -> None:
    alice, service = open_customer("Alice", balance="100"), add_service()

    outcomes = place(*(ask(alice, service, link=f"t.me/channel_{n}", quantity=11) for n in range(10_000)))

    assert sum(isinstance(outcome, Placed) for outcome in outcomes) == 10_000
    assert left(alice) == 100_000_000 - 10_000 * 9_900
    assert queries.broken_invariants() == []


@settings(max_examples=200)
@example(ServiceType.DEFAULT, 659_458_290_002, 15_918_501)  # where a plain division of numerics rounds too early
@given(st.sampled_from(list(ServiceType)), st.integers(1, 10**12), st.integers(1, 10**9))
def test_the_database_prices_as_the_page_does(service_type: ServiceType, rate: int, quantity: int) -> None:
    found = db.rows("SELECT orders_charge(%s, %s, %s)", (service_type.value, rate, quantity))

    assert found[0][0] == charge_micros(type=service_type, rate_micros=rate, quantity=quantity)


# A naive model of placing, against the statement: the same outcomes in the same order, whatever comes together.
asked = st.lists(
    st.tuples(
        st.sampled_from([0, 1]),  # who
        st.sampled_from([0, 1]),  # which service
        st.sampled_from(["t.me/aaaaaa", "t.me/AAAAAA", "t.me/bbbbbb"]),
        st.sampled_from([5, 10, 500, 900, 1200]),
        st.sampled_from([None, None, "r-1", "r-2"]),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(asked, min_size=1, max_size=3))
def test_placing_agrees_with_a_naive_model(rounds: list[list[tuple[int, int, str, int, str | None]]]) -> None:
    """Z-3, of placing."""
    people = [open_customer("Alice", balance="1.50"), open_customer("Mallory", balance="0.95")]
    services = [add_service(rate="1", quantity_max=1000), add_service(rate="0.50", quantity_max=1000)]
    model = NaiveDesk({p.customer_id: b for p, b in zip(people, (1_500_000, 950_000), strict=True)})
    for batch in rounds:
        lines = [
            ask(people[who], services[which], link=link, quantity=quantity, request_id=request)
            for who, which, link, quantity, request in batch
        ]
        found = [code(o) + str(o.is_replay if isinstance(o, Placed) else "") for o in place(*lines)]
        rates = dict(zip(services, (1_000_000, 500_000), strict=True))
        assert found == [model.place(line, rates[line.service_id]) for line in lines]
    assert {p.customer_id: left(p) for p in people} == model.balances
    assert [*queries.broken_invariants(), *ledger.broken_invariants()] == []


class NaiveDesk:
    """The rules of placing, one line at a time, in a dictionary."""

    def __init__(self, balances: dict[int, int]) -> None:
        self.balances = balances
        self.active: set[tuple[int, int, str]] = set()
        self.requests: dict[tuple[int, str], tuple[int, str, int | None]] = {}

    def place(self, line: OrderLine, rate: int) -> str:
        asked_for = (line.service_id, line.link, line.quantity)
        if line.request_id and (line.customer_id, line.request_id) in self.requests:
            same = self.requests[line.customer_id, line.request_id] == asked_for
            return "placedTrue" if same else RefusalCode.REQUEST_CONFLICT
        quantity = line.quantity or 0
        if not 10 <= quantity <= 1000:
            return RefusalCode.BELOW_MIN if quantity < 10 else RefusalCode.ABOVE_MAX
        lane = (line.customer_id, line.service_id, line.link.lower())
        if lane in self.active:
            return RefusalCode.ACTIVE_ORDER
        charge = -(-rate * quantity // 1000)
        if charge > self.balances[line.customer_id]:
            return RefusalCode.NOT_ENOUGH_FUNDS
        self.balances[line.customer_id] -= charge
        self.active.add(lane)
        if line.request_id:
            self.requests[line.customer_id, line.request_id] = asked_for
        return "placedFalse"
