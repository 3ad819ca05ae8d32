"""Random pasts of one customer's orders, by the real commands on a clock that only goes on; and what must hold of them.

A past is a list of steps: what happens, a number that decides its details, and the hours that pass before it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction

from django.db import transaction
from tests.shop import NOON, Person, add_service, open_customer

from sevenpanel.catalog.domain import Metric
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.notices import commands as notices
from sevenpanel.notices.domain import Draft
from sevenpanel.orders import commands, queries
from sevenpanel.orders.domain import Decider, Dispatch, OrderLine, Placed, Report, Status
from sevenpanel.orders.queries import Asked, DecisionRow
from sevenpanel.orders.queries.facts import facts_of
from sevenpanel.terms import (
    Aspect,
    Document,
    Kind,
    LinkFinding,
    Message,
    NoticeKind,
    OrderFacts,
    Outcome,
    Overrides,
    Scope,
    Ticket,
)

Step = tuple[str, int, int]
Rights = dict[tuple[int, Kind], int]

HOUR, TICK = timedelta(hours=1), timedelta(microseconds=1)
QUANTITY = 1000
RUNNING = (Status.PROCESSING, Status.IN_PROGRESS, Status.IN_PROGRESS)
ENDINGS = (Status.COMPLETED, Status.PARTIAL, Status.CANCELED)
DIFFERS = (None, frozenset({Aspect.SPEED}), frozenset({Aspect.QUALITY, Aspect.DROP}), frozenset[Aspect]())
MAY_GIVE_ALL = frozenset({"4.3", "4.4"})


@dataclass(slots=True)
class Past:
    """What happened so far, and what should not have."""

    person: Person = field(default_factory=lambda: open_customer("Alice", balance="100"))
    services: tuple[int, int] = field(default_factory=lambda: two_services())
    now: datetime = NOON
    orders: list[int] = field(default_factory=list)
    notices: list[int] = field(default_factory=list)
    messages: defaultdict[int, list[Message]] = field(default_factory=lambda: defaultdict(list))
    wrong: list[str] = field(default_factory=list)

    def run(self, steps: Iterable[Step]) -> "Past":
        """Let it happen, after a first order. What is refused did not happen."""
        place(self, 1)
        for what, number, hours in steps:
            self.now += hours * HOUR + TICK
            with suppress(Refusal):
                STEPS[what](self, number)
        self.wrong += [told for row in self.decisions() for told in too_much(row)]
        return self

    def decisions(self) -> list[DecisionRow]:
        """Every decision about this customer's orders."""
        return list(queries.decisions_of_customer(customer_id=self.person.customer_id))

    def facts(self, number: int) -> OrderFacts:
        """One of the orders as it stands."""
        order_id = self.orders[number % len(self.orders)]
        return facts_of(order_ids=[order_id], customer_id=self.person.customer_id)[order_id]

    def ticket(self, order_id: int) -> Ticket:
        """What was written about an order."""
        return Ticket(ticket_id=order_id, order_ids=(order_id,), messages=tuple(self.messages[order_id]))

    def rights(self, *of: int) -> Rights:
        """What can be asked for at this instant, and what would come back: of these orders, or of all."""
        return {
            (order_id, right.kind): right.refund_micros
            for order_id in of or self.orders
            for right in queries.rights_of(
                order_id=order_id,
                customer_id=self.person.customer_id,
                tickets=[self.ticket(order_id)],
                now=self.now,
            )
            if right.is_open
        }


def two_services() -> tuple[int, int]:
    """Two that count the same, of which the second has no cancel button."""
    return add_service(metric=Metric.MEMBERS), add_service(metric=Metric.MEMBERS, can_cancel=False)


def too_much(row: DecisionRow) -> Iterable[str]:
    """A decision that gives back more than its clause does, reckoned without the product's arithmetic."""
    order = row.record.facts.order
    arrived = order.reported_delivered
    if order.correction is not None and not order.is_untracked:
        arrived = order.correction.delivered
    says_all = row.decision.clause in MAY_GIVE_ALL and row.decider is not Decider.OVERRULED
    most = order.charge_micros * (Fraction(1) if says_all else 1 - Fraction(arrived, order.quantity))
    if row.decision.refund_micros and row.decision.refund_micros + order.returned_micros > most:
        yield f"{row.decision.clause} gave {row.decision.refund_micros} with {arrived} of {order.quantity} there"


def place(past: Past, number: int) -> None:
    """Order, on one of a few links, and most often send."""
    line = OrderLine(
        customer_id=past.person.customer_id,
        service_id=past.services[number % 2],
        link=f"t.me/northwind_{number % 5}",
        quantity=QUANTITY,
    )
    (outcome,) = commands.place(lines=[line], now=past.now)
    if not isinstance(outcome, Placed):
        return
    past.orders.append(outcome.order_id)
    if number % 4:
        with transaction.atomic():
            commands.begin_sending(order_ids=[outcome.order_id], now=past.now)
            sent = commands.DispatchResult(order_id=outcome.order_id, dispatch=Dispatch.SENT)
            commands.record_dispatch(results=[sent], now=past.now)


def deliver(past: Past, number: int) -> None:
    """More arrives. At the same instant, that returns nothing more."""
    order = past.facts(number)
    before = past.rights(order.order_id)
    report(past, order, RUNNING[number % 3], min(QUANTITY, order.reported_delivered + number % 400))
    after = past.rights(order.order_id)
    past.wrong += [f"{key}: {before[key]} -> {after[key]}" for key in before.keys() & after if after[key] > before[key]]


def end(past: Past, number: int) -> None:
    """The provider says that it is over."""
    order = past.facts(number)
    report(past, order, ENDINGS[number % 3], max(order.reported_delivered, number % (QUANTITY + 1)))


def report(past: Past, order: OrderFacts, status: Status, delivered: int) -> None:
    """What the provider says about an order that it has."""
    if order.dispatch is not Dispatch.SENT:
        return
    said = Report(
        order_id=order.order_id, status=status, remains=QUANTITY - delivered, start_count=None, words=status.value
    )  # fmt: skip
    with transaction.atomic():
        commands.apply_reports(reports=[said], now=past.now)


def drafted(past: Past, number: int) -> Draft:
    """A delay, figures, or a button; for a time to come, for some time, or without an end."""
    hours = timedelta(hours=number % 200)
    return Draft(
        kind=(NoticeKind.DELAY, NoticeKind.DESCRIPTION)[number % 2],
        scope=Scope.SERVICE,
        subject=past.services[number // 2 % 2],
        text="Read this.",
        in_force_from=past.now + 9 * HOUR if number % 5 == 0 else None,
        in_force_until=past.now + 10 * HOUR + hours if number % 3 == 0 else None,
        overrides=Overrides(
            complete_within=hours if number % 7 < 3 and hours else None,
            start_within=hours if number % 7 == 3 and hours else None,
            can_cancel=(None, True, False)[number % 11 % 3] if number % 2 else None,
        ),
    )


def publish(past: Past, number: int) -> None:
    """Announce a delay, figures, or a button. Whatever could be asked for at this instant still can be."""
    before = past.rights()
    past.notices.append(notices.publish(draft=drafted(past, number), written_by="olga@example.org", now=past.now))
    after = past.rights()
    past.wrong += [f"{key}: gone or less" for key in before if after.get(key, -1) != before[key]]


def amend(past: Past, number: int) -> None:
    """Another version takes the place of a notice."""
    if past.notices:
        place_in = number % len(past.notices)
        past.notices[place_in] = notices.correct(
            notice_id=past.notices[place_in], draft=drafted(past, number), written_by="olga@example.org",
            why="It was another figure.", now=past.now,
        )  # fmt: skip


def withdraw(past: Past, number: int) -> None:
    """A notice stands no longer."""
    if past.notices:
        notice_id = past.notices.pop(number % len(past.notices))
        notices.withdraw(notice_id=notice_id, withdrawn_by="olga@example.org", why="It is over.", now=past.now)


def correct(past: Past, number: int) -> None:
    """Staff say how much arrived."""
    order = past.facts(number)
    figure = number % (QUANTITY + 1)
    commands.correct_delivered(
        order_id=order.order_id, delivered=figure, reason="Counted.", staff_id=9, now=past.now
    )  # fmt: skip


def find(past: Past, number: int) -> None:
    """Now and then there is trouble with a link."""
    order, found = past.facts(number), tuple(LinkFinding)[number % len(LinkFinding)]
    if number % 3 == 0:
        with transaction.atomic():
            commands.find_link_trouble(
                order_id=order.order_id, found=found, evidence="Look.", staff_id=9, now=past.now
            )  # fmt: skip


def write(past: Past, number: int) -> None:
    """The customer writes in a ticket, or staff answer."""
    order = past.facts(number)
    past.messages[order.order_id].append(Message(at=past.now, is_from_staff=number % 3 == 0))


def press_cancel(past: Past, number: int) -> None:
    """Press the button; now and then the provider says no."""
    order = past.facts(number)
    commands.request_cancel(customer_id=past.person.customer_id, order_ids=[order.order_id], now=past.now)
    if number % 3 == 0:
        with transaction.atomic():
            commands.record_cancel_answer(order_id=order.order_id, accepted=False, words="No.", now=past.now)


def ask(past: Past, number: int) -> None:
    """Ask for something, perhaps some hours ago; the rules decide, or staff confirm or overrule them."""
    order = past.facts(number)
    asked = Asked(
        order_id=order.order_id,
        customer_id=past.person.customer_id,
        kind=tuple(Kind)[number % len(Kind)],
        requested_at=max(order.placed_at, past.now - number % 3 * HOUR),
        documents=frozenset() if number % 7 == 0 else frozenset(Document),
        ticket=past.ticket(order.order_id),
        broken=frozenset({Aspect.QUALITY}),
        differs=DIFFERS[number // 10 % len(DIFFERS)],
    )
    proposed = queries.record_for(asked=asked, now=past.now).decision
    with transaction.atomic():
        if proposed.outcome is Outcome.STAFF or number % 6 == 0:
            commands.decide_by_staff(asked=asked, act=_by_hand(number), now=past.now)
        elif number % 2:
            confirm = commands.Confirm(staff_id=9, expected=commands.fingerprint(proposed))
            commands.decide_by_staff(asked=asked, act=confirm, now=past.now)
        else:
            commands.decide_by_rules(asked=asked, now=past.now)


def _by_hand(number: int) -> commands.GrantByHand | commands.RefuseByHand:
    if number % 4 == 0:
        return commands.RefuseByHand(staff_id=9, reason="It is another post.")
    return commands.GrantByHand(staff_id=9, amount_micros=1 + number * 700, reason="Kindness.")


STEPS: dict[str, Callable[[Past, int], None]] = {
    "place": place, "deliver": deliver, "end": end, "publish": publish, "withdraw": withdraw, "correct": correct,
    "amend": amend, "find": find, "write": write, "cancel": press_cancel, "ask": ask,
}  # fmt: skip
WEIGHTS: Sequence[str] = (*STEPS, "place", "deliver", "publish", "publish", "write", "ask", "ask", "ask", "ask")
