"""The clock read once a request, the customer who asks, and refusals turned into pages in one place."""

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from sevenpanel.kernel.refusals import Refusal

Handler = Callable[[HttpRequest], HttpResponse]


class RequestContextMiddleware:
    """Give every request its instant and its id; the id is in the answer's header and on every error page."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.received_at = timezone.now()  # type: ignore[attr-defined]
        request.request_id = uuid.uuid4().hex[:16]  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        return response


class RefusalMiddleware:
    """Turn a refusal into a page with its sentence and its status."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal; anything else is a fault and goes on its way."""
        if not isinstance(exception, Refusal):
            return None
        return render(request, "web/refusal.html", {"sentence": exception.sentence}, status=exception.status)
