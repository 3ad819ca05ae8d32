"""Test orders as the API guide shows them: what becomes of them by their last digit, and where the newest stand."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from sevenpanel.rehearsal.domain import COURSE_OF_DIGIT, Course
from sevenpanel.rehearsal.queries import PlayRow
from sevenpanel.terms import named_word
from sevenpanel.web import present
from sevenpanel.web.present import Instant
from sevenpanel.web.telling import told

SHOWN_MAX = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayLine:
    """A test order in the list."""

    id: int
    service_id: int
    link: str
    quantity: str
    charge: str
    status: str
    placed: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What becomes of a test order whose quantity ends in a digit."""

    digit: int
    words: str


def line_of(row: PlayRow) -> PlayLine:
    """A test order where it stands now."""
    return PlayLine(
        id=row.order.id,
        service_id=row.order.service_id,
        link=row.order.link,
        quantity=present.count(row.order.quantity),
        charge=present.money(row.now.charge_micros, row.order.currency),
        status=told(named_word(row.now.status)),
        placed=present.instant(row.order.placed_at),
    )


def endings() -> list[Ending]:
    """Every digit that asks for something else than Completed."""
    said = {
        Course.PARTIAL: _("Partial: half of it arrives, and half of the charge comes back."),
        Course.CANCELED: _("Canceled after it has begun: all of the charge comes back."),
        Course.REFUSED: _("The provider does not take it: Canceled, and never In progress."),
        Course.ENDLESS: _("It stays In progress until you cancel it."),
        Course.NOT_STOPPED: _("Completed, and the provider does not stop when you ask to cancel."),
        Course.UNANSWERED: _("It is taken, but the first answer to add is lost (HTTP 503): repeat it."),
    }
    return [Ending(digit=digit, words=said[course]) for digit, course in COURSE_OF_DIGIT.items()]
