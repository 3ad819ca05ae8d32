"""What crawlers may read: the page to sign in, and nothing behind it."""

from django.http import HttpRequest, HttpResponse

_TEXT = "User-agent: *\nAllow: /accounts/login/\nAllow: /accounts/signup/\nDisallow: /\n"


def robots(request: HttpRequest) -> HttpResponse:
    """robots.txt"""
    return HttpResponse(_TEXT, content_type="text/plain")
