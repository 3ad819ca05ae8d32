"""The account's own pages: who one is here, everything that can be seen to about it, and how one reads."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from sevenpanel.accounts import commands, queries
from sevenpanel.web.account_places import ACCOUNT_PLACES
from sevenpanel.web.profile_form import ProfileForm


@login_required
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Who is signed in, and where to go from here."""
    user = request.user
    assert user.is_authenticated
    customer = queries.customer(customer_id=user.customer_id) if user.customer_id is not None else None
    context = {
        "person": user,
        "customer": customer,
        "has_second_factor": queries.second_factors(user_id=user.id).is_on,
        "places": [place for place in ACCOUNT_PLACES if place.for_staff or customer is not None],
    }
    return render(request, "web/account/home.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """A person's name, language, calendar and time zone; or new ones."""
    user = request.user
    assert user.is_authenticated
    if request.method != "POST":
        reading = queries.reading_of(user)
        shown = {"name": user.name, "language": reading.language, "calendar": reading.calendar}
        return render(
            request,
            "web/account/profile.html",
            {"form": ProfileForm(initial={**shown, "time_zone": reading.time_zone})},
        )
    form = ProfileForm(request.POST)
    if not form.is_valid():
        return render(request, "web/account/profile.html", {"form": form}, status=422)
    commands.rename_person(user_id=user.id, name=form.cleaned_data["name"])
    commands.keep_reading(user_id=user.id, reading=form.reading)
    messages.success(request, _("Your profile is kept."))
    return redirect("web:profile")
