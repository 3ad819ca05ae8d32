"""A shop on the tests' database whose provider is the sandbox over HTTP; workers are processes of their own."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from tests.journeys.running_sandbox import ORDINARY, Sandbox, running
from tests.shop import Person, add_service, open_customer
from tests.waiting import until
from tests.working import Worker

from sevenpanel.fulfilment import commands, queries
from sevenpanel.fulfilment.domain import Action, Verdict
from sevenpanel.fulfilment.providers.sandbox.catalogue import DEMO_KEY
from sevenpanel.kernel import db
from sevenpanel.orders import commands as orders
from sevenpanel.orders import queries as order_rows
from sevenpanel.orders.domain import OrderLine, Placed

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A shop, its provider over HTTP, and a folder for workers."""

    sandbox: Sandbox
    home: Path
    alice: Person
    service_id: int

    def place(self, quantity: int = 10, *, many: int = 1) -> list[int]:
        """Orders, paid."""
        lines = [
            OrderLine(
                customer_id=self.alice.customer_id,
                service_id=self.service_id,
                link=f"https://shop{next(_numbers)}.example.com/",
                quantity=quantity,
            )
            for _ in range(many)
        ]
        outcomes = orders.place(lines=lines, now=datetime.now(UTC))
        assert all(isinstance(outcome, Placed) for outcome in outcomes), outcomes
        return [outcome.order_id for outcome in outcomes if isinstance(outcome, Placed)]

    def taken(self) -> Counter[str]:
        """How often the provider has each link."""
        return Counter(str(row["link"]) for row in self.sandbox.accepted())

    def bought_nothing_twice(self) -> None:
        """At most one order at the provider for each of ours (I10, counted where it matters)."""
        twice = {link: times for link, times in self.taken().items() if times > 1}
        assert not twice, f"bought more than once: {twice}"

    def decide_what_is_unknown(self) -> None:
        """What an operator does with the orders that only a person can decide: look at the provider's own list."""
        undecided = [row.order_id for row in queries.unknown_dispatches() if row.action is Action.OPERATOR]
        if undecided:
            there = {str(row["link"]): str(row["id"]) for row in self.sandbox.accepted()}
            for order_id, shipment in order_rows.shipments(order_ids=undecided).items():
                _decide(order_id, there.get(shipment.link))


def _decide(order_id: int, found: str | None) -> None:
    commands.decide_unknown(
        order_id=order_id,
        verdict=Verdict.FOUND if found else Verdict.ABSENT_RESEND,
        provider_order_id=found,
        decided_by="operator@example.org",
        now=datetime.now(UTC),
    )


@contextmanager
def rehearsing(
    home: Path, *, pace: int = 5, idempotency_field: str | None = "request_id", balance_is_ours: bool = False
) -> Iterator[Rehearsal]:
    """Open the shop for the duration of a block.

    :param pace: percent of the sandbox's usual durations.
    :param idempotency_field: None for a provider that knows no request ids.
    :param balance_is_ours: whether the provider's balance may testify.
    """
    (home / "sandbox").mkdir()
    with running(home / "sandbox", "--pace", str(pace)) as sandbox:
        now = datetime.now(UTC)
        service_id = add_service(rate="600", accepts=("website/*",), can_cancel=True, quantity_min=10)
        provider_id = commands.register_provider(
            name="Sandbox",
            kind="sandbox",
            url=sandbox.url,
            key=DEMO_KEY,
            currency="USD",
            idempotency_field=idempotency_field,
            balance_is_ours=balance_is_ours,
            now=now,
        )
        commands.set_route(service_id=service_id, provider_id=provider_id, provider_service=str(ORDINARY))
        commands.refresh_catalogue(provider_id=provider_id, now=now)
        yield Rehearsal(sandbox, home, open_customer("Alice", balance="1000"), service_id)


WAITS = (
    "UPDATE fulfilment_task SET due_at = now() WHERE action NOT IN ('watch', 'operator') AND due_at > now()",
    "UPDATE fulfilment_task SET cancel_due_at = now() WHERE cancel_due_at > now()",
)
# What the passing of two minutes would do, at once.
LAPSE = (
    "UPDATE fulfilment_task SET lease_until = now() - interval '1 second' WHERE lease_until IS NOT NULL",
    "UPDATE fulfilment_round SET until_at = now() - interval '1 second'",
    *WAITS,
)


def let_leases_lapse() -> None:
    """Let whatever a dead worker held be anybody's again."""
    for statement in LAPSE:
        db.rows(statement)


def let_waits_pass() -> None:
    """Let whatever waits for its time be due."""
    for statement in WAITS:
        db.rows(statement)


def open_orders() -> int:
    """How many orders have not ended."""
    return int(db.rows("SELECT count(*) FROM orders_order WHERE is_open")[0][0])


def until_all_ended(worker: Worker) -> None:
    """Wait until every order has."""

    def ended() -> bool:
        assert not worker.has_ended, worker.said()
        return not open_orders()

    until(ended)
