"""How a worker is told to stop, and how long it then takes at most."""

import os
import signal
import threading

PATIENCE_SECONDS = 40.0
"""Longer than a call to a provider may take, with the time to record its answer: a worker that left sooner would leave
an order of which nobody knows what became of it (test O-4). A supervisor waits a little longer than this and kills."""


def stop_on_signals(stopping: threading.Event) -> None:
    """Set `stopping` at SIGTERM or SIGINT.

    Not in a handler of Python's: it runs in the main thread, in the middle of whatever that does, which may be holding
    the very lock that setting an event takes; and not at all while that thread waits and the signal came to another
    one, as happens to a process that is woken from SIGSTOP. What the system calls writes to a pipe, and that is heard.
    """
    reading, writing = os.pipe()
    os.set_blocking(writing, False)

    def wait() -> None:
        os.read(reading, 1)
        stopping.set()

    threading.Thread(target=wait, name="signals", daemon=True).start()
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
