"""K-7 at length: seed after seed of the whole shop, larger than in every run of the tests, until the time is over.

`make soak` asks for 20,000 seeds and bounds the time; every run of the tests plays two. Where it begins is drawn and
printed, so that each run plays other seeds, and a failed one names the arguments that play it again.
"""

import os
import secrets
import time

import pytest

from sevenpanel.launch.simulation.play import Scale, play
from sevenpanel.launch.simulation.telling import again

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(0)]

SEEDS = int(os.environ.get("SEVENPANEL_SOAK_SEEDS", "2"))
MINUTES = float(os.environ.get("SEVENPANEL_SOAK_MINUTES", "1"))
FIRST = int(os.environ.get("SEVENPANEL_TEST_SEED") or 1_000 + secrets.randbelow(10**9))
# Every tenth seed is a large shop: so the orders add up, and most seeds are quick.
SMALL, LARGE = Scale(days=3, acts=36), Scale(days=3, acts=36, mass=300)
EACH_LARGE = 10


def test_k7_many_seeds_pass_without_a_breach() -> None:
    """K-7, as many as there is time for."""
    print(f"SEVENPANEL_TEST_SEED={FIRST}")
    until, played, orders = time.monotonic() + MINUTES * 60, 0, 0
    while played < SEEDS and time.monotonic() < until:
        scale = LARGE if played % EACH_LARGE == EACH_LARGE - 1 else SMALL
        result = play(FIRST + played, scale)
        assert result.wrong == (), f"sevenpanel simulate {again(FIRST + played, scale)}"
        played, orders = played + 1, orders + result.orders
    print(f"{played} seeds from {FIRST} on, {orders} orders, none wrong")
    assert played
