"""The order form of somebody whose sign-in ran out: what was typed waits in a signed cookie and comes back afterwards.

In a cookie, since nobody is signed in whose row it could be; only for the order form's own addresses, for an hour, and
only for the person who typed it. Nothing of it stands in an address, which logs keep.
"""

from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpResponse, QueryDict

from sevenpanel.web.request import DeskRequest

COOKIE = "draft"
PATH = "/orders/new/"
SALT = "order draft"
SECONDS = 3600
# Browsers keep cookies of four thousand bytes; longer comments are left behind.
LENGTH_MAX = 3500
FIELDS = ("service", "link", "quantity", "comments", "person")


def keep(response: HttpResponse, typed: QueryDict) -> None:
    """Give an answer the draft along, when something was typed."""
    draft = {name: typed.get(name, "") for name in FIELDS}
    kept = _signed(draft) or _signed({**draft, "comments": ""})
    if kept and draft["person"]:
        response.set_cookie(
            COOKIE, kept, SECONDS, path=PATH, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
        )


def _signed(draft: dict[str, str]) -> str:
    text = signing.dumps(draft, salt=SALT, compress=True)
    return text if len(text) <= LENGTH_MAX else ""


def kept(request: DeskRequest) -> dict[str, Any] | None:
    """The draft of the person who is signed in, if this device keeps one."""
    try:
        draft: dict[str, Any] = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=SECONDS)
    except signing.BadSignature:
        return None
    return draft if draft["person"] == str(request.user.pk) else None


def forget(response: HttpResponse) -> None:
    """It came back once; that is enough."""
    response.delete_cookie(COOKIE, path=PATH)
