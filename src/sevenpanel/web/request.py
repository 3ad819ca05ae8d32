"""The request as views of the site see it, with what middleware and `access` have put on it."""

from datetime import datetime

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class DeskRequest(HttpRequest):
    """A request with its instant, its id and the customer on whose behalf it is made.

    Only typed here: the instance is Django's own, and `customer_id` is there once `access.customer_only` was passed.
    """

    received_at: datetime
    request_id: str
    customer_id: int
    htmx: HtmxDetails
