"""The page where an account is opened: allauth's, with the act of acceptance above its button (clauses 0.1, 0.2)."""

import uuid
from typing import Any

from allauth.account import views
from allauth.account.adapter import get_adapter
from allauth.account.forms import SignupForm
from django.db import transaction
from django.forms import BoundField
from django.http import HttpRequest
from django.utils.translation import gettext as _

from sevenpanel.web.consent import ConsentForm, asked, box


def button() -> str:
    """The words on the button."""
    return _("Sign up")


class SignUpForm(ConsentForm, SignupForm):  # type: ignore[misc]
    """What an account needs, and the box."""

    def try_save(self, request: HttpRequest) -> Any:
        """Open an account; or where there is one, do the same work for nobody, which would take as long (S-21)."""
        if self.account_already_exists:
            self._save_nobody(request)
        return super().try_save(request)

    def _save_nobody(self, request: HttpRequest) -> None:
        typed = self.cleaned_data["email"]
        with transaction.atomic():
            self.cleaned_data["email"] = f"{uuid.uuid4().hex}@nobody.invalid"
            try:
                adapter = get_adapter()
                adapter.save_user(request, adapter.new_user(request), self)
            finally:
                self.cleaned_data["email"] = typed
            transaction.set_rollback(True)

    @property
    def account_fields(self) -> list[BoundField]:
        """The fields above the box."""
        return [field for field in self if field.name not in ConsentForm.base_fields]


class SignUpView(views.SignupView):  # type: ignore[misc]
    """Asks for the versions of this very instant, also when what was typed comes back with an error."""

    def get_form_kwargs(self) -> dict[str, Any]:
        """What the form is made with."""
        return {**super().get_form_kwargs(), "asked": asked(self.request.received_at)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the page shows."""
        context = super().get_context_data(**kwargs)
        errors = [context["form"].errors.get(name) for name in ConsentForm.base_fields]
        wrong = next((str(each[0]) for each in errors if each), "")
        return {**context, "box": box(asked(self.request.received_at)), "button": button(), "wrong": wrong}
