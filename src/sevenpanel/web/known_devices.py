"""Devices from which somebody has signed in before: a flood of wrong passwords elsewhere does not slow them (S-20)."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

COOKIE = "device"
COOKIE_SECONDS = 180 * 24 * 3600
ACCOUNTS_MAX = 5
_SALT = "sevenpanel.known-device"


def is_known(request: HttpRequest, email: str) -> bool:
    """Whether this account was opened on this device before."""
    return _mark(email) in _marks(request)


def remember(request: HttpRequest, response: HttpResponse, email: str) -> None:
    """Let the device keep that this account was opened on it; nobody can read which one."""
    mine = _mark(email)
    marks = [mine, *(mark for mark in _marks(request) if mark != mine)][:ACCOUNTS_MAX]
    response.set_signed_cookie(
        _cookie(),
        ".".join(marks),
        salt=_SALT,
        max_age=COOKIE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _cookie() -> str:
    return f"__Host-{COOKIE}" if settings.IS_SECURE else COOKIE


def _marks(request: HttpRequest) -> list[str]:
    kept = request.get_signed_cookie(_cookie(), default="", salt=_SALT, max_age=COOKIE_SECONDS)
    return str(kept).split(".")


def _mark(email: str) -> str:
    return salted_hmac(_SALT, email.strip().lower(), algorithm="sha256").hexdigest()[:24]
