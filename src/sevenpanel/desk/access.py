"""Who may see the desk: staff. To everybody else it does not exist."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from sevenpanel.accounts.domain import Role

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def staff_only(view: View[P]) -> View[P]:
    """Let in staff; strangers sign in first.

    :raises Http404: for customers.
    """

    @wraps(view)
    def enter(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not request.user.is_desk_staff:
            raise Http404
        return view(request, *args, **kwargs)

    return enter


def staff_with(*roles: Role) -> Callable[[View[P]], View[P]]:
    """Let in staff of these roles only.

    :raises Http404: for customers and for other staff.
    """

    def guard(view: View[P]) -> View[P]:
        @staff_only
        @wraps(view)
        def enter(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if request.user.is_authenticated and request.user.role not in roles:
                raise Http404
            return view(request, *args, **kwargs)

        return enter

    return guard
