"""The clock read once a request, its id, the size it may have, and refusals and a silent database turned into pages."""

import uuid
from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from sevenpanel.kernel.refusals import Refusal
from sevenpanel.web import errors
from sevenpanel.web.request import DeskRequest

Handler = Callable[[HttpRequest], HttpResponse]


class RequestContextMiddleware:
    """Give every request its instant and its id; refuse bodies that are too large before they are read.

    The id is in the answer's header and on every error page. What a signed-in person sees is never stored by
    browsers or proxies, so that nothing is left on a shared device.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = cast(DeskRequest, request)
        asked.received_at = timezone.now()
        asked.request_id = uuid.uuid4().hex[:16]
        response = errors.too_large(request) if _is_too_large(request) else self.get_response(request)
        response["X-Request-Id"] = asked.request_id
        if settings.SESSION_COOKIE_NAME in request.COOKIES and "Cache-Control" not in response:
            response["Cache-Control"] = "no-store"
        return response


def _is_too_large(request: HttpRequest) -> bool:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return not length.isdigit() or int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE


class RefusalMiddleware:
    """Turn a refusal into a page with its sentence and its status, and a database that is away into a 503."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal or an absent database; anything else is a fault and goes on its way."""
        if isinstance(exception, Refusal):
            return errors.refused(request, exception)
        if isinstance(exception, OperationalError | InterfaceError):
            return errors.unavailable(request, exception)
        return None
