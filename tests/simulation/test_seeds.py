"""K-7: two hundred seeds of the whole shop without a breach; a seed plays the same to the byte; planted faults show."""

import subprocess
import sys

import pytest
from tests.sabotage import Switch, planted

from sevenpanel.kernel import db
from sevenpanel.launch.simulation import checks
from sevenpanel.launch.simulation.history import History
from sevenpanel.launch.simulation.play import Result, Scale, play
from sevenpanel.launch.simulation.telling import again
from sevenpanel.launch.simulation.world import new_world

pytestmark = pytest.mark.django_db(transaction=True)

SEEDS = 200
BLOCK = 5
SCALE = Scale(days=2, acts=20)
DENSE = Scale(days=2, acts=8, rush=40)
# Planted faults are looked for where more happens.
LONGER = Scale(days=3, acts=36)
# The faults that show in these runs, and the seed from which on they soon do. The others are shown where their guards
# are tested (docs/faults.md): a race needs threads, and what notices do is no invariant.
FROM = {
    Switch.IGNORE_REQUEST_ID: 1,
    Switch.ALLOW_SECOND_ACTIVE: 1,
    Switch.SELL_ON_CREDIT: 1,
    Switch.FORGET_THE_HOLD: 1,
    Switch.FORGET_THE_MESSAGE: 1,
    Switch.REFUND_TWICE: 1,
    Switch.DROP_A_SETTLEMENT: 1,
    Switch.RESEND_BLINDLY: 1,
    Switch.IGNORE_LATE_ANSWERS: 11,
    Switch.TEST_FOR_DUPLICATES_LATE: 4,
    Switch.BELIEVE_CANCELS: 1,
    Switch.FORGET_LEASES: 1,
}
PATIENCE = 60


@pytest.mark.parametrize("first", range(1, SEEDS + 1, BLOCK))
def test_k7_simulated_days_pass_without_a_breach(first: int) -> None:
    placed = 0
    for seed in range(first, first + BLOCK):
        result = play(seed, SCALE)
        assert result.wrong == (), f"sevenpanel simulate {again(seed, SCALE)}"
        placed += result.orders
    assert placed


@pytest.mark.parametrize("scale", [SCALE, DENSE], ids=["small", "dense"])
def test_k7_a_seed_plays_the_same_history_to_the_byte_in_another_process(scale: Scale) -> None:
    here = play(7, scale).history
    command = [sys.executable, "-m", "sevenpanel.cli", "simulate", *again(7, scale).split()]
    there = subprocess.run(command, capture_output=True, text=True, check=True)

    assert there.stdout.splitlines()[: len(here.lines)] == here.lines
    assert here.digest in there.stdout


@pytest.mark.parametrize("switch", FROM)
def test_k7_is_red_when_a_guard_is_taken_out(switch: Switch, monkeypatch: pytest.MonkeyPatch) -> None:
    """K-7, and at the very act: looking at what an act has touched sees no later than looking at everything."""
    first = FROM[switch]
    with planted(switch):
        red = next((run for run in (play(n, LONGER) for n in range(first, first + PATIENCE)) if run.wrong), None)
        assert red is not None
        monkeypatch.setattr(checks, "ROUNDS", 1)
        assert until_wrong(play(red.seed, LONGER)) == until_wrong(red)
    assert play(red.seed, LONGER).wrong == ()


def until_wrong(run: Result) -> list[str]:
    """What had happened when the first thing was wrong."""
    return [line for line in run.history.lines if " WRONG: " not in line]


def test_k7_what_is_changed_behind_the_back_of_every_command_is_seen_at_the_next_look() -> None:
    """K-7: a row that is touched, and one that is gone, whoever did it."""
    played = play(7, DENSE)
    looks = checks.Looks(new_world(7, History()))
    assert (played.wrong, looks.after_a_step(), looks.after_a_step()) == ((), [], [])

    db.rows("UPDATE fulfilment_task SET customer_id = customer_id + 1000 WHERE order_id = %s", [_first_task()])
    assert any(sentence.startswith("orphans: A task or an attempt") for sentence in looks.after_a_step())

    db.rows("DELETE FROM fulfilment_task WHERE order_id = (SELECT max(order_id) FROM fulfilment_task)")
    assert "1 rows of fulfilment_task are gone, which nobody may take away." in looks.after_a_step()


def _first_task() -> int:
    return int(db.rows("SELECT min(order_id) FROM fulfilment_task")[0][0])
