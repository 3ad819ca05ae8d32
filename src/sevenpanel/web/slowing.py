"""Wrong passwords slow those who guess, and lock nobody out (S-20).

Three counts, kept where all processes see them: of an account from one address or one known device, of one address, and
of an account from everywhere that is new to it. After the last one's free tries, all strangers together get one try in
half a minute. Whether there is such an account changes nothing (S-21).
"""

from typing import Any

from allauth.core.internal import ratelimit
from django.http import HttpRequest

from sevenpanel.web.known_devices import is_known

# How long the limits of the settings last, told to whoever tried too often.
WAIT_SECONDS = 300
STRANGERS_WAIT_SECONDS = 30

_PLACE = "retry_after"


def try_as_stranger(request: HttpRequest, email: str) -> Any:
    """Count a try from a device that is new to this account.

    :returns: what takes the count back, should the password be right; None when it is too soon for another try.
    """
    key = email.strip().lower()
    return _count(request, "strangers", key) or _count(request, "strangers_slowly", key)


def is_stranger(request: HttpRequest, email: str) -> bool:
    """Whether nobody has signed in to this account here before."""
    return not request.user.is_authenticated and not is_known(request, email)


def too_soon(request: HttpRequest, seconds: int) -> None:
    """Remember for the answer in how many seconds it is worth trying again."""
    setattr(request, _PLACE, seconds)


def wait_of(request: HttpRequest) -> int | None:
    """In how many seconds it is worth trying again, when a try came too soon."""
    wait: int | None = getattr(request, _PLACE, None)
    return wait


def _count(request: HttpRequest, action: str, key: str) -> Any:
    return ratelimit.consume(request, app="allauth.account", action=action, key=key)
