"""Findings about links: an order whose link is wrong or changed, or that ran beside others of its service, ends.

What was found is written down once, then the rules decide (clauses 2, 4.5 and 4.6), and the decision is carried out in
the same transaction: closed, nothing back, a provider that may work on it asked to stop.
"""

import json
from collections.abc import Mapping
from datetime import datetime

from sevenpanel.accounts.queries import shelf
from sevenpanel.kernel import db
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.kernel.said import say
from sevenpanel.orders import models
from sevenpanel.orders.commands.decisions import (
    Confirm,
    Decided,
    GrantByHand,
    decide_by_rules,
    decide_by_staff,
    fingerprint,
)
from sevenpanel.orders.commands.dispatching import move_dispatch
from sevenpanel.orders.commands.settling import lock_open, write_events
from sevenpanel.orders.domain import Dispatch, OpenOrder, counted
from sevenpanel.orders.queries.facts import Asked, facts_of, record_for
from sevenpanel.orders.timeline import EventKind
from sevenpanel.terms import AtDoor, Kind, LinkFinding
from sevenpanel.terms.documents import policy_of

EVIDENCE_LENGTH_MAX = 2000
BY_PROVIDER = say("The provider says so.")

_LOCK = "SELECT customer_id FROM orders_order WHERE id = %s FOR UPDATE"
_COUNT = "UPDATE orders_order SET delivered = %s, remains = quantity - %s WHERE id = %s"


class UnableToFindTrouble(Refusal):
    """A finding that cannot be written down: the order has ended, or nothing shows it."""


def checked_evidence(evidence: str) -> str:
    """What shows a finding, in one line as its customer reads it.

    :raises UnableToFindTrouble: when nothing does.
    """
    words = " ".join(evidence.split())
    if not words or "\0" in words:
        raise UnableToFindTrouble("Say what shows it; the customer reads that.")
    return words[:EVIDENCE_LENGTH_MAX]


@db.step
def find_link_trouble(
    *,
    order_id: int,
    found: LinkFinding,
    evidence: str,
    staff_id: int | None,
    now: datetime,
    remains: int | None = None,
    words: str = "",
    request_id: int | None = None,
) -> Decided:
    """Write down what was found about an open order's link, and end the order under clause 2 or 4.5.

    :param evidence: what shows it, as the customer will read it.
    :param staff_id: who found it; None when the door or the provider's words did.
    :param remains: what the provider says remains, if it said so together with this.
    :param words: the provider's own words, if they said it; kept for staff.
    :param request_id: the request of a ticket under which the customer can have it looked at again.
    :raises UnableToFindTrouble: for an order that has ended, or without evidence.
    """
    order = _open_order(order_id)
    checked = checked_evidence(evidence)
    arrived = counted(order, remains)
    if arrived != order.delivered:
        db.rows(_COUNT, (arrived, arrived, order_id))
    models.Trouble.objects.create(
        order_id=order_id, link_found=found, evidence=checked, staff_id=staff_id, found_at=now
    )  # fmt: skip
    _tell(order, EventKind.LINK_FOUND, {"found": found.value, "evidence": checked, "words": words}, now)
    return _decide(order, Kind.LINK_TROUBLE, staff_id, request_id, now)


@db.step
def find_several(
    *, request_of: Mapping[int, int | None], evidence: str, staff_id: int, now: datetime
) -> dict[int, Decided]:
    """Write down that open orders of one customer ran on one link at once, and end them all under clause 4.6.

    :param request_of: the orders, each with the request under which its customer can have it looked at again.
    :raises UnableToFindTrouble: for fewer than two, for one that has ended or is another customer's, or without
        evidence.
    """
    words, wanted = checked_evidence(evidence), sorted(request_of)
    if len(wanted) < 2:
        raise UnableToFindTrouble("Name at least two orders that run on the link at once.")
    found = lock_open(wanted)
    if missing := [str(id_) for id_ in wanted if id_ not in found]:
        raise UnableToFindTrouble(f"Order {', '.join(missing)} is not open any more.")
    if len({order.customer_id for order in found.values()}) > 1:
        raise UnableToFindTrouble("These orders are not of one customer.")
    return {
        id_: _doubled(found[id_], [other for other in wanted if other != id_], words, staff_id, request_of[id_], now)
        for id_ in wanted
    }


def _doubled(
    order: OpenOrder, others: list[int], evidence: str, staff_id: int, request_id: int | None, now: datetime
) -> Decided:
    models.Trouble.objects.create(
        order_id=order.id, doubled_with=others, evidence=evidence, staff_id=staff_id, found_at=now
    )  # fmt: skip
    _tell(order, EventKind.DOUBLED, {"orders": others, "evidence": evidence}, now)
    return _decide(order, Kind.SEVERAL_ORDERS, staff_id, request_id, now)


def _open_order(order_id: int) -> OpenOrder:
    order = lock_open([order_id]).get(order_id)
    if order is None:
        raise UnableToFindTrouble("This order has ended; what is found about its link changes nothing any more.")
    return order


def _tell(order: OpenOrder, kind: EventKind, facts: dict[str, object], now: datetime) -> None:
    write_events([(order.id, order.customer_id, kind, json.dumps(facts))], now)


def _decide(order: OpenOrder, kind: Kind, staff_id: int | None, request_id: int | None, now: datetime) -> Decided:
    """What staff find they stand behind, so that somebody else judges the appeal (settled 6)."""
    asked = Asked(
        order_id=order.id, customer_id=order.customer_id, kind=kind, requested_at=now, request_id=request_id
    )  # fmt: skip
    if staff_id is None:
        return decide_by_rules(asked=asked, now=now)
    expected = fingerprint(record_for(asked=asked, now=now).decision)
    return decide_by_staff(asked=asked, act=Confirm(staff_id=staff_id, expected=expected), now=now)


@db.command
def grant_after_trouble(
    *, order_id: int, amount_micros: int, returned_micros: int, reason: str, staff_id: int, now: datetime
) -> Decided:
    """Give back some of what was not delivered of an order that was closed for its link (settled 5).

    :param returned_micros: what had come back when staff looked, so that a form that is sent twice grants once.
    :raises UnableToFindTrouble: for an order that was not closed for its link, or of which more came back meanwhile.
    :raises terms.UnableToDecide: without a reason, or beyond what was not delivered.
    """
    found = models.Trouble.objects.filter(order_id=order_id).first()
    if found is None:
        raise UnableToFindTrouble("Nothing was found about the link of this order.")
    ((customer_id,),) = db.rows(_LOCK, [order_id])
    if facts_of(order_ids=[order_id], customer_id=customer_id)[order_id].returned_micros != returned_micros:
        raise UnableToFindTrouble(
            "Something came back of this order since you looked. Look again before granting more."
        )
    kind = Kind.LINK_TROUBLE if found.link_found else Kind.SEVERAL_ORDERS
    asked = Asked(order_id=order_id, customer_id=customer_id, kind=kind, requested_at=now)
    act = GrantByHand(staff_id=staff_id, amount_micros=amount_micros, reason=reason)
    return decide_by_staff(asked=asked, act=act, now=now)


@db.step
def refuse_link(*, order_id: int, words: str, now: datetime) -> bool:
    """The provider did not take the order for its link: the door, one step later. Nothing was bought.

    :returns: whether the order was completed under clause 2, as the letter of its Terms has it; if not, the caller
        gives everything back as for any refusal.
    """
    order = lock_open([order_id]).get(order_id)
    if order is None:
        return False
    version = facts_of(order_ids=[order_id], customer_id=None)[order_id].terms_version
    if policy_of(shelf(), version).wrong_link_at_door is AtDoor.REFUSE:
        return False
    move_dispatch([(order_id, Dispatch.REFUSED.value)])
    _tell(order, EventKind.REFUSED, {"words": words}, now)
    find_link_trouble(
        order_id=order_id, found=LinkFinding.WRONG, evidence=BY_PROVIDER, words=words, staff_id=None,
        now=now,
    )  # fmt: skip
    return True
