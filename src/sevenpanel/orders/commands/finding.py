"""Findings about links: an order whose link is wrong or changed, or that ran beside others of its service, ends.

What was found is written down once, then the rules decide (clauses 2, 4.5 and 4.6), and the decision is carried out in
the same transaction: closed, nothing back, a provider that may work on it asked to stop.
"""

import json
from collections.abc import Sequence
from datetime import datetime

from sevenpanel.kernel import db
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.orders import models
from sevenpanel.orders.commands.decisions import Decided, decide_by_rules
from sevenpanel.orders.commands.settling import lock_open, write_events
from sevenpanel.orders.domain import OpenOrder
from sevenpanel.orders.queries.facts import Asked
from sevenpanel.orders.timeline import EventKind
from sevenpanel.terms import Kind, LinkFinding

EVIDENCE_LENGTH_MAX = 2000


class UnableToFindTrouble(Refusal):
    """A finding that cannot be written down: the order has ended, or nothing shows it."""


@db.step
def find_link_trouble(
    *, order_id: int, found: LinkFinding, evidence: str, staff_id: int | None, now: datetime
) -> Decided:
    """Write down what was found about an open order's link, and end the order under clause 2 or 4.5.

    :param evidence: what shows it, as the customer will read it.
    :param staff_id: who found it; None when the door or the provider's words did.
    :raises UnableToFindTrouble: for an order that has ended, or without evidence.
    """
    order = _open_order(order_id)
    words = _checked(evidence)
    models.Trouble.objects.create(
        order_id=order_id, link_found=found, evidence=words, staff_id=staff_id, found_at=now
    )  # fmt: skip
    _tell(order, EventKind.LINK_FOUND, {"found": found.value, "evidence": words}, now)
    return _decide(order, Kind.LINK_TROUBLE, now)


@db.step
def find_several(*, order_ids: Sequence[int], evidence: str, staff_id: int, now: datetime) -> list[Decided]:
    """Write down that these open orders of one service run on one link at once, and end them all under clause 4.6.

    :raises UnableToFindTrouble: for fewer than two, for one that has ended, or without evidence.
    """
    words, wanted = _checked(evidence), sorted(set(order_ids))
    if len(wanted) < 2:
        raise UnableToFindTrouble("Name at least two orders that run on the link at once.")
    found = lock_open(wanted)
    if missing := [str(id_) for id_ in wanted if id_ not in found]:
        raise UnableToFindTrouble(f"Order {', '.join(missing)} is not open any more.")
    return [_doubled(found[id_], [other for other in wanted if other != id_], words, staff_id, now) for id_ in wanted]


def _doubled(order: OpenOrder, others: list[int], evidence: str, staff_id: int, now: datetime) -> Decided:
    models.Trouble.objects.create(
        order_id=order.id, doubled_with=others, evidence=evidence, staff_id=staff_id, found_at=now
    )  # fmt: skip
    _tell(order, EventKind.DOUBLED, {"orders": others, "evidence": evidence}, now)
    return _decide(order, Kind.SEVERAL_ORDERS, now)


def _open_order(order_id: int) -> OpenOrder:
    order = lock_open([order_id]).get(order_id)
    if order is None:
        raise UnableToFindTrouble("This order has ended; what is found about its link changes nothing any more.")
    return order


def _checked(evidence: str) -> str:
    words = " ".join(evidence.split())
    if not words or "\0" in words:
        raise UnableToFindTrouble("Say what shows it; the customer reads that.")
    return words[:EVIDENCE_LENGTH_MAX]


def _tell(order: OpenOrder, kind: EventKind, facts: dict[str, object], now: datetime) -> None:
    write_events([(order.id, order.customer_id, kind, json.dumps(facts))], now)


def _decide(order: OpenOrder, kind: Kind, now: datetime) -> Decided:
    asked = Asked(order_id=order.id, customer_id=order.customer_id, kind=kind, requested_at=now)
    return decide_by_rules(asked=asked, now=now)
