"""A suspended account reads everything and begins nothing new, from its next request on (S-26; ADR 28)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from sevenpanel.accounts import queries
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.kernel.said import say
from sevenpanel.web import errors

# The forms that begin something. tests/house/test_suspended.py asks of every other form why it is left.
BEGINNINGS = frozenset(
    {
        "web:new-order", "web:mass-order", "web:short-links", "web:keys", "web:key", "web:key-replace",
        "web:funds-way", "web:funds-play", "web:payment-play", "web:webhooks",
    }
)  # fmt: skip
READING = frozenset({"GET", "HEAD", "OPTIONS"})

Handler = Callable[[HttpRequest], HttpResponse]


class Suspended(Refusal):
    """Something that a suspended account cannot do."""

    status = 403


class SuspendedGate:
    """Refuses what a suspended account begins. Nothing else costs a question more."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        """Let a request pass, or answer it."""
        if request.method in READING or not _begins(request) or not _is_suspended(request):
            return None
        said = say(
            "This account is suspended, so nothing new can be begun with it. Nothing was changed or charged. "
            "You can still read everything, cancel orders, write tickets and take your data with you. "
            "Please ask the support."
        )
        return errors.refused(request, Suspended(said))


def _begins(request: HttpRequest) -> bool:
    return request.resolver_match is not None and request.resolver_match.view_name in BEGINNINGS


def _is_suspended(request: HttpRequest) -> bool:
    if not request.user.is_authenticated or request.user.customer_id is None:
        return False
    return queries.customer(customer_id=request.user.customer_id).is_suspended
