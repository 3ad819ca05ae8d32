"""Reads of support: lists, the queue, a ticket with everything in it, files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.conf import settings

from sevenpanel.kernel import db
from sevenpanel.support.domain import Topic, Waiting
from sevenpanel.support.domain.files import FileKind, Scan
from sevenpanel.support.queries.clocks import for_the_terms, tickets_about, waiting
from sevenpanel.support.queries.requests import RequestRow, requests_of, ticket_of_request
from sevenpanel.terms import Document, Ticket

__all__ = [
    "AnsweredRow",
    "FileRow",
    "Heap",
    "MessageRow",
    "RequestRow",
    "SavedReplyRow",
    "TicketPage",
    "TicketRow",
    "answered",
    "every_ticket",
    "file",
    "find_tickets",
    "saved_replies",
    "ticket_of_request",
    "ticket_page",
    "tickets",
    "tickets_about",
    "tickets_for_staff",
]

_COLUMNS = """
t.id, t.customer_id, c.name AS customer, t.topic, t.subject, t.opened_at, t.last_written_at, t.closed_at,
t.is_withdrawn, t.assigned_to, a.name AS assigned_name, a.email AS assigned_email, t.waiting_since,
ARRAY(SELECT o.order_id FROM support_ticketorder o WHERE o.ticket_id = t.id ORDER BY o.order_id) AS order_ids
"""
_FROM = """
FROM support_ticket t JOIN accounts_customer c ON c.id = t.customer_id LEFT JOIN accounts_user a ON a.id = t.assigned_to
"""
_OF_CUSTOMER = f"SELECT {_COLUMNS} {_FROM} WHERE t.customer_id = %s ORDER BY t.last_written_at DESC, t.id DESC LIMIT %s"
_ONE = f"SELECT {_COLUMNS} {_FROM} WHERE t.id = %s"
_HEAP = f"""
SELECT {_COLUMNS} {_FROM} WHERE {{where}}
 ORDER BY t.waiting_since NULLS LAST, t.last_written_at DESC, t.id LIMIT %(limit)s
"""
_MESSAGES = """
SELECT m.id, m.author_id, coalesce(nullif(u.name, ''), u.email) AS author, m.is_from_staff, m.is_internal, m.body,
       m.written_at
  FROM support_message m JOIN accounts_user u ON u.id = m.author_id
 WHERE m.ticket_id = %s AND (%s OR NOT m.is_internal) ORDER BY m.id
"""
_FILES = """
SELECT f.id, f.ticket_id, f.message_id, f.document, f.name, f.kind, f.size, f.stored_as, f.scan
  FROM support_attachment f JOIN support_message m ON m.id = f.message_id JOIN support_ticket t ON t.id = f.ticket_id
 WHERE f.ticket_id = %(ticket)s AND (%(file)s::bigint IS NULL OR f.id = %(file)s)
   AND (%(customer)s::bigint IS NULL OR (t.customer_id = %(customer)s AND NOT m.is_internal))
 ORDER BY f.id
"""
_ANSWERED = """
SELECT t.id, t.subject FROM support_ticket t
 WHERE t.customer_id = %s AND t.closed_at IS NULL AND t.waiting_since IS NULL
   AND EXISTS (SELECT FROM support_message m WHERE m.ticket_id = t.id AND m.is_from_staff AND NOT m.is_internal)
 ORDER BY t.last_written_at DESC, t.id DESC LIMIT %s
"""
_IDS = "SELECT id FROM support_ticket WHERE customer_id = %s AND id > %s ORDER BY id LIMIT %s"
BATCH = 500
_REPLIES = "SELECT id, title, body FROM support_savedreply ORDER BY title"


_NAMED = """
SELECT id, subject FROM support_ticket
 WHERE customer_id = %(customer)s AND (id = %(id)s OR strpos(lower(subject), lower(%(text)s)) > 0)
 ORDER BY id = %(id)s DESC, last_written_at DESC, id DESC LIMIT %(limit)s
"""


class Heap(StrEnum):
    """Which tickets staff look at."""

    WAITING = "waiting"
    MINE = "mine"
    OPEN = "open"
    CLOSED = "closed"


_WHERE = {
    Heap.WAITING: "t.waiting_since IS NOT NULL AND NOT t.is_withdrawn",
    Heap.MINE: "t.assigned_to = %(staff)s AND t.closed_at IS NULL",
    Heap.OPEN: "t.closed_at IS NULL",
    Heap.CLOSED: "t.closed_at IS NOT NULL",
}
assert _WHERE.keys() == set(Heap)


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRow:
    """A ticket in a list.

    :param waiting: the clock of clause 4.4; None when nothing waits for staff.
    """

    id: int
    customer_id: int
    customer: str
    topic: Topic
    subject: str
    opened_at: datetime
    last_written_at: datetime
    closed_at: datetime | None
    is_withdrawn: bool
    assigned_to: int | None
    assigned_name: str
    order_ids: tuple[int, ...]
    waiting: Waiting | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredRow:
    """An open ticket that its customer has an answer in."""

    id: int
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """A file that somebody may have.

    :param is_infected: the virus scanner found something, and the file is gone.
    :param is_held: there is a virus scanner, and it has not looked yet.
    """

    id: int
    ticket_id: int
    message_id: int
    document: Document | None
    name: str
    kind: FileKind
    size: int
    stored_as: str
    is_infected: bool
    is_held: bool

    @property
    def is_ready(self) -> bool:
        """Whether it can be handed out."""
        return not self.is_infected and not self.is_held


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    """A message with its files."""

    id: int
    author_id: int
    author: str
    is_from_staff: bool
    is_internal: bool
    body: str
    written_at: datetime
    files: tuple[FileRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketPage:
    """A ticket with everything in it that this reader may see, and as the Terms see it."""

    ticket: TicketRow
    facts: Ticket
    messages: tuple[MessageRow, ...]
    requests: tuple[RequestRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedReplyRow:
    """An answer that staff give often."""

    id: int
    title: str
    body: str


def tickets(*, customer_id: int, now: datetime, limit: int = 200) -> list[TicketRow]:
    """A customer's tickets, last written first."""
    return _ticket_rows(db.named_rows(_OF_CUSTOMER, (customer_id, limit)), now)


def every_ticket(*, customer_id: int) -> Iterator[int]:
    """The ids of all of a customer's tickets, oldest first, read a batch at a time."""
    last = 0
    while found := db.rows(_IDS, (customer_id, last, BATCH)):
        yield from (id_ for (id_,) in found)
        last = found[-1][0]


def answered(*, customer_id: int, limit: int) -> list[AnsweredRow]:
    """A customer's open tickets in which staff wrote last, so that nothing waits for the desk; last written first."""
    return [AnsweredRow(**row) for row in db.named_rows(_ANSWERED, (customer_id, limit))]


def find_tickets(*, customer_id: int, text: str, ticket_id: int | None, limit: int) -> list[tuple[int, str]]:
    """The ids and subjects of this customer's tickets that have this id, or this text in their subject."""
    asked = {"customer": customer_id, "id": ticket_id, "text": text, "limit": limit}
    return [(id_, subject) for id_, subject in db.rows(_NAMED, asked)]


def tickets_for_staff(*, heap: Heap, staff_id: int, now: datetime, limit: int = 200) -> list[TicketRow]:
    """A heap of tickets, the longest waiting first."""
    return _ticket_rows(db.named_rows(_HEAP.format(where=_WHERE[heap]), {"staff": staff_id, "limit": limit}), now)


def ticket_page(*, ticket_id: int, customer_id: int | None, now: datetime) -> TicketPage | None:
    """A ticket; None alike for no ticket and for somebody else's (S-1).

    :param customer_id: who looks; None for staff, who see internal notes too.
    """
    found = _ticket_rows(db.named_rows(_ONE, (ticket_id,)), now)
    if not found or customer_id not in (None, found[0].customer_id):
        return None
    ticket, facts = found[0], for_the_terms([ticket_id])[ticket_id]
    return TicketPage(
        ticket=ticket,
        facts=facts,
        messages=_messages(ticket_id, customer_id),
        requests=tuple(requests_of(ticket=facts, customer_id=ticket.customer_id, now=now)),
    )


def file(*, ticket_id: int, file_id: int, customer_id: int | None) -> FileRow | None:
    """One file that can be handed out.

    None alike for no file, for somebody else's, to customers for those of internal notes, and to all for what a virus
    scanner holds back (S-10).
    """
    found = _files(ticket_id, customer_id, file_id)
    return found[0] if found and found[0].is_ready else None


def saved_replies() -> list[SavedReplyRow]:
    """Every saved reply, by title."""
    return [SavedReplyRow(**row) for row in db.named_rows(_REPLIES)]


def _ticket_rows(found: Sequence[dict[str, Any]], now: datetime) -> list[TicketRow]:
    facts = for_the_terms([row["id"] for row in found])
    return [_ticket_row(row, facts[row["id"]], now) for row in found]


def _ticket_row(row: dict[str, Any], facts: Ticket, now: datetime) -> TicketRow:
    names = ("id", "customer_id", "customer", "subject", "opened_at", "last_written_at", "closed_at", "is_withdrawn")
    return TicketRow(
        **{name: row[name] for name in names},
        topic=Topic(row["topic"]),
        assigned_to=row["assigned_to"],
        assigned_name=row["assigned_name"] or row["assigned_email"] or "",
        order_ids=tuple(row["order_ids"]),
        waiting=waiting(facts, opened_at=row["opened_at"], now=now),
    )


def _messages(ticket_id: int, customer_id: int | None) -> tuple[MessageRow, ...]:
    files = _files(ticket_id, customer_id, None)
    found = db.named_rows(_MESSAGES, (ticket_id, customer_id is None))
    return tuple(
        MessageRow(**row, files=tuple(each for each in files if each.message_id == row["id"])) for row in found
    )


def _files(ticket_id: int, customer_id: int | None, file_id: int | None) -> list[FileRow]:
    found = db.named_rows(_FILES, {"ticket": ticket_id, "customer": customer_id, "file": file_id})
    return [_file_row(row) for row in found]


def _file_row(row: dict[str, Any]) -> FileRow:
    scan, document = row.pop("scan"), row["document"]
    row["kind"], row["document"] = FileKind(row["kind"]), Document(document) if document else None
    return FileRow(**row, is_infected=scan == Scan.INFECTED, is_held=scan is None and bool(settings.CLAMD))
