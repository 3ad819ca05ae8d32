"""Signing up and in, passwords and addresses: django-allauth's views in the site's own templates.

They stand before allauth's own addresses, which are the same, so that every page that can be reached is ours.
"""

from allauth.account import views
from django.urls import URLPattern, path, re_path

from sevenpanel.web.app import SignOutView
from sevenpanel.web.password_page import PasswordResetView
from sevenpanel.web.sign_in import SignInView
from sevenpanel.web.sign_up_page import SignUpView


def _ours(template: str) -> dict[str, str]:
    return {"template_name": f"web/account/{template}.html"}


urlpatterns: list[URLPattern] = [
    path("login/", SignInView.as_view(**_ours("login"))),
    path("logout/", SignOutView.as_view(**_ours("logout")), name="account_logout"),
    path("inactive/", views.AccountInactiveView.as_view(**_ours("inactive"))),
    path("signup/", SignUpView.as_view(**_ours("signup"))),
    path("reauthenticate/", views.ReauthenticateView.as_view(**_ours("reauthenticate"))),
    path("email/", views.EmailView.as_view(**_ours("email"))),
    path("confirm-email/", views.EmailVerificationSentView.as_view(**_ours("verification_sent"))),
    re_path(r"^confirm-email/(?P<key>[-:\w]+)/$", views.ConfirmEmailView.as_view(**_ours("confirm_email"))),
    path("password/change/", views.PasswordChangeView.as_view(**_ours("password_change"))),
    path("password/set/", views.PasswordSetView.as_view(**_ours("password_set"))),
    path("password/reset/", PasswordResetView.as_view(**_ours("password_reset"))),
    path("password/reset/done/", views.PasswordResetDoneView.as_view(**_ours("password_reset_done"))),
    path("password/reset/key/done/", views.PasswordResetFromKeyDoneView.as_view(**_ours("password_reset_finished"))),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.PasswordResetFromKeyView.as_view(**_ours("password_reset_from_key")),
    ),
]
