"""The clock read once a request, its id, the size and text it may have, and refusals and a silent database as pages."""

import codecs
import uuid
from collections.abc import Callable
from typing import cast
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.utils import timezone

from sevenpanel.erasure import queries as erasure
from sevenpanel.kernel import db
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.kernel.said import say
from sevenpanel.web import errors
from sevenpanel.web.request import DeskRequest

Handler = Callable[[HttpRequest], HttpResponse]

# Pages of this site use no device and are embedded by nobody (design: trust, S-40).
_DEVICES = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "microphone",
    "midi",
    "payment",
    "usb",
)
EVERYWHERE = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{device}=()" for device in _DEVICES),
}


class RequestContextMiddleware:
    """Give every request its instant and its id; refuse bodies that are too large or no text in UTF-8.

    The id is in the answer's header and on every error page. What a signed-in person sees is never stored by
    browsers or proxies, so that nothing is left on a shared device; and no other site may embed what is answered
    here, nor this one use a device of its reader (S-40).
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = cast(DeskRequest, request)
        asked.received_at = timezone.now()
        asked.request_id = uuid.uuid4().hex[:16]
        response = _unusable(request) or self.get_response(request)
        response["X-Request-Id"] = asked.request_id
        for name, value in EVERYWHERE.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", _keeping(request))
        return response


def _keeping(request: HttpRequest) -> str:
    return "no-store" if settings.SESSION_COOKIE_NAME in request.COOKIES else "private, no-cache"


def _unusable(request: HttpRequest) -> HttpResponse | None:
    if _is_too_large(request):
        return errors.too_large(request)
    try:
        is_text = _is_utf8(request)
    except UnreadablePostError as gone:  # the visitor left in the middle of sending
        return errors.bad_request(request, gone)
    return None if is_text else errors.no_text(request)


def _is_utf8(request: HttpRequest) -> bool:
    """Whether a form arrived as it was typed: Django reads other bytes as ISO-8859-1, and an order as another one."""
    charset = (request.content_params or {}).get("charset", "utf-8")
    if request.method != "POST" or not _is_utf8_name(charset):
        return request.method != "POST"
    if request.content_type != "application/x-www-form-urlencoded":
        return True
    try:
        unquote_to_bytes(request.body).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_utf8_name(charset: str) -> bool:
    try:
        return codecs.lookup(charset).name == "utf-8"
    except LookupError:
        return False


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
        if erasure.is_of_the_erased(exception):
            return errors.refused(request, Refusal(say("This account was deleted. Nothing was kept of what you sent.")))
        if db.is_away(exception):
            return errors.unavailable(request, exception)
        return None
