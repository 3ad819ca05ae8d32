"""Answers of the desk, read on from one message to the next; and the words of one."""

from dataclasses import dataclass
from datetime import datetime

from sevenpanel.kernel import db

TABLE = "support_message"
_BETWEEN = """
SELECT m.id AS message_id, m.ticket_id, t.customer_id, m.is_from_staff AND NOT m.is_internal AS is_answer, m.written_at
  FROM support_message m JOIN support_ticket t ON t.id = m.ticket_id
 WHERE m.id > %(after)s AND m.id <= %(upto)s ORDER BY m.id LIMIT %(limit)s
"""
_ANSWERS = "SELECT id, ticket_id, body FROM support_message WHERE id = ANY(%s::bigint[]) AND NOT is_internal"


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenRow:
    """A message of a ticket.

    :param is_answer: whether the customer is to hear of it.
    """

    message_id: int
    ticket_id: int
    customer_id: int
    is_answer: bool
    written_at: datetime


def written_between(*, after: int, upto: int, limit: int) -> tuple[int, list[WrittenRow]]:
    """Read on by at most so many messages.

    :returns: the last message that is read now, and the answers among those that were read.
    """
    rows = [WrittenRow(**row) for row in db.named_rows(_BETWEEN, {"after": after, "upto": upto, "limit": limit})]
    last = rows[-1].message_id if len(rows) == limit else upto
    return last, [row for row in rows if row.is_answer]


def answers(*, message_ids: list[int]) -> dict[int, tuple[int, str]]:
    """The ticket and the words of each of these messages that is there still; never of an internal note."""
    return {id_: (ticket_id, body) for id_, ticket_id, body in db.rows(_ANSWERS, [message_ids])}
