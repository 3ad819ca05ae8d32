"""What a test key is answered is what a live key is answered (ADR 30): the same requests at both doors.

The rules of placing stand twice, in SQL and in `rehearsal.domain`. Nothing but these tests holds the two together.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.shop import NOON, add_service, open_customer

from sevenpanel.accounts import commands as accounts
from sevenpanel.accounts import queries as keys
from sevenpanel.accounts.domain import KeyLimits
from sevenpanel.catalog import commands as catalog
from sevenpanel.catalog.domain import ServiceState, ServiceType
from sevenpanel.kernel import db
from sevenpanel.kernel.money import parse_amount
from sevenpanel.notices import commands as notices
from sevenpanel.notices.domain import Draft
from sevenpanel.orders import commands as orders
from sevenpanel.orders.commands.statement import PLACE_BY_DJANGO
from sevenpanel.orders.domain import OrderLine, Placed, RefusalCode, Refused
from sevenpanel.rehearsal import commands as rehearsal
from sevenpanel.rehearsal import domain
from sevenpanel.rehearsal.domain import PLAY_MONEY_MICROS
from sevenpanel.terms import NoticeKind, Overrides, Scope

pytestmark = pytest.mark.django_db

Outcome = Placed | Refused
# The number of a service, the link, the quantity, how many comments, the request id, the price that was shown, and
# whether the key has a daily limit.
Asked = tuple[int, str, int | None, int, str | None, int | None, bool]
LINKS = (
    "t.me/northwind_news",
    "https://t.me/Northwind_News",
    "t.me/another_one",
    "https://example.com/",
    "nonsense",
    "",
)
QUANTITIES = (None, 0, 1, 9, 10, 11, 50, 99, 100, 499, 500, 501, 10_000, 10_001, 10**12)


def services() -> list[int]:
    """One of each kind that is judged differently."""
    plain, dear = add_service(), add_service(rate="80000")
    made = [
        plain,
        dear,
        add_service(service_type=ServiceType.PACKAGE, rate="600", quantity_min=3, quantity_max=7),
        add_service(service_type=ServiceType.CUSTOM_COMMENTS, rate="90", quantity_min=2, quantity_max=3),
        add_service(accepts=("*/*",), can_cancel=False),
        add_service(state=ServiceState.DRAFT),
        add_service(state=ServiceState.PAUSED),
    ]
    paused, bounded = add_service(), add_service()
    _say(paused, NoticeKind.PAUSED)
    _say(bounded, NoticeKind.DESCRIPTION, quantity_min=100, quantity_max=500)
    return [*made, paused, bounded, max(made) + 10_000]


def _say(service_id: int, kind: NoticeKind, **said: int) -> None:
    draft = Draft(
        kind=kind, scope=Scope.SERVICE, subject=service_id, text="Read this.", overrides=Overrides(**said)
    )  # fmt: skip
    notices.publish(draft=draft, written_by="olga@example.org", now=NOON)


def live(line: OrderLine) -> Outcome:
    """A request at the door of a live key, as the API sends it on."""
    judged = orders.refuse_at_the_door(line)
    if isinstance(judged, Refused):
        return judged
    (outcome,) = orders.read_outcomes(db.rows(PLACE_BY_DJANGO, orders.place_arguments([judged], NOON)))
    return outcome


def rehearsed(line: OrderLine) -> Outcome:
    """The same at the door of a test key."""
    judged = orders.refuse_at_the_door(line)
    return judged if isinstance(judged, Refused) else rehearsal.place(judged=judged, now=NOON)


def told(door: Callable[[OrderLine], Outcome], lines: Sequence[OrderLine]) -> list[object]:
    """What a door answers to one request after the other, with orders named by the request that placed them."""
    names: dict[int, int] = {}
    said: list[object] = []
    for number, line in enumerate(lines):
        outcome = door(line)
        if isinstance(outcome, Placed):
            name = names.setdefault(outcome.order_id, number)
            said.append((name, outcome.charge_micros, outcome.is_replay))
        elif outcome.code is RefusalCode.ACTIVE_ORDER:
            said.append((outcome.code, names[outcome.fact or 0]))
        else:
            said.append(outcome)
    return said


def requests() -> st.SearchStrategy[list[Asked]]:
    """Requests by the number of a service, so that the same text is made again whatever the ids are."""
    one = st.tuples(
        st.integers(0, 9),
        st.sampled_from(LINKS),
        st.sampled_from(QUANTITIES),
        st.integers(0, 4),
        st.sampled_from((None, None, "a", "b")),
        st.sampled_from((None, None, 0, 10**9)),
        st.booleans(),
    )
    return st.lists(one, min_size=1, max_size=7)


def disagreements(
    asked: Sequence[Asked],
    known: Sequence[int],
    suspended: bool,
) -> list[tuple[object, object]]:
    alice = open_customer("Alice", balance=str(PLAY_MONEY_MICROS // 10**6))
    key = _capped(alice.customer_id)
    if suspended:
        db.rows("UPDATE accounts_customer SET is_suspended = true WHERE id = %s", [alice.customer_id])
    lines = [
        OrderLine(
            customer_id=alice.customer_id, service_id=known[service % len(known)], link=link, quantity=quantity,
            comments=("good",) * comments, request_id=request_id, max_charge_micros=most,
            key_id=key if capped else None,
        )
        for service, link, quantity, comments, request_id, most, capped in asked
    ]  # fmt: skip
    both = zip(told(live, lines), told(rehearsed, lines), strict=True)
    return [(one, other) for one, other in both if one != other]


def _capped(customer_id: int) -> int:
    limits = KeyLimits(daily_cap_micros=parse_amount("700"))
    accounts.make_key(customer_id=customer_id, name="", now=NOON, limits=limits)
    return keys.keys(customer_id=customer_id)[0].id


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(requests(), st.integers(0, 9).map(lambda n: n == 0))
def test_the_same_requests_are_answered_the_same(known: list[int], asked: list[Asked], suspended: bool) -> None:
    assert disagreements(asked, known, suspended) == []


@pytest.fixture
def known() -> list[int]:
    return services()


DEAR = [(1, "t.me/northwind_news", 10, 0, "a", None, True)]
TWICE = [(0, "t.me/northwind_news", 100, 0, "a", None, False), (0, "t.me/Northwind_news", 50, 0, "b", None, False)]


def test_each_refusal_is_met_and_told_alike(known: list[int]) -> None:
    asked = [
        *TWICE,
        (0, "t.me/northwind_news", 100, 0, "a", None, False),  # again
        (0, "t.me/northwind_news", 101, 0, "a", None, False),  # other fields
        (0, "t.me/another_one", 9, 0, None, None, False),
        (0, "t.me/another_one", 10_001, 0, None, None, False),
        (0, "t.me/another_one", None, 0, None, None, False),
        (0, "https://example.com/", 10, 0, None, None, False),
        (0, "t.me/another_one", 100, 0, None, 0, False),
        (1, "t.me/another_one", 10_000, 0, None, None, False),
        *DEAR,
        (2, "t.me/another_one", None, 0, None, None, False),
        (3, "t.me/another_one", None, 0, None, None, False),
        (7, "t.me/another_one", 100, 0, None, None, False),
        (8, "t.me/another_one", 99, 0, None, None, False),
        (9, "t.me/another_one", 99, 0, None, None, False),
    ]

    assert disagreements(asked, known, False) == []
    assert disagreements(asked, known, True) == []


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("_misfit", lambda service, units: None),
        ("_money", lambda line, situation, service, units: domain.Taken(quantity=units, charge_micros=1)),
        ("charge_micros", lambda **asked: 1),
    ],
)
def test_a_rule_that_is_changed_on_one_side_only_is_noticed(
    known: list[int], monkeypatch: pytest.MonkeyPatch, name: str, changed: Callable[..., object]
) -> None:
    monkeypatch.setattr(domain, name, changed)

    lines = [*TWICE, *DEAR, (0, "t.me/another_one", 9, 0, None, None, False)]
    assert disagreements(lines, known, False)


def test_a_custom_rate_and_a_stop_of_new_orders_count_for_both(known: list[int]) -> None:
    alice = open_customer("Alice", balance="1000")
    catalog.set_custom_rate(customer_id=alice.customer_id, service_id=known[0], rate_micros=500_000, now=NOON)
    line = OrderLine(customer_id=alice.customer_id, service_id=known[0], link="t.me/northwind_news", quantity=100)

    assert told(live, [line]) == told(rehearsed, [line]) == [(0, 50_000, False)]

    db.rows("INSERT INTO orders_stop (words, began_at, seen_at) VALUES ('x', %s, %s)", [NOON, NOON])
    later = replace(line, link="t.me/another_one")
    assert told(live, [later]) == told(rehearsed, [later])
    assert isinstance(outcome := rehearsed(later), Refused)
    assert outcome.code is RefusalCode.STOPPED
