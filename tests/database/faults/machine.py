"""The machine of Z-3: random steps at the desk and in a naive model of it, compared after every step."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, TypeVar

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.database.faults.naive_shop import NaiveShop, Order, Stage
from tests.panel import HEARD, LOST, Deed, Desk, answer_and_lose, say, take
from tests.receipts import now_is, transfer
from tests.receipts import say as source_says
from tests.shop import NOON, Person, deposit

from sevenpanel.deposits.domain import Verdict as Depth
from sevenpanel.deposits.sources.interface import Observation
from sevenpanel.fulfilment import commands
from sevenpanel.fulfilment.domain import Verdict
from sevenpanel.fulfilment.providers.interface import ProviderStatus, RefusalReason, Refused
from sevenpanel.kernel import chaos, db, invariants
from sevenpanel.kernel.chaos import Killed
from sevenpanel.launch.simulation.checks import CHECKS
from sevenpanel.ledger import queries as ledger
from sevenpanel.orders import commands as orders
from sevenpanel.orders.commands.decisions import GrantByHand
from sevenpanel.orders.domain import OrderLine, Placed
from sevenpanel.orders.queries import Asked
from sevenpanel.terms import Kind

LINKS = ("t.me/aaaaaa", "t.me/bbbbbb", "t.me/cccccc")
QUANTITIES = (9, 10, 333, 1000, 4001, 10_001)
OPENING_MICROS = 5_000_000
# Longer than any pause that the desk makes by itself before it sends or asks again.
PAUSE = timedelta(minutes=11)
# Whoever is meant, of as many as there are.
ANY = st.integers(0, 999)
WHO = st.integers(0, 1)
MICROS = 1_000_000
T = TypeVar("T")

_STATES = """
SELECT id, status, is_open, delivered, coalesce(returned_micros, 0) + granted_micros, charge_micros,
       CASE WHEN is_open THEN dispatch END
  FROM orders_order WHERE id = ANY(%s::bigint[]) ORDER BY id
"""


# A provider that works on orders says so more often than that they are over.
STATUSES = (*ProviderStatus, ProviderStatus.IN_PROGRESS, ProviderStatus.IN_PROGRESS)
REMAINS = (None, 0, 1, 7, 333, 900, 12_000)

NO = Refused(reason=RefusalReason.BAD_LINK, words="Bad link", evidence=HEARD)


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a call: what the panel does, where the worker dies, and what is so afterwards."""

    deed: Deed | None = None
    dies_at: str = ""
    is_taken: bool = True


FATES = {
    "heard": Fate(take),
    "answer lost": Fate(answer_and_lose),
    "request lost": Fate(say(LOST), is_taken=False),
    "refused": Fate(say(NO), is_taken=False),
    "died before": Fate(dies_at="before_call", is_taken=False),
    "died after": Fate(take, dies_at="after_call"),
}


class Shop(RuleBasedStateMachine):
    """One desk, two customers, one provider; whether that provider knows request ids is drawn."""

    desks: ClassVar[Sequence[Desk]] = ()
    people: ClassVar[Sequence[Person]] = ()

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        everybody = [person.customer_id for person in self.people]
        self.model = NaiveShop(dict.fromkeys(everybody, OPENING_MICROS), dict.fromkeys(everybody, 0))
        self.deposits: list[tuple[Observation, int, bool]] = []
        self.transfers = 0
        self.desk = self.desks[0]

    def teardown(self) -> None:
        """Take everything back that this run did."""
        transaction.savepoint_rollback(self.savepoint)

    @initialize(knows_ids=st.booleans())
    def choose(self, knows_ids: bool) -> None:
        """Begin at a provider that knows request ids, or at one that does not; it has some orders already."""
        self.desk = self.desks[knows_ids]
        self.panel = self.desk.panel
        self.panel.orders.clear()
        self.desk.now = self.house_kept_at = NOON
        for link in LINKS[:2]:
            self.place(who=0, link=link, quantity=1000, request=0)
            self.dispatch(name="heard")

    @rule(who=WHO, link=st.sampled_from(LINKS), quantity=st.sampled_from(QUANTITIES), request=st.integers(0, 4))
    def place(self, who: int, link: str, quantity: int, request: int) -> None:
        """Ask for an order, at times with the id of an earlier request."""
        customer, named = self.people[who].customer_id, f"r{request}" if request else None
        line = OrderLine(
            customer_id=customer, service_id=self.desk.service_id, link=link, quantity=quantity, request_id=named
        )
        expected = self.model.judge(customer, link, quantity, named)
        (outcome,) = orders.place(lines=[line], now=self.desk.now)
        self.desk.take_in()
        if not isinstance(outcome, Placed):
            assert outcome.code == expected
        elif outcome.is_replay:
            assert expected == f"order {outcome.order_id}"
        else:
            assert outcome.charge_micros == expected
            order = Order(who=customer, link=link, quantity=quantity, charge=outcome.charge_micros)
            self.model.place(outcome.order_id, order, named, self.desk.now)

    @rule(name=st.sampled_from(("heard", *sorted(FATES))))
    def dispatch(self, name: str) -> None:
        """Send what is next; the call ends well, badly, or not at all."""
        fate, before = FATES[name], len(self.panel.added)
        self.desk.now += PAUSE
        self.panel.deeds.clear()
        self.panel.deeds.extend([fate.deed] if fate.deed else [])
        id_ = self.model.next_to_send()
        with dying_at(f"dispatch.{fate.dies_at}" if fate.dies_at else ""):
            assert self.desk.dispatch() is (id_ is not None)
        if id_ is None or not self.model.begin(id_):
            assert len(self.panel.added) == before
            return
        if fate.is_taken:
            self.taken(id_)
        self.sent(id_, name)

    def sent(self, id_: int, name: str) -> None:
        """What the model makes of a call."""
        model = self.model
        if name in ("heard", "refused"):
            model.losses = 0
            (model.found if name == "heard" else model.give_back)(id_)
        elif name.endswith("lost"):
            model.losses += 1
            model.lose_sight(id_, self.desk.now)

    def taken(self, id_: int) -> None:
        """The provider took an order, as its own book shows."""
        (number,) = set(self.panel.orders) - set(self.model.taken)
        assert self.panel.orders[number].shipment.order_id == id_
        self.model.taken[number] = id_

    @precondition(lambda self: self.model.in_stage(Stage.SENDING))
    @rule()
    def restart(self) -> None:
        """Another worker takes over from those that died."""
        self.desk.wait(minutes=2)
        self.keep_house()

    @rule()
    def expire(self) -> None:
        """A day passes, and what nobody could find out about is given up."""
        self.desk.wait(hours=25)
        self.keep_house()

    def keep_house(self) -> None:
        """What the worker does every two seconds."""
        self.house_kept_at = now = self.desk.now
        commands.expire_leases(now=now)
        commands.write_off_overdue(now=now)
        for id_ in self.model.in_stage(Stage.SENDING):
            self.model.lose_sight(id_, now)
        self.model.write_off(now)

    @precondition(lambda self: self.model.in_stage(Stage.UNKNOWN))
    @rule(name=st.sampled_from(("heard", "answer lost", "request lost")))
    def resolve(self, name: str) -> None:
        """Find out about an order of unknown fate: where the provider knows request ids, by asking once more."""
        before = len(self.panel.added)
        self.desk.now += PAUSE
        self.panel.deeds.clear()
        self.panel.deeds.extend([FATES[name].deed] if name != "heard" else [])  # type: ignore[list-item]
        self.desk.resolve()
        if len(self.panel.added) == before:
            return
        id_ = self.panel.added[-1].order_id
        assert self.model.orders[id_].stage is Stage.UNKNOWN
        if id_ not in self.model.taken.values() and name != "request lost":
            self.taken(id_)
        if name == "heard":
            self.model.found(id_)

    @precondition(lambda self: self.model.in_stage(Stage.UNKNOWN))
    @rule(which=ANY, verdict=st.sampled_from((Verdict.ABSENT_RESEND, Verdict.REFUND)))
    def decide(self, which: int, verdict: Verdict) -> None:
        """Staff look at the provider's list, and say what became of an order, or give its money back."""
        id_ = pick(self.model.in_stage(Stage.UNKNOWN), which)
        numbers = [number for number, ours in self.model.taken.items() if ours == id_]
        verdict = Verdict.FOUND if numbers and verdict is Verdict.ABSENT_RESEND else verdict
        commands.decide_unknown(
            order_id=id_,
            verdict=verdict,
            decided_by="staff",
            now=self.desk.now,
            provider_order_id=numbers[0] if verdict is Verdict.FOUND else None,
        )
        if verdict is Verdict.ABSENT_RESEND:
            self.model.queue[id_], self.model.orders[id_].stage = self.desk.now, Stage.QUEUED
        else:
            (self.model.found if verdict is Verdict.FOUND else self.model.give_back)(id_)

    @precondition(lambda self: self.model.taken)
    @rule(which=ANY, status=st.sampled_from(STATUSES), remains=st.sampled_from(REMAINS), is_asked=st.booleans())
    def update(self, which: int, status: ProviderStatus, remains: int | None, is_asked: bool) -> None:
        """The provider works on an order, ends it, or changes its mind; perhaps it is asked at once."""
        self.panel.end(pick(list(self.model.taken), which), status, remains=remains)
        if is_asked:
            self.follow()

    @rule()
    def follow(self) -> None:
        """Ask how everything stands."""
        self.desk.follow()
        for number, id_ in self.model.taken.items():
            if self.model.orders[id_].stage is Stage.SENT:
                said = self.panel.orders[number]
                self.model.report(id_, said.status.value, said.remains)

    @precondition(lambda self: self.model.orders)
    @rule(who=WHO, which=ANY)
    def cancel(self, who: int, which: int) -> None:
        """Ask to stop an order, at times somebody else's."""
        customer, id_ = self.people[who].customer_id, pick(list(self.model.orders), which)
        (answer,) = orders.request_cancel(customer_id=customer, order_ids=[id_], now=self.desk.now)
        self.desk.take_in()
        commands.ask_cancels(clock=self.desk.clock, adapter_for=self.desk.adapter_for)
        assert answer.verdict == self.model.cancel(customer, id_)

    @precondition(lambda self: self.model.orders)
    @rule(which=ANY, percent=st.integers(1, 100))
    def refund(self, which: int, percent: int) -> None:
        """Staff give some of what was not delivered back; an order that goes on ends with it."""
        id_ = pick(list(self.model.orders), which)
        order = self.model.orders[id_]
        amount = order.undelivered * percent // 100
        if not amount:
            return
        ask = Asked(order_id=id_, customer_id=order.who, kind=Kind.OTHER, requested_at=self.desk.now)
        act = GrantByHand(staff_id=9, amount_micros=amount, reason="Out of kindness.")
        with transaction.atomic():
            orders.decide_by_staff(asked=ask, act=act, now=self.desk.now)
        self.desk.take_in()
        self.model.grant(id_, amount)

    @rule(who=WHO, units=st.integers(5, 9), is_by_hand=st.booleans())
    def pay_in(self, who: int, units: int, is_by_hand: bool) -> None:
        """Money comes in: an operator books it, or a chain confirms it."""
        person = self.people[who]
        self.transfers += 1
        if is_by_hand:
            deposit(person.customer_id, str(units), now=self.desk.now)
        else:
            said = transfer(person, str(units), number=self.transfers)
            source_says(now_is(said, Depth.CONFIRMED), now=self.desk.now)
            self.deposits.append((said, units * MICROS, False))
        self.model.balance[person.customer_id] += units * MICROS

    @precondition(lambda self: self.deposits)
    @rule(which=ANY, is_gone=st.booleans())
    def reverse(self, which: int, is_gone: bool) -> None:
        """A block is lost that a deposit stood in: its money is on hold, until it is there again or gone for good."""
        said, micros, is_disputed = self.deposits.pop(which % len(self.deposits))
        if not is_disputed:
            source_says(now_is(said, Depth.LEFT), now=self.desk.now)
            self.model.held[said.owner] += micros
            self.deposits.append((said, micros, True))
            return
        source_says(now_is(said, Depth.REPLACED if is_gone else Depth.CONFIRMED), now=self.desk.now)
        self.model.held[said.owner] -= micros
        if is_gone:
            self.model.balance[said.owner] -= micros
        else:
            self.deposits.append((said, micros, False))

    @invariant()
    def desk_and_model_agree(self) -> None:
        """The same balances, orders and provider's book; and the desk's own books are right."""
        model = self.model
        found = ledger.balances(customer_ids=model.balance)
        assert {id_: (row.balance_micros, row.hold_micros) for id_, row in found.items()} == {
            id_: (micros, model.held[id_]) for id_, micros in model.balance.items()
        }
        rows = [(id_, *state_of(order)) for id_, order in sorted(model.orders.items())]
        assert db.rows(_STATES, [list(model.orders)]) == rows
        assert {number: each.shipment.order_id for number, each in self.desk.panel.orders.items()} == model.taken
        assert invariants.run(CHECKS, now=self.house_kept_at) == []


def state_of(order: Order) -> tuple[object, ...]:
    """An order as the desk's own table has it."""
    stage = order.stage.value if order.is_open else None
    return order.status, order.is_open, order.delivered, order.back, order.charge, stage


def pick(choices: Sequence[T], which: int) -> T:
    """Any of these."""
    return choices[which % len(choices)]


@contextmanager
def dying_at(point: str) -> Iterator[None]:
    """Let the worker die at this point, if any, for the duration of a block."""

    def listen(name: str) -> None:
        if name == point:
            raise Killed(name)

    with chaos.heard_by(listen), suppress(Killed):
        yield
