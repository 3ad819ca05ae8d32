"""The settings panel: how the site looks, kept by the device and with the account (design: ux, B1).

The server writes the choices into the page, so that it is right at its first paint, without a script before it.
"""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.middleware import HtmxDetails

from sevenpanel.accounts import commands, queries
from sevenpanel.accounts.domain import Look, Sidenav, Theme, look_of_label
from sevenpanel.web.gate import safe_goal

COOKIE = "look"
COOKIE_SECONDS = 365 * 24 * 3600
SCHEMES = {Theme.SYSTEM: "light dark", Theme.LIGHT: "light", Theme.DARK: "dark"}


class LookForm(forms.Form):
    """The choices as they were sent. What a small screen cannot choose is not sent, and stays as it is."""

    theme = forms.TypedChoiceField(coerce=Theme, choices=[(each.value, each.value) for each in Theme])
    sidenav = forms.TypedChoiceField(
        coerce=Sidenav, choices=[(each.value, each.value) for each in Sidenav], required=False, empty_value=None
    )
    is_navbar_fixed = forms.BooleanField(required=False)

    def chosen(self, before: Look) -> Look:
        """What is to be kept."""
        sent = self.cleaned_data
        return Look(
            theme=sent["theme"],
            sidenav=sent["sidenav"] or before.sidenav,
            is_navbar_fixed=sent["is_navbar_fixed"],
        )


def look_of(request: HttpRequest) -> Look:
    """What this device keeps; on a device that keeps nothing, what its person chose last on another one."""
    kept = look_of_label(request.COOKIES.get(COOKIE, ""))
    if kept is not None:
        return kept
    return _of_account(request) if request.user.is_authenticated else Look()


def _of_account(request: HttpRequest) -> Look:
    """The session remembers it, so that the database is asked once."""
    assert request.user.is_authenticated
    place = f"look-{request.user.pk}"
    if place not in request.session:
        request.session[place] = queries.look(user_id=request.user.pk).label
    return look_of_label(request.session[place]) or Look()


def channel_address() -> str:
    """The public address of the operator's Telegram channel; nothing when it has none, or only a number."""
    channel: str = settings.TELEGRAM_CHANNEL
    return f"https://t.me/{channel[1:]}" if channel.startswith("@") else ""


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def look(request: HttpRequest) -> HttpResponse:
    """The panel as a page of its own, or new choices."""
    if request.method != "POST":
        return render(request, "web/settings.html")
    form = LookForm(request.POST)
    if not form.is_valid():
        return render(request, "web/settings.html", {"wrong": _("This choice is not known here.")}, status=422)
    return _kept(request, form.chosen(look_of(request)))


def _kept(request: HttpRequest, chosen: Look) -> HttpResponse:
    assert request.user.is_authenticated
    commands.keep_look(user_id=request.user.pk, look=chosen)
    response = _answer(request)
    response.set_cookie(
        COOKIE, chosen.label, COOKIE_SECONDS, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )
    return response


def _answer(request: HttpRequest) -> HttpResponse:
    """A script has changed the page already; without one the visitor comes back to where they were."""
    details: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    if details:
        return HttpResponse(status=204)
    messages.success(request, _("Your settings are kept."))
    return redirect(safe_goal(request, request.POST.get("next", "")) or resolve_url("web:settings"))
