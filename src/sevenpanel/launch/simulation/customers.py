"""What customers do: order by form, mass order and API, repeat themselves, cancel, look, and pay in."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from django.db import IntegrityError

from sevenpanel.catalog import queries as catalog
from sevenpanel.catalog.domain import ServiceType, charge_micros
from sevenpanel.kernel.chaos import Killed
from sevenpanel.kernel.money import MICROS_PER_UNIT
from sevenpanel.launch.simulation.shop import deposit
from sevenpanel.launch.simulation.world import BrokenPromise, Customer, World
from sevenpanel.orders import commands as orders
from sevenpanel.orders import queries as order_rows
from sevenpanel.orders.domain import OrderLine, Placed, RefusalCode, Refused, Source

Outcome = Placed | Refused
# How often in a thousand a rush is regretted, and how many orders of it each customer keeps at most.
REGRETTED, KEPT_MAX = 996, 2
# Every service but the one without a cancel button.
CANCELLABLE = (0, 2, 3)
KINDS = (ServiceType.DEFAULT, ServiceType.DEFAULT, ServiceType.PACKAGE, ServiceType.CUSTOM_COMMENTS)


def order(world: World, who: Customer) -> None:
    """Order one thing, by the form or the API."""
    source = world.chance.one_of((Source.FORM, Source.API))
    _place(world, who, [_line(world, who, source)])


def order_many(world: World, who: Customer, *, at_most: int = 6) -> None:
    """Send a mass order."""
    count = world.chance.randint(2, at_most)
    _place(world, who, [_line(world, who, Source.MASS) for _ in range(count)])


def rush(world: World, *, at_most: int) -> None:
    """Let the scripts of all customers order at once, as the API's door takes them; most of it is regretted at once."""
    count = world.chance.randint(at_most // 2, at_most)
    who = [world.chance.one_of(world.customers) for _ in range(count)]
    lines = [_line(world, one, Source.API, world.chance.one_of(CANCELLABLE)) for one in who]
    outcomes = _sent(world, lines)
    if outcomes is None:
        return
    taken = {one.id: list[int]() for one in world.customers}
    for one, line, outcome in zip(who, lines, outcomes, strict=True):
        if isinstance(outcome, Placed):
            _keep(one, line, outcome)
            taken[one.id].append(outcome.order_id)
    world.note(f"a rush of {count}: {sum(map(len, taken.values()))} placed")
    if world.chance.happens(REGRETTED):
        for one in world.customers:
            _cancel(world, one, taken[one.id][world.chance.randint(0, KEPT_MAX) :])


def ask_again(world: World, who: Customer) -> None:
    """Repeat a request whose answer was lost; nobody knows whether it was taken."""
    if who.unanswered:
        _place(world, who, [who.unanswered.pop(0)])


def repeat(world: World, who: Customer) -> None:
    """Repeat a request that was answered: the same order, or a conflict when it asks for something else."""
    known = [id_ for id_, (line, _) in who.promised.items() if line.request_id]
    if not known:
        return
    id_ = world.chance.one_of(known[-20:])
    line, charge = who.promised[id_]
    is_same = world.chance.happens(600)
    asked = line if is_same else replace(line, link=f"{line.link}other/")
    outcome = _sent(world, [asked])
    if outcome is None:
        return
    expected = (id_, charge) if is_same else RefusalCode.REQUEST_CONFLICT
    found = (outcome[0].order_id, outcome[0].charge_micros) if isinstance(outcome[0], Placed) else outcome[0].code
    world.note(f"customer {who.id} repeats order {id_}{'' if is_same else ' with another link'}: {found}")
    if found != expected:
        raise BrokenPromise(f"A repeated request of order {id_} was answered {found}, not {expected}.")


def cancel(world: World, who: Customer) -> None:
    """Ask to cancel a few orders, at times one that is somebody else's."""
    own = world.chance.some(list(who.promised)[-30:], 3)
    strange = [id_ for other in world.customers if other is not who for id_ in list(other.promised)[-1:]]
    asked = own + (strange if world.chance.happens(100) else [])
    _cancel(world, who, asked)


def cancel_lately_placed(world: World, who: Customer, *, at_most: int) -> None:
    """Regret the last mass order."""
    _cancel(world, who, list(who.promised)[-at_most:])


def _cancel(world: World, who: Customer, asked: Sequence[int]) -> None:
    if not asked:
        return
    try:
        answers = orders.request_cancel(customer_id=who.id, order_ids=asked, now=world.now)
    except Killed:
        world.note(f"customer {who.id} cancels {_short(asked)}: the answer is lost")
        return
    told = Counter(answer.verdict.value for answer in answers)
    world.note(f"customer {who.id} cancels {_short(asked)}: {dict(sorted(told.items()))}")
    taken = [a.order_id for a in answers if a.order_id not in who.promised and a.verdict.value != "not found"]
    if any(id_ in other.promised for id_ in taken for other in world.customers):
        raise BrokenPromise(f"Customer {who.id} cancelled orders of others: {taken}.")


def look(world: World, who: Customer) -> None:
    """Look at an order: its timeline can be told, and its sums add up to its charge (U-9)."""
    if not who.promised:
        return
    id_ = world.chance.one_of(list(who.promised)[-30:])
    row = order_rows.order(customer_id=who.id, order_id=id_)
    if row is None:
        raise BrokenPromise(f"Order {id_} was taken and is not there.")
    lines = order_rows.timeline(row)
    world.note(f"customer {who.id} looks at order {id_}: {row.status}, {row.dispatch}, {len(lines)} lines")
    seen = catalog.service(service_id=row.service_id, customer_id=who.id)
    assert seen is not None
    who.seen_rates[row.service_id] = seen.rate_micros


def pay_in(world: World, who: Customer) -> None:
    """Put money on the balance; the same payment told twice is booked once (I9)."""
    if who.deposits and world.chance.happens(200):
        _pay_in_twice(world, who)
        return
    who.deposits += 1
    amount = world.chance.randint(1, 40) * MICROS_PER_UNIT + world.chance.randint(0, 999_999)
    deposit(world, who, amount, str(who.deposits))
    world.note(f"customer {who.id} pays in {amount}")


def _pay_in_twice(world: World, who: Customer) -> None:
    try:
        deposit(world, who, MICROS_PER_UNIT, str(who.deposits))
    except IntegrityError:
        world.note(f"customer {who.id} pays in {who.deposits} again: booked before")
    else:
        raise BrokenPromise(f"Payment {who.deposits} of customer {who.id} was credited twice.")


def _place(world: World, who: Customer, lines: Sequence[OrderLine]) -> None:
    outcomes = _sent(world, lines)
    if outcomes is None:
        return
    told = Counter(o.code.value if isinstance(o, Refused) else _taken_as(o) for o in outcomes)
    ids = [outcome.order_id for outcome in outcomes if isinstance(outcome, Placed)]
    world.note(f"customer {who.id} places {len(lines)}: {dict(sorted(told.items()))} {_short(ids)}")
    for line, outcome in zip(lines, outcomes, strict=True):
        if isinstance(outcome, Placed):
            _keep(who, line, outcome)


def _taken_as(outcome: Placed) -> str:
    return "replayed" if outcome.is_replay else "placed"


def _keep(who: Customer, line: OrderLine, outcome: Placed) -> None:
    """Remember what was promised, and that the price is not above the one that was seen (I13)."""
    if line.max_charge_micros is not None and outcome.charge_micros > line.max_charge_micros:
        raise BrokenPromise(f"Order {outcome.order_id} costs more than was shown.")
    if outcome.order_id in who.promised and not outcome.is_replay:
        raise BrokenPromise(f"Order {outcome.order_id} was given twice.")
    who.promised[outcome.order_id] = (line, outcome.charge_micros)


def _sent(world: World, lines: Sequence[OrderLine]) -> list[Outcome] | None:
    """Send a request. The process that answers may die; then nobody knows what became of it."""
    try:
        return orders.place(lines=lines, now=world.now)
    except Killed:
        for one in world.customers:
            one.unanswered += [line for line in lines if line.request_id and line.customer_id == one.id]
        world.note(f"customer {lines[0].customer_id} places {len(lines)}: the answer is lost")
        return None


def _line(world: World, who: Customer, source: Source, at: int | None = None) -> OrderLine:
    """A line about one of the services, any of them unless said."""
    chance = world.chance
    at = chance.randrange(len(KINDS)) if at is None else at
    who.lines += 1
    number = who.lines if chance.happens(750) else chance.randint(1, who.lines)
    comments = tuple(f"Line {n}" for n in range(chance.randint(0, 12))) if at == 3 else ()
    quantity = chance.randint(1, 4000) if KINDS[at] is ServiceType.DEFAULT else None
    line = OrderLine(
        customer_id=who.id,
        service_id=world.services[at],
        link=f"https://customer{who.id}.example.com/{number}/",
        quantity=quantity,
        comments=comments,
        source=source,
        request_id=f"{who.id}/{who.lines}" if source is not Source.API or chance.happens(700) else None,
    )
    return line if source is Source.API else replace(line, max_charge_micros=_price_seen(who, line, KINDS[at]))


def _price_seen(who: Customer, line: OrderLine, kind: ServiceType) -> int:
    """The price that the form shows, which is from the customer's last look at the service."""
    if line.service_id not in who.seen_rates:
        row = catalog.service(service_id=line.service_id, customer_id=who.id)
        assert row is not None
        who.seen_rates[line.service_id] = row.rate_micros
    rate = who.seen_rates[line.service_id]
    return charge_micros(type=kind, rate_micros=rate, quantity=line.quantity or max(1, len(line.comments)))


def _short(ids: Sequence[int]) -> str:
    return f"{list(ids[:6])}{f' and {len(ids) - 6} more' if len(ids) > 6 else ''}" if ids else ""
