"""The forms of the second factor: a code is spent in the database, once, and tries are counted (S-24)."""

from typing import Any, cast

from allauth.account.adapter import get_adapter as account_adapter
from allauth.core import context, ratelimit
from allauth.mfa.base.forms import BaseAuthenticateForm
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from sevenpanel.accounts import commands
from sevenpanel.accounts.commands.second_factor import RECOVERY_LETTERS, step_of
from sevenpanel.web.forms import TextField
from sevenpanel.web.numbers import latin_digits
from sevenpanel.web.request import DeskRequest

_NOT_ACCEPTED = _(
    "This code is not accepted. A code of the app is good for one use within half a minute: wait for the next one. "
    "If it is refused again, the clock of your telephone may be wrong."
)
_CODE = _("Code")
_WIDGET = {"autocomplete": "one-time-code", "dir": "ltr", "autocapitalize": "characters", "spellcheck": "false"}


def _now() -> Any:
    return cast(DeskRequest, context.request).received_at


def _count_a_try(user: Any) -> str:
    """Count a try at this account's codes.

    :raises ValidationError: after too many of them.
    """
    key = f"second-factor-{user.pk}"
    if not ratelimit.consume(context.request, action="second_factor", key=key):
        raise account_adapter().validation_error("too_many_login_attempts")
    return key


class SignInCodeForm(BaseAuthenticateForm):  # type: ignore[misc]
    """A code while signing in: of the app, or one of the recovery codes."""

    code = forms.CharField(label=_CODE, max_length=64, widget=forms.TextInput(attrs=_WIDGET))
    reauthenticated = False

    def clean_code(self) -> str:
        """Spend the code.

        :raises ValidationError: when it is not accepted, or after too many tries.
        """
        key = _count_a_try(self.user)
        code = latin_digits(self.cleaned_data["code"])
        spent = _spent(self.user.pk, code)
        if spent is None:
            raise ValidationError(_NOT_ACCEPTED)
        ratelimit.clear(context.request, action="second_factor", key=key)
        self.authenticator = Authenticator.objects.get(pk=spent)
        return code

    def save(self) -> None:
        """Write down in the session how this person showed who they are."""
        post_authentication(context.request, self.authenticator, reauthenticated=self.reauthenticated)


class ConfirmCodeForm(SignInCodeForm):
    """A code while signed in, before something is changed that matters."""

    reauthenticated = True


def _spent(user_id: int, code: str) -> int | None:
    bare = "".join(code.split())
    if len(bare) < RECOVERY_LETTERS:
        return commands.spend_app_code(user_id=user_id, code=bare, now=_now())
    return commands.spend_recovery_code(user_id=user_id, code=bare)


class ActivateAppForm(ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new app, which shows that it was set up well."""

    code = forms.CharField(label=_CODE, max_length=64, widget=forms.TextInput(attrs=_WIDGET))

    def clean_code(self) -> str:
        """Look at the code; it is spent once the app is kept.

        :raises ValidationError: when it is not accepted, or after too many tries.
        """
        _count_a_try(self.user)
        code = "".join(latin_digits(self.cleaned_data["code"]).split())
        if step_of(self.secret, code, _now()) is None:
            raise ValidationError(_NOT_ACCEPTED)
        return code


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey. All of ours let in by themselves, so nobody is asked which kind it is to be."""

    passwordless = None
    name = TextField(label=_("Name"), max_length=100, widget=forms.TextInput(attrs={"dir": "auto"}))
