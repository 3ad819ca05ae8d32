"""The request as the operations of version 3 see it."""

from datetime import datetime

from django.http import HttpRequest

from sevenpanel.api.actions import Caller


class Asked(HttpRequest):
    """A request with its instant and with whoever asks. Only typed here: the instance is Django's own."""

    received_at: datetime
    auth: Caller
