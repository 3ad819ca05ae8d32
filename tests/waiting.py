"""Waiting in tests for what other processes do."""

import time
from collections.abc import Callable
from pathlib import Path

DEADLINE_SECONDS = 90


def until(happened: Callable[[], bool], *, pause: float = 0.02) -> None:
    """Wait for something; the limit only keeps a broken test from hanging.

    :param pause: seconds between two looks, longer where looking is work for others.
    """
    limit = time.monotonic() + DEADLINE_SECONDS
    while not happened():
        assert time.monotonic() < limit, "it did not happen"
        time.sleep(pause)


def is_gone(pid: int) -> bool:
    """True when a process is no more than an entry that waits to be collected."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except FileNotFoundError:
        return True
