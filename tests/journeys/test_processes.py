"""Child processes: started again when they die, stopped in order, gone when their supervisor is."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.waiting import is_gone, until

from sevenpanel.launch.processes import Child, Family, interrupt_on_signals, spawn_logged

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
DEAF = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)",
]


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def family(told: list[str]) -> Iterator[Family]:
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    family = Family(tell=told.append)
    yield family
    family.stop()
    for number, handler in handlers.items():
        signal.signal(number, handler)


def child_of(name: str, arguments: list[str], folder: Path, **more: float) -> Child:
    log = folder / f"{name}.log"
    return Child(name, lambda: spawn_logged(arguments, log=log), log=log, **more)


def pid_of(child: Child) -> int:
    assert child.process is not None
    return child.process.pid


def test_a_killed_child_is_started_again_and_the_others_are_left_alone(
    family: Family, told: list[str], tmp_path: Path
) -> None:
    first, second = child_of("first", SLEEP, tmp_path), child_of("second", SLEEP, tmp_path)
    family.add(first)
    family.add(second)
    before, untouched = pid_of(first), pid_of(second)
    os.kill(before, signal.SIGKILL)

    def again() -> bool:
        family.tend()
        return first.alive and pid_of(first) != before

    until(again)
    assert pid_of(second) == untouched
    assert told == ["first was killed by SIGKILL; it is started again."]


def test_a_child_that_cannot_stay_up_waits_longer_each_time_and_its_last_words_are_kept(
    family: Family, tmp_path: Path
) -> None:
    child = child_of("failing", [sys.executable, "-c", "raise SystemExit('no such luck')"], tmp_path)
    family.add(child)

    def third_death() -> bool:
        family.tend()
        return child.deaths_in_a_row == 3

    until(third_death)
    assert child.last_words() == "no such luck"
    assert (tmp_path / "failing.log").read_text().count("no such luck") == 3


def test_the_last_to_come_is_stopped_first_unless_it_is_told_to_outlive_another(family: Family, tmp_path: Path) -> None:
    order: list[str] = []

    class Noting(Child):
        def stop(self) -> None:
            order.append(self.name)
            super().stop()

    def noting(name: str) -> Child:
        return Noting(name, lambda: spawn_logged(SLEEP, log=tmp_path / f"{name}.log"))

    web = noting("web")
    family.add(noting("postgres"))
    family.add(web)
    family.add(noting("worker"), outliving=web)
    pids = [pid_of(child) for child in family.children]
    family.stop()
    assert order == ["web", "worker", "postgres"]
    assert all(is_gone(pid) for pid in pids)


def test_a_child_that_does_not_listen_is_killed_after_its_patience(family: Family, tmp_path: Path) -> None:
    child = child_of("deaf", DEAF, tmp_path, patience=0.2)
    family.add(child)
    until(lambda: (tmp_path / "deaf.log").read_text() == "deaf\n")
    pid = pid_of(child)
    family.stop()
    assert is_gone(pid)


class Struck(subprocess.Popen[bytes]):
    """A process whose supervisor is told to stop while it looks after it."""

    looked_to_the_end = False

    def poll(self) -> int | None:
        os.kill(os.getpid(), signal.SIGTERM)
        found = super().poll()
        self.looked_to_the_end = True
        return found


def test_a_signal_waits_until_a_look_at_a_child_is_done(family: Family) -> None:
    """Interrupted half-way, the look would keep its lock, and the supervisor would wait for the child forever."""
    struck = Struck(SLEEP)
    interrupt_on_signals()
    family.add(Child("struck", lambda: struck))

    with pytest.raises(KeyboardInterrupt):
        family.stay()

    assert struck.looked_to_the_end
    family.stop()
    assert is_gone(struck.pid)


SUPERVISOR = """
import signal
import sys
from pathlib import Path
from sevenpanel.launch.processes import Child, Family, interrupt_on_signals, spawn_logged

signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whoever runs the tests may have started them with nohup
interrupt_on_signals()
family = Family(tell=print)
for name in ("one", "two"):
    log = Path(sys.argv[1]) / f"{name}.log"
    family.add(Child(name, lambda: spawn_logged([sys.executable, "-c", "import time; time.sleep(600)"], log=log)))
try:
    print(*(child.process.pid for child in family.children), flush=True)
    family.stay()
except KeyboardInterrupt:
    family.stop()
"""


@pytest.mark.parametrize("farewell", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_nothing_outlives_its_supervisor(farewell: signal.Signals, tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, tmp_path], stdout=subprocess.PIPE, text=True
    ) as supervisor:
        assert supervisor.stdout is not None
        pids = [int(pid) for pid in supervisor.stdout.readline().split()]
        assert len(pids) == 2
        supervisor.send_signal(farewell)
    assert supervisor.returncode == (-signal.SIGKILL if farewell is signal.SIGKILL else 0)
    until(lambda: all(is_gone(pid) for pid in pids))
