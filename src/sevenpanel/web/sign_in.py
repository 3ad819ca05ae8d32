"""The page where one signs in: allauth's, with a passkey as another way where browsers allow it."""

from http import HTTPStatus
from typing import Any, cast

from allauth.account import views
from django.http import HttpResponse

from sevenpanel.web.second_factor import takes_passkeys
from sevenpanel.web.slowing import wait_of


class SignInView(views.LoginView):  # type: ignore[misc]
    """Signing in by password, or by a passkey."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """The form again; 429 when there were too many tries, with the seconds to wait."""
        response = cast(HttpResponse, super().form_invalid(form))
        wait = wait_of(self.request)
        if wait is not None:
            response.status_code = HTTPStatus.TOO_MANY_REQUESTS
            response["Retry-After"] = str(wait)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the page says besides the form."""
        return {**super().get_context_data(**kwargs), "takes_passkeys": takes_passkeys(self.request)}
