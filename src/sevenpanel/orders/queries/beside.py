"""What else of a customer's is open on a target: before an order is placed, and as it was found then (clause 1)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sevenpanel.kernel import db
from sevenpanel.orders.queries.facts import judged_by
from sevenpanel.terms import OpenOrder, Policy, beside_sentences

_OPEN_ON = """
SELECT o.id, o.service_id, s.network, s.metric, o.target
  FROM orders_order o JOIN catalog_service s ON s.id = o.service_id
 WHERE o.customer_id = %s AND o.target = ANY(%s::text[]) AND o.is_open ORDER BY o.id
"""
_FOUND = """
SELECT b.order_id, b.similar_orders, b.other_orders, b.is_untracked, s.metric
  FROM orders_beside b JOIN orders_order o ON o.id = b.order_id JOIN catalog_service s ON s.id = o.service_id
 WHERE b.order_id = ANY(%s::bigint[])
"""
_ACCEPTED = """
SELECT t.version FROM accounts_acceptance a JOIN accounts_acceptedtext t ON t.id = a.text_id
 WHERE a.customer_id = %s AND t.document = 'terms' AND a.accepted_at <= %s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class BesideRow:
    """What was found beside an order when it was placed.

    :param similar: the customer's orders on the target that counted the same thing; `others` something else.
    :param is_untracked: nobody could tell the counts apart, and the link was not a private one.
    """

    order_id: int
    similar: tuple[int, ...]
    others: tuple[int, ...]
    is_untracked: bool
    metric: str | None

    @property
    def sentences(self) -> tuple[str, ...]:
        """What the customer was told."""
        return beside_sentences(
            metric=self.metric, similar=self.similar, others=self.others, is_untracked=self.is_untracked
        )


def open_on(*, customer_id: int, targets: Collection[str]) -> Mapping[str, list[OpenOrder]]:
    """This customer's open orders on these targets, by target; oldest first."""
    found: dict[str, list[OpenOrder]] = {}
    for order_id, service_id, network, metric, target in db.rows(_OPEN_ON, (customer_id, list(targets))):
        known = OpenOrder(order_id=order_id, service_id=service_id, network=network, metric=metric, target=target)
        found.setdefault(target, []).append(known)
    return found


def beside(*, order_ids: Collection[int]) -> dict[int, BesideRow]:
    """What was found beside these orders, by id; those that stood alone are left out."""
    return {
        order_id: BesideRow(
            order_id=order_id, similar=tuple(similar), others=tuple(others), is_untracked=untracked, metric=metric
        )
        for order_id, similar, others, untracked, metric in db.rows(_FOUND, [list(order_ids)])
    }


def policy_for(*, customer_id: int, now: datetime) -> Policy:
    """The figures that an order of this customer's would be judged by if it were placed now."""
    return judged_by(now, [version for (version,) in db.rows(_ACCEPTED, (customer_id, now))])
