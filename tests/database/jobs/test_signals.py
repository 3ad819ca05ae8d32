"""Being told to stop, in the most awkward moments there are."""

import signal
import subprocess
import sys

import pytest

IN_THE_MIDDLE_OF_WAITING = """
import signal, sys, threading
from sevenpanel.jobs.stopping import stop_on_signals

class Awkward(threading.Event):
    def wait(self, timeout=None):
        with self._cond:  # as Event.wait itself holds it, for an instant
            signal.raise_signal(int(sys.argv[1]))
        return super().wait(timeout)

stopping = Awkward()
stop_on_signals(stopping)
print(stopping.wait(60))
"""
# The system chooses a thread when the main one does not run, such as right after SIGCONT.
IN_ANOTHER_THREAD = """
import signal, sys, threading, time
from sevenpanel.jobs.stopping import stop_on_signals

stopping, waiting = threading.Event(), threading.Event()
stop_on_signals(stopping)

def tell():
    waiting.wait()
    time.sleep(0.2)
    signal.pthread_kill(threading.get_ident(), int(sys.argv[1]))
    time.sleep(120)

threading.Thread(target=tell, daemon=True).start()
waiting.set()
print(stopping.wait(60))
"""


@pytest.mark.parametrize("script", [IN_THE_MIDDLE_OF_WAITING, IN_ANOTHER_THREAD], ids=["waiting", "elsewhere"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_is_heard_at_every_moment_and_in_every_thread(script: str, number: signal.Signals) -> None:
    told = subprocess.run(
        [sys.executable, "-c", script, str(int(number))], capture_output=True, text=True, timeout=150, check=False
    )

    assert told.stdout == "True\n", told.stderr
