"""Looking at an order and at the books after something happened."""

from tests.shop import Person

from sevenpanel.catalog import queries as catalog
from sevenpanel.deposits import queries as deposits
from sevenpanel.fulfilment import queries as fulfilment
from sevenpanel.insight import queries as insight
from sevenpanel.ledger import queries as ledger
from sevenpanel.orders import queries as orders
from sevenpanel.orders.queries import OrderRow


def books_are_right() -> None:
    """Every invariant of every room holds."""
    rooms = (ledger, orders, catalog, fulfilment, deposits, insight)
    breaches = [breach for room in rooms for breach in room.broken_invariants()]
    assert breaches == []


def order_of(person: Person, order_id: int) -> OrderRow:
    """One order as its customer sees it."""
    row = orders.order(customer_id=person.customer_id, order_id=order_id)
    assert row is not None
    return row
