"""Z-3: one machine of random steps over wallet, orders and provider together, against one naive model of all three.

`make soak` asks for 5,000 runs of 100 steps and bounds the time. A failed run prints the steps that lead to it.
"""

import os
import time

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from tests.database.faults.machine import Shop
from tests.database.faults.naive_shop import RATE_MICROS
from tests.panel import MemoryPanel, open_desk
from tests.receipts import take_usdt
from tests.sabotage import Switch, planted
from tests.shop import open_customer

from sevenpanel.kernel.money import format_amount

IS_LONG = "SEVENPANEL_SOAK_MACHINE_RUNS" in os.environ
pytestmark = [pytest.mark.django_db, pytest.mark.timeout(0 if IS_LONG else 600)]

RUNS = int(os.environ.get("SEVENPANEL_SOAK_MACHINE_RUNS", "8"))
STEPS = int(os.environ.get("SEVENPANEL_SOAK_MACHINE_STEPS", "25"))
MINUTES = float(os.environ.get("SEVENPANEL_SOAK_MACHINE_MINUTES", "1"))
# So many runs at a time; then the clock is looked at.
AT_ONCE = 8
PLAIN = settings(deadline=None, database=None, suppress_health_check=list(HealthCheck))
# The faults that a random walk soon meets, and those that take it longer.
SOON = (Switch.REFUND_TWICE, Switch.DROP_A_SETTLEMENT, Switch.RESEND_BLINDLY)
LATER = (Switch.BELIEVE_CANCELS, Switch.COUNT_SINCE_LAST, Switch.FORGET_LEASES)
SEEN = SOON + (LATER if IS_LONG else ())


@pytest.fixture(autouse=True)
def opened(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two desks for one machine to choose from, two customers with money, and a coin."""
    rate, knowing = format_amount(RATE_MICROS), MemoryPanel(honours_request_ids=True)
    desks = (
        open_desk(rate=rate),
        open_desk(knowing, rate=rate, idempotency_field="request_id", name="Southwind Supply"),
    )
    people = [open_customer(name, balance="5") for name in ("Alice", "Mallory")]
    take_usdt()
    monkeypatch.setattr(Shop, "desks", desks)
    monkeypatch.setattr(Shop, "people", people)


def test_z3_the_shop_and_a_naive_model_of_it_agree_after_every_step() -> None:
    """Z-3."""
    until, played = time.monotonic() + 60 * MINUTES, 0
    while played < RUNS and (not played or time.monotonic() < until):
        some = min(AT_ONCE, RUNS - played)
        run_state_machine_as_test(Shop, settings=settings(PLAIN, max_examples=some, stateful_step_count=STEPS))
        played += some
    print(f"{played} runs of up to {STEPS} steps")


@pytest.mark.parametrize("switch", SEEN)
def test_z3_is_red_when_a_guard_is_taken_out(switch: Switch) -> None:
    """Z-3, the sabotage: the same runs each time, and the first that sees it is enough."""
    seen = settings(PLAIN, max_examples=300, stateful_step_count=40, derandomize=True, phases=[Phase.generate])
    with planted(switch), pytest.raises(AssertionError):
        run_state_machine_as_test(Shop, settings=seen)
