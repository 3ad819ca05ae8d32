"""What crawlers may read: the pages that need no account."""

from django.http import HttpRequest, HttpResponse

_OPEN = ("/accounts/login/", "/accounts/signup/", "/terms/", "/privacy/", "/status/")
_TEXT = "User-agent: *\n" + "".join(f"Allow: {address}\n" for address in _OPEN) + "Disallow: /\n"


def robots(request: HttpRequest) -> HttpResponse:
    """robots.txt"""
    return HttpResponse(_TEXT, content_type="text/plain")
