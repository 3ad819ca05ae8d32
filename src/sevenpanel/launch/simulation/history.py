"""What happened in a run, a line for each thing, and a hash over all of it."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(slots=True)
class History:
    """The lines of one run. Two runs of a seed are the same run when their digests are equal.

    :param listen: is told every line as it is written.
    """

    listen: Callable[[str], None] = field(default=lambda _: None)
    lines: list[str] = field(default_factory=list)
    _hash: Any = field(default_factory=hashlib.sha256)

    def note(self, now: datetime, words: str) -> None:
        """Write down what happened at an instant of the simulated clock."""
        line = f"{now:%Y-%m-%d %H:%M:%S.%f} {words}"
        self.lines.append(line)
        self._hash.update(line.encode() + b"\n")
        self.listen(line)

    @property
    def digest(self) -> str:
        """The hash over every line so far."""
        return str(self._hash.hexdigest())
