"""K-1 of deposits: a worker killed at every step of a look loses no deposit and credits none twice; shown red, too."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.books import books_are_right
from tests.journeys.running_simchain import SETTINGS, Simchain, running
from tests.shop import Person, open_customer
from tests.waiting import until
from tests.working import working

from sevenpanel.deposits import commands, queries
from sevenpanel.deposits.commands import preparing
from sevenpanel.deposits.keys.addresses import Family
from sevenpanel.kernel import db
from sevenpanel.kernel.chaos import POINTS
from sevenpanel.launch import demo_deposits
from sevenpanel.ledger import queries as ledger

pytestmark = pytest.mark.django_db(transaction=True)

LOOKING = sorted(point for point in POINTS if point.startswith("deposits."))
# A first passing meets a deposit that is seen, a later one a deposit that is credited.
DEATHS = [*LOOKING, "deposits.after_receipt:6"]
FORGETFUL = (str(Path(__file__).with_name("forgetful_worker.py")),)
UNITS = 25
PAY_SECONDS = 1.0
# What the passing of some minutes would do, at once.
LAPSE = "UPDATE deposits_source SET leased_until = NULL, due_at = now()"


@dataclass(frozen=True, slots=True)
class Paying:
    """Alice, who pays over the simulated chain, and what she has paid."""

    chain: Simchain
    home: Path
    alice: Person
    address: str
    paid: list[str]

    def pay(self) -> bool:
        """A payment on its way; not awaited."""
        self.paid.append(self.chain.send(UNITS, to=self.address))
        return False

    def dies_at(self, death: str, **more: tuple[str, ...]) -> None:
        """Let a worker look, with more and more to see, until it has killed itself; then time passes."""
        point = death.partition(":")[0]
        (self.home / f"died-at-{point}").unlink(missing_ok=True)
        with working(self.home, chaos=death, **more) as worker:
            until(lambda: worker.has_ended or self.pay(), pause=PAY_SECONDS)
        assert (self.home / f"died-at-{point}").exists()
        db.rows(LAPSE)

    def pay_and_sleep(self) -> None:
        """A payment that is final on the chain before anybody looks again."""
        node = self.chain.node(1)
        before = node.height().head.number
        self.pay()
        until(lambda: (node.height().final or 0) > before)

    def on_the_chain(self) -> int:
        """What the chain says that the address holds."""
        contract = next(c for c, token in SETTINGS.tokens.items() if token.asset.symbol == "USDT")
        return self.chain.node(1).balances([(contract, self.address.lower())], "latest")[0]

    def is_all_final(self) -> bool:
        """Whether as many receipts are final as were paid."""
        found = db.rows("SELECT count(*) FROM deposits_receipt WHERE state = 'final'")
        return int(found[0][0]) >= len(self.paid)

    def heals(self) -> None:
        """Let the next worker take over, and see that everything that was paid is credited once."""
        with working(self.home) as worker:
            until(lambda: self.is_all_final() or worker.has_ended, pause=0.1)
        books_are_right()
        paid = len(self.paid) * UNITS * 10**6
        assert ledger.balance(customer_id=self.alice.customer_id).balance_micros == paid == self.on_the_chain()
        assert credits_by_subject() == {subject(tx): 1 for tx in self.paid}
        commands.count_custody(now=datetime.now(UTC))
        assert [row.difference for row in queries.counts()] == [0] * len(SETTINGS.tokens)


def subject(tx: str) -> str:
    """What the ledger calls the one receipt of a transaction."""
    return f"evm:{SETTINGS.chain_id}:{tx}:0"


def credits_by_subject() -> dict[str, int]:
    """How often each receipt was credited, as the ledger has it."""
    return dict(db.rows("SELECT subject, count(*) FROM ledger_entry WHERE kind = 'credit' GROUP BY subject"))


@pytest.fixture
def paying(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Paying]:
    monkeypatch.setattr(preparing, "environment", lambda: type("Here", (), {"home": tmp_path}))
    with running(tmp_path, secret=settings.SECRET_KEY) as chain:
        demo_deposits.seed(simchain_url=chain.url, operator_id=1, now=datetime.now(UTC))
        alice = open_customer("Alice")
        given = commands.give_address(customer_id=alice.customer_id, family=Family.SIM, now=datetime.now(UTC))
        assert commands.look_next(clock=lambda: datetime.now(UTC))  # it is watched from its present block on
        yield Paying(chain, tmp_path, alice, given.address, [])


def test_every_point_of_a_look_is_died_at() -> None:
    assert {death.partition(":")[0] for death in DEATHS} == set(LOOKING)
    assert len(LOOKING) == 3


def test_a_worker_killed_at_any_step_of_a_look_credits_everything_once(paying: Paying) -> None:
    for death in DEATHS:
        paying.dies_at(death)

    paying.heals()


def test_what_was_final_before_anybody_looked_survives_a_kill_right_after_the_look(paying: Paying) -> None:
    paying.pay_and_sleep()
    paying.dies_at("deposits.after_look")

    paying.heals()


def test_a_worker_that_keeps_its_mark_before_it_books_is_caught(paying: Paying) -> None:
    """The sabotage: without it every check above is green for want of a fault."""
    paying.pay_and_sleep()
    paying.dies_at("deposits.after_look", program=FORGETFUL)
    paying.pay()

    with working(paying.home):
        until(lambda: subject(paying.paid[-1]) in credits_by_subject(), pause=0.1)

    assert subject(paying.paid[0]) not in credits_by_subject()
    assert ledger.balance(customer_id=paying.alice.customer_id).balance_micros < paying.on_the_chain()
    commands.count_custody(now=datetime.now(UTC))
    assert max(row.difference for row in queries.counts()) >= UNITS * 10**6
