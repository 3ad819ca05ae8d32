"""A past for the demo: orders of an earlier customer, so that drop and times have something to be told from.

Nothing of it is made up here: each order has the fate that the sandbox provider would have given it, is placed, sent,
reported and settled by the desk's own commands at instants of the past, and its drop is read, day by day, from what the
sandbox would have said. What the pages show is estimated from that. One more order was closed for its link before it
was sent, so that the desk has a finding to look at.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from sevenpanel.accounts import commands as accounts
from sevenpanel.fulfilment.providers.sandbox import fate
from sevenpanel.fulfilment.providers.sandbox.catalogue import Listing, catalogue
from sevenpanel.fulfilment.providers.sandbox.personality import Personality
from sevenpanel.insight import commands as insight
from sevenpanel.insight.commands import estimating
from sevenpanel.insight.domain import AGES, Counter, Network
from sevenpanel.insight.meters.interface import Answers, Ask, Count
from sevenpanel.kernel.money import parse_amount
from sevenpanel.ledger import commands as ledger
from sevenpanel.ledger.domain import AccountKind, Reason, Transfer, customer, house
from sevenpanel.orders import commands as orders
from sevenpanel.orders.commands.dispatching import DispatchResult
from sevenpanel.orders.domain import Dispatch, OrderLine, Placed, Report, Source, Status
from sevenpanel.support import commands as support
from sevenpanel.terms import LinkFinding

LONG_RUNNING = 114
OLD_NAME = "https://t.me/northwind_old_name"
RENAMED = "The channel was renamed an hour after the order: the old name leads nowhere."
TWO_DAYS = timedelta(days=2)
LISTINGS = (501, 502, 505)
ROUNDS, APART = 16, timedelta(days=3)
# The last order has ended more than thirty days ago, so that all of its counts have been read by now.
BEGAN = ROUNDS * APART + timedelta(days=32)
BALANCE = "5000.00"
SEED = 7
# In percent of the sandbox's usual durations: some ten minutes to an hour and a half.
PACE = 10_000
LOOKED = timedelta(minutes=5)
ENDED_AFTER = timedelta(hours=3)
WEEK = timedelta(days=7)

LINKS = {
    "website/page": "https://northwind.example/offer-{}",
    "telegram/channel": "https://t.me/northwind_{}",
    "linkedin/company": "https://www.linkedin.com/company/northwind-{}",
}


@dataclass(frozen=True, slots=True)
class _Past:
    """An order that was, and what it was to the sandbox."""

    order_id: int
    listing: Listing
    placed: fate.Placed


@dataclass(frozen=True, slots=True)
class _Sandbox:
    """The sandbox as a meter of its own past orders: what it would have said at an instant."""

    pasts: Mapping[int, _Past]
    now: datetime
    network: Network = Network.PROVIDER
    batch: int = 100

    def read(self, asks: Sequence[Ask]) -> Answers:
        """How many of each order were there."""
        return {each.order_id: self._count(self.pasts[each.order_id]) for each in asks}

    def _count(self, past: _Past) -> Count:
        missing = fate.standing(past.placed, self.now).remains
        lost = fate.lost(past.placed, past.listing.drop_percent, self.now)
        return Count(value=past.placed.quantity - missing - lost)


def make_past(*, services: Mapping[int, int], made_by: str, operator_id: int, now: datetime) -> None:
    """Let the orders of the past happen and be read about, until now.

    :param services: the desk's services by the sandbox's.
    :param operator_id: who found a changed link.
    """
    began = now - BEGAN
    for listing in LISTINGS:
        chosen = Counter.PROVIDER_STATUS
        insight.set_meter(service_id=services[listing], counter=chosen, set_by=made_by, now=began)
    customer_id = _customer(began)
    pasts: dict[int, _Past] = {}
    for number in range(ROUNDS):
        at = began + number * APART
        some = _place(services, customer_id, number, at)
        _live(some, at)
        pasts |= {past.order_id: past for past in some}
        insight.take_in_endings(now=at + ENDED_AFTER)
    insight.reckon_times(now=now)
    _read(pasts, began)
    _change_link(services[LONG_RUNNING], customer_id, operator_id, now - TWO_DAYS)


def _change_link(service_id: int, customer_id: int, operator_id: int, at: datetime) -> None:
    """An order that runs for long, whose link changed before it was sent (clause 4.5)."""
    line = OrderLine(
        customer_id=customer_id,
        service_id=service_id,
        link=OLD_NAME,
        quantity=catalogue()[LONG_RUNNING].min,
        source=Source.FORM,
    )
    (placed,) = orders.place(lines=[line], now=at)
    if isinstance(placed, Placed):
        support.close_for_link(
            staff_id=operator_id,
            order_id=placed.order_id,
            found=LinkFinding.CHANGED,
            evidence=RENAMED,
            now=at + timedelta(hours=1),
        )


def _customer(began: datetime) -> int:
    currency = settings.CURRENCY
    with transaction.atomic():
        customer_id = accounts.open_customer(name="Earlier customers (demo)", currency=currency, now=began)
        deposit = Transfer(
            key="operator/credit/demo-past",
            debit=house(AccountKind.CUSTODY, currency),
            credit=customer(customer_id, currency),
            amount_micros=parse_amount(BALANCE),
            reason=Reason.DEPOSIT,
            customer_id=customer_id,
            note="Play money of the demo's past",
        )
        ledger.post(transfers=[deposit], now=began)
    return customer_id


def _place(services: Mapping[int, int], customer_id: int, number: int, at: datetime) -> list[_Past]:
    """One order of each service, of another size each time."""
    listings = [catalogue()[id_] for id_ in LISTINGS]
    lines = [
        OrderLine(
            customer_id=customer_id,
            service_id=services[listing.id],
            link=LINKS[listing.links[0]].format(number + 1),
            quantity=listing.min * (1 + (number * 3 + listing.id) % 5),
            source=Source.FORM,
        )
        for listing in listings
    ]
    taken = orders.place(lines=lines, now=at)
    return [
        _Past(outcome.order_id, listing, _placed(outcome.order_id, line, at))
        for outcome, line, listing in zip(taken, lines, listings, strict=True)
        if isinstance(outcome, Placed)
    ]


def _placed(order_id: int, line: OrderLine, at: datetime) -> fate.Placed:
    assert line.quantity is not None
    return fate.Placed(
        seed=SEED,
        order=order_id,
        quantity=line.quantity,
        personality=Personality.NORMAL,
        placed_at=at,
        pace=PACE,
    )


def _live(pasts: Sequence[_Past], at: datetime) -> None:
    """Send these orders and follow them to their ends, all in one: no half of a past is left behind.

    Should this process die before it, the orders wait in the outbox like any others, and the worker sends them.
    """
    ids = [past.order_id for past in pasts]
    with transaction.atomic():
        orders.begin_sending(order_ids=ids, now=at)
        sent = [DispatchResult(order_id=id_, dispatch=Dispatch.SENT) for id_ in ids]
        orders.record_dispatch(results=sent, now=at)
        for then, reports in _reports(pasts, at):
            orders.apply_reports(reports=reports, now=then)


def _reports(pasts: Sequence[_Past], at: datetime) -> Iterator[tuple[datetime, list[Report]]]:
    """What the sandbox would have said every few minutes, as far as it was news."""
    last: dict[int, str] = {}
    for look in range(1, ENDED_AFTER // LOOKED):
        then = at + look * LOOKED
        said = {past.order_id: fate.standing(past.placed, then) for past in pasts}
        news = {id_: state for id_, state in said.items() if state.status != last.get(id_)}
        last |= {id_: state.status for id_, state in news.items()}
        if news:
            yield then, [_report(id_, state) for id_, state in news.items()]


def _report(order_id: int, state: fate.Standing) -> Report:
    return Report(
        order_id=order_id,
        status=Status(state.status),
        remains=state.remains,
        start_count=state.start_count,
        words=state.status,
    )


def _read(pasts: Mapping[int, _Past], began: datetime) -> None:
    """Read each count a little after it was due, and estimate once a week."""
    rounds = {past.placed.placed_at + ENDED_AFTER for past in pasts.values()}
    estimated = began
    for then in sorted(at + age for at in rounds for age in AGES.values()):
        insight.read_next(clock=lambda at=then: at, meters=[_Sandbox(pasts, then)])  # type: ignore[misc]
        if then >= estimated + WEEK:
            estimating.estimate_drop(now=then)
            estimated = then
    estimating.estimate_drop(now=then)
