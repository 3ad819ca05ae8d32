"""Child processes that live no longer than we do, and are started again when they die.

Every child is told by the kernel when its parent dies (PDEATHSIG), so that even `kill -9` of the supervisor
leaves nothing behind. The signal comes when the *thread* that forked ends, so start them in the main one.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1
BACKOFF_FIRST_SECONDS = 0.2
BACKOFF_MAX_SECONDS = 10.0
# A child that lived this long had started well: its next death is a new story, with a short wait again.
STEADY_SECONDS = 30.0
TICK_SECONDS = 0.1
INTERRUPTING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def bound_to_this_process(farewell: signal.Signals) -> Callable[[], None]:
    """This function makes what a child does first: ask to be sent a signal when we die.

    :param farewell: that signal.
    :returns: a `preexec_fn`. It runs after the change of user, which would undo the wish.
    """
    parent = os.getpid()

    def bind() -> None:
        die_with_parent(parent, farewell)

    return bind


def die_with_parent(parent: int, farewell: signal.Signals) -> None:
    """Ask the kernel for a signal when the parent dies; end at once when it has died already."""
    if _libc is not None and _libc.prctl(PR_SET_PDEATHSIG, int(farewell), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent:
        os._exit(1)


def spawn_logged(
    arguments: Sequence[str | Path], *, log: Path, environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start a program that writes to a log, in its own session: the terminal's Ctrl-C is ours to hand on."""
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - our own commands, no shell
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
            preexec_fn=bound_to_this_process(signal.SIGKILL),
        )


def words_since(log: Path, position: int) -> str:
    """The end of what was written to a log after a position in it."""
    with log.open("rb") as file:
        file.seek(position)
        return file.read()[-2000:].decode(errors="replace").strip()


@dataclass(slots=True)
class Child:
    """One process to keep alive: how to start it, how to ask it to stop, how long to wait for that."""

    name: str
    spawn: Callable[[], subprocess.Popen[bytes]]
    stop_signals: tuple[signal.Signals, ...] = (signal.SIGTERM, signal.SIGKILL)
    patience: float = 15.0
    log: Path | None = None
    process: subprocess.Popen[bytes] | None = None
    deaths_in_a_row: int = 0
    _born: float = field(default=0.0, init=False)
    _heard: int = field(default=0, init=False)
    _due: float = field(default=0.0, init=False)

    def start(self) -> None:
        """Start it now."""
        self._heard = self.log.stat().st_size if self.log and self.log.exists() else 0
        with undisturbed():
            self.process = self.spawn()
        self._born = time.monotonic()

    def last_words(self) -> str:
        """The end of what it has written to its log since its last start."""
        return words_since(self.log, self._heard) if self.log else ""

    @property
    def alive(self) -> bool:
        """True while its process runs."""
        return self.process is not None and polled(self.process) is None

    @property
    def age(self) -> float:
        """Seconds since its last start."""
        return time.monotonic() - self._born

    def tend(self) -> str | None:
        """Start it again when it has died and its wait is over.

        :returns: how it died, once per death; None when there is nothing to tell.
        """
        now = time.monotonic()
        if self.process is None:
            if now >= self._due:
                self.start()
            return None
        if polled(self.process) is None:
            return None
        end = _end_of(self.process.returncode)
        self.process = None
        self.deaths_in_a_row = 1 if now - self._born > STEADY_SECONDS else self.deaths_in_a_row + 1
        self._due = now + min(BACKOFF_FIRST_SECONDS * 2 ** (self.deaths_in_a_row - 1), BACKOFF_MAX_SECONDS)
        return end

    def stop(self) -> None:
        """Ask it to stop, more firmly after each wait, and return when it has ended."""
        if self.process is None:
            return
        for firmness in self.stop_signals:
            if self.process.poll() is None:
                self.process.send_signal(firmness)
            try:
                self.process.wait(self.patience)
            except subprocess.TimeoutExpired:
                continue
            break
        self.process.wait()
        self.process = None


def _end_of(code: int) -> str:
    return f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit status {code}"


class Family:
    """The children of one supervisor; the last to come is the first to be stopped."""

    def __init__(self, *, tell: Callable[[str], None]) -> None:
        """
        :param tell: is handed a sentence when a child has died.
        """
        self.children: list[Child] = []
        self._tell = tell

    def add(self, child: Child, *, outliving: Child | None = None) -> None:
        """Take in a child, and start it unless it runs already.

        :param outliving: one that came earlier and is to be stopped earlier all the same.
        """
        place = len(self.children) if outliving is None else self.children.index(outliving)
        self.children.insert(place, child)
        if child.process is None:
            child.start()

    def tend(self) -> None:
        """Start again whoever has died."""
        for child in self.children:
            end = child.tend()
            if end:
                self._tell(f"{child.name} {end}; it is started again.")

    def stay(self) -> None:
        """Tend the children until a signal interrupts (KeyboardInterrupt)."""
        while True:
            self.tend()
            time.sleep(TICK_SECONDS)

    def stop(self) -> None:
        """Stop all children one after the other; further signals do not hurry or break it."""
        deaf_to_signals()
        for child in reversed(self.children):
            child.stop()


def interrupt_on_signals() -> None:
    """Let SIGINT, SIGTERM and a closed terminal all raise KeyboardInterrupt in the main thread.

    SIGINT too, explicitly: a shell starts background jobs with it ignored. A SIGHUP that `nohup` has
    switched off stays off.
    """
    for number in INTERRUPTING:
        if number is signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN:
            continue
        signal.signal(number, signal.default_int_handler)


def deaf_to_signals() -> None:
    """Ignore the signals that `interrupt_on_signals` listens to, while everything is being stopped."""
    for number in INTERRUPTING:
        signal.signal(number, signal.SIG_IGN)


def polled(process: subprocess.Popen[bytes]) -> int | None:
    """The exit status of a process, None while it runs.

    Popen looks under a lock, which a KeyboardInterrupt between two of its steps would leave locked for good:
    whoever then waits for the process waits forever.
    """
    with undisturbed():
        return process.poll()


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let a signal that interrupts wait until this is done.

    :raises KeyboardInterrupt: at the end, when a signal came meanwhile.
    """
    came: list[int] = []
    # Only the main thread is ever interrupted, and only it may say who listens.
    here = INTERRUPTING if threading.current_thread() is threading.main_thread() else ()
    listening = [number for number in here if signal.getsignal(number) is signal.default_int_handler]
    for number in listening:
        signal.signal(number, lambda number, _frame: came.append(number))
    try:
        yield
    finally:
        for number in listening:
            signal.signal(number, signal.default_int_handler)
    if came:
        raise KeyboardInterrupt
