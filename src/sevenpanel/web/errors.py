"""Pages for what went wrong: what happened, what it cost, what to do, and the id of the request (U-11).

They are rendered without the request, so that none of them needs a session, a user or a database.
"""

import logging
import sys
from dataclasses import dataclass

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from sevenpanel.kernel import db
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.web.telling import told

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What an error page says."""

    status: int
    title: str
    sentence: str
    advice: str
    is_uncharged: bool = True


def page(request: HttpRequest, trouble: Trouble) -> HttpResponse:
    """The page that tells of this trouble."""
    context = {"trouble": trouble, "request_id": getattr(request, "request_id", "")}
    return HttpResponse(render_to_string("web/trouble.html", context), status=trouble.status)


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A refusal that no form has caught."""
    return page(
        request,
        Trouble(
            status=refusal.status,
            title=_("This cannot be done"),
            sentence=told(refusal.sentence),
            advice=_("Go back and change what you asked for."),
        ),
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413 when the trouble was the size."""
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    return page(
        request,
        Trouble(
            status=400,
            title=_("This request makes no sense to the desk"),
            sentence=_("Part of what your browser sent could not be understood."),
            advice=_("Load the page again and repeat what you did."),
        ),
    )


def too_large(request: HttpRequest) -> HttpResponse:
    """413: refused by its announced size, before anything of it was read."""
    return page(
        request,
        Trouble(
            status=413,
            title=_("That is too large"),
            sentence=_("The desk takes at most 8 MB at once; what you sent is larger, and nothing of it was used."),
            advice=_("Send it in parts. A mass order may have up to 10,000 lines."),
        ),
    )


def no_text(request: HttpRequest) -> HttpResponse:
    """422: a form whose bytes are no text in UTF-8, so that nobody knows what was meant."""
    return page(
        request,
        Trouble(
            status=422,
            title=_("This text did not arrive intact"),
            sentence=_("What you sent is not UTF-8 text, so it cannot be told what you typed. Nothing of it was used."),
            advice=_("Go back, type or copy it again and send the form once more."),
        ),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    """403, also for a form whose protection against forgery does not fit."""
    return page(
        request,
        Trouble(
            status=403,
            title=_("The desk did not accept this form"),
            sentence=_("It may have been open for long, or cookies are switched off in your browser."),
            advice=_("Go back, load the page again and send the form once more."),
        ),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, alike for what never was and for what belongs to somebody else (S-1)."""
    return page(
        request,
        Trouble(
            status=404,
            title=_("There is nothing here"),
            sentence=_("This address leads to no page of this desk, or to one that is not yours."),
            advice=_("Check the address, or start from the home page."),
        ),
    )


def too_many(request: HttpRequest) -> HttpResponse:
    """429: so many tries that they could be somebody's guesses. All these limits are by the minute."""
    response = render(request, "429.html", status=429)
    response["Retry-After"] = "60"
    return response


def unavailable(request: HttpRequest, exception: BaseException) -> HttpResponse:
    """503: the database is away, or took too long. What was being done is either done whole or not at all."""
    logger.error("The database does not answer: %s", exception)
    db.hang_up(exception)
    is_overdue = db.is_overdue(exception)
    again = _("Try again in a moment. Sending the same form again never orders twice.")
    fewer = _("Try again in a moment, or ask for less at once, such as fewer orders or a shorter time.")
    response = page(
        request,
        Trouble(
            status=503,
            title=_("This took too long and was stopped") if is_overdue else _("The desk's database does not answer"),
            sentence=_("What you see here is never half done: an order is either placed and paid for, or neither."),
            advice=fewer if is_overdue and request.method in ("GET", "HEAD") else again,
            is_uncharged=False,
        ),
    )
    response["Retry-After"] = "5"
    return response


def fault(request: HttpRequest) -> HttpResponse:
    """500, or 503 when what failed is the database."""
    exception = sys.exc_info()[1]
    if exception is not None and db.is_away(exception):
        return unavailable(request, exception)
    return page(
        request,
        Trouble(
            status=500,
            title=_("The desk made a mistake"),
            sentence=_("The fault is ours. An order is either placed and paid for, or neither: see your orders."),
            advice=_("Sending the same form again never orders twice. If it happens again, tell us the request id."),
            is_uncharged=False,
        ),
    )
