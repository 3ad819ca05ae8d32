"""Tickets of a run: opened, answered late or never, claimed, judged, reviewed, closed."""

from collections.abc import Callable

from sevenpanel.kernel.refusals import Refusal
from sevenpanel.launch.simulation.world import Customer, World
from sevenpanel.orders.commands import Confirm, GrantByHand, RefuseByHand, fingerprint
from sevenpanel.orders.commands.decisions import Act
from sevenpanel.support import commands as support
from sevenpanel.support import queries
from sevenpanel.support.domain import RequestState, Topic, Upload, files_for
from sevenpanel.support.queries import Heap, RequestRow, TicketPage, TicketRow
from sevenpanel.terms import Aspect, Kind

KINDS = (Kind.OTHER, Kind.OWN_MISTAKE, Kind.DROP, Kind.NOT_COMPLETED, Kind.NOT_COMPLETED, Kind.WRONG_SPECIFICATION)
BROKEN = (Aspect.WHAT, Aspect.SPEED)


def open_ticket(world: World, who: Customer) -> None:
    """Ask about orders of one's own, with documents or without."""
    about = world.chance.some(list(who.promised)[-10:], 2)
    kind = world.chance.one_of(KINDS)
    if not about:
        return
    ticket_id = support.open_ticket(
        customer_id=who.id,
        person_id=who.person_id,
        topic=Topic.ORDER,
        kind=kind,
        order_ids=about,
        body="Please look at this.",
        broken=[world.chance.one_of(BROKEN)] if kind is Kind.WRONG_SPECIFICATION else [],
        uploads=_documents(kind) if world.chance.happens(500) else [],
        now=world.now,
    )
    who.tickets.append(ticket_id)
    world.note(f"customer {who.id} opens ticket {ticket_id} about {about}: {kind}")


def write(world: World, who: Customer) -> None:
    """Write in a ticket again, or close it oneself."""
    if not who.tickets:
        return
    ticket_id = world.chance.one_of(who.tickets)
    if world.chance.happens(200):
        support.withdraw(customer_id=who.id, ticket_id=ticket_id, now=world.now)
        world.note(f"customer {who.id} withdraws ticket {ticket_id}")
        return
    support.reply(
        customer_id=who.id, person_id=who.person_id, ticket_id=ticket_id, body="Is anybody there?", now=world.now
    )
    world.note(f"customer {who.id} writes in ticket {ticket_id}")


def claim(world: World, who: Customer) -> None:
    """Claim an order whose ticket nobody answered; before the time is over that is refused (clause 4.4)."""
    if not who.tickets:
        return
    page = _page(world, world.chance.one_of(who.tickets))
    order_id = world.chance.one_of(page.ticket.order_ids)
    _tried(
        world,
        f"customer {who.id} claims order {order_id} of ticket {page.ticket.id}",
        lambda: support.claim(customer_id=who.id, ticket_id=page.ticket.id, order_id=order_id, now=world.now),
    )


def appeal(world: World, who: Customer) -> None:
    """Ask for another pair of eyes, with a new document (settled 6)."""
    decided = [
        (id_, request)
        for id_ in who.tickets[-3:]
        for request in _page(world, id_).requests
        if request.state is RequestState.DECIDED
    ]
    if not decided:
        return
    ticket_id, request = world.chance.one_of(decided)
    _tried(
        world,
        f"customer {who.id} appeals request {request.id}",
        lambda: support.appeal(
            customer_id=who.id,
            person_id=who.person_id,
            ticket_id=ticket_id,
            request_id=request.id,
            body="Look again.",
            uploads=[Upload(name="more.txt", data=b"More.")],
            now=world.now,
        ),
    )


def answer(world: World) -> None:
    """Answer the ticket that waits longest, or leave a note that nobody else reads."""
    waiting = _heap(world, Heap.WAITING)
    if not waiting:
        return
    is_internal = world.chance.happens(200)
    support.answer(
        staff_id=world.chance.one_of(world.staff),
        ticket_id=waiting[0].id,
        body="We look at it.",
        is_internal=is_internal,
        now=world.now,
    )
    world.note(f"staff: {'a note' if is_internal else 'an answer'} in ticket {waiting[0].id}")


def judge(world: World) -> None:
    """Decide a request: as the rules propose, or against them with a reason."""
    opened = _heap(world, Heap.OPEN)
    if not opened:
        return
    page = _page(world, world.chance.one_of(opened).id)
    undecided = [request for request in page.requests if request.state is not RequestState.DECIDED]
    if undecided:
        _judge(world, page, world.chance.one_of(undecided))


def close(world: World) -> None:
    """Close a ticket as staff, or open one again."""
    heap = world.chance.one_of((Heap.OPEN, Heap.CLOSED))
    found = _heap(world, heap)
    if found:
        act = support.close if heap is Heap.OPEN else support.reopen
        act(ticket_id=found[0].id, now=world.now)
        world.note(f"staff: {'close' if heap is Heap.OPEN else 'reopen'} ticket {found[0].id}")


def _judge(world: World, page: TicketPage, request: RequestRow) -> None:
    ticket_id = page.ticket.id
    if request.kind is Kind.WRONG_SPECIFICATION and request.differs is None:
        differs = [Aspect.WHAT] if world.chance.happens(500) else []
        support.record_finding(ticket_id=ticket_id, request_id=request.id, differs=differs)
        return
    act = _act(world, request)
    _tried(
        world,
        f"staff: request {request.id} of order {request.order_id}, {type(act).__name__}",
        lambda: support.judge(ticket_id=ticket_id, request_id=request.id, act=act, now=world.now),
    )


def _act(world: World, request: RequestRow) -> Act:
    staff_id = world.chance.one_of(world.staff)
    drawn = world.chance.randrange(10)
    if drawn < 6:
        return Confirm(staff_id=staff_id, expected=fingerprint(request.says))
    if drawn < 9:
        return GrantByHand(staff_id=staff_id, amount_micros=world.chance.randint(1, 10**6), reason="Out of kindness.")
    return RefuseByHand(staff_id=staff_id, reason="It was delivered.")


def _tried(world: World, words: str, act: Callable[[], object]) -> None:
    try:
        done = act()
    except Refusal as refusal:
        world.note(f"{words}: {refusal.sentence}")
    else:
        world.note(f"{words}: done{f', {done}' if done else ''}")


def _documents(kind: Kind) -> list[Upload]:
    return [Upload(name="document.txt", data=b"As it stands.", document=each) for each in files_for(kind)]


def _heap(world: World, heap: Heap) -> list[TicketRow]:
    return queries.tickets_for_staff(heap=heap, staff_id=world.staff[0], now=world.now)


def _page(world: World, ticket_id: int) -> TicketPage:
    page = queries.ticket_page(ticket_id=ticket_id, customer_id=None, now=world.now)
    assert page is not None
    return page
