"""A mail server that fails as often as it is told to, the way that the real backends fail."""

from collections.abc import Sequence
from smtplib import SMTPServerDisconnected
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

FAULTS: list[Exception] = []
SENT: list[str] = []


class EmailBackend(BaseEmailBackend):
    """Raises the next fault, or takes the letter."""

    def __init__(self, *_: Any, **__: Any) -> None:
        super().__init__()

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Take letters, or fail before any of them."""
        if FAULTS:
            raise FAULTS.pop(0)
        SENT.extend(address for message in email_messages for address in message.to)
        return len(email_messages)


def fails(times: int) -> None:
    """Begin anew, with so many faults to come."""
    kinds: tuple[type[Exception], ...] = (ConnectionRefusedError, SMTPServerDisconnected, TimeoutError)
    FAULTS[:] = [kinds[number % len(kinds)]("The mail server is away.") for number in range(times)]
    SENT.clear()
