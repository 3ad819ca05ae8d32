"""Which letters a person gets and when, and ending one kind from the letter itself (RFC 8058)."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from sevenpanel.letters import commands, queries
from sevenpanel.letters.domain import ABOUT, ALWAYS, DIGEST_HOUR, MANNERS, TITLES, WHY_ALWAYS, LetterKind, Manner
from sevenpanel.web import writing
from sevenpanel.web.forms import STALE
from sevenpanel.web.telling import capital, told

STAFF_KINDS = (LetterKind.SECURITY,)
# The fields of the form.
NAMES = {kind: kind.name.lower() for kind in LetterKind}


@dataclass(frozen=True, slots=True, kw_only=True)
class KindLine:
    """A kind of letters as the page shows it.

    :param choices: what can be chosen, with its words and whether it is; none for what is always told.
    :param why: why it is always told.
    """

    name: str
    title: str
    about: str
    choices: tuple[tuple[str, str, bool], ...]
    why: str


class ChoiceForm(forms.Form):
    """When each kind is told."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for kind in set(LetterKind) - ALWAYS:
            self.fields[NAMES[kind]] = forms.TypedChoiceField(
                coerce=Manner,
                choices=[(each.value, each.value) for each in Manner],
                error_messages={"required": STALE, "invalid_choice": STALE},
            )

    @property
    def chosen(self) -> dict[LetterKind, Manner]:
        """What was chosen of each kind."""
        return {kind: self.cleaned_data[NAMES[kind]] for kind in set(LetterKind) - ALWAYS}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def notifications(request: HttpRequest) -> HttpResponse:
    """What a person gets by mail, and when; or another choice. Whoever works at the desk is told of safety only."""
    assert request.user.is_authenticated
    is_customer = request.user.customer_id is not None
    if request.method != "POST" or not is_customer:
        return render(request, "web/account/notifications.html", _page(request.user.id, is_customer=is_customer))
    form = ChoiceForm(request.POST)
    if not form.is_valid():
        context = {**_page(request.user.id, is_customer=True), "fault": STALE}
        return render(request, "web/account/notifications.html", context, status=422)
    commands.choose(user_id=request.user.id, chosen=form.chosen)
    messages.success(request, _("Your choice is kept. It counts for what waits as well."))
    return redirect("web:notifications")


def _page(user_id: int, *, is_customer: bool) -> dict[str, object]:
    chosen = queries.choices(user_id=user_id)
    kinds = tuple(LetterKind) if is_customer else STAFF_KINDS
    return {
        "lines": [_line(kind, chosen[kind]) for kind in kinds],
        "can_choose": is_customer,
        "hour": writing.digits(f"{DIGEST_HOUR}:00"),
        "has_zone": writing.zone() is not None,
    }


def _line(kind: LetterKind, now: Manner) -> KindLine:
    choices = () if kind in ALWAYS else tuple((m.value, capital(told(MANNERS[m])), m is now) for m in Manner)
    why = told(WHY_ALWAYS[kind]) if kind in ALWAYS else ""
    return KindLine(name=NAMES[kind], title=told(TITLES[kind]), about=told(ABOUT[kind]), choices=choices, why=why)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, stop_token: str) -> HttpResponse:
    """End one kind of letters: a page with a button, and by POST, also of a mail program that has no session.

    :raises Http404: for an address that no letter of ours held.
    """
    found = commands.read_stop(stop_token)
    if found is None:
        raise Http404
    if request.method == "POST":
        commands.carry_out_stop(found)
    title = told(TITLES[found.kind]) if found.kind is not None else _("Your day at the desk")
    return render(request, "web/letters/stop.html", {"title": title, "is_done": request.method == "POST"})
