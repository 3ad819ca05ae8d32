"""An order's money as its page writes it: what moved, in which words, and figures that add up (U-8, U-9)."""

from fractions import Fraction

import pytest
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pure.orders.test_timeline import END, NOON, orders, settled

from sevenpanel.kernel.money import MICROS_PER_UNIT
from sevenpanel.orders.timeline import Event, EventKind, OrderFacts, tell
from sevenpanel.web.numbers import latin_number
from sevenpanel.web.order_rows import Told, line_of
from sevenpanel.web.present import MINUS
from sevenpanel.web.writing import writing


def shown(facts: OrderFacts, *events: Event) -> list[Told]:
    """The lines of money as the page shows them."""
    told = [line_of(line, facts.currency) for line in tell(facts, [*events])]
    return [line for line in told if line.amount]


def read(amount: str) -> Fraction:
    """The figure of a sum such as "+0.72 USD", in whatever digits, with its sign."""
    number, currency = amount.rsplit(" ", 1)
    assert currency == "USD"
    figure = Fraction(latin_number(number.strip(f"+{MINUS}")).replace(writing().point, "."))
    return -figure if number.startswith(MINUS) else figure


def test_u8_each_movement_says_what_moved_and_what_became_of_it() -> None:
    lines = shown(settled(1000, 900_000, 200), END)

    assert [(line.amount, line.moved) for line in lines] == [
        (f"{MINUS}0.90 USD", "held"),
        ("0.18 USD", "spent"),
        ("+0.72 USD", "came back"),
    ]
    assert all(line.ledger_key for line in lines)


@settings(max_examples=1000)
@given(orders, st.sampled_from(["en", "fa", "ar", "ru"]))
def test_u9_the_figures_of_the_lines_add_up_to_the_charge_in_the_digits_of_every_language(
    facts: OrderFacts, language: str
) -> None:
    with override(language):
        lines = shown(facts, END)
        held, *ended = [read(line.amount) for line in lines]

    assert held == -Fraction(facts.charge_micros, MICROS_PER_UNIT)
    assert sum(ended) == -held
    assert all(ended)


@given(orders, st.integers(1, 10**9))
def test_u9_what_is_given_back_afterwards_is_a_line_of_its_own(facts: OrderFacts, amount: int) -> None:
    given_back = Event(kind=EventKind.GRANTED, happened_at=NOON, facts={"amount": amount, "before": 0, "decision": 3})

    *_before, last = shown(facts, END, given_back)

    assert (read(last.amount), last.ledger_key) == (Fraction(amount, MICROS_PER_UNIT), "order/12/granted/3")


def test_what_moved_no_money_shows_no_sum() -> None:
    said = line_of(tell(settled(1000, 900_000, 200), [END])[1], "USD")

    assert (said.amount, said.moved) == ("", "")


@pytest.mark.parametrize("delivered", [0, 1000])
def test_nothing_is_shown_as_zero(delivered: int) -> None:
    assert all(read(line.amount) for line in shown(settled(1000, 900_000, delivered), END))
