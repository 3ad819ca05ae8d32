"""Orders, notices, tickets and requests: all combinations of what matters, and random ones."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product

from hypothesis import strategies as st
from tests.pure.terms.ordinary import DUE, HOUR, LATE, ORDER, PLACED, closed, notice, order, request, ticket

from sevenpanel.terms import (
    Aspect,
    CancelAnswer,
    Correction,
    Description,
    Dispatch,
    Document,
    DropBand,
    Kind,
    LinkFinding,
    LinkTrouble,
    Message,
    Notice,
    NoticeKind,
    OrderFacts,
    Overrides,
    RequestFacts,
    Scope,
    Status,
    Ticket,
)

_WRONG = LinkTrouble(found=LinkFinding.WRONG, found_at=PLACED, evidence="no such place.")
_ORDERS = (
    ORDER,
    order(notices=(notice(),)),
    order(started_at=None, notices=(notice(start_within=100 * HOUR),)),
    closed(),
    closed(at=LATE + HOUR),
    closed(Status.CANCELED),
    closed(notices=(notice(),)),
    closed(Status.CANCELED, notices=(notice(),)),
    order(description=replace(ORDER.description, can_cancel=True)),
)
_TROUBLE = (None, _WRONG, replace(_WRONG, found=LinkFinding.GONE))
_SILENT = ticket((PLACED, "customer"))

# Every combination of what decides which rows speak.
EVERYTHING: list[RequestFacts] = [
    request(
        kind,
        replace(about, link_trouble=trouble, doubled_with=doubled, is_untracked=untracked),
        at=at,
        broken=broken,
        ticket=_SILENT,
        **({} if complete else {"documents": frozenset()}),
    )
    for kind, about, trouble, doubled, untracked, at, broken, complete in product(
        Kind,
        _ORDERS,
        _TROUBLE,
        ((), (4,)),
        (False, True),
        (DUE, LATE),
        (frozenset({Aspect.SPEED}), frozenset({Aspect.WHAT})),
        (True, False),
    )
]

hours = st.integers(0, 200).map(lambda n: timedelta(hours=n))
instants = st.integers(0, 300 * 4).map(lambda n: PLACED + timedelta(minutes=15 * n))
promised = st.sampled_from([None, 1, 6, 24, 48]).map(lambda n: None if n is None else timedelta(hours=n))
maybe_hours = st.none() | hours
rarely = st.integers(0, 7).map(lambda n: n == 7)

descriptions = st.builds(
    Description,
    service_id=st.just(1234),
    network=st.sampled_from(["telegram", "instagram"]),
    category_id=st.integers(7, 8),
    start_within=promised,
    complete_within=promised,
    quantity_min=st.just(1),
    quantity_max=st.just(10**9),
    drop_band=st.none() | st.sampled_from(DropBand),
    can_cancel=st.booleans(),
    can_refill=st.booleans(),
    text=st.sampled_from(["Members.", "Views."]),
)
overrides = st.builds(
    Overrides,
    start_within=maybe_hours,
    complete_within=maybe_hours,
    drop_band=st.none() | st.sampled_from(DropBand),
    can_cancel=st.none() | st.booleans(),
    text=st.none() | st.just("Slower now."),
)
subjects = st.sampled_from(
    [
        (Scope.ALL, None),
        (Scope.NETWORK, "telegram"),
        (Scope.NETWORK, "instagram"),
        (Scope.CATEGORY, 7),
        (Scope.CATEGORY, 8),
        (Scope.SERVICE, 99),
        (Scope.SERVICE, 1234),
        (Scope.SERVICE, 1234),
    ]
)


# Said early about the very service, and still standing: what excuses a delay.
delays = st.builds(
    notice,
    st.integers(1, 10_000),
    published=st.integers(0, 12).map(lambda n: PLACED + n * HOUR),
    complete_within=st.none() | st.integers(24, 400).map(lambda n: n * HOUR),
)


# Whether there is a cancel button, said about the very service before placing or after.
buttons = st.builds(
    notice,
    st.integers(1, 10_000),
    published=st.integers(-4, 24).map(lambda n: PLACED + n * HOUR),
    can_cancel=st.booleans(),
    in_force_until=st.none() | st.integers(-2, 60).map(lambda n: PLACED + n * HOUR),
    withdrawn_at=st.none() | st.integers(-2, 60).map(lambda n: PLACED + n * HOUR),
)


@st.composite
def notices(draw: st.DrawFn, published: st.SearchStrategy[datetime] = instants) -> Notice:
    """One notice: delays more often than others, published from a day before placing on."""
    scope, subject = draw(subjects)
    out = draw(published)
    return Notice(
        notice_id=draw(st.integers(1, 10_000)),
        kind=draw(st.just(NoticeKind.DELAY) | st.sampled_from(NoticeKind)),
        scope=scope,
        subject=subject,
        published_at=out,
        in_force_from=draw(st.just(out) | instants),
        in_force_until=draw(st.none() | instants),
        withdrawn_at=draw(st.none() | instants),
        overrides=draw(st.just(Overrides()) | overrides),
        text=draw(st.sampled_from(["", "Slow."])),
    )


tickets = st.builds(
    Ticket,
    ticket_id=st.just(77),
    order_ids=st.sampled_from([(5,), (4, 5), (4,)]),
    messages=st.lists(st.builds(Message, at=instants, is_from_staff=st.booleans()), max_size=4).map(tuple),
    withdrawn_at=st.none() | instants,
)
troubles = st.builds(LinkTrouble, found=st.sampled_from(LinkFinding), found_at=instants, evidence=st.just("It is so."))
corrections = st.builds(Correction, delivered=st.integers(0, 50), reason=st.just("Counted."), by=st.just("ada"))


@st.composite
def orders(draw: st.DrawFn) -> OrderFacts:
    """An order anywhere in its life."""
    quantity = draw(st.integers(50, 5_000))
    charge = draw(st.integers(1, 10**12))
    is_open = draw(st.sampled_from([True, True, False]))
    ended = st.sampled_from([Status.COMPLETED, Status.PARTIAL, Status.CANCELED])
    running = st.sampled_from([Status.PENDING, Status.PROCESSING, Status.IN_PROGRESS])
    return OrderFacts(
        order_id=5,
        placed_at=PLACED,
        quantity=quantity,
        charge_micros=charge,
        currency="EUR",
        terms_version="1",
        status=draw(running if is_open else ended),
        dispatch=draw(st.sampled_from(Dispatch)),
        description=draw(descriptions),
        notices=tuple(draw(st.lists(notices() | delays, max_size=3))),
        reported_delivered=draw(st.integers(0, quantity)),
        correction=draw(corrections) if draw(rarely) else None,
        returned_micros=draw(st.integers(0, charge) | st.just(charge)) if draw(rarely) else 0,
        started_at=draw(st.none() | instants),
        closed_at=None if is_open else draw(instants),
        cancel_answer=draw(st.sampled_from(CancelAnswer)),
        is_untracked=draw(st.booleans()),
        doubled_with=(4,) if draw(rarely) else (),
        is_long_running=draw(st.booleans()),
        link_trouble=draw(troubles) if draw(rarely) else None,
    )


named = st.sampled_from([(), (Aspect.SPEED,), (Aspect.WHAT,), (Aspect.DROP, Aspect.QUALITY)]).map(frozenset)
any_kind = st.sampled_from(Kind)


@st.composite
def requests(draw: st.DrawFn, kinds: st.SearchStrategy[Kind] = any_kind) -> RequestFacts:
    """A request about such an order."""
    return RequestFacts(
        order=draw(orders()),
        kind=draw(kinds),
        requested_at=draw(instants),
        documents=frozenset() if draw(rarely) else frozenset(Document),
        ticket=draw(st.none() | tickets),
        broken=draw(named),
        differs=draw(st.none() | st.frozensets(st.sampled_from(Aspect), max_size=2)),
    )


policies_words = st.fixed_dictionaries(
    {},
    optional={
        "ticket_answer_hours": st.integers(1, 72),
        "wrong_spec_refund": st.sampled_from(["full", "undelivered"]),
        "unanswered_refund": st.sampled_from(["full", "undelivered"]),
    },
)
