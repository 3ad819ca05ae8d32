"""Tickets as the Terms see them, and the clock of clause 4.4 that both sides see."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sevenpanel.kernel import db
from sevenpanel.orders import queries as orders
from sevenpanel.support.domain import Waiting
from sevenpanel.terms import Message, Ticket, answer_clock

_TICKETS = """
SELECT t.id, t.opened_at, t.reopened_at, CASE WHEN t.is_withdrawn THEN t.closed_at END AS withdrawn_at,
       ARRAY(SELECT order_id FROM support_ticketorder WHERE ticket_id = t.id ORDER BY order_id) AS order_ids
  FROM support_ticket t WHERE t.id = ANY(%s::bigint[])
"""
# A ticket that its customer closed and then wrote in again starts anew: what waited before was withdrawn.
_MESSAGES = """
SELECT m.ticket_id, m.written_at, m.is_from_staff FROM support_message m JOIN support_ticket t ON t.id = m.ticket_id
 WHERE m.ticket_id = ANY(%s::bigint[]) AND NOT m.is_internal
   AND (t.reopened_at IS NULL OR m.written_at >= t.reopened_at) ORDER BY m.id
"""
_ABOUT = """
SELECT t.id FROM support_ticket t JOIN support_ticketorder o ON o.ticket_id = t.id
 WHERE o.order_id = %s AND t.customer_id = %s ORDER BY t.id
"""


def for_the_terms(ticket_ids: Collection[int]) -> Mapping[int, Ticket]:
    """These tickets as facts, by id."""
    messages: dict[int, list[Message]] = {id_: [] for id_ in ticket_ids}
    for ticket_id, at, is_from_staff in db.rows(_MESSAGES, [list(ticket_ids)]):
        messages[ticket_id].append(Message(at=at, is_from_staff=is_from_staff))
    return {
        id_: Ticket(ticket_id=id_, order_ids=tuple(orders_), messages=tuple(messages[id_]), withdrawn_at=withdrawn)
        for id_, _opened, _reopened, withdrawn, orders_ in db.rows(_TICKETS, [list(ticket_ids)])
    }


def tickets_about(*, order_id: int, customer_id: int) -> tuple[Ticket, ...]:
    """This customer's tickets about an order, as facts."""
    found = for_the_terms([id_ for (id_,) in db.rows(_ABOUT, (order_id, customer_id))])
    return tuple(found[id_] for id_ in sorted(found))


def waiting(ticket: Ticket, *, opened_at: datetime, now: datetime) -> Waiting | None:
    """How long a ticket has waited for staff; None when nothing waits for an answer.

    The hours are those of the Terms in force when it was opened; a claim is judged by those of its order.
    """
    clock = answer_clock(ticket, orders.judged_by(opened_at), now)
    if clock.waiting_since is None or clock.claim_from is None:
        return None
    return Waiting(since=clock.waiting_since, claim_from=clock.claim_from, has_run_out=clock.has_run_out(now))
