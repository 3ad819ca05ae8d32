"""Letters that did not arrive, at the desk: given up, or of unknown fate; sent again, or left as they are."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sevenpanel.accounts.domain import Role
from sevenpanel.desk.access import staff_with
from sevenpanel.desk.rows import Moment, moment
from sevenpanel.letters import commands, queries
from sevenpanel.letters.domain import DAILY, LetterState
from sevenpanel.letters.queries import UnsettledRow

SHOWN = 200

settling = staff_with(Role.SUPPORT, Role.ADMIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterLine:
    """A letter and what became of it."""

    id: int
    email: str
    kind: str
    written: Moment
    state: str
    fault: str
    tries: int


@settling
@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """Every letter that a person has to decide about, newest first."""
    now = request.received_at  # type: ignore[attr-defined]
    rows = [_line(row, moment(row.written_at, now)) for row in queries.unsettled_letters(limit=SHOWN)]
    return render(request, "desk/letters.html", {"rows": rows})


@settling
@require_POST
def settle(request: HttpRequest, letter_id: int) -> HttpResponse:
    """Send one again, or leave it."""
    again = request.POST.get("what") == "again"
    commands.settle_letter(letter_id=letter_id, again=again, now=request.received_at)  # type: ignore[attr-defined]
    messages.success(request, _("It is sent again.") if again else _("It stays as it is."))
    return redirect("desk:letters")


def _line(row: UnsettledRow, written: Moment) -> LetterLine:
    unknown = _("nobody knows whether it arrived; sent again it may come twice")
    return LetterLine(
        id=row.id,
        email=row.email,
        kind=_("letter of the day") if row.kind == DAILY else row.kind,
        written=written,
        state=unknown if row.state is LetterState.UNKNOWN else _("given up: it did not arrive"),
        fault=row.fault,
        tries=row.tries,
    )
