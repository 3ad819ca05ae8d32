"""Who runs the embedded PostgreSQL of a home: one process at a time, known by a lock that dies with it.

The owner holds `postgres.lock` and writes into it who it is. An owner that lasts (`run`, `serve`, `worker`)
is worth joining; a command of a moment would stop the server under its guests, so it is waited for.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO


@dataclass(frozen=True, slots=True)
class Owner:
    """What the lock file says about who holds it."""

    pid: int
    command: str
    lasting: bool


@contextmanager
def exclusive(path: Path) -> Iterator[TextIO | None]:
    """Hold an exclusive lock on a file.

    :returns: the locked file, None when another process holds it.
    """
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
        else:
            yield file


def sign(file: TextIO, *, command: str, lasting: bool) -> None:
    """Write into a lock that we hold who we are."""
    file.truncate(0)
    json.dump(asdict(Owner(pid=os.getpid(), command=command, lasting=lasting)), file)
    file.flush()


def owner(path: Path) -> Owner | None:
    """Who holds the lock; None while that cannot be read, which is when its holder has not signed yet."""
    try:
        return Owner(**json.loads(path.read_text()))
    except (ValueError, TypeError, FileNotFoundError):
        return None


def patience_for(holder: Owner) -> str:
    """What to say while a command of a moment is waited for."""
    return f"Waiting for `sevenpanel {holder.command}` (process {holder.pid}), which uses the database alone."
