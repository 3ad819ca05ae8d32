"""The page where one asks for a new password: allauth's, and the clock does not tell whether there is an account."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from allauth.account import views
from django.http import HttpResponse

STEP_SECONDS = 0.25
"""An answer takes a whole number of these. The letter to somebody who has an account takes milliseconds longer than the
one to nobody, which a few hundred tries would tell apart (S-21; tests/soak/answer_times.py measures it)."""


class PasswordResetView(views.PasswordResetView):  # type: ignore[misc]
    """Sends a letter either way, and lets nobody see by the clock which one."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Send the letter, then answer at the next full step."""
        with _in_whole_steps():
            return cast(HttpResponse, super().form_valid(form))


@contextmanager
def _in_whole_steps() -> Iterator[None]:
    begun = time.monotonic()
    try:
        yield
    finally:
        time.sleep((begun - time.monotonic()) % STEP_SECONDS)
