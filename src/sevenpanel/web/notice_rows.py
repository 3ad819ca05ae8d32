"""Notices as text: what they are about, what they change from what to what, and since when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from sevenpanel import links
from sevenpanel.catalog.domain import DROP_BAND_WORDS, DropBand, ServiceState
from sevenpanel.kernel.said import say
from sevenpanel.notices.domain import KIND_WORDS, Change, Value, said_again
from sevenpanel.notices.queries import NoticeRow, UpdateRow
from sevenpanel.terms import Notice, NoticeKind, Scope
from sevenpanel.web import present
from sevenpanel.web.present import Instant
from sevenpanel.web.telling import told

FIELD_NAMES = {
    "rate_micros": say("Price"),
    "quantity_min": say("Smallest quantity"),
    "quantity_max": say("Largest quantity"),
    "start_within": say("Starts"),
    "complete_within": say("Completes"),
    "drop_band": say("May drop"),
    "can_cancel": say("Cancel"),
    "can_refill": say("Refill"),
    "state": say("State"),
    "is_paused": say("State"),
    "text": say("Description"),
}
STATE_WORDS = {
    ServiceState.DRAFT: say("not on sale"),
    ServiceState.LISTED: say("on sale"),
    ServiceState.PAUSED: say("paused"),
    ServiceState.RETIRED: say("not on sale"),
}
assert STATE_WORDS.keys() == set(ServiceState)

# How a kind looks, by the names that states of orders have already.
TONES = {
    NoticeKind.PRICE: "processing",
    NoticeKind.NEW: "completed",
    NoticeKind.PAUSED: "canceled",
    NoticeKind.BACK: "completed",
    NoticeKind.DELAY: "partial",
    NoticeKind.DESCRIPTION: "processing",
    NoticeKind.GENERAL: "pending",
}
assert TONES.keys() == set(NoticeKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class SideBySide:
    """One figure before and after."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a notice, as it is shown."""

    id: int
    kind: str
    tone: str
    text: str
    published: Instant
    begins: Instant | None
    ends: Instant | None
    withdrawn: Instant | None
    withdrawn_why: str
    why: str
    changes: tuple[SideBySide, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """A notice in the Updates: its last version and what it is about."""

    id: int
    about: str
    service_id: int | None
    first_published: Instant
    is_corrected: bool
    last: Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """A notice that stands, beside the service it is about."""

    kind: str
    tone: str
    text: str
    published: Instant


def update_of(row: UpdateRow) -> Update:
    """A notice for a list."""
    notice = row.row.notice
    return Update(
        id=row.root_id,
        about=_about(notice, row.about),
        service_id=notice.subject if notice.scope is Scope.SERVICE and isinstance(notice.subject, int) else None,
        first_published=present.instant(row.first_published_at),
        is_corrected=row.is_corrected,
        last=version_of(row.row),
    )


def _about(notice: Notice, name: str) -> str:
    if notice.scope is Scope.NETWORK:
        known = links.Network.__members__.values()
        return next((told(links.NETWORK_NAMES[n]) for n in known if n == notice.subject), name)
    return name or _("All services")


def version_of(row: NoticeRow) -> Version:
    """One version of a notice."""
    notice = row.notice
    is_later = notice.in_force_from > notice.published_at
    return Version(
        id=row.id,
        kind=told(KIND_WORDS[notice.kind]),
        tone=TONES[notice.kind],
        text=told(said_again(notice.text)),
        published=present.instant(notice.published_at),
        begins=present.instant(notice.in_force_from) if is_later else None,
        ends=present.instant(notice.in_force_until) if notice.in_force_until else None,
        withdrawn=present.instant(notice.withdrawn_at) if notice.withdrawn_at else None,
        withdrawn_why=row.withdrawn_why,
        why=row.why,
        changes=side_by_side(row.changes, is_of_one=notice.scope is Scope.SERVICE),
    )


def announcements(notices: Sequence[Notice]) -> tuple[Announcement, ...]:
    """Notices that stand, last first."""
    return tuple(
        Announcement(
            kind=told(KIND_WORDS[notice.kind]),
            tone=TONES[notice.kind],
            text=told(said_again(notice.text)),
            published=present.instant(notice.published_at),
        )
        for notice in reversed(notices)
    )


def side_by_side(changes: Sequence[Change], *, is_of_one: bool) -> tuple[SideBySide, ...]:
    """Figures before and after; what was before differs where a notice is about many services."""
    return tuple(
        SideBySide(
            name=told(FIELD_NAMES.get(change.field, change.field)),
            old=words_of(change.field, change.old) if is_of_one else _("as each service says"),
            new=words_of(change.field, change.new),
        )
        for change in changes
    )


def words_of(field: str, value: Value) -> str:
    """One figure in words."""
    if field in ("start_within", "complete_within"):
        return present.duration(None if value is None else timedelta(seconds=int(value)))
    if value is None:
        return _("not stated")
    if field == "is_paused":
        return told(STATE_WORDS[ServiceState.PAUSED if value else ServiceState.LISTED])
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int):
        return present.money(value, settings.CURRENCY) if field == "rate_micros" else present.count(value)
    return _text_of(field, value)


def _text_of(field: str, value: str) -> str:
    if field == "drop_band":
        return told(DROP_BAND_WORDS[DropBand(value)])
    return told(STATE_WORDS[ServiceState(value)]) if field == "state" else value
