"""What was found about an order's link, as its customer reads it: what, by whom, under which clause, and what now."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from sevenpanel.kernel.said import kept
from sevenpanel.orders import queries
from sevenpanel.orders.queries import DecisionRow, OrderRow, TroubleRow
from sevenpanel.support.domain import SLUG_OF_KIND
from sevenpanel.terms import Kind, Ticket, named_word
from sevenpanel.web import present
from sevenpanel.web.present import Instant
from sevenpanel.web.telling import told


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A finding for the page of an order.

    :param clause: what it was decided under, of which version of the Terms.
    :param now: what can be done about it, and until when; `url` leads there.
    """

    what: str
    evidence: str
    by: str
    at: Instant
    clause: str
    terms_version: str
    money: str
    now: str
    url: str
    act: str


def found_about(order: OrderRow, tickets: Sequence[Ticket]) -> Found | None:
    """What was found about an order; None for most."""
    row = queries.trouble(order_id=order.id)
    if row is None:
        return None
    first, *later = (d for d in queries.decisions_of_order(order_id=order.id) if d.kind is _kind(row))
    now, url, act = _way(order, row, tickets, later)
    return Found(
        what=_what(row),
        evidence=told(kept(row.evidence)),
        by=_by(order, row),
        at=present.instant(row.found_at),
        clause=first.decision.clause,
        terms_version=first.decision.policy_version,
        money=_money(order),
        now=now,
        url=url,
        act=act,
    )


def _kind(row: TroubleRow) -> Kind:
    return Kind.SEVERAL_ORDERS if row.found is None else Kind.LINK_TROUBLE


def _what(row: TroubleRow) -> str:
    if row.found is not None:
        return _("The link was found to be %(found)s.") % {"found": told(named_word(row.found))}
    named = ", ".join(f"#{number}" for number in row.doubled_with)
    return _("It ran on one link at once with %(orders)s.") % {"orders": named}


def _by(order: OrderRow, row: TroubleRow) -> str:
    if row.staff_id is not None:
        return _("Found by our staff")
    return _("Found when you ordered") if row.found_at <= order.placed_at else _("Found by the provider")


def _money(order: OrderRow) -> str:
    """What was kept and what came back, grants included."""
    back = (order.returned_micros or 0) + order.granted_micros
    kept = {"kept": present.money(order.charge_micros - back, order.currency)}
    if not back:
        return _("The charge of %(kept)s is kept. Nothing comes back by itself.") % kept
    sums = {**kept, "back": present.money(back, order.currency)}
    return _("%(back)s came back to your balance; %(kept)s is kept.") % sums


def _way(
    order: OrderRow, row: TroubleRow, tickets: Sequence[Ticket], later: Sequence[DecisionRow]
) -> tuple[str, str, str]:
    """Staff's findings come with a ticket, in which they can be decided again; a provider's word needs a new one."""
    opened = [each for each in tickets if any(m.is_from_staff and m.at == row.found_at for m in each.messages)]
    if row.staff_id is None or not opened:
        query = urlencode({"kind": SLUG_OF_KIND[_kind(row)], "order": order.id})
        words = _("If you see it otherwise, staff look at it and decide. You can ask for that at any time.")
        return words, f"{reverse('web:new-ticket')}?{query}", _("Have somebody look at it in a ticket")
    address = reverse("web:ticket", args=[opened[0].ticket_id])
    if any(each.appeals_id is not None for each in later):
        return _("It was decided again by somebody else, which stands."), address, _("Read it in the ticket")
    words = _("If you see it otherwise, somebody else of us decides it again: once, with something new, at any time.")
    return words, address, _("Read it in the ticket, or have it decided again there")
