"""How many processes serve, and how many connections and how much memory the embedded PostgreSQL has for them.

A connection that nobody opens costs next to nothing, one that is refused costs a customer an error: so the bound is
the sum of what every process may hold at most, and the number of processes is what is kept modest.
"""

import os
from pathlib import Path

from sevenpanel.settings.environment import Environment

WEB_PROCESSES_MAX = 4
"""By default, whatever the number of cores: one machine's PostgreSQL and worker need some of them, too."""

POOL = 16
"""What one process may hold for pages or for work (settings, `DATABASES`)."""

DOOR = 3
"""What the API's door holds beside (`api.gateway`)."""

TIMETABLE = 2
"""What a worker's timetable holds beside (`jobs.worker`)."""

WORKERS = 2
"""The one that runs, and one more that the operator may start beside it."""

SPARE = 24
"""For the desk's own commands while it runs, a backup, a person with psql, and PostgreSQL's own reserve."""


BUFFERS_SHARE = 8
"""One part of so many of the machine's memory is PostgreSQL's own; the rest serves it as the system's cache."""

BUFFERS_MB_MIN, BUFFERS_MB_MAX = 128, 2048
_CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")


def memory_mb() -> int:
    """How much memory this machine has, or this container may use."""
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    said = _CGROUP_LIMIT.read_text().strip() if _CGROUP_LIMIT.exists() else ""
    return min(machine, int(said) if said.isdecimal() else machine) >> 20


def buffers_mb(memory: int) -> int:
    """How much of it the embedded PostgreSQL keeps for itself. What nobody uses of that is never taken.

    What orders of the last days touch should fit: with a million open ones that is about a gigabyte.

    :param memory: of the machine, in MB.
    """
    return max(BUFFERS_MB_MIN, min(memory // BUFFERS_SHARE, BUFFERS_MB_MAX))


def web_processes(here: Environment) -> int:
    """How many processes serve: what the operator says, else one per core up to `WEB_PROCESSES_MAX`."""
    return here.web_processes or min(os.cpu_count() or 1, WEB_PROCESSES_MAX)


def connections(web: int) -> int:
    """How many connections a database must allow.

    :param web: processes that serve.
    """
    return web * (POOL + DOOR) + WORKERS * (POOL + TIMETABLE) + SPARE
