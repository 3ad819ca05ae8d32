"""C-4 of processors: webhooks, looks and staff meet over one payment, and it is credited once; red with the fault."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from tests.books import books_are_right
from tests.byhand import staff
from tests.races.test_faults import at_once
from tests.sabotage import Switch, planted, slowed
from tests.shop import Person, open_customer
from tests.spoiling import walls_off
from tests.tills import BTCPAY, MICROS_PER_SAT, Till, balance, take_bitcoin, within

from sevenpanel.deposits import commands, models
from sevenpanel.deposits.queries.adapters import adapter_named
from sevenpanel.ledger import queries as ledger

pytestmark = pytest.mark.django_db(transaction=True)

SATS, LARGE = 100_000, 500_000
WEBHOOKS, LOOKS, PEOPLE, TURNS_MAX = 20, 3, 2, 10


@pytest.fixture
def till(monkeypatch: pytest.MonkeyPatch) -> Till:
    return within(monkeypatch, Till())


@dataclass
class Meeting:
    """One payment that nobody has credited, and one that is held for its size, of one customer."""

    till: Till
    number: int

    def __post_init__(self) -> None:
        self.bob: Person = open_customer(f"Bob{self.number}")
        way = take_bitcoin()
        models.Method.objects.update(auto_max_micros=SATS * MICROS_PER_SAT)
        fresh, held = (self.till.open(self.bob, way).reference for _ in range(2))
        self.till.btcpay.pay(held, LARGE, self.till.now, status="Settled")
        payment = self.till.btcpay.pay(fresh, SATS, self.till.now)
        self.till.look()
        payment.status = "Settled"
        self.letters = [self.till.btcpay.delivery(each) for each in (fresh, held)]
        self.people = [staff(f"Ann{self.number}n{each}") for each in range(PEOPLE)]
        self.held = models.Receipt.objects.get(customer_id=self.bob.customer_id, state="held").id

    def meet(self, *, webhooks: int = WEBHOOKS, looks: int = LOOKS) -> None:
        """Everybody at the same instant."""
        hooks = [self._webhook(number) for number in range(webhooks)]
        people = [self._release(person) for person in self.people]
        with slowed("ledger_entry"):
            at_once(*hooks, *[self._look] * looks, *people)

    @property
    def is_right(self) -> bool:
        """Whether both are credited, once."""
        return balance(self.bob) == (SATS + LARGE) * MICROS_PER_SAT and not ledger.broken_invariants()

    def _webhook(self, number: int) -> Callable[[], object]:
        body, signature = self.letters[number % len(self.letters)]
        headers = {"BTCPay-Sig": signature}
        return lambda: commands.take_delivery(source=BTCPAY, body=body, headers=headers, now=self.till.now)

    def _look(self) -> object:
        source = adapter_named(BTCPAY)
        assert source is not None
        return commands.look_with(source, mark="", now=self.till.now, clock=lambda: self.till.now)

    def _release(self, person_id: int) -> Callable[[], object]:
        return lambda: commands.release(receipt_id=self.held, person_id=person_id, note="", now=self.till.now)


def test_c4_webhooks_looks_and_staff_at_once_credit_a_payment_once(till: Till) -> None:
    """C-4: twenty webhooks, three looks and two people, over two payments: two credits."""
    meeting = Meeting(till, 0)
    meeting.meet()

    assert meeting.is_right
    assert models.Delivery.objects.filter(is_genuine=True).count() == WEBHOOKS
    books_are_right()


def test_c4_of_processors_is_red_when_each_telling_books_a_credit_of_its_own(till: Till) -> None:
    """C-4, the sabotage; played until it shows."""
    with planted(Switch.CREDIT_AGAIN), walls_off("deposits_receipt"):
        assert any(_is_wrong(Meeting(till, number)) for number in range(1, TURNS_MAX))


def _is_wrong(meeting: Meeting) -> bool:
    meeting.meet(webhooks=0, looks=WEBHOOKS)
    return not meeting.is_right
