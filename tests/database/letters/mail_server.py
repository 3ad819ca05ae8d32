"""A mail server that answers as it is told: it takes letters, says no, is away, or falls silent after taking one."""

from collections.abc import Callable, Sequence
from smtplib import SMTPDataError, SMTPServerDisconnected
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

TAKEN: list[str] = []
MOODS: list[str] = []


class EmailBackend(BaseEmailBackend):
    """Takes letters unless the next mood is another one."""

    def __init__(self, *_: Any, **__: Any) -> None:
        super().__init__()

    def open(self) -> bool:
        """Greet, unless it is away."""
        if MOODS[:1] == ["away"]:
            MOODS.pop(0)
            raise ConnectionRefusedError("Nobody is here.")
        return True

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Take letters, or do what the mood says."""
        mood = MOODS.pop(0) if MOODS else ""
        if mood == "no":
            raise SMTPDataError(451, b"Not now, alice@example.org")
        TAKEN.extend(str(message.extra_headers["Message-ID"]) for message in email_messages)
        if mood:
            _LAST_WORDS[mood]()
        return len(email_messages)


def _silent() -> None:
    raise SMTPServerDisconnected("Connection unexpectedly closed")


def _slow() -> None:
    raise TimeoutError("timed out")


_LAST_WORDS: dict[str, Callable[[], None]] = {"silent": _silent, "slow": _slow}


def behaves(*moods: str) -> None:
    """Begin anew: for each call to come `away`, `no`, `silent` or `slow`; afterwards all is well."""
    MOODS[:] = moods
    TAKEN.clear()
