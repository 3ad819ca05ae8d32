"""Orders of unknown fate, and what can be seen of them."""

from tests.books import order_of
from tests.panel import Desk
from tests.shop import Person

from sevenpanel.fulfilment import queries
from sevenpanel.fulfilment.domain import AlertKind, FindingStep
from sevenpanel.ledger import queries as ledger
from sevenpanel.ledger.domain import AccountKind
from sevenpanel.orders.domain import Dispatch


def unknown_order(desk: Desk, person: Person, *, link: str = "t.me/northwind_news") -> int:
    order_id = desk.place(person, link=link)
    desk.dispatch_all()
    assert order_of(person, order_id).dispatch is Dispatch.UNKNOWN
    return order_id


def steps(order_id: int) -> list[FindingStep]:
    return [finding.step for attempt in queries.attempts(order_id) for finding in attempt.findings]


def house(kind: AccountKind) -> int:
    return sum(line.debit_micros - line.credit_micros for line in ledger.trial_balance() if line.kind is kind)


def open_alerts() -> set[AlertKind]:
    return {alert.kind for alert in queries.alerts()}
