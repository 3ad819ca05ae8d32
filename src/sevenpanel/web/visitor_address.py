"""Whose request this is, as far as the network tells: what attempts are counted by."""

from django.conf import settings
from django.http import HttpRequest

from sevenpanel.kernel.visitors import visitor_address


def address_of(request: HttpRequest) -> str:
    """The visitor's address, or "unknown"; a header is believed as far as proxies are known and counted."""
    return visitor_address(
        forwarded=request.META.get("HTTP_X_FORWARDED_FOR", ""),
        remote=request.META.get("REMOTE_ADDR") or "",
        proxies=settings.TRUSTED_PROXIES,
    )
