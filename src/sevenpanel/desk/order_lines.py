"""An order as the desk shows it: where it stands, what was found, what would follow from what can still be found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from sevenpanel.desk.rows import Moment, happened, moment
from sevenpanel.fulfilment import queries as fulfilment
from sevenpanel.kernel.money import format_amount
from sevenpanel.orders import queries
from sevenpanel.orders.queries import BesideRow, OrderRow, TroubleRow
from sevenpanel.support import queries as support
from sevenpanel.terms import NEVER_FITTED, Decision, LinkFinding, OrderFacts, undelivered_micros

SIMILAR_MAX = 50
SLUG_OF_FINDING = {finding: finding.name.lower().replace("_", "-") for finding in LinkFinding}
FINDING_OF_SLUG = {slug: finding for finding, slug in SLUG_OF_FINDING.items()}
FINDING_WORDS = {
    LinkFinding.WRONG: "it leads to something that the service is not for",
    LinkFinding.WRONG_FORMAT: "it is no link that can be worked with",
    LinkFinding.GONE: "it cannot be reached any more",
    LinkFinding.CHANGED: "it leads elsewhere, or was renamed",
    LinkFinding.PRIVATE: "it is private now",
}
assert FINDING_WORDS.keys() == set(LinkFinding)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the rules decide, as it is shown before anybody presses a button."""

    outcome: str
    clause: str
    terms_version: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """Things that can be found about a link and that have the same consequence."""

    lead: str
    found: tuple[tuple[str, str], ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A finding in the list."""

    order_id: int
    what: str
    evidence: str
    words: str
    by: str
    found: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedLine:
    """An order of a customer whom staff looked up."""

    id: int
    service: str
    link: str
    status: str
    charge: str
    placed: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplied:
    """Who works on an order, and by which number to ask for it there."""

    provider: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What was found beside an order when it was placed: the flags of clause 1."""

    is_untracked: bool
    sentences: tuple[str, ...]
    order_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An order with what staff can do about it.

    :param returned_micros: what came back so far; a grant says that it knew.
    :param grantable: the most that can be granted; empty where nothing can.
    """

    id: int
    service: str
    link: str
    target: str
    tag: str
    placed: Moment
    source: str
    status: str
    charge: str
    returned: str
    returned_micros: int
    delivered: int
    quantity: int
    corrected: int | None
    is_open: bool
    is_long_running: bool
    beside: Beside | None
    supplied: Supplied | None
    trouble: Line | None
    tickets: tuple[int, ...]
    grantable: str
    choices: tuple[Choices, ...]
    similar: tuple[tuple[int, str], ...]
    several: Verdict | None
    lines: tuple[tuple[Moment, str, str], ...]


def line_of(row: TroubleRow, staff: Mapping[int, str], now: datetime) -> Line:
    """A finding as text."""
    named = ", ".join(f"#{number}" for number in row.doubled_with)
    what = row.found.value if row.found else _("ran on one link with %(orders)s") % {"orders": named}
    by = _("the door or the provider") if row.staff_id is None else staff.get(row.staff_id, str(row.staff_id))
    return Line(
        order_id=row.order_id,
        what=what,
        evidence=row.evidence,
        words=row.words,
        by=by,
        found=moment(row.found_at, now),
    )


def placed_of(order: OrderRow, now: datetime) -> PlacedLine:
    """An order for the list of a customer's."""
    return PlacedLine(
        id=order.id,
        service=order.service,
        link=order.link,
        status=order.status.value,
        charge=_sum(order.charge_micros, order.currency),
        placed=moment(order.placed_at, now),
    )


def shown(order: OrderRow, staff: Mapping[int, str], now: datetime) -> Shown:
    """An order for its page at the desk."""
    found, facts = queries.trouble(order_id=order.id), _facts(order)
    similar = queries.similar_open(order_id=order.id, limit=SIMILAR_MAX) if order.is_open else {}
    grantable = 0 if found is None else undelivered_micros(facts)
    return Shown(
        id=order.id,
        service=order.service,
        link=order.link,
        target=order.target,
        tag=order.link_tag,
        placed=moment(order.placed_at, now),
        source=order.source,
        status=order.status.value,
        charge=_sum(order.charge_micros, order.currency),
        returned=_sum(facts.returned_micros, order.currency) if facts.returned_micros else "",
        returned_micros=facts.returned_micros,
        delivered=order.delivered,
        quantity=order.quantity,
        corrected=facts.correction.delivered if facts.correction else None,
        is_open=order.is_open,
        is_long_running=facts.is_long_running,
        beside=_beside(queries.beside(order_ids=[order.id]).get(order.id)),
        supplied=_supplied(order.id),
        trouble=line_of(found, staff, now) if found else None,
        tickets=tuple(t.ticket_id for t in support.tickets_about(order_id=order.id, customer_id=order.customer_id)),
        grantable=_sum(grantable, order.currency) if grantable else "",
        choices=_choices(order, now) if order.is_open else (),
        similar=tuple(similar.items()),
        several=_several(order, list(similar), now) if similar else None,
        lines=tuple(happened(line, now) for line in queries.timeline(order)),
    )


def _facts(order: OrderRow) -> OrderFacts:
    return queries.facts_of(order_ids=[order.id], customer_id=order.customer_id)[order.id]


def _sum(micros: int, currency: str) -> str:
    return f"{format_amount(micros)} {currency}"


def _beside(row: BesideRow | None) -> Beside | None:
    if row is None:
        return None
    return Beside(is_untracked=row.is_untracked, sentences=row.sentences, order_ids=(*row.similar, *row.others))


def _supplied(order_id: int) -> Supplied | None:
    task = fulfilment.task(order_id)
    if task is None or task.provider_id is None:
        return None
    names = {provider.id: provider.name for provider in fulfilment.providers()}
    name = names.get(task.provider_id, str(task.provider_id))
    return Supplied(provider=name, number=task.provider_order_id or "")


def _choices(order: OrderRow, now: datetime) -> tuple[Choices, ...]:
    """Everything that can be found, with what follows from it."""
    follows = queries.what_would_follow(order_id=order.id, customer_id=order.customer_id, now=now)
    leads = ((True, _("It never fitted:")), (False, _("It fitted when the order was placed, and since then:")))
    return tuple(
        _choice(lead, {f: d for f, d in follows.items() if (f in NEVER_FITTED) is never}) for never, lead in leads
    )


def _choice(lead: str, follows: Mapping[LinkFinding, Decision]) -> Choices:
    found = tuple((SLUG_OF_FINDING[each], _(FINDING_WORDS[each])) for each in follows)
    decision = next(iter(follows.values()))
    # The first reason repeats what was found, which the choice itself says.
    return Choices(lead=lead, found=found, verdict=_verdict(decision, decision.reasons[1:]))


def _several(order: OrderRow, similar: Sequence[int], now: datetime) -> Verdict:
    decision = queries.what_would_follow_of_several(
        order_id=order.id, customer_id=order.customer_id, others=similar[:1], now=now
    )
    return _verdict(decision, decision.reasons[1:])


def _verdict(decision: Decision, reasons: Sequence[str]) -> Verdict:
    return Verdict(
        outcome=decision.outcome.value,
        clause=decision.clause,
        terms_version=decision.policy_version,
        reasons=tuple(reasons),
    )


def staff_of(rows: Sequence[TroubleRow | None]) -> set[int]:
    """The staff behind findings."""
    return {row.staff_id for row in rows if row is not None and row.staff_id is not None}
