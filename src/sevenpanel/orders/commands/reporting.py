"""What providers say about orders, applied set-wise: numbers, states, and the end with its money."""

import json
from collections.abc import Sequence
from datetime import datetime

from sevenpanel.kernel import db
from sevenpanel.orders.commands.cancelling import record_confirmed
from sevenpanel.orders.commands.correcting import with_corrections
from sevenpanel.orders.commands.finding import BY_PROVIDER, find_link_trouble
from sevenpanel.orders.commands.settling import Ending, lock_open, settle, write_events
from sevenpanel.orders.domain import TERMINAL, OpenOrder, Outcome, Report, Status, follow, outcome_of
from sevenpanel.orders.timeline import EventKind

_UPDATE = """
UPDATE orders_order o SET status = c.status, delivered = c.delivered, remains = c.remains, start_count = c.start_count
  FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[])
       AS c(id, status, delivered, remains, start_count)
 WHERE o.id = c.id
"""

# A closed order's status is compared with what the provider says now; the same word again is no news.
_CLOSED = """
SELECT id, customer_id, status FROM orders_order WHERE id = ANY(%s::bigint[]) AND NOT is_open
"""
_LAST_LATE_WORDS = """
SELECT DISTINCT ON (order_id) order_id, facts ->> 'words' FROM orders_event
 WHERE order_id = ANY(%s::bigint[]) AND kind = ANY(%s::text[]) ORDER BY order_id, id DESC
"""


@db.step
def apply_reports(*, reports: Sequence[Report], now: datetime) -> frozenset[int]:
    """Apply one report per order, each by itself, and settle those that ended.

    A closed order stays closed: a provider that says something else about it is recorded, and no money moves
    (design: terms, Settled here 4).

    :param reports: at most one per order; about 1,000 a call.
    :returns: the ids of the orders that are closed now.
    """
    orders = lock_open([report.order_id for report in reports])
    troubled = {r.order_id: r for r in reports if r.order_id in orders and _is_trouble(orders[r.order_id], r)}
    for report in troubled.values():
        _close(report, now)
    reports = [report for report in reports if report.order_id not in troubled]
    told = [(orders[r.order_id], follow(orders[r.order_id], r), r) for r in reports if r.order_id in orders]
    ended = with_corrections([after for _, after, _ in told if after.status in TERMINAL])
    moved = [after for before, after, _ in told if after != before and after.status not in TERMINAL]
    if moved:
        db.rows(_UPDATE, db.columns(map(_row, moved), 5))
    write_events([fact for before, after, report in told for fact in _facts(before, after, report)], now)
    endings = [Ending(order=order, outcome=outcome_of(order)) for order in ended]
    record_confirmed([each.order for each in endings if each.outcome is Outcome.CANCELLED_BY_CUSTOMER], now)
    settle(endings, now)
    late = [report for report in reports if report.order_id not in orders]
    _note_late_words(late, now)
    return frozenset(order.id for order in ended) | frozenset(report.order_id for report in late) | troubled.keys()


def _is_trouble(order: OpenOrder, report: Report) -> bool:
    """Whether clear words about the link end the order (clauses 2 and 4.5).

    What is completed is completed, and after a request to cancel a provider that stops has confirmed it.
    """
    is_answer = order.is_cancel_requested and report.status in TERMINAL
    return report.link is not None and report.status is not Status.COMPLETED and not is_answer


def _close(report: Report, now: datetime) -> None:
    assert report.link is not None
    find_link_trouble(
        order_id=report.order_id, found=report.link, evidence=BY_PROVIDER, staff_id=None, now=now,
        remains=report.remains, words=report.link_words,
    )  # fmt: skip


def _row(order: OpenOrder) -> tuple[object, ...]:
    return (order.id, order.status.value, order.delivered, order.remains, order.start_count)


def _facts(before: OpenOrder, after: OpenOrder, report: Report) -> list[tuple[int, int, EventKind, str]]:
    not_understood = report.status is None or (report.status in TERMINAL and after == before)
    if not_understood:
        return _once(before, EventKind.NOT_UNDERSTOOD, {"words": report.words})
    if after.status == before.status and after.start_count == before.start_count:
        return []  # a count that moves on is shown as progress, not as a line of its own
    facts = {
        "words": report.words,
        "status": after.status.value,
        # Said once each: what had arrived at the end stands in the line about the settlement.
        "delivered": after.delivered if after.status not in TERMINAL else 0,
        "start_count": after.start_count if after.start_count != before.start_count else None,
    }
    return [(before.id, before.customer_id, EventKind.STATUS, json.dumps(facts))]


def _once(order: OpenOrder, kind: EventKind, facts: dict[str, str]) -> list[tuple[int, int, EventKind, str]]:
    last = dict(db.rows(_LAST_LATE_WORDS, ([order.id], [kind.value])))
    if last.get(order.id) == facts["words"]:
        return []
    return [(order.id, order.customer_id, kind, json.dumps(facts))]


def _note_late_words(reports: Sequence[Report], now: datetime) -> None:
    if not reports:
        return
    words = {report.order_id: report.words for report in reports}
    said = {r.order_id: r.status for r in reports}
    last = dict(db.rows(_LAST_LATE_WORDS, (list(words), [EventKind.SPOKE_AFTER_THE_END.value])))
    news = [
        (id_, customer_id, EventKind.SPOKE_AFTER_THE_END, json.dumps({"words": words[id_]}))
        for id_, customer_id, status in db.rows(_CLOSED, [list(words)])
        if said[id_] is not None and said[id_] != status and last.get(id_) != words[id_]
    ]
    write_events(news, now)
