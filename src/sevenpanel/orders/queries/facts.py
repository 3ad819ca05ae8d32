"""An order as the Terms see it: the facts that decisions are made from, and what a customer may do about it now."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sevenpanel.accounts.queries import shelf
from sevenpanel.kernel import db
from sevenpanel.notices import queries as notices
from sevenpanel.terms import (
    Aspect,
    CancelAnswer,
    Correction,
    Description,
    Dispatch,
    Document,
    DropBand,
    Kind,
    LinkFinding,
    LinkTrouble,
    Notice,
    OrderFacts,
    Policy,
    Record,
    RequestFacts,
    Right,
    Status,
    Ticket,
    record_of,
    rights,
)
from sevenpanel.terms.documents import DocumentName, asked_for, policy_of, versions

_FACTS = """
SELECT o.id, o.customer_id, o.placed_at, o.quantity, o.charge_micros, o.currency, o.status, o.dispatch, o.delivered,
       coalesce(o.returned_micros, 0) + o.granted_micros AS returned_micros, o.settled_at, o.cancel_requested_at,
       o.service_id, s.network, s.category_id, s.start_within, s.complete_within, s.quantity_min, s.quantity_max,
       s.drop_band, s.can_cancel, s.can_refill, d.text AS description,
       (SELECT min(e.happened_at) FROM orders_event e
         WHERE e.order_id = o.id AND e.kind = 'status'
           AND e.facts ->> 'status' IN ('In progress', 'Completed', 'Partial')) AS started_at,
       (SELECT e.facts ->> 'words' FROM orders_event e
         WHERE e.order_id = o.id AND e.kind = 'cancel answered' AND e.facts ->> 'accepted' = 'false'
         ORDER BY e.id DESC LIMIT 1) AS cancel_words,
       coalesce(b.is_untracked, false) AS is_untracked, t.link_found, t.doubled_with, t.evidence, t.found_at,
       s.is_long_running, c.delivered AS corrected, c.reported AS reported_then, c.reason AS correction_reason,
       c.staff_id AS corrected_by,
       ARRAY(SELECT t.version FROM accounts_acceptance a JOIN accounts_acceptedtext t ON t.id = a.text_id
              WHERE a.customer_id = o.customer_id AND t.document = 'terms' AND a.accepted_at <= o.placed_at)
         AS accepted_versions
  FROM orders_order o
  JOIN catalog_service s ON s.id = o.service_id
  JOIN catalog_description d ON d.service_id = o.service_id AND d.version = o.description_version
  LEFT JOIN orders_beside b ON b.order_id = o.id
  LEFT JOIN orders_trouble t ON t.order_id = o.id
  LEFT JOIN LATERAL (
       SELECT k.delivered, k.reported, k.reason, k.staff_id FROM orders_correction k
        WHERE k.order_id = o.id AND k.is_after_end = NOT o.is_open ORDER BY k.id DESC LIMIT 1) c ON true
 WHERE o.id = ANY(%(orders)s::bigint[]) AND (%(customer)s::bigint IS NULL OR o.customer_id = %(customer)s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked about one order, as `terms.RequestFacts` without the order itself.

    :param request_id: the request of a ticket that asks it; None when nobody wrote a ticket.
    """

    order_id: int
    customer_id: int
    kind: Kind
    requested_at: datetime
    request_id: int | None = None
    documents: frozenset[Document] = frozenset()
    ticket: Ticket | None = None
    broken: frozenset[Aspect] = frozenset()
    differs: frozenset[Aspect] | None = None


def facts_of(*, order_ids: Collection[int], customer_id: int | None) -> dict[int, OrderFacts]:
    """The facts of those of these orders that are this customer's, by id; of all of them without a customer."""
    found = db.named_rows(_FACTS, {"orders": list(order_ids), "customer": customer_id})
    about = notices.notices_about(service_ids={row["service_id"] for row in found})
    return {row["id"]: _facts(row, about[row["service_id"]]) for row in found}


def judged_by(placed_at: datetime, accepted: Collection[str] = ()) -> Policy:
    """The figures that an order is judged by: of the newest version that its customer had accepted when placing it.

    Without any acceptance, as before the desk asked for one, it is that of the version in force then; for an order
    from before the first version, of the first.

    :param accepted: the versions that the customer had accepted.
    """
    known = [each.version for each in versions(shelf(), DocumentName.TERMS) if each.version in accepted]
    version = known[-1] if known else asked_for(shelf(), DocumentName.TERMS, placed_at).version
    return policy_of(shelf(), version)


def record_for(*, asked: Asked, now: datetime) -> Record:
    """What the rules say about a request now, with everything that it follows from.

    :raises LookupError: when this customer has no such order.
    """
    order = facts_of(order_ids=[asked.order_id], customer_id=asked.customer_id).get(asked.order_id)
    if order is None:
        raise LookupError(f"There is no order {asked.order_id} of this customer.")
    return record_about(order, asked=asked, now=now)


def record_about(order: OrderFacts, *, asked: Asked, now: datetime) -> Record:
    """What the rules say about a request, given the facts of its order.

    A request cannot be older than its order nor younger than its decision, whatever the clocks of several machines say.
    """
    asked = replace(asked, requested_at=max(asked.requested_at, order.placed_at))
    return record_of(_request(order, asked), policy_of(shelf(), order.terms_version), max(now, asked.requested_at))


def cancel_right_of(*, order_id: int, customer_id: int, now: datetime) -> Right | None:
    """Whether this customer can cancel an order now, and why not (clause 4.1); None for no such order."""
    return cancel_rights_of(order_ids=[order_id], customer_id=customer_id, now=now).get(order_id)


def cancel_rights_of(*, order_ids: Collection[int], customer_id: int, now: datetime) -> dict[int, Right]:
    """The same for several orders, by id; those that are not this customer's are left out."""
    found = facts_of(order_ids=order_ids, customer_id=customer_id)
    each = ((id_, _rights(order, (), now)) for id_, order in found.items())
    return {id_: right for id_, choices in each for right in choices if right.kind is Kind.CANCEL}


def rights_of(*, order_id: int, customer_id: int, tickets: Sequence[Ticket], now: datetime) -> tuple[Right, ...]:
    """What this customer may do about an order now, until when and under which clause; nothing for no such order."""
    order = facts_of(order_ids=[order_id], customer_id=customer_id).get(order_id)
    return () if order is None else _rights(order, tickets, now)


def _rights(order: OrderFacts, tickets: Sequence[Ticket], now: datetime) -> tuple[Right, ...]:
    # The clock of the machine that shows a page may be behind that of the one that took the order.
    return rights(order, policy_of(shelf(), order.terms_version), max(now, order.placed_at), tickets=tickets)


def _request(order: OrderFacts, asked: Asked) -> RequestFacts:
    return RequestFacts(
        order=order,
        kind=asked.kind,
        requested_at=asked.requested_at,
        documents=asked.documents,
        ticket=asked.ticket,
        broken=asked.broken,
        differs=asked.differs,
    )


def _facts(row: dict[str, Any], about: tuple[Notice, ...]) -> OrderFacts:
    return OrderFacts(
        order_id=row["id"],
        placed_at=row["placed_at"],
        quantity=row["quantity"],
        charge_micros=row["charge_micros"],
        currency=row["currency"],
        terms_version=judged_by(row["placed_at"], row["accepted_versions"]).version,
        status=Status(row["status"]),
        dispatch=Dispatch(row["dispatch"]),
        description=_promised(row),
        notices=about,
        reported_delivered=row["delivered"],
        correction=_correction(row),
        returned_micros=row["returned_micros"],
        started_at=row["started_at"],
        closed_at=row["settled_at"],
        cancel_answer=_cancel_answer(row),
        cancel_words=row["cancel_words"] or "",
        is_untracked=row["is_untracked"],
        doubled_with=tuple(row["doubled_with"] or ()),
        is_long_running=row["is_long_running"],
        link_trouble=_link_trouble(row),
    )


def corrected_now(delivered: int, reported_then: int, reported: int, quantity: int) -> int:
    """What counts now: an operator's figure, and what the provider's count has grown by since (settled 3)."""
    return min(max(delivered + reported - reported_then, 0), quantity)


def _correction(row: dict[str, Any]) -> Correction | None:
    if row["corrected"] is None:
        return None
    delivered = corrected_now(row["corrected"], row["reported_then"], row["delivered"], row["quantity"])
    return Correction(delivered=delivered, reason=row["correction_reason"], by=f"staff {row['corrected_by']}")


def _link_trouble(row: dict[str, Any]) -> LinkTrouble | None:
    if row["link_found"] is None:
        return None
    return LinkTrouble(found=LinkFinding(row["link_found"]), found_at=row["found_at"], evidence=row["evidence"])


def _promised(row: dict[str, Any]) -> Description:
    """What the service promised in the catalogue's own words and figures."""
    return Description(
        service_id=row["service_id"],
        network=row["network"],
        category_id=row["category_id"],
        start_within=row["start_within"],
        complete_within=row["complete_within"],
        quantity_min=row["quantity_min"],
        quantity_max=row["quantity_max"],
        drop_band=DropBand(row["drop_band"]) if row["drop_band"] else None,
        can_cancel=row["can_cancel"],
        can_refill=row["can_refill"],
        text=row["description"],
    )


def _cancel_answer(row: dict[str, Any]) -> CancelAnswer:
    if row["cancel_requested_at"] is None:
        return CancelAnswer.NOT_ASKED
    return CancelAnswer.ASKED if row["cancel_words"] is None else CancelAnswer.REFUSED
