"""The page that asks for acceptance: at a first sign-in that somebody else prepared, and after every change."""

from dataclasses import dataclass
from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sevenpanel.accounts import commands, queries
from sevenpanel.accounts.domain import Way
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.terms import Access, Act, Door, access_under, wanting
from sevenpanel.terms.documents import DocumentName, Edition, versions
from sevenpanel.terms.sentences import instant
from sevenpanel.web.consent import ConsentForm, asked, box, consent_of
from sevenpanel.web.document_rows import changes_url, url_of
from sevenpanel.web.gate import safe_goal
from sevenpanel.web.request import DeskRequest
from sevenpanel.web.telling import told


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanting:
    """A version that waits to be accepted.

    :param before: the version that was accepted last; empty when none was.
    """

    title: str
    version: str
    began: str
    url: str
    before: str
    changes_url: str


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest) -> HttpResponse:
    """Ask, or write down the answer and go on to where the visitor was going. Twice is as good as once."""
    asker = cast(DeskRequest, request)
    goal = safe_goal(request, request.POST.get("next") or request.GET.get("next") or "")
    if request.method != "POST":
        return _page(asker, goal)
    form = ConsentForm(request.POST, asked=asked(asker.received_at))
    if not form.is_valid():
        return _page(asker, goal, wrong=str(next(iter(form.errors.values()))[0]))
    consent = consent_of(request, form, way=Way.PAGE, button=_button())
    try:
        commands.accept(user_id=_person(asker), consent=consent, now=asker.received_at)
    except Refusal as refusal:
        return _page(asker, goal, wrong=told(refusal.sentence))
    return redirect(goal or "web:home")


def _button() -> str:
    return _("Accept and go on")


def _page(request: DeskRequest, goal: str, *, wrong: str = "") -> HttpResponse:
    accepted = queries.accepted_of(tuple(queries.labels_of_person(user_id=_person(request))))
    waiting = wanting(shelf=queries.shelf(), accepted=accepted, now=request.received_at)
    context = {
        "wanting": [_wanting(each, accepted) for each in waiting],
        "is_first": not accepted,
        "is_privacy_alone": [each.document for each in waiting] == [DocumentName.PRIVACY],
        "keys_until": _keys_until(request),
        "box": box(asked(request.received_at)),
        "button": _button(),
        "next": goal,
        "wrong": wrong,
    }
    return render(request, "web/documents/accept.html", context, status=422 if wrong else 200)


def _wanting(edition: Edition, accepted: queries.Accepted) -> Wanting:
    known = [e for e in versions(queries.shelf(), edition.document) if (e.document, e.version) in accepted]
    return Wanting(
        title=edition.title,
        version=edition.version,
        began=told(instant(edition.effective_at)),
        url=url_of(edition),
        before=known[-1].version if known else "",
        changes_url=changes_url(known[-1], edition) if known else "",
    )


def _keys_until(request: DeskRequest) -> str:
    """Until when the account's API keys go on without acceptance; empty when that is over, or nothing is missing."""
    assert request.user.is_authenticated
    if request.user.customer_id is None:
        return ""
    labels = queries.labels_of_customer(customer_id=request.user.customer_id)
    answer: Access = access_under(
        shelf=queries.shelf(),
        accepted=queries.accepted_of(tuple(labels)),
        act=Act.ANYTHING_ELSE,
        door=Door.API,
        now=request.received_at,
    )
    return told(instant(answer.until)) if answer.is_allowed and answer.until else ""


def _person(request: DeskRequest) -> int:
    assert request.user.is_authenticated
    return request.user.id
