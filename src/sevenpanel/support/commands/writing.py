"""Writing in tickets: opening one, answering, noting, closing and reopening; each wakes or rests the answer clock."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sevenpanel.kernel import db, outbox
from sevenpanel.kernel.masking import without_keys
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.kernel.said import Count, say
from sevenpanel.orders import queries as orders
from sevenpanel.support import models
from sevenpanel.support.commands.cleaning import CleanFile
from sevenpanel.support.commands.filing import attach, stored
from sevenpanel.support.domain import (
    A_PAYMENT,
    A_QUESTION,
    ORDERS_PER_TICKET_MAX,
    SUBJECT_LENGTH_MAX,
    TEXT_LENGTH_MAX,
    RequestState,
    Topic,
    Upload,
    as_subject,
)
from sevenpanel.support.queries.clocks import for_the_terms, waiting
from sevenpanel.terms import REQUIRED, Aspect, Document, Kind

MAIL_TOPIC = "ticket.written"


class UnableToWrite(Refusal):
    """A message that cannot be taken as it is. Nothing was kept."""

    status = 422


class UnableToAskAbout(UnableToWrite):
    """A ticket about orders that it cannot be about. Nothing was kept."""


class UnableToFindTicket(Refusal):
    """A ticket that is not there, or is somebody else's."""

    status = 404


def open_ticket(
    *,
    customer_id: int,
    person_id: int,
    topic: Topic,
    kind: Kind | None,
    order_ids: Sequence[int],
    body: str,
    now: datetime,
    subject: str = "",
    broken: Collection[Aspect] = (),
    uploads: Sequence[Upload] = (),
) -> int:
    """Open a ticket, and ask what it asks about each of its orders (a command).

    :param kind: what is asked; None for tickets that are not about orders.
    :returns: the ticket's id.
    :raises UnableToWrite: without words.
    :raises UnableToAskAbout: about no orders, too many, or some that are not this customer's.
    :raises UnableToTakeFile: for a file that is not taken.
    """
    wanted = sorted(set(order_ids)) if topic is Topic.ORDER else []
    _check_opening(topic, kind, wanted)
    words = checked_words(body, has_files=False)
    with stored(uploads) as files:
        return _open(customer_id, person_id, topic, kind, wanted, words, subject, frozenset(broken), files, now)


def _check_opening(topic: Topic, kind: Kind | None, order_ids: Sequence[int]) -> None:
    if topic is not Topic.ORDER:
        return
    if kind is None or not order_ids:
        raise UnableToAskAbout(say("Say which orders it is about, and what you ask."))
    if len(order_ids) > ORDERS_PER_TICKET_MAX:
        raise UnableToAskAbout(say("A ticket is about at most %(n)s orders.", n=Count(ORDERS_PER_TICKET_MAX, False)))


def checked_words(body: str, *, has_files: bool) -> str:
    """The words of a message; an API key in them is masked before anybody can read it (S-36).

    :raises UnableToWrite: when there are none and no files, or too many.
    """
    words = without_keys(body.strip())
    if not words and not has_files:
        raise UnableToWrite(say("Write what it is about."))
    if len(words) > TEXT_LENGTH_MAX or "\0" in words:
        raise UnableToWrite(say("A message has at most %(n)s characters.", n=Count(TEXT_LENGTH_MAX)))
    return words


@db.command
def _open(
    customer_id: int,
    person_id: int,
    topic: Topic,
    kind: Kind | None,
    order_ids: Sequence[int],
    body: str,
    subject: str,
    broken: frozenset[Aspect],
    files: Sequence[tuple[str, CleanFile]],
    now: datetime,
) -> int:
    known = orders.facts_of(order_ids=order_ids, customer_id=customer_id)
    strange = [str(id_) for id_ in order_ids if id_ not in known]
    if strange:
        raise UnableToAskAbout(say("You have no order %(orders)s.", orders=", ".join(strange)))
    ticket = models.Ticket.objects.create(
        customer_id=customer_id,
        opened_by=person_id,
        topic=topic,
        subject=_subject(subject, topic, kind),
        opened_at=now,
        last_written_at=now,
    )
    models.TicketOrder.objects.bulk_create(models.TicketOrder(ticket=ticket, order_id=id_) for id_ in order_ids)
    if kind is not None and topic is Topic.ORDER:
        models.Request.objects.bulk_create(
            models.Request(ticket=ticket, order_id=id_, kind=kind, requested_at=now) for id_ in order_ids
        )
    _add(ticket, person_id, body, files, now)
    take_documents(ticket, body, files, broken)
    return ticket.id


def _subject(subject: str, topic: Topic, kind: Kind | None) -> str:
    given = without_keys(" ".join(subject.split()))[:SUBJECT_LENGTH_MAX].strip()
    fallback = kind.value if kind is not None else A_PAYMENT if topic is Topic.PAYMENT else A_QUESTION
    return given or as_subject(fallback)


def reply(
    *,
    customer_id: int,
    person_id: int,
    ticket_id: int,
    body: str,
    now: datetime,
    broken: Collection[Aspect] = (),
    uploads: Sequence[Upload] = (),
) -> None:
    """Write in one's own ticket, with documents that were missing; a closed ticket opens again (a command).

    :raises UnableToFindTicket: for no ticket and for somebody else's alike.
    :raises UnableToWrite: without words and files.
    :raises UnableToTakeFile: for a file that is not taken.
    """
    words = checked_words(body, has_files=bool(uploads) or bool(broken))
    with stored(uploads) as files:
        _reply(customer_id, person_id, ticket_id, words, frozenset(broken), files, now)


@db.command
def _reply(
    customer_id: int,
    person_id: int,
    ticket_id: int,
    body: str,
    broken: frozenset[Aspect],
    files: Sequence[tuple[str, CleanFile]],
    now: datetime,
) -> None:
    add_customer_message(locked(ticket_id, customer_id=customer_id), person_id, body, now, files=files, broken=broken)


@db.step
def add_customer_message(
    ticket: models.Ticket,
    person_id: int,
    body: str,
    now: datetime,
    *,
    files: Sequence[tuple[str, CleanFile]],
    broken: frozenset[Aspect] = frozenset(),
) -> None:
    """Write as the customer in a ticket whose lock the caller holds; a closed one opens again."""
    if ticket.is_withdrawn:
        ticket.reopened_at = now
    ticket.closed_at, ticket.is_withdrawn = None, False
    ticket.save(update_fields=["reopened_at", "closed_at", "is_withdrawn"])
    _add(ticket, person_id, body, files, now)
    take_documents(ticket, body, files, broken)


def answer(
    *,
    staff_id: int,
    ticket_id: int,
    body: str,
    is_internal: bool,
    now: datetime,
    uploads: Sequence[Upload] = (),
) -> None:
    """Answer a customer, or leave a note that only staff read (a command). A note does not stop the clock.

    :raises UnableToFindTicket: when there is no such ticket.
    :raises UnableToWrite: without words and files.
    """
    words = checked_words(body, has_files=bool(uploads))
    with stored(uploads) as files:
        _answer(staff_id, ticket_id, words, is_internal, files, now)


@db.command
def _answer(
    staff_id: int,
    ticket_id: int,
    body: str,
    is_internal: bool,
    files: Sequence[tuple[str, CleanFile]],
    now: datetime,
) -> None:
    add_staff_message(locked(ticket_id), staff_id, body, now, is_internal=is_internal, files=files)


@db.step
def add_staff_message(
    ticket: models.Ticket,
    staff_id: int,
    body: str,
    now: datetime,
    *,
    is_internal: bool = False,
    files: Sequence[tuple[str, CleanFile]] = (),
) -> None:
    """Write as staff in a ticket whose lock the caller holds."""
    message = models.Message.objects.create(
        ticket=ticket, author_id=staff_id, is_from_staff=True, is_internal=is_internal, body=body, written_at=now
    )
    attach(message=message, person_id=staff_id, files=files, now=now)
    if not is_internal:
        _note_written(ticket, message, now)


def _add(
    ticket: models.Ticket, person_id: int, body: str, files: Sequence[tuple[str, CleanFile]], now: datetime
) -> None:
    message = models.Message.objects.create(
        ticket=ticket, author_id=person_id, is_from_staff=False, body=body, written_at=now
    )
    attach(message=message, person_id=person_id, files=files, now=now)
    _note_written(ticket, message, now)


def _note_written(ticket: models.Ticket, message: models.Message, now: datetime) -> None:
    clock = waiting(for_the_terms([ticket.id])[ticket.id], opened_at=ticket.opened_at, now=now)
    ticket.last_written_at, ticket.waiting_since = now, clock.since if clock else None
    ticket.save(update_fields=["last_written_at", "waiting_since"])
    outbox.write(topic=MAIL_TOPIC, subjects=[(ticket.customer_id, message.id)], now=now)


@db.step
def take_documents(
    ticket: models.Ticket, body: str, files: Sequence[tuple[str, CleanFile]], broken: frozenset[Aspect]
) -> None:
    """Count what came with a message towards every undecided request of its ticket (clause 4.9)."""
    came = {file.document for _, file in files if file.document is not None}
    came |= {Document.BROKEN_PART} if broken else set()
    came |= {Document.STATEMENT} if body else set()
    undecided = models.Request.objects.filter(ticket=ticket).exclude(state=RequestState.DECIDED)
    for request in undecided.order_by("id").select_for_update():
        wanted = {document.value for document in came if document in REQUIRED[Kind(request.kind)]}
        request.documents = sorted(wanted | set(request.documents))
        request.broken = sorted({aspect.value for aspect in broken} | set(request.broken))
        request.save(update_fields=["documents", "broken"])


@db.step
def locked(ticket_id: int, *, customer_id: int | None = None) -> models.Ticket:
    """Lock a ticket; everything that happens in it happens one after the other.

    :param customer_id: whose it has to be; None for staff.
    :raises UnableToFindTicket: for no ticket and for somebody else's alike.
    """
    found = models.Ticket.objects.filter(id=ticket_id)
    own = found if customer_id is None else found.filter(customer_id=customer_id)
    ticket = own.select_for_update().first()
    if ticket is None:
        raise UnableToFindTicket(say("There is no such ticket."))
    return ticket
