"""Requests of a ticket with what was decided about them, or what the rules propose now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sevenpanel.kernel import db
from sevenpanel.orders import queries as orders
from sevenpanel.orders.queries import Asked, DecisionRow
from sevenpanel.support import models
from sevenpanel.support.domain import RequestState
from sevenpanel.terms import Aspect, Decision, Document, Kind, Record, Ticket

_OF_TICKET = """
SELECT id, order_id, kind, requested_at, documents, broken, differs, state, decision_id
  FROM support_request WHERE ticket_id = %s ORDER BY id
"""


_TICKET_OF = "SELECT ticket_id FROM support_request WHERE id = %s"


@dataclass(frozen=True, slots=True)
class _Row:
    id: int
    order_id: int
    kind: str
    requested_at: datetime
    documents: list[str]
    broken: list[str]
    differs: list[str] | None
    state: str
    decision_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRow:
    """A request about one order.

    :param proposal: what the rules say now, with what it follows from; None once it is decided.
    :param decided: the last decision; that of the first round while an appeal waits.
    """

    id: int
    order_id: int
    kind: Kind
    requested_at: datetime
    documents: frozenset[Document]
    differs: frozenset[Aspect] | None
    state: RequestState
    proposal: Record | None
    decided: DecisionRow | None

    @property
    def says(self) -> Decision:
        """What was decided, or what the rules propose."""
        if self.proposal is not None:
            return self.proposal.decision
        assert self.decided is not None
        return self.decided.decision

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it was decided so, or would be, as sentences that can be told in any language where that is possible."""
        return self.decided.reasons if self.proposal is None and self.decided is not None else self.says.reasons


def ticket_of_request(*, request_id: int) -> int | None:
    """The ticket in which something was asked."""
    found = db.rows(_TICKET_OF, (request_id,))
    return int(found[0][0]) if found else None


def asked_of(request: models.Request | _Row, customer_id: int, ticket: Ticket) -> Asked:
    """A stored request as the rules take it."""
    return Asked(
        order_id=request.order_id,
        customer_id=customer_id,
        kind=Kind(request.kind),
        requested_at=request.requested_at,
        request_id=request.id,
        documents=frozenset(map(Document, request.documents)),
        ticket=ticket,
        broken=frozenset(map(Aspect, request.broken)),
        differs=None if request.differs is None else frozenset(map(Aspect, request.differs)),
    )


def requests_of(*, ticket: Ticket, customer_id: int, now: datetime) -> list[RequestRow]:
    """Every request of a ticket, in the order in which they were made."""
    found = [_Row(*row) for row in db.rows(_OF_TICKET, (ticket.ticket_id,))]
    made = orders.decisions(decision_ids=[row.decision_id for row in found if row.decision_id is not None])
    return [_request_row(row, customer_id, ticket, made, now) for row in found]


def _request_row(
    row: _Row, customer_id: int, ticket: Ticket, made: Mapping[int, DecisionRow], now: datetime
) -> RequestRow:
    asked, state = asked_of(row, customer_id, ticket), RequestState(row.state)
    is_decided = state is RequestState.DECIDED
    return RequestRow(
        id=row.id,
        order_id=row.order_id,
        kind=asked.kind,
        requested_at=row.requested_at,
        documents=asked.documents,
        differs=asked.differs,
        state=state,
        proposal=None if is_decided else orders.record_for(asked=asked, now=now),
        decided=made[row.decision_id] if row.decision_id is not None else None,
    )
