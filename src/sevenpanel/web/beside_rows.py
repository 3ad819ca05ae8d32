"""What else of a customer's works on the same link, said before an order is placed and on its page (clauses 1, 4.6)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sevenpanel import links
from sevenpanel.catalog import queries as catalog
from sevenpanel.catalog.domain import ServiceRow
from sevenpanel.orders import queries
from sevenpanel.orders.queries import BesideRow, OrderRow
from sevenpanel.terms import Interference, OpenOrder, Planned, Policy, interference
from sevenpanel.web.telling import told


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """A warning about other orders on the target.

    :param is_blocked: the order would be refused for one of them.
    :param advice: what can be done about it; empty where nothing has to be.
    """

    is_blocked: bool
    is_untracked: bool
    sentences: tuple[str, ...]
    advice: str
    order_ids: tuple[int, ...]
    clause: str

    @property
    def in_one_line(self) -> str:
        """All of it as running text."""
        return " ".join([*self.sentences, self.advice]).strip()


def judged(service: ServiceRow, link: links.Link, open_orders: Sequence[OpenOrder], policy: Policy) -> Interference:
    """What placing would mean for an order of this service on this link."""
    planned = Planned(
        service_id=service.id,
        network=service.network,
        metric=service.metric,
        target=link.target,
        is_private_link=link.is_private,
    )
    return interference(planned, open_orders, policy)


def warning(found: Interference, service: ServiceRow, link: links.Link) -> Neighbours | None:
    """What is said on the form; None when nothing else works on the target."""
    if found.clause is None:
        return None
    blocking = () if found.blocked_by is None else (found.blocked_by,)
    return Neighbours(
        is_blocked=found.blocked_by is not None,
        is_untracked=found.is_untracked,
        sentences=tuple(map(told, found.sentences)),
        advice=told(links.private_link_advice(service.accepts, link)) if found.is_untracked else "",
        order_ids=(*blocking, *found.similar, *found.others),
        clause=found.clause,
    )


def found_at_placing(order: OrderRow) -> Neighbours | None:
    """What was found beside an order when it was placed, for its page."""
    row = queries.beside(order_ids=[order.id]).get(order.id)
    if row is None:
        return None
    return Neighbours(
        is_blocked=False,
        is_untracked=row.is_untracked,
        sentences=(*map(told, row.sentences), *_what_follows(row)),
        advice=_advice(order) if row.is_untracked else "",
        order_ids=(*row.similar, *row.others),
        clause="1",
    )


def _what_follows(row: BesideRow) -> tuple[str, ...]:
    if not row.is_untracked:
        return ()
    return (_("Claims about what arrived cannot be looked into, and refunds go by the provider's own count."),)


def _advice(order: OrderRow) -> str:
    link = links.read_link(order.address)
    if isinstance(link, links.Unreadable):
        return ""
    accepted = catalog.accepted_links(service_ids=[order.service_id])[order.service_id]
    return told(links.private_link_advice(accepted, link))
