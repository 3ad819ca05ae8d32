"""Being told to stop, in the most awkward moment there is."""

import signal
import subprocess
import sys

AWKWARD = """
import os, signal, sys, threading
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sevenpanel.settings.production")
import django
django.setup()
from sevenpanel.jobs.worker import stop_on_signals

class Awkward(threading.Event):
    def wait(self, timeout=None):
        with self._cond:  # as Event.wait itself holds it, for an instant
            signal.raise_signal(int(sys.argv[1]))
        return super().wait(timeout)

stopping = Awkward()
stop_on_signals(stopping)
print(stopping.wait(60))
"""


def test_a_signal_in_the_middle_of_waiting_for_it_is_heard() -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        told = subprocess.run(
            [sys.executable, "-c", AWKWARD, str(int(number))], capture_output=True, text=True, timeout=60, check=False
        )
        assert told.stdout == "True\n", told.stderr
