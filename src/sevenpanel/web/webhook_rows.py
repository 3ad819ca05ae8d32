"""Webhooks and what was sent to them, as their pages show it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sevenpanel.accounts.domain import KeyKind
from sevenpanel.web import present
from sevenpanel.web.present import Instant
from sevenpanel.webhooks.domain import DeliveryState
from sevenpanel.webhooks.queries import DeliveryRow, WebhookRow

HEARS = {
    KeyKind.LIVE: gettext_lazy("your real orders"),
    KeyKind.TEST: gettext_lazy("your test orders"),
}
assert HEARS.keys() == set(KeyKind)

_STATES = {
    DeliveryState.WAITING: gettext_lazy("on its way"),
    DeliveryState.DELIVERED: gettext_lazy("arrived"),
    DeliveryState.GIVEN_UP: gettext_lazy("did not arrive"),
}
assert _STATES.keys() == set(DeliveryState)


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A webhook as its owner sees it.

    :param again: when it is called again after calls that failed.
    """

    id: int
    url: str
    hears: str
    state: str
    is_on: bool
    made: Instant
    again: Instant | None
    off: Instant | None
    old_secret: Instant | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A call as the owner of its address sees it.

    :param answer: the status and the first of what was answered, or what went wrong; foreign text.
    """

    id: int
    at: Instant
    events: str
    state: str
    tries: str
    took: str
    status: int | None
    answer: str
    is_over: bool


def webhook_of(row: WebhookRow) -> Webhook:
    """A webhook for a page."""
    is_failing = row.is_on and row.failing_since is not None
    return Webhook(
        id=row.id,
        url=row.url,
        hears=str(HEARS[row.kind]),
        state=_("calls fail") if is_failing else _("on") if row.is_on else _("switched off, because every call failed"),
        is_on=row.is_on,
        made=present.instant(row.created_at),
        again=present.instant(row.due_at) if is_failing else None,
        off=present.instant(row.off_at) if row.off_at else None,
        old_secret=present.instant(row.old_secret_ends_at) if row.old_secret_ends_at else None,
    )


def sent_of(row: DeliveryRow) -> Sent:
    """A call for a page."""
    return Sent(
        id=row.id,
        at=present.instant(row.tried_at or row.made_at),
        events=", ".join(f"#{order}" for order in row.orders[:3]) + (" …" if len(row.orders) > 3 else ""),
        state=str(_STATES[row.state]),
        tries=present.count(row.tries),
        took=_("%(n)s ms") % {"n": present.count(row.took_ms)} if row.took_ms is not None else "",
        status=row.status,
        answer=row.answer or row.words,
        is_over=row.state is not DeliveryState.WAITING,
    )
