"""The timeline: sentences whose figures add up by hand (U-9)."""

import re
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from sevenpanel.catalog.domain import ServiceType, charge_micros
from sevenpanel.kernel.money import parse_amount
from sevenpanel.orders.domain import Outcome, divide
from sevenpanel.orders.timeline import Event, EventKind, OrderFacts, tell

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def settled(quantity: int, rate: int, delivered: int, is_package: bool = False) -> OrderFacts:
    kind = ServiceType.PACKAGE if is_package else ServiceType.DEFAULT
    charge = charge_micros(type=kind, rate_micros=rate, quantity=quantity)
    money = divide(charge_micros=charge, quantity=quantity, delivered=delivered)
    return OrderFacts(
        order_id=12,
        placed_at=NOON,
        quantity=quantity,
        rate_micros=rate,
        charge_micros=charge,
        currency="USD",
        is_package=is_package,
        source="form",
        outcome=Outcome.STOPPED,
        delivered=delivered,
        earned_micros=money.earned_micros,
        returned_micros=money.returned_micros,
        settled_at=NOON + timedelta(hours=1),
    )


END = Event(kind=EventKind.SETTLED, happened_at=NOON + timedelta(hours=1), facts={})
orders = st.integers(1, 10**6).flatmap(
    lambda quantity: st.builds(
        settled, st.just(quantity), st.integers(1, 10**9), st.integers(0, quantity), st.booleans()
    )
)


def test_a_partial_order_reads_like_a_bill() -> None:
    told = [line.sentence for line in tell(settled(1000, 900_000, 200), [END])]

    assert told == [
        "Ordered through the form: 1000 × 0.90 / 1000 = 0.90 USD. 0.90 USD is held, not spent.",
        "The provider stopped the order. 200 of 1000 delivered.",
        "200 of 1000 delivered × 0.90 USD / 1000 = 0.18 USD of the held money is spent.",
        "0.90 − 0.18 = 0.72 USD came back to your balance.",
    ]


@given(orders)
def test_the_lines_of_money_sum_to_the_charge(facts: OrderFacts) -> None:
    lines = tell(facts, [END])
    held = -sum(line.amount_micros or 0 for line in lines if line.ledger_key == "order/12/charged")
    back = sum(line.amount_micros or 0 for line in lines if line.ledger_key == "order/12/returned")
    spent = sum(spent_in(line.sentence) for line in lines if line.ledger_key == "order/12/earned")

    assert held == facts.charge_micros
    assert spent + back == facts.charge_micros


def spent_in(sentence: str) -> int:
    match = re.search(r"= ([0-9.]+) USD", sentence)
    assert match, sentence
    return parse_amount(match[1])


@given(orders)
def test_every_sum_in_a_sentence_is_right_by_hand(facts: OrderFacts) -> None:
    for line in tell(facts, [END]):
        for left, right in re.findall(
            r"((?:[0-9.]+(?: USD)?(?: of [0-9]+ delivered)? [×−] )[^=]+)= ([0-9.]+) USD", line.sentence
        ):
            difference = Fraction(right) - by_hand(left)
            is_rounded = "rounded up" in line.sentence
            assert 0 <= difference < Fraction(1, 10**6) if is_rounded else difference == 0, line.sentence


def by_hand(term: str) -> Fraction:
    figures = [Fraction(number) for number in re.findall(r"[0-9.]+", re.sub(r" of [0-9]+ delivered", "", term))]
    if "−" in term:
        return figures[0] - figures[1]
    return figures[0] * figures[1] / figures[2]


def test_every_kind_of_event_has_a_sentence() -> None:
    facts = {
        "words": "Something",
        "how": "its answer came late",
        "decided_by": "tomorrow noon",
        "accepted": False,
        "status": "In progress",
        "delivered": 3,
        "start_count": 4,
        "decision": 5,
        "clause": "4.2",
        "outcome": "granted",
        "decider": "the rules",
        "reasons": ["The order was late."],
        "amount": 100,
        "before": 0,
        "found": "gone",
        "evidence": "The channel was deleted.",
        "orders": [3, 4],
        "reason": "Counted by hand.",
    }
    events = [Event(kind=kind, happened_at=NOON, facts=facts) for kind in EventKind]

    assert all(line.sentence.endswith(".") for line in tell(settled(1000, 900_000, 200), events))
