"""A key that somebody wrote where others read it is theirs no more: its owner is led to where it is revoked (S-36)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from sevenpanel.accounts import queries
from sevenpanel.kernel.masking import keys_in
from sevenpanel.web.request import DeskRequest


def after_writing(request: DeskRequest, ticket_id: int, *texts: str) -> HttpResponse:
    """Go on to the ticket; to the key's own page when a live key of this customer stood in what was written."""
    found = [key for text in texts for key in keys_in(text)]
    exposed = queries.live_key_among(customer_id=request.customer_id, keys=found) if found else None
    if exposed is None:
        return redirect("web:ticket", ticket_id=ticket_id)
    messages.warning(
        request,
        _(
            "Your message held this API key. It is masked in the ticket, but it has left your hands: "
            "replace it or revoke it here."
        ),
    )
    return redirect("web:key", exposed)
