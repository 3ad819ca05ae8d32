"""The status page's words: each network with its 90 days as a picture, each incident with its times."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sevenpanel import links
from sevenpanel.notices.domain import KIND_WORDS
from sevenpanel.notices.queries.interruptions import InterruptionRow
from sevenpanel.web import present, writing
from sevenpanel.web.present import Instant
from sevenpanel.web.status_days import DAYS, Health, worst
from sevenpanel.web.status_facts import Facts, Group
from sevenpanel.web.telling import told

STEP = 4
"""How wide a day is in the picture, with the gap after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One day of the picture."""

    x: int
    health: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRow:
    """A network as the page shows it."""

    slug: str
    name: str
    services: str
    health: str
    now: str
    words: str
    start: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Something that interrupted, with its times; the text is the operator's own where there is one.

    :param id: the same in the page and in the feed, as long as the incident is told.
    """

    id: str
    title: str
    about: str
    text: str
    began_at: datetime
    began: Instant
    ended: Instant | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusPage:
    """Everything that the template places."""

    as_of: Instant
    health: str
    summary: str
    groups: tuple[GroupRow, ...]
    open: tuple[Incident, ...]
    past: tuple[Incident, ...]
    answers: str
    width: int


def page_of(facts: Facts) -> StatusPage:
    """The facts in words."""
    health = worst([group.now for group in facts.groups])
    found = incidents(facts)
    return StatusPage(
        as_of=present.instant(facts.as_of),
        health=health.value,
        summary=_summary(health),
        groups=tuple(_group(group) for group in facts.groups),
        open=tuple(each for each in found if each.ended is None),
        past=tuple(each for each in found if each.ended is not None),
        answers=_answers(facts),
        width=DAYS * STEP,
    )


def incidents(facts: Facts) -> list[Incident]:
    """Every incident of the last days, the newest first. What ends later is open now."""
    found = [_announced(row, facts.as_of) for row in facts.announced]
    for began_at, ended_at in facts.stops:
        text = _("New orders were not taken. Orders under way went on.")
        found.append(_incident(f"stop-{began_at:%Y%m%d%H%M%S}", _("New orders stopped"), "", text, began_at, ended_at))
    for row in facts.outages:
        about = _names(row.networks)
        text = _("What is ordered waits until a supplier can be reached again, or goes another way.")
        title, id_ = _("Sending is delayed"), f"delay-{row.began_at:%Y%m%d%H%M%S}-{'-'.join(row.networks)}"
        found.append(_incident(id_, title, about, text, row.began_at, row.ended_at))
    return sorted(found, key=lambda each: each.began_at, reverse=True)


def _announced(row: InterruptionRow, now: datetime) -> Incident:
    ended_at = row.ended_at if row.ended_at is None or row.ended_at <= now else None
    about = row.about or _names(row.networks)
    return _incident(f"notice-{row.root_id}", told(KIND_WORDS[row.kind]), about, row.text, row.began_at, ended_at)


def _incident(id_: str, title: str, about: str, text: str, began_at: datetime, ended_at: datetime | None) -> Incident:
    return Incident(
        id=id_,
        title=title,
        about=about,
        text=text,
        began_at=began_at,
        began=present.instant(began_at),
        ended=present.instant(ended_at) if ended_at else None,
    )


def _group(group: Group) -> GroupRow:
    services = ngettext("%(n)s service on sale", "%(n)s services on sale", group.services)
    return GroupRow(
        slug=group.network,
        name=_name(group.network),
        services=services % {"n": present.count(group.services)},
        health=group.now.value,
        now=_word(group.now),
        words=_ninety(group),
        start=_start(group),
        cells=tuple(Cell(x=place * STEP, health=health.value) for place, health in enumerate(group.days)),
    )


def _ninety(group: Group) -> str:
    """The picture in words."""
    counts = Counter(group.days)
    said = {
        "known": present.count(DAYS - counts[Health.UNKNOWN]),
        "fine": present.count(counts[Health.FINE]),
        "delayed": present.count(counts[Health.DELAYED]),
        "stopped": present.count(counts[Health.STOPPED]),
    }
    words = _(
        "Days known: %(known)s of 90. Without trouble: %(fine)s; with delays or pauses: %(delayed)s; "
        "stopped: %(stopped)s."
    )
    return words % said


def _start(group: Group) -> str:
    if group.start_seconds is None:
        return _("How soon orders begin is not known yet.")
    words = ngettext(
        "Half of the orders usually begin within %(time)s, as measured on %(n)s service.",
        "Half of the orders usually begin within %(time)s, as measured on %(n)s services.",
        group.timed,
    )
    return words % {"time": present.length(group.start_seconds), "n": present.count(group.timed)}


def _answers(facts: Facts) -> str:
    if facts.answers is None:
        return ""
    words = ngettext(
        "Suppliers answer within %(time)s s, the middle of the last %(n)s order that was sent to them.",
        "Suppliers answer within %(time)s s, the middle of the last %(n)s orders that were sent to them.",
        facts.answers.orders,
    )
    tenths = max(1, round(facts.answers.median_ms / 100))
    return words % {"time": writing.decimal(f"{tenths // 10}.{tenths % 10}"), "n": present.count(facts.answers.orders)}


def _summary(health: Health) -> str:
    if health is Health.STOPPED:
        return _("Some orders are not taken now.")
    if health is Health.DELAYED:
        return _("Orders are taken; some services are paused or delayed.")
    return _("Everything works.")


def _word(health: Health) -> str:
    if health is Health.STOPPED:
        return _("stopped")
    return _("paused or delayed in part") if health is Health.DELAYED else _("works")


def _names(networks: tuple[str, ...]) -> str:
    return ", ".join(map(_name, networks)) if networks else _("All services")


def _name(network: str) -> str:
    known = {each.value: links.NETWORK_NAMES[each] for each in links.Network}
    return known.get(network, network)
