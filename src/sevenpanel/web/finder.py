"""The palette, which is a page of its own without scripts; and the keyboard's shortcuts, on or off."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from sevenpanel.web import finding, present
from sevenpanel.web.access import customer_only
from sevenpanel.web.request import DeskRequest
from sevenpanel.web.shortcuts import COOKIE, OFF, letters_of

COOKIE_SECONDS = 365 * 24 * 3600


@customer_only
@require_safe
def search(request: DeskRequest) -> HttpResponse:
    """The page."""
    return render(request, "web/finder/search.html", _found(request))


@customer_only
@require_safe
def found(request: DeskRequest) -> HttpResponse:
    """What the palette shows below its field."""
    return render(request, "web/finder/found.html", _found(request))


def _found(request: DeskRequest) -> dict[str, Any]:
    text = request.GET.get("q", "")
    groups = finding.find(finding.sought(request.customer_id, text, request.received_at))
    number = sum(len(group.items) for group in groups)
    told = ngettext("%(n)s found", "%(n)s found", number) % {"n": present.count(number)}
    return {"text": text, "groups": groups, "told": told if groups else _("Nothing fits.")}


@customer_only
@require_http_methods(["GET", "HEAD", "POST"])
def shortcuts(request: DeskRequest) -> HttpResponse:
    """All keys; or the letters turned on or off on this device."""
    if request.method != "POST":
        return render(request, "web/finder/shortcuts.html", {"keys": finding.keys()})
    is_on = not letters_of(request).is_on
    messages.success(request, _("The letters are on.") if is_on else _("The letters are off on this device."))
    response = redirect("web:shortcuts")
    if is_on:
        response.delete_cookie(COOKIE)
        return response
    response.set_cookie(
        COOKIE, OFF, COOKIE_SECONDS, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )
    return response
