"""Loops that work while there is work, rest briefly when there is none, and outlive a restart of the database."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from django.db import connection

from sevenpanel.jobs.bells import Bell
from sevenpanel.kernel import db

IDLE_SECONDS = 0.2
PAUSE_FIRST_SECONDS = 0.5
PAUSE_MAX_SECONDS = 10.0

_log = structlog.get_logger("sevenpanel.worker")


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """One kind of work, done by a thread of its own.

    :param work: does one piece and returns something true when there may be more right away.
    :param idle_seconds: how long to rest when there was nothing.
    :param bell: what ends a rest earlier, if anything does.
    :param keeps_connection: while resting, too, because the rests are short and the work is a look.
    """

    name: str
    work: Callable[[], object]
    idle_seconds: float = IDLE_SECONDS
    bell: Bell | None = None
    keeps_connection: bool = False

    def start(self, stopping: threading.Event) -> threading.Thread:
        """Run in a thread until `stopping` is set and the piece in hand is done."""
        thread = threading.Thread(target=self._run, args=(stopping,), name=self.name, daemon=True)
        thread.start()
        return thread

    def _run(self, stopping: threading.Event) -> None:
        faults = 0
        while not stopping.is_set():
            try:
                has_more = bool(self.work())
                faults = 0
            except Exception as fault:
                faults += 1
                self._tell(fault, times=faults)
            if faults:
                connection.close()
                stopping.wait(min(PAUSE_FIRST_SECONDS * (1 << min(faults - 1, 8)), PAUSE_MAX_SECONDS))
            elif not has_more:
                self._rest(stopping)
        connection.close()

    def _tell(self, fault: Exception, *, times: int) -> None:
        if db.is_away(fault):
            db.hang_up(fault)
            _log.warning("database away", loop=self.name, fault=_first_line(fault), times=times)
        else:
            # A fault of ours must not end the work on everything else. It is told every time it happens.
            _log.exception("fault", loop=self.name, times=times)

    def _rest(self, stopping: threading.Event) -> None:
        if not self.keeps_connection:
            # Back into the pool while resting; one that died there is found out by the next to take it.
            connection.close()
        if self.bell is None:
            stopping.wait(self.idle_seconds)
        else:
            self.bell.rest(self.idle_seconds)


def _first_line(fault: Exception) -> str:
    return str(fault).strip().partition("\n")[0]
