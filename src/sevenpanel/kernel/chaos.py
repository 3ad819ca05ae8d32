"""Named places at which a test may kill the process, to prove that nothing is lost or done twice there.

`SEVENPANEL_CHAOS=dispatch.after_call:3` kills the process, as kill -9 does, when it passes that point for the
third time; once in a home, so that the process that takes its place lives. Inside one process the simulator
listens instead: it lets a worker die there by an exception, or others come in between. Unset, a point costs one
look-up (design: trust, section 1, FoundationDB; tests K-1 and K-7).
"""

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sevenpanel.settings.environment import environment

POINTS = frozenset(
    {
        "place.before_statement",
        "place.after_statement",
        "intake.before_commit",
        "intake.after_commit",
        "dispatch.after_claim",
        "dispatch.before_call",
        "dispatch.after_call",
        "dispatch.before_record_commit",
        "dispatch.after_record",
        "sync.after_claim",
        "sync.after_call",
        "sync.before_commit",
        "sync.after_commit",
        "cancel.after_request",
        "cancel.after_call",
        "resolve.after_claim",
        "resolve.after_call",
        "deposits.after_look",
        "deposits.after_receipt",
        "deposits.before_mark",
        "letters.before_mark",
        "letters.after_claim",
        "letters.after_send",
        "webhook.before_gathered",
        "webhook.before_call",
        "webhook.after_call",
    }
)

_passed: Counter[str] = Counter()
_listeners: list[Callable[[str], None]] = []


class Killed(BaseException):
    """Dying at a point within one process: no handler of faults may take it for one of its own."""


@contextmanager
def heard_by(listener: Callable[[str], None]) -> Iterator[None]:
    """Call the listener at every point that is passed during a block; it may raise `Killed`."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


def point(name: str) -> None:
    """Pass a named point; die there when the environment or a listener asks for it.

    :param name: one of `POINTS`, so that a test cannot wait for a point that no longer exists.
    """
    assert name in POINTS, name
    for listener in _listeners:
        listener(name)
    wanted = environment().chaos
    if wanted is None:
        return
    planted, _, count = wanted.partition(":")
    if planted == name:
        _passed[name] += 1
        if _passed[name] == int(count or 1) and _is_first(name):
            os.kill(os.getpid(), signal.SIGKILL)


def _is_first(name: str) -> bool:
    try:
        (environment().home / f"died-at-{name}").touch(exist_ok=False)
    except FileExistsError:
        return False
    return True
