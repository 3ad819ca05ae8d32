"""Cancelling: a visible request, decided under clause 4.1 and stored as a decision, whichever door it came in by.

Not sent, the order ends at once. Sent, the provider is asked, and money moves when its status confirms the end; each
of these steps is a decision of its own (docs/terms.md).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sevenpanel import terms
from sevenpanel.kernel import chaos, db, outbox
from sevenpanel.kernel.said import say
from sevenpanel.orders.commands.recording import Made, by_the_rules, store_decisions
from sevenpanel.orders.commands.settling import Ending, lock_open, settle, write_events
from sevenpanel.orders.domain import TERMINAL, OpenOrder, Outcome, Status
from sevenpanel.orders.queries.facts import Asked, facts_of, record_about
from sevenpanel.orders.timeline import EventKind
from sevenpanel.terms import Kind, OrderFacts
from sevenpanel.terms import Outcome as Verdict

TOPIC = "order.cancel_requested"

_LOCK = """
SELECT id, cancel_requested_at FROM orders_order
 WHERE id = ANY(%s::bigint[]) AND customer_id = %s ORDER BY id FOR UPDATE
"""
_REQUESTED_AT = "SELECT id, cancel_requested_at FROM orders_order WHERE id = ANY(%s::bigint[])"
_MARK = "UPDATE orders_order SET cancel_requested_at = %s WHERE id = ANY(%s::bigint[]) AND cancel_requested_at IS NULL"
_LAST = """
SELECT DISTINCT ON (order_id) order_id, outcome, (decision -> 'reasons')::text FROM orders_decision
 WHERE order_id = ANY(%s::bigint[]) AND kind = 'cancel' ORDER BY order_id, id DESC
"""


class CancelVerdict(StrEnum):
    """What became of a request to cancel."""

    CANCELLED = "cancelled"
    REQUESTED = "requested"
    NOT_FOUND = "not found"
    NOT_OFFERED = "not offered"
    PROVIDER_REFUSED = "provider refused"
    ENDED = "ended"


CANCEL_SENTENCES = {
    CancelVerdict.CANCELLED: say("Cancelled; everything came back."),
    CancelVerdict.REQUESTED: say("Cancel requested. Money moves when the provider confirms it."),
    CancelVerdict.NOT_FOUND: say("There is no such order."),
    CancelVerdict.NOT_OFFERED: say("This service has no cancel button, so the order goes on."),
    CancelVerdict.PROVIDER_REFUSED: say("The provider did not cancel, so the order goes on and nothing comes back."),
    CancelVerdict.ENDED: say("This order has ended already."),
}
assert CANCEL_SENTENCES.keys() == set(CancelVerdict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelAnswer:
    """What became of a request to cancel one order."""

    order_id: int
    verdict: CancelVerdict

    @property
    def sentence(self) -> str:
        """What the customer reads."""
        return CANCEL_SENTENCES[self.verdict]


@db.command
def request_cancel(*, customer_id: int, order_ids: Sequence[int], now: datetime) -> list[CancelAnswer]:
    """Ask to cancel orders of one customer, each by itself. Asking twice changes nothing.

    Each is decided under clause 4.1 as it stood when it was first asked, and the decision is stored unless it is the
    one that stands already.

    :returns: one answer per id, in the order given.
    """
    answers = request_cancel_in_step(customer_id=customer_id, order_ids=order_ids, now=now)
    chaos.point("cancel.after_request")
    return answers


@db.step
def request_cancel_in_step(*, customer_id: int, order_ids: Sequence[int], now: datetime) -> list[CancelAnswer]:
    """The same as a part of the caller's transaction."""
    asked_before = dict(db.rows(_LOCK, (list(set(order_ids)), customer_id)))
    facts = facts_of(order_ids=asked_before, customer_id=customer_id)
    made = {id_: _decided(facts[id_], customer_id, asked_before[id_] or now, now) for id_ in sorted(facts)}
    _carry_out(list(made.values()), {id_ for id_, at in asked_before.items() if at is None}, now)
    return [CancelAnswer(order_id=id_, verdict=_verdict(made.get(id_))) for id_ in order_ids]


def _decided(order: OrderFacts, customer_id: int, requested_at: datetime, now: datetime) -> Made:
    asked = Asked(
        order_id=order.order_id, customer_id=customer_id, kind=Kind.CANCEL, requested_at=requested_at
    )  # fmt: skip
    return by_the_rules(asked, record_about(order, asked=asked, now=now))


def _verdict(made: Made | None) -> CancelVerdict:
    if made is None:
        return CancelVerdict.NOT_FOUND
    if made.decision.outcome is Verdict.GRANT:
        return CancelVerdict.CANCELLED
    if made.decision.outcome is Verdict.PROVIDER:
        return CancelVerdict.REQUESTED
    if not made.order.is_open:
        return CancelVerdict.ENDED
    is_answered = made.order.cancel_answer is terms.CancelAnswer.REFUSED
    return CancelVerdict.PROVIDER_REFUSED if is_answered else CancelVerdict.NOT_OFFERED


def _carry_out(made: Sequence[Made], never_asked: set[int], now: datetime) -> None:
    taken = [each for each in made if each.decision.outcome in (Verdict.GRANT, Verdict.PROVIDER)]
    asked = [each.asked for each in taken if each.asked.order_id in never_asked]
    db.rows(_MARK, (now, [each.order_id for each in asked]))
    write_events([(each.order_id, each.customer_id, EventKind.CANCEL_REQUESTED, "{}") for each in asked], now)
    store_decisions(_news(made), now)
    later = [each for each in taken if each.decision.outcome is Verdict.PROVIDER and each.asked in asked]
    outbox.write(topic=TOPIC, subjects=[(each.asked.customer_id, each.asked.order_id) for each in later], now=now)
    _end([each for each in taken if each.decision.outcome is Verdict.GRANT], now)


def _news(made: Sequence[Made]) -> list[Made]:
    """Those that say something else than the last decision about cancelling the same order."""
    found = db.rows(_LAST, [[each.asked.order_id for each in made]])
    last = {order_id: (outcome, tuple(json.loads(reasons))) for order_id, outcome, reasons in found}
    return [
        each for each in made
        if last.get(each.asked.order_id) != (each.decision.outcome, each.decision.reasons)
    ]  # fmt: skip


def _end(made: Sequence[Made], now: datetime) -> None:
    running = lock_open([each.asked.order_id for each in made])
    settle([_ending(running[each.asked.order_id], each) for each in made], now)


def _ending(order: OpenOrder, made: Made) -> Ending:
    assert made.decision.close_as is not None
    delivered = made.order.delivered
    stopped = replace(
        order, status=Status(made.decision.close_as), delivered=delivered, remains=order.quantity - delivered
    )
    return Ending(order=stopped, outcome=Outcome.CANCELLED_BY_CUSTOMER)


@db.step
def record_cancel_answer(*, order_id: int, accepted: bool, words: str, now: datetime) -> None:
    """Record what the provider said to a request to cancel. No money moves: that is for its status to show.

    A "no" ends the request, as a decision under clause 4.1; after a "yes" it goes on waiting.
    """
    order = lock_open([order_id]).get(order_id)
    if order is None:
        return
    said = json.dumps({"accepted": accepted, "words": words})
    write_events([(order.id, order.customer_id, EventKind.CANCEL_ANSWERED, said)], now)
    if order.is_cancel_requested and not accepted:
        store_decisions([each for each in _again([order], now) if each.decision.outcome is Verdict.REFUSE], now)


@db.step
def record_confirmed(stopped: Sequence[OpenOrder], now: datetime) -> None:
    """Decide what comes back of orders whose end the provider's status has confirmed; the caller settles them.

    :param stopped: as they stand at their end, after a request to cancel, and still open in the books.
    """
    made = _again(stopped, now)
    store_decisions([each for each in made if each.decision.outcome is Verdict.GRANT], now)


def _again(orders: Sequence[OpenOrder], now: datetime) -> list[Made]:
    """Decide anew about requests that were made before: judged at their own instant, by what is known now."""
    if not orders:
        return []
    ids = [order.id for order in orders]
    requested, facts = dict(db.rows(_REQUESTED_AT, [ids])), facts_of(order_ids=ids, customer_id=None)
    return [_decided(_as_told(facts[each.id], each), each.customer_id, requested[each.id], now) for each in orders]


def _as_told(facts: OrderFacts, order: OpenOrder) -> OrderFacts:
    """The facts with what the provider said at last, which is not in the books yet."""
    if order.status not in TERMINAL:
        return facts
    confirmed = replace(facts, cancel_answer=terms.CancelAnswer.CONFIRMED)
    if facts.correction is None:
        return replace(confirmed, reported_delivered=order.delivered)
    return replace(confirmed, correction=replace(facts.correction, delivered=order.delivered))
