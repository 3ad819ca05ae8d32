"""What is tied up in a customer's open orders."""

from sevenpanel.orders import queries
from sevenpanel.orders.domain import TERMINAL, Status

_PAGE = 1000


def held_micros(*, customer_id: int) -> int:
    """The sum of the charges of this customer's open orders."""
    return sum(_held(customer_id, status) for status in Status if status not in TERMINAL)


def _held(customer_id: int, status: Status) -> int:
    held, before = 0, None
    while True:
        page = queries.orders(customer_id=customer_id, status=status, before_id=before, limit=_PAGE)
        held += sum(order.charge_micros for order in page)
        if len(page) < _PAGE:
            return held
        before = page[-1].id
