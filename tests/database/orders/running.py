"""Orders of 0.90 that are on their way, for tests of what ends them."""

from django.db import transaction
from tests.shop import NOON, Person, add_service

from sevenpanel.ledger import queries as ledger
from sevenpanel.orders import commands, queries
from sevenpanel.orders.commands.dispatching import DispatchResult
from sevenpanel.orders.domain import Dispatch, OrderLine, Placed, Report, Status
from sevenpanel.terms import LinkFinding

LINK = "t.me/northwind_news"
_WAYS: dict[Dispatch, tuple[Dispatch, ...]] = {
    Dispatch.SENDING: (),
    Dispatch.SENT: (Dispatch.SENT,),
    Dispatch.UNKNOWN: (Dispatch.UNKNOWN,),
}


def placed(person: Person, *, service_id: int = 0, link: str = LINK, dispatch: Dispatch = Dispatch.SENT) -> int:
    """An order that has come so far on its way."""
    line = OrderLine(
        customer_id=person.customer_id, service_id=service_id or add_service(), link=link, quantity=1000
    )  # fmt: skip
    (outcome,) = commands.place(lines=[line], now=NOON)
    assert isinstance(outcome, Placed)
    if dispatch is not Dispatch.QUEUED:
        with transaction.atomic():
            commands.begin_sending(order_ids=[outcome.order_id], now=NOON)
            for state in _WAYS[dispatch]:
                result = DispatchResult(order_id=outcome.order_id, dispatch=state)
                commands.record_dispatch(results=[result], now=NOON)
    return outcome.order_id


def reported(order_id: int, status: Status | None, remains: int | None, *, link: LinkFinding | None = None) -> None:
    """What the provider says about an order."""
    words = status.value if status else "Hm"
    said = Report(order_id=order_id, status=status, remains=remains, start_count=None, words=words, link=link)
    with transaction.atomic():
        commands.apply_reports(reports=[said], now=NOON)


def balance(person: Person) -> int:
    """What can be spent, in micro-units."""
    return ledger.balance(customer_id=person.customer_id).balance_micros


def told(person: Person, order_id: int) -> str:
    """The timeline as its customer reads it."""
    row = queries.order(customer_id=person.customer_id, order_id=order_id)
    assert row is not None
    return "\n".join(line.sentence for line in queries.timeline(row))
