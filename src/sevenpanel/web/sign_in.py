"""The page where one signs in: allauth's, with a passkey as another way where browsers allow it."""

from typing import Any

from allauth.account import views

from sevenpanel.web.second_factor import takes_passkeys


class SignInView(views.LoginView):  # type: ignore[misc]
    """Signing in by password, or by a passkey."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the page says besides the form."""
        return {**super().get_context_data(**kwargs), "takes_passkeys": takes_passkeys(self.request)}
