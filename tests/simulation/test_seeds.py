"""K-7: two hundred seeds of the whole shop without a breach; a seed plays the same to the byte; planted faults show."""

import subprocess
import sys

import pytest
from tests.sabotage import Switch, planted

from sevenpanel.launch.simulation.play import Scale, play
from sevenpanel.launch.simulation.telling import again

pytestmark = pytest.mark.django_db(transaction=True)

SEEDS = 200
BLOCK = 5
SCALE = Scale(days=3, acts=36)
# What some planted faults do shows in few runs: from these seeds on it is soon. Others show nearly at once.
FROM = {Switch.IGNORE_LATE_ANSWERS: 11, Switch.TEST_FOR_DUPLICATES_LATE: 4}
PATIENCE = 60
# A race shows with threads only, in tests/races; nobody accepts Terms here, and what notices do is no invariant. New
# orders are never stopped here: the first breach ends the run.
NOT_HERE = {
    Switch.SKIP_BALANCE_LOCK,
    Switch.ACCEPT_AGAIN,
    Switch.IGNORE_NOTICES,
    Switch.IGNORE_THE_STOP,
    Switch.SEE_NO_BREACH,
}


@pytest.mark.parametrize("first", range(1, SEEDS + 1, BLOCK))
def test_k7_simulated_days_pass_without_a_breach(first: int) -> None:
    for seed in range(first, first + BLOCK):
        result = play(seed, SCALE)
        assert result.wrong == (), f"sevenpanel simulate {again(seed, SCALE)}"
        assert result.orders


def test_k7_a_seed_plays_the_same_history_to_the_byte_in_another_process() -> None:
    here = play(7, SCALE).history
    command = [sys.executable, "-m", "sevenpanel.cli", "simulate", *again(7, SCALE).split()]
    there = subprocess.run(command, capture_output=True, text=True, check=True)

    assert there.stdout.splitlines()[: len(here.lines)] == here.lines
    assert here.digest in there.stdout


@pytest.mark.parametrize("switch", sorted(set(Switch) - NOT_HERE))
def test_k7_is_red_when_a_guard_is_taken_out(switch: Switch) -> None:
    first = FROM.get(switch, 1)
    with planted(switch):
        found = next((seed for seed in range(first, first + PATIENCE) if play(seed, SCALE).wrong), None)
    assert found is not None
    assert play(found, SCALE).wrong == ()
