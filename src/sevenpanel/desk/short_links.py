"""Short links at the desk: those that a complaint switched off first, and the switch itself."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sevenpanel.accounts.domain import Role
from sevenpanel.desk.access import staff_with
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.shortlinks import commands, queries

switching = staff_with(Role.SUPPORT, Role.ADMIN)


@switching
@require_safe
def short_links(request: HttpRequest) -> HttpResponse:
    """Every short link that somebody switched; one of them, or any other, by its token."""
    asked = request.GET.get("token", "").rstrip("/").rpartition("/")[2]
    found = queries.short_link(token=asked) if asked else None
    context = {"links": queries.touched(), "asked": asked, "found": found}
    return render(request, "desk/short_links.html", context)


@switching
@require_POST
def switch(request: HttpRequest, token: str) -> HttpResponse:
    """Switch one off, or on again, with a reason."""
    assert request.user.is_authenticated
    turn_on = request.POST.get("turn") == "on"
    try:
        commands.switch(
            token=token,
            is_on=turn_on,
            staff_id=request.user.pk,
            reason=request.POST.get("reason", "").replace("\0", ""),
            now=request.received_at,  # type: ignore[attr-defined]
        )
        messages.success(request, _("The link is on again.") if turn_on else _("The link is off."))
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect("desk:short-links")
