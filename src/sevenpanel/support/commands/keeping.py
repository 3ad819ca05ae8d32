"""Keeping the queue: who looks after a ticket, closing and reopening, saved replies."""

from datetime import datetime

from sevenpanel.kernel import db
from sevenpanel.support import models
from sevenpanel.support.commands.writing import UnableToWrite, locked
from sevenpanel.support.domain import TEXT_LENGTH_MAX
from sevenpanel.support.queries.clocks import for_the_terms, waiting

TITLE_LENGTH_MAX = 100


@db.command
def assign(*, ticket_id: int, staff_id: int | None) -> None:
    """Give a ticket to a member of staff, or to nobody.

    :raises UnableToFindTicket: when there is no such ticket.
    """
    ticket = locked(ticket_id)
    ticket.assigned_to = staff_id
    ticket.save(update_fields=["assigned_to"])


@db.command
def withdraw(*, customer_id: int, ticket_id: int, now: datetime) -> None:
    """Close one's own ticket: nothing in it waits for an answer any more.

    :raises UnableToFindTicket: for no ticket and for somebody else's alike.
    """
    ticket = locked(ticket_id, customer_id=customer_id)
    if ticket.closed_at is None:
        ticket.closed_at, ticket.is_withdrawn, ticket.waiting_since = now, True, None
        ticket.save(update_fields=["closed_at", "is_withdrawn", "waiting_since"])


@db.command
def close(*, ticket_id: int, now: datetime) -> None:
    """Close a ticket as staff. One that was not answered stays unanswered, and its clock runs on.

    :raises UnableToFindTicket: when there is no such ticket.
    """
    ticket = locked(ticket_id)
    if ticket.closed_at is None:
        ticket.closed_at = now
        ticket.save(update_fields=["closed_at"])


@db.command
def reopen(*, ticket_id: int, now: datetime) -> None:
    """Open a closed ticket again as staff. What its customer withdrew does not wait anew.

    :raises UnableToFindTicket: when there is no such ticket.
    """
    ticket = locked(ticket_id)
    if ticket.closed_at is None:
        return
    if ticket.is_withdrawn:
        ticket.reopened_at = now
    ticket.closed_at, ticket.is_withdrawn = None, False
    ticket.save(update_fields=["reopened_at", "closed_at", "is_withdrawn"])
    clock = waiting(for_the_terms([ticket_id])[ticket_id], opened_at=ticket.opened_at, now=now)
    ticket.waiting_since = clock.since if clock else None
    ticket.save(update_fields=["waiting_since"])


@db.command
def save_reply(*, title: str, body: str) -> None:
    """Keep an answer that is given often; one of the same title is replaced, one without words is removed.

    :raises UnableToWrite: without a title, or when it is too long.
    """
    name, words = " ".join(title.split()), body.strip()
    if not 0 < len(name) <= TITLE_LENGTH_MAX or len(words) > TEXT_LENGTH_MAX or "\0" in name + words:
        raise UnableToWrite(f"A saved reply has a title of at most {TITLE_LENGTH_MAX} characters.")
    if words:
        models.SavedReply.objects.update_or_create(title=name, defaults={"body": words})
    else:
        models.SavedReply.objects.filter(title=name).delete()
