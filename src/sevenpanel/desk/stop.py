"""The stop of new orders at the desk: why, since when, and letting orders go on after mending (O-7)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sevenpanel.accounts import queries as accounts
from sevenpanel.accounts.domain import Role
from sevenpanel.desk.access import staff_only, staff_with
from sevenpanel.desk.rows import stop_of
from sevenpanel.desk.views import broken_now
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.orders import commands, queries

LIFTING = (Role.FINANCE, Role.ADMIN)


@staff_only
@require_safe
def stop(request: HttpRequest) -> HttpResponse:
    """The stop that is in force, and those that were lifted."""
    assert request.user.is_authenticated
    in_force, lifted = queries.stop_in_force(), queries.lifted_stops()
    names = accounts.addresses_of(user_ids={row.lifted_by for row in lifted if row.lifted_by is not None})
    now = request.received_at  # type: ignore[attr-defined]
    context = {
        "in_force": stop_of(in_force, names, now) if in_force else None,
        "lifted": [stop_of(row, names, now) for row in lifted],
        "may_lift": request.user.role in LIFTING,
    }
    return render(request, "desk/stop.html", context)


@staff_with(*LIFTING)
@require_POST
def lift(request: HttpRequest, stop_id: int) -> HttpResponse:
    """Let new orders go on, if the money is right again."""
    assert request.user.is_authenticated
    try:
        commands.lift_stop(
            stop_id=stop_id,
            staff_id=request.user.pk,
            reason=request.POST.get("reason", ""),
            breaches=broken_now(),
            now=request.received_at,  # type: ignore[attr-defined]
        )
        messages.success(request, _("New orders are taken again."))
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect("desk:stop")
