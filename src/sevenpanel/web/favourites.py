"""Favourites: the services that a person has starred, and those that their customer ordered last."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sevenpanel.catalog import commands
from sevenpanel.catalog import queries as catalog
from sevenpanel.catalog.domain import ServiceName
from sevenpanel.orders import queries as orders
from sevenpanel.web.access import customer_only
from sevenpanel.web.converters import read_id
from sevenpanel.web.gate import safe_goal
from sevenpanel.web.request import DeskRequest
from sevenpanel.web.shelves import Shelf

RECENT = 8


def favourites_of(request: DeskRequest) -> list[int]:
    """The favourites of the person who is signed in, the last one first."""
    assert request.user.is_authenticated
    return catalog.favourites(user_id=request.user.pk)


def near_shelves(request: DeskRequest, on_sale: Sequence[ServiceName]) -> list[Shelf]:
    """What is most likely wanted, of what is on sale: the favourites, then what else was ordered last."""
    known = {service.id: service for service in on_sale}
    starred = favourites_of(request)
    recent = [
        each for each in orders.recent_services(customer_id=request.customer_id, limit=RECENT) if each not in starred
    ]
    named = ((_("Favourites"), starred), (_("Ordered last"), recent))
    found = ((name, tuple(known[each] for each in ids if each in known)) for name, ids in named)
    return [Shelf(category=name, services=services) for name, services in found if services]


@customer_only
@require_POST
def star(request: DeskRequest) -> HttpResponse:
    """Star a service, or take its star away, and go back to where that was done."""
    given, taken = read_id(request.POST.get("star")), read_id(request.POST.get("unstar"))
    service_id = given or taken
    goal = safe_goal(request, request.POST.get("next", "")) or resolve_url("web:services")
    if service_id is None:
        return redirect(goal)
    assert request.user.is_authenticated
    commands.star(user_id=request.user.pk, service_id=service_id, is_starred=given is not None, now=request.received_at)
    messages.success(request, _("It is among your favourites.") if given else _("It is no longer a favourite."))
    return redirect(f"{goal}#service-{service_id}")


def starred(request: DeskRequest) -> dict[str, Any]:
    """What the template of a star needs."""
    return {"favourites": frozenset(favourites_of(request)), "here": request.get_full_path()}
