"""A worker of its own process on the tests' database."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.served import NOT_INHERITED, dsn
from tests.waiting import until

STOP_SECONDS = 60
PROGRAM = ("-m", "sevenpanel.cli", "worker")


@dataclass(frozen=True, slots=True)
class Worker:
    """A running worker, and where it writes."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def has_ended(self) -> bool:
        """Whether the process is gone."""
        return self.process.poll() is not None

    def said(self) -> str:
        """Everything it has logged."""
        return self.log.read_text()

    def stop(self) -> int:
        """Stop it as a supervisor does, and return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOP_SECONDS)


@contextmanager
def working(home: Path, *, chaos: str | None = None, program: Sequence[str] = PROGRAM) -> Iterator[Worker]:
    """Run a worker until the end of the block.

    :param chaos: a point at which it kills itself.
    :param program: what Python runs; another one only to plant a fault in it.
    """
    inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    own = {"DATABASE_URL": dsn(), "SEVENPANEL_HOME": str(home), **({"SEVENPANEL_CHAOS": chaos} if chaos else {})}
    log = home / "worker.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, *program],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=inherited | own,
        )
    worker = Worker(process=process, log=log)
    try:
        until(lambda: worker.has_ended or "event=working" in worker.said())
        yield worker
    finally:
        process.kill()
        process.wait()
