"""A service as its buyer reads it before ordering: everything that counts, in words, notices included (clause 3)."""

from dataclasses import dataclass, fields

from django.utils.translation import gettext as _

from sevenpanel import links
from sevenpanel.catalog.domain import (
    DECLARATION_WORDS,
    METRIC_WORDS,
    TYPE_WORDS,
    ServiceRow,
    ServiceState,
    ServiceType,
)
from sevenpanel.insight.queries import StandingRow
from sevenpanel.notices.domain import plain
from sevenpanel.notices.queries import EffectiveService, description_of
from sevenpanel.terms.notice import OVERRIDABLE
from sevenpanel.web import present
from sevenpanel.web.measured import Measured, measured, short_drop
from sevenpanel.web.notice_rows import Announcement, announcements, words_of
from sevenpanel.web.present import Instant
from sevenpanel.web.telling import told

ACCEPTED_SHOWN_MAX = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedLink:
    """One kind of link that a service takes, and what it looks like."""

    name: str
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedBy:
    """That a notice changed a figure: when it was published, and what the catalogue says."""

    published: Instant
    was: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """Which figures of a service notices changed, by the fields of its description."""

    start_within: ChangedBy | None = None
    complete_within: ChangedBy | None = None
    quantity_min: ChangedBy | None = None
    quantity_max: ChangedBy | None = None
    drop_band: ChangedBy | None = None
    can_cancel: ChangedBy | None = None
    can_refill: ChangedBy | None = None
    text: ChangedBy | None = None


assert {each.name for each in fields(Changed)} == set(OVERRIDABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFacts:
    """What is shown of a service: texts through and through, so that what is the same reads the same."""

    id: int
    name: str
    category: str
    price: str
    rate_micros: int
    limits: str
    type_words: str
    asks_quantity: bool
    asks_comments: bool
    accepts: tuple[AcceptedLink, ...]
    start: str
    completion: str
    drop: str
    measured: Measured
    can_cancel: bool
    can_refill: bool
    description: str
    fulfilment: str
    metric: str
    is_long_running: bool
    is_on_sale: bool
    changed: Changed
    announcements: tuple[Announcement, ...]


def facts_of(found: EffectiveService, currency: str, standing: StandingRow | None = None) -> ServiceFacts:
    """The facts of a service as it is in force, its price in this currency.

    :param standing: what was measured of it, if anything was.
    """
    service = found.service
    return ServiceFacts(
        id=service.id,
        name=service.name,
        category=service.category,
        price=price(service, currency),
        rate_micros=service.rate_micros,
        limits=limits(service),
        type_words=told(TYPE_WORDS[service.type]),
        asks_quantity=service.type is ServiceType.DEFAULT,
        asks_comments=service.type is ServiceType.CUSTOM_COMMENTS,
        accepts=accepted(service.accepts),
        start=present.duration(service.start_within),
        completion=present.duration(service.complete_within),
        drop=short_drop(found, standing),
        measured=measured(standing.times if standing else None),
        can_cancel=service.can_cancel,
        can_refill=service.can_refill,
        description=service.description,
        fulfilment=told(DECLARATION_WORDS[service.declaration]),
        metric=told(METRIC_WORDS[service.metric]) if service.metric else "",
        is_long_running=service.is_long_running,
        is_on_sale=service.state is ServiceState.LISTED,
        changed=changed_by(found),
        announcements=announcements(found.notices),
    )


def changed_by(found: EffectiveService) -> Changed:
    """For each field that a notice changed: which notice, by its instant, and what was there before."""
    base = description_of(found.base)
    return Changed(
        **{
            field: ChangedBy(
                published=present.instant(notice.published_at),
                was=words_of(field, plain(getattr(base, field))),
            )
            for field, notice in found.sources.items()
        }
    )


def price(service: ServiceRow, currency: str) -> str:
    """The package's price, or the rate per 1000."""
    amount = present.money(service.rate_micros, currency)
    if service.type is ServiceType.PACKAGE:
        return _("%(amount)s for the package") % {"amount": amount}
    return _("%(amount)s per 1000") % {"amount": amount}


def limits(service: ServiceRow) -> str:
    """How few and how many."""
    if service.type is ServiceType.PACKAGE:
        return _("one package")
    few, many = present.count(service.quantity_min), present.count(service.quantity_max)
    return _("%(few)s to %(many)s") % {"few": few, "many": many}


def accepted(tags: tuple[str, ...]) -> tuple[AcceptedLink, ...]:
    """The kinds of link behind these tags, with an example each; whole networks by their first kinds."""
    return tuple(AcceptedLink(name=name, example=example) for name, example in _named(tags))[:ACCEPTED_SHOWN_MAX]


def _named(tags: tuple[str, ...]) -> list[tuple[str, str]]:
    named: list[tuple[str, str]] = []
    for tag in tags:
        network, _slash, kind = tag.partition("/")
        if tag in links.NAMES:
            named.append((told(links.NAMES[tag]), links.EXAMPLES[tag]))
        elif kind == "*" and network != "*":
            example = next(text for known, text in links.EXAMPLES.items() if known.startswith(f"{network}/"))
            title = told(links.NETWORK_NAMES[links.Network(network)])
            named.append((_("any %(network)s link") % {"network": title}, example))
        else:
            named.append((_("any link"), "https://example.com/shop"))
    return named
