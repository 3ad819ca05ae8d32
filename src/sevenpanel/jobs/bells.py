"""Waking those who rest: one look at the database tells for how many there is work, and so many are woken."""

import threading


class Bell:
    """Wakes as many of the threads that rest on it as it was told to ring for."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._rings = 0
        self._is_over = False

    def ring(self, times: int = 1) -> None:
        """Wake so many, now or when they come to rest; a later word replaces an earlier one."""
        with self._changed:
            self._rings = times
            self._changed.notify(times)

    def end(self) -> None:
        """Let nobody rest any more."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()

    def rest(self, seconds: float) -> None:
        """Return when woken, or when the time is over."""
        with self._changed:
            if self._changed.wait_for(lambda: self._rings > 0 or self._is_over, seconds) and self._rings:
                self._rings -= 1
