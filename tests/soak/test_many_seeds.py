"""K-7 at length: seed after seed of the whole shop, larger than in every run of the tests, until the time is over.

`make soak` and `make soak-seeds` ask for more seeds than there is time for; every run of the tests plays two. Where it
begins is drawn and printed, so that each run plays other seeds, and a failed one names the arguments that play it
again.
"""

import os
import secrets
import time

import pytest

from sevenpanel.launch.simulation.play import Scale, play
from sevenpanel.launch.simulation.telling import again

IS_LONG = "SEVENPANEL_SOAK_SEEDS" in os.environ
SEEDS = int(os.environ.get("SEVENPANEL_SOAK_SEEDS", "2"))
MINUTES = float(os.environ.get("SEVENPANEL_SOAK_MINUTES", "1"))
# With `pytest -n 2` each has a database of its own.
PROCESSES = int(os.environ.get("SEVENPANEL_SOAK_PROCESSES", "1"))
FIRST = int(os.environ.get("SEVENPANEL_TEST_SEED") or 1_000 + secrets.randbelow(10**9))
ORDERS = int(os.environ.get("SEVENPANEL_SOAK_ORDERS", "0"))
# Two seeds of five are dense shops and every twentieth is a large one: so a thousand seeds are a million orders, and
# most seeds are quick.
SMALL, DENSE, LARGE = (
    Scale(days=3, acts=36),
    Scale(days=3, acts=18, rush=600 if IS_LONG else 30),
    Scale(days=3, acts=36, mass=300),
)
IN_TURN = (*(DENSE, SMALL) * 8, SMALL, SMALL, SMALL, LARGE)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(0)]


@pytest.mark.parametrize("process", range(PROCESSES))
def test_k7_many_seeds_pass_without_a_breach(process: int) -> None:
    """K-7, as many as there is time for."""
    first = FIRST + process * 10**9
    print(f"SEVENPANEL_TEST_SEED={first}")
    begun, played, orders, sent = time.monotonic(), 0, 0, 0
    while (played < SEEDS or orders < ORDERS) and time.monotonic() - begun < MINUTES * 60:
        scale = IN_TURN[played % len(IN_TURN)]
        result = play(first + played, scale)
        assert result.wrong == (), f"sevenpanel simulate {again(first + played, scale)}"
        played, orders, sent = played + 1, orders + result.orders, sent + result.bought
    rate = orders / (time.monotonic() - begun)
    told = f"{orders} orders, {sent} of them with a provider, {rate:.0f} a second"
    print(f"{played} seeds from {first} on, {told}; none wrong")
    if ORDERS:
        # A figure that was asked for and not reached is told, and is no breach: how far one comes is the machine's.
        print(f"{'all' if played >= SEEDS and orders >= ORDERS else 'not all'} of {ORDERS} orders over {SEEDS} seeds")
    assert played
