"""The second factor: an app's codes, passkeys, and the recovery codes that stand behind both (S-24, S-25)."""

from ipaddress import ip_address
from typing import Any, cast

from allauth.account.decorators import reauthentication_required
from allauth.mfa.base.views import AuthenticateView, ReauthenticateView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.internal import auth as webauthn
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    EditWebAuthnView,
    LoginWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_safe

from sevenpanel.accounts import commands, queries
from sevenpanel.accounts.queries import PasskeyRow
from sevenpanel.web import present
from sevenpanel.web.request import DeskRequest


def takes_passkeys(request: HttpRequest) -> bool:
    """Whether browsers allow passkeys at this address: it needs a name, and HTTPS unless it is this machine's own."""
    host = request.get_host().partition(":")[0]
    if host.startswith("["):
        return False
    try:
        ip_address(host)
    except ValueError:
        return request.is_secure() or host == "localhost" or host.endswith(".localhost")
    return False


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What stands between a stolen password and the account."""
    factors = queries.second_factors(user_id=_person(request))
    context = {
        "factors": factors,
        "app_used": present.instant(factors.app_used_at) if factors.app_used_at else None,
        "passkeys": [_shown(row) for row in factors.passkeys],
        "takes_passkeys": takes_passkeys(request),
    }
    return render(request, "web/account/second_factor.html", context)


def _shown(row: PasskeyRow) -> dict[str, Any]:
    used = present.instant(row.last_used_at) if row.last_used_at else None
    return {"id": row.id, "name": row.name, "made": present.instant(row.created_at), "used": used}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(app="allauth.mfa")  # type: ignore[untyped-decorator]
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """How many codes are left; or new ones, shown this once."""
    if request.method == "POST" and queries.second_factors(user_id=_person(request)).is_on:
        return _new_codes(request)
    factors = queries.second_factors(user_id=_person(request))
    return render(request, "web/account/recovery_codes.html", {"factors": factors})


def _new_codes(request: HttpRequest) -> HttpResponse:
    """Answered at once and never kept: going back or loading again shows nothing."""
    codes = commands.make_recovery_codes(user_id=_person(request), now=cast(DeskRequest, request).received_at)
    response = render(request, "web/account/recovery_codes.html", {"codes": codes})
    response["Cache-Control"] = "no-store"
    return response


def _first_codes(request: HttpRequest, otherwise: HttpResponse) -> HttpResponse:
    """After a first second factor: the codes for the day on which it is lost."""
    factors = queries.second_factors(user_id=_person(request))
    return otherwise if factors.recovery_codes_left else _new_codes(request)


def _person(request: HttpRequest) -> int:
    assert request.user.is_authenticated
    return request.user.id


class ActivateAppView(ActivateTOTPView):  # type: ignore[misc]
    """A new app: its key as a picture and as text, and a first code to show that it works."""

    template_name = "web/account/app.html"
    did_generate_recovery_codes = False

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep the app, spend the code that showed it, and hand out recovery codes if there are none."""
        try:
            kept = super().form_valid(form)
        except IntegrityError:  # the same form sent twice at once: the other one has kept it
            return redirect("mfa_index")
        now = cast(DeskRequest, self.request).received_at
        commands.spend_app_code(user_id=_person(self.request), code=form.cleaned_data["code"], now=now)
        return _first_codes(self.request, kept)


class AddPasskeyView(AddWebAuthnView):  # type: ignore[misc]
    """A new passkey, one that knows its owner and asks for a finger, a face or a PIN."""

    template_name = "web/account/passkey_add.html"
    did_generate_recovery_codes = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the browser needs to know to make it."""
        context = super(AddWebAuthnView, self).get_context_data(**kwargs)
        options = webauthn.begin_registration(self.request.user, passwordless=True)
        return {**context, "options": options, "takes_passkeys": takes_passkeys(self.request)}

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep it, and hand out recovery codes if there are none."""
        return _first_codes(self.request, super().form_valid(form))


def _ours(template: str) -> dict[str, str]:
    return {"template_name": f"web/account/{template}.html"}


# The names are allauth's, which it leads people on by; the addresses are ours.
urlpatterns: list[URLPattern] = [
    path("", index, name="mfa_index"),
    path("passkeys/", index, name="mfa_list_webauthn"),
    path("code/", AuthenticateView.as_view(**_ours("code")), name="mfa_authenticate"),
    path("confirm/", ReauthenticateView.as_view(**_ours("confirm_code")), name="mfa_reauthenticate"),
    path("app/add/", ActivateAppView.as_view(), name="mfa_activate_totp"),
    path("app/remove/", DeactivateTOTPView.as_view(**_ours("app_remove")), name="mfa_deactivate_totp"),
    path("recovery-codes/", recovery_codes, name="recovery-codes"),
    path("passkeys/add/", AddPasskeyView.as_view(), name="mfa_add_webauthn"),
    path(
        "passkeys/confirm/",
        ReauthenticateWebAuthnView.as_view(**_ours("confirm_passkey")),
        name="mfa_reauthenticate_webauthn",
    ),
    path("passkeys/sign-in/", LoginWebAuthnView.as_view(), name="mfa_login_webauthn"),
    path("passkeys/<int:pk>/rename/", EditWebAuthnView.as_view(**_ours("passkey_rename")), name="mfa_edit_webauthn"),
    path(
        "passkeys/<int:pk>/remove/", RemoveWebAuthnView.as_view(**_ours("passkey_remove")), name="mfa_remove_webauthn"
    ),
]
