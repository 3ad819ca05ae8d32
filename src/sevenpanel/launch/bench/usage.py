"""CPU time and memory of processes and their children, as Linux tells them; elsewhere nothing is told."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

PROC = Path("/proc")
IS_TOLD = (PROC / "self" / "stat").exists()
_TICKS = os.sysconf("SC_CLK_TCK")
# Fields of /proc/PID/stat behind the name: the parent; then CPU of the process itself and of children it waited for.
_PARENT, _CPU = 1, slice(11, 15)


def tree(pid: int) -> list[int]:
    """A process and everything below it."""
    below: dict[int, list[int]] = {}
    for entry in PROC.iterdir() if IS_TOLD else ():
        if entry.name.isdecimal() and (fields := _stat(int(entry.name))):
            below.setdefault(int(fields[_PARENT]), []).append(int(entry.name))
    found = [pid]
    for each in found:
        found += below.get(each, [])
    return found


def cpu_seconds(pid: int) -> float:
    """CPU time of a process and everything below it, also of what has ended there."""
    ticks = sum(int(ticks) for each in tree(pid) for ticks in (_stat(each) or [])[_CPU])
    return ticks / _TICKS


def resident_mb(pid: int) -> float:
    """Memory of one process that is held now, in MB, what it shares with others included."""
    with suppress(FileNotFoundError):
        for line in (PROC / str(pid) / "status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024 / 1e6
    return 0.0


@contextmanager
def spent(watched: Mapping[str, int]) -> Iterator[dict[str, float]]:
    """Measure what processes and all below them spend while a block runs.

    :param watched: pids by a name.
    :returns: CPU seconds by that name, filled when the block ends; empty where nothing is told.
    """
    seconds: dict[str, float] = {}
    before = {name: cpu_seconds(pid) for name, pid in watched.items()} if IS_TOLD else {}
    yield seconds
    seconds.update({name: cpu_seconds(watched[name]) - then for name, then in before.items()})


def _stat(pid: int) -> list[str] | None:
    with suppress(FileNotFoundError, ProcessLookupError):
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return None
