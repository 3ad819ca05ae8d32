"""What staff find about the links of orders: the orders end, and a ticket says why, holds what shows it, and is where
the customer can have it looked at again (clauses 2, 4.5 and 4.6, settled 6).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sevenpanel.kernel import db
from sevenpanel.orders import commands as orders
from sevenpanel.orders import queries as order_rows
from sevenpanel.orders.commands.decisions import Decided
from sevenpanel.orders.commands.finding import checked_evidence
from sevenpanel.support import models
from sevenpanel.support.commands.cleaning import CleanFile
from sevenpanel.support.commands.filing import stored
from sevenpanel.support.commands.writing import add_staff_message
from sevenpanel.support.domain import SUBJECT_LENGTH_MAX, RequestState, Topic, Upload
from sevenpanel.terms import Kind, LinkFinding

_LEAD = "We found something about the link of your order. It has ended under the Terms, as the decision below says."
_WELL = "We looked at the link of your order and found nothing wrong with it. The order goes on."
_LOCK_ORDER = "SELECT pg_advisory_xact_lock(hashtextextended('support.link/' || %s::bigint, 0))"
_AGAIN = (
    "If you see it otherwise, choose to have it decided again here, with something that shows it: somebody else of us "
    "decides it again, once."
)


def close_for_link(
    *, staff_id: int, order_id: int, found: LinkFinding, evidence: str, uploads: Sequence[Upload] = (), now: datetime
) -> int:
    """End an open order for its link, and open the ticket that says so (a command).

    :returns: the ticket's id.
    :raises UnableToFindTrouble: for an order that is not there or has ended, or without evidence.
    :raises UnableToTakeFile: for a file that is not taken.
    """
    with stored(uploads) as files:
        return _close_for_link(staff_id, order_id, found, evidence, files, now)


@db.command
def _close_for_link(
    staff_id: int,
    order_id: int,
    found: LinkFinding,
    evidence: str,
    files: Sequence[tuple[str, CleanFile]],
    now: datetime,
) -> int:
    ticket, requests = _open(staff_id, [order_id], Kind.LINK_TROUBLE, now)
    decided = orders.find_link_trouble(
        order_id=order_id, found=found, evidence=evidence, staff_id=staff_id, now=now, request_id=requests[order_id].id
    )  # fmt: skip
    return _settle(ticket, staff_id, requests, {order_id: decided}, files, now)


def close_for_several(
    *, staff_id: int, order_ids: Sequence[int], evidence: str, uploads: Sequence[Upload] = (), now: datetime
) -> int:
    """End open orders that ran on one link at once, and open the ticket that says so (a command).

    :returns: the ticket's id.
    :raises UnableToFindTrouble: for fewer than two, for one that is not open or another customer's, or without
        evidence.
    :raises UnableToTakeFile: for a file that is not taken.
    """
    with stored(uploads) as files:
        return _close_for_several(staff_id, sorted(set(order_ids)), evidence, files, now)


@db.command
def _close_for_several(
    staff_id: int, order_ids: Sequence[int], evidence: str, files: Sequence[tuple[str, CleanFile]], now: datetime
) -> int:
    ticket, requests = _open(staff_id, order_ids, Kind.SEVERAL_ORDERS, now)
    request_of: dict[int, int | None] = {order_id: request.id for order_id, request in requests.items()}
    decided = orders.find_several(request_of=request_of, evidence=evidence, staff_id=staff_id, now=now)
    return _settle(ticket, staff_id, requests, decided, files, now)


def tell_link_is_well(
    *, staff_id: int, order_id: int, evidence: str, uploads: Sequence[Upload] = (), now: datetime
) -> int:
    """Write down that somebody looked at the link of an open order and found nothing wrong, and say so in a ticket
    (a command). Nothing follows from it under the Terms.

    :returns: the ticket's id.
    :raises UnableToFindTrouble: for an order that is not there or has ended, without evidence, or for what was told
        before.
    :raises UnableToTakeFile: for a file that is not taken.
    """
    body = "\n".join([_WELL, checked_evidence(evidence)])
    with stored(uploads) as files:
        return _tell_link_is_well(staff_id, order_id, body, files, now)


@db.command
def _tell_link_is_well(
    staff_id: int, order_id: int, body: str, files: Sequence[tuple[str, CleanFile]], now: datetime
) -> int:
    db.rows(_LOCK_ORDER, [order_id])
    order = order_rows.facts_of(order_ids=[order_id], customer_id=None).get(order_id)
    if order is None or not order.is_open:
        raise orders.UnableToFindTrouble("This order has ended; what is found about its link changes nothing any more.")
    tickets = models.TicketOrder.objects.filter(order_id=order_id).values("ticket_id")
    told = models.Message.objects.filter(ticket_id__in=tickets, body=body).first()
    if told is not None:
        raise orders.UnableToFindTrouble(f"The customer was told this before, in ticket {told.ticket_id}.")
    ticket = _ticket(staff_id, [order_id], now)
    add_staff_message(ticket, staff_id, body, now, files=files)
    return ticket.id


def _open(
    staff_id: int, order_ids: Sequence[int], kind: Kind, now: datetime
) -> tuple[models.Ticket, dict[int, models.Request]]:
    ticket = _ticket(staff_id, order_ids, now)
    made = models.Request.objects.bulk_create(
        models.Request(ticket=ticket, order_id=id_, kind=kind, requested_at=now) for id_ in order_ids
    )
    return ticket, {request.order_id: request for request in made}


def _ticket(staff_id: int, order_ids: Sequence[int], now: datetime) -> models.Ticket:
    customer_id = order_rows.customer_of(order_ids=order_ids)
    if customer_id is None:
        raise orders.UnableToFindTrouble("There are no such orders of one customer.")
    named = ", ".join(map(str, order_ids))
    ticket = models.Ticket.objects.create(
        customer_id=customer_id,
        opened_by=staff_id,
        topic=Topic.ORDER,
        subject=f"The link of order {named}"[:SUBJECT_LENGTH_MAX],
        opened_at=now,
        last_written_at=now,
    )
    models.TicketOrder.objects.bulk_create(models.TicketOrder(ticket=ticket, order_id=id_) for id_ in order_ids)
    return ticket


def _settle(
    ticket: models.Ticket,
    staff_id: int,
    requests: Mapping[int, models.Request],
    decided: Mapping[int, Decided],
    files: Sequence[tuple[str, CleanFile]],
    now: datetime,
) -> int:
    for order_id, request in requests.items():
        request.state, request.decision_id = RequestState.DECIDED.value, decided[order_id].decision_id
        request.save(update_fields=["state", "decision_id"])
    said = [_told(order_id, each) for order_id, each in decided.items()]
    add_staff_message(ticket, staff_id, "\n".join([_LEAD, *said, _AGAIN]), now, files=files)
    return ticket.id


def _told(order_id: int, decided: Decided) -> str:
    decision = decided.decision
    return f"Order {order_id}, clause {decision.clause}: {' '.join(decision.reasons)}"
