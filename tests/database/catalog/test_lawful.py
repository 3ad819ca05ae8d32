"""G-1: what is declared as forbidden or unknown is not sold, whichever way somebody tries."""

import pytest
from django.db import IntegrityError, transaction
from tests.shop import NOON, add_service, open_customer

from sevenpanel.catalog import commands, models, queries
from sevenpanel.catalog.domain import LAWFUL, Declaration, ServiceState
from sevenpanel.kernel import db
from sevenpanel.orders import commands as orders
from sevenpanel.orders.domain import OrderLine, RefusalCode, Refused

pytestmark = pytest.mark.django_db

FORBIDDEN = sorted(set(Declaration) - LAWFUL)
ON_SALE = [ServiceState.LISTED, ServiceState.PAUSED]


def declare(service_id: int, declaration: Declaration) -> None:
    with transaction.atomic():
        commands.declare_fulfilment(
            service_id=service_id, declaration=declaration, declared_by="operator", note="As described", now=NOON
        )


@pytest.mark.parametrize("declaration", sorted(LAWFUL))
def test_a_lawful_service_can_be_listed(declaration: Declaration) -> None:
    service_id = add_service(state=ServiceState.DRAFT)
    declare(service_id, declaration)

    with transaction.atomic():
        commands.change_state(service_id=service_id, state=ServiceState.LISTED)

    assert [s.id for s in queries.listed_services(customer_id=None)] == [service_id]


@pytest.mark.parametrize("declaration", FORBIDDEN)
@pytest.mark.parametrize("state", ON_SALE)
def test_the_command_refuses_the_rest_with_a_sentence(declaration: Declaration, state: ServiceState) -> None:
    service_id = add_service(state=ServiceState.DRAFT)
    declare(service_id, declaration)

    with pytest.raises(commands.UnableToListService, match="cannot be listed"), transaction.atomic():
        commands.change_state(service_id=service_id, state=state)


@pytest.mark.parametrize("declaration", FORBIDDEN)
@pytest.mark.parametrize("state", ON_SALE)
def test_the_database_refuses_it_from_models_and_from_raw_sql(declaration: Declaration, state: ServiceState) -> None:
    service_id = add_service(state=ServiceState.DRAFT)
    declare(service_id, declaration)

    with pytest.raises(IntegrityError, match="catalog_service_lawful_to_list"), transaction.atomic():
        models.Service.objects.filter(id=service_id).update(state=state)
    with pytest.raises(IntegrityError, match="catalog_service_lawful_to_list"), transaction.atomic():
        db.rows("UPDATE catalog_service SET state = %s WHERE id = %s", (state, service_id))


@pytest.mark.parametrize("declaration", FORBIDDEN)
def test_a_listed_service_that_turns_out_unlawful_leaves_the_list_and_cannot_be_ordered(
    declaration: Declaration,
) -> None:
    alice, service_id = open_customer("Alice", balance="10"), add_service()

    declare(service_id, declaration)

    line = OrderLine(customer_id=alice.customer_id, service_id=service_id, link="t.me/northwind_news", quantity=1000)
    (refused,) = orders.place(lines=[line], now=NOON)
    assert queries.listed_services(customer_id=None) == []
    assert isinstance(refused, Refused)
    assert refused.code is RefusalCode.UNKNOWN_SERVICE


@pytest.mark.parametrize("change", ["declared_by = ''", "declared_at = NULL", "declaration = 'unknown'"])
def test_a_service_on_sale_cannot_lose_its_declaration(change: str) -> None:
    service_id = add_service()

    with pytest.raises(IntegrityError, match="catalog_service_lawful_to_list"), transaction.atomic():
        db.rows(f"UPDATE catalog_service SET {change} WHERE id = %s", (service_id,))


def test_other_needs_a_description() -> None:
    service_id = add_service(state=ServiceState.DRAFT)

    with pytest.raises(IntegrityError, match="catalog_service_other_described"), transaction.atomic():
        commands.declare_fulfilment(
            service_id=service_id, declaration=Declaration.OTHER, declared_by="operator", note="", now=NOON
        )


def test_verify_would_see_an_unlawful_service_on_sale() -> None:
    add_service()
    assert queries.broken_invariants() == []

    db.rows("SET CONSTRAINTS ALL IMMEDIATE")
    db.rows("ALTER TABLE catalog_service DROP CONSTRAINT catalog_service_lawful_to_list")
    db.rows("UPDATE catalog_service SET declaration = 'automated_accounts'")

    assert [breach.invariant for breach in queries.broken_invariants()] == ["G-1"]


@pytest.mark.parametrize("accepts", [(), ("telegram/nonsense",), ("nowhere/page",)])
def test_a_service_accepts_known_kinds_of_links(accepts: tuple[str, ...]) -> None:
    with pytest.raises(commands.UnableToWriteService):
        add_service(accepts=accepts)


@pytest.mark.parametrize("rate", [0, -1, 10**12 + 1])
def test_a_rate_is_above_zero_and_bounded(rate: int) -> None:
    service_id = add_service()

    with pytest.raises(commands.UnableToSetRate), transaction.atomic():
        commands.set_rate(service_id=service_id, rate_micros=rate)
    with pytest.raises(IntegrityError), transaction.atomic():
        models.Service.objects.filter(id=service_id).update(rate_micros=rate)


@pytest.mark.parametrize("limits", [(0, 10), (11, 10), (1, 10**9 + 1)])
def test_limits_are_in_order_and_bounded(limits: tuple[int, int]) -> None:
    service_id = add_service()

    with pytest.raises(commands.UnableToSetRate), transaction.atomic():
        commands.set_limits(service_id=service_id, quantity_min=limits[0], quantity_max=limits[1])


def test_a_customers_own_rate_can_be_taken_back() -> None:
    alice, service_id = open_customer("Alice"), add_service()
    for rate in (500_000, 600_000, None):
        with transaction.atomic():
            commands.set_custom_rate(customer_id=alice.customer_id, service_id=service_id, rate_micros=rate, now=NOON)
        row = queries.service(service_id=service_id, customer_id=alice.customer_id)
        assert row is not None
        assert row.rate_micros == (rate or 900_000)
