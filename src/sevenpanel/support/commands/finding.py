"""What staff find about the links of orders: the orders end, and a ticket says why, holds what shows it, and is where
the customer can have it looked at again (clauses 2, 4.5 and 4.6, settled 6).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sevenpanel.kernel import db
from sevenpanel.orders import commands as orders
from sevenpanel.orders import queries as order_rows
from sevenpanel.orders.commands.decisions import Decided
from sevenpanel.support import models
from sevenpanel.support.commands.cleaning import CleanFile
from sevenpanel.support.commands.filing import stored
from sevenpanel.support.commands.writing import add_staff_message
from sevenpanel.support.domain import SUBJECT_LENGTH_MAX, RequestState, Topic, Upload
from sevenpanel.terms import Kind, LinkFinding

_LEAD = "We found something about the link of your order. It has ended under the Terms, as the decision below says."
_AGAIN = "If you see it otherwise, write here with what shows it: somebody else of us decides it again, once."


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


def _open(
    staff_id: int, order_ids: Sequence[int], kind: Kind, now: datetime
) -> tuple[models.Ticket, dict[int, models.Request]]:
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
    made = models.Request.objects.bulk_create(
        models.Request(ticket=ticket, order_id=id_, kind=kind, requested_at=now) for id_ in order_ids
    )
    return ticket, {request.order_id: request for request in made}


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
