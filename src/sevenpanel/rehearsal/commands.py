"""Writes of test orders: placed, asked to be cancelled, forgotten. None of them touches money or an order."""

from collections.abc import Sequence
from datetime import datetime

from sevenpanel import links
from sevenpanel.accounts import queries as accounts
from sevenpanel.catalog.domain import ServiceRow
from sevenpanel.kernel import db
from sevenpanel.notices import queries as notices
from sevenpanel.orders import queries as orders
from sevenpanel.orders.commands import ABOUT_THE_LINK, CancelAnswer, CancelVerdict, Judged
from sevenpanel.orders.commands.statement import fingerprint, refused, unusable
from sevenpanel.orders.domain import OrderLine, Placed, RefusalCode, Refused
from sevenpanel.rehearsal import models
from sevenpanel.rehearsal.domain import (
    KEPT,
    ORDERS_MAX,
    CancelCase,
    Course,
    Situation,
    Taken,
    cancel_case,
    course_of,
    judge,
    left_of,
    standing,
)
from sevenpanel.rehearsal.queries import every, spent_today_micros, these
from sevenpanel.terms import AtDoor

BATCH = 10_000

# Whoever places or cancels for the same customer waits here, so that what is read stays true until the commit.
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('rehearsal/' || %s::bigint, 0))"
_EARLIER = """
SELECT id, charge_micros, fingerprint FROM rehearsal_playorder WHERE customer_id = %s AND request_id = %s
"""
_OLDEST = """
DELETE FROM rehearsal_playorder WHERE customer_id = %s AND id IN (
    SELECT id FROM rehearsal_playorder WHERE customer_id = %s ORDER BY id DESC OFFSET %s)
"""
_FORGET = """
DELETE FROM rehearsal_playorder WHERE id IN (
    SELECT id FROM rehearsal_playorder WHERE placed_at < %s ORDER BY placed_at LIMIT %s)
RETURNING id
"""
_ERASE = "DELETE FROM rehearsal_playorder WHERE customer_id = %s"
_MARK = "UPDATE rehearsal_playorder SET cancel_requested_at = %s WHERE id = ANY(%s::bigint[])"

_VERDICTS = {
    CancelCase.ENDED: CancelVerdict.ENDED,
    CancelCase.NOT_OFFERED: CancelVerdict.NOT_OFFERED,
    CancelCase.NOT_SENT: CancelVerdict.CANCELLED,
    CancelCase.ASKED: CancelVerdict.REQUESTED,
    CancelCase.PROVIDER_REFUSED: CancelVerdict.PROVIDER_REFUSED,
}
assert _VERDICTS.keys() == set(CancelCase)


def place(*, judged: Judged, now: datetime) -> Placed | Refused:
    """Place a test order, or refuse it in the words in which a real one is refused (a command)."""
    return _place(judged, now)


def by_the_letter(*, line: OrderLine, outcome: Refused, now: datetime) -> Placed | Refused:
    """What becomes of an order whose link is wrong under the Terms that its customer has accepted (clause 2)."""
    if outcome.code not in ABOUT_THE_LINK:
        return outcome
    if orders.policy_for(customer_id=line.customer_id, now=now).wrong_link_at_door is AtDoor.REFUSE:
        return outcome
    return unusable(line) or _place(Judged(line=line, link=None, is_wrong=True), now)


@db.command
def _place(judged: Judged, now: datetime) -> Placed | Refused:
    line = judged.line
    db.rows(_LOCK, [line.customer_id])
    earlier = _replayed(line)
    if earlier is not None:
        return earlier
    situation = _situation(judged, now)
    verdict = judge(line, situation)
    if not isinstance(verdict, Taken):
        return refused(*verdict)
    assert situation.service is not None
    made = _made(judged, situation.service, verdict, now)
    made.save(force_insert=True)
    db.rows(_OLDEST, [line.customer_id, line.customer_id, ORDERS_MAX])
    return Placed(order_id=made.id, charge_micros=made.charge_micros, is_completed=judged.is_wrong)


def _replayed(line: OrderLine) -> Placed | Refused | None:
    """The first answer to the same request; None when there was none."""
    found = db.rows(_EARLIER, [line.customer_id, line.request_id]) if line.request_id is not None else []
    if not found:
        return None
    order_id, charge, print_ = found[0]
    if bytes(print_) != fingerprint(line):
        return refused(RefusalCode.REQUEST_CONFLICT)
    return Placed(order_id=order_id, charge_micros=charge, is_replay=True)


def _situation(judged: Judged, now: datetime) -> Situation:
    line, link = judged.line, judged.link
    found = notices.effective_service(service_id=line.service_id, customer_id=line.customer_id, at=now)
    remembered = every(customer_id=line.customer_id)
    target = link.target if link else ""
    same = [order for order in remembered if order.service_id == line.service_id and order.target == target]
    active = [order.id for order in same if standing(order, now).is_open and not judged.is_wrong]
    service = found.service if found else None
    return Situation(
        is_stopped=orders.stop_in_force() is not None,
        is_suspended=accounts.customer(customer_id=line.customer_id).is_suspended,
        service=service,
        is_taken=judged.is_wrong or (service is not None and link is not None and links.accepts(service.accepts, link)),
        active_order=min(active, default=None),
        left_micros=left_of(remembered, now),
        left_today_micros=_left_today(line.customer_id, line.key_id, now),
    )


def _left_today(customer_id: int, key_id: int | None, now: datetime) -> int | None:
    """What a key with a daily limit may spend today, which ends at midnight UTC; None for a key without one."""
    caps = {row.id: row.limits.daily_cap_micros for row in accounts.keys(customer_id=customer_id)} if key_id else {}
    cap = caps.get(key_id or 0)
    if cap is None:
        return None
    return cap - spent_today_micros(key_id=key_id or 0, now=now)


def _made(judged: Judged, service: ServiceRow, taken: Taken, now: datetime) -> models.PlayOrder:
    line = judged.line
    return models.PlayOrder(
        customer_id=line.customer_id,
        key_id=line.key_id,
        service_id=line.service_id,
        link=_storable(line.link),
        target=judged.link.target if judged.link else "",
        quantity=taken.quantity,
        charge_micros=taken.charge_micros,
        currency=accounts.customer(customer_id=line.customer_id).currency,
        course=Course.WRONG_LINK if judged.is_wrong else course_of(service, taken.quantity),
        can_cancel=service.can_cancel,
        placed_at=now,
        request_id=line.request_id,
        fingerprint=fingerprint(line) if line.request_id is not None else None,
    )


def _storable(text: str) -> str:
    return text[:2048].encode("utf-8", "replace").decode("utf-8").replace("\0", "\N{REPLACEMENT CHARACTER}")


@db.command
def request_cancel(*, customer_id: int, order_ids: Sequence[int], now: datetime) -> list[CancelAnswer]:
    """Ask to cancel test orders, each by itself. Asking twice changes nothing.

    :returns: one answer per id, in the order given.
    """
    db.rows(_LOCK, [customer_id])
    mine = {order.id: order for order in these(customer_id=customer_id, order_ids=order_ids)}
    buttons = {order.service_id: _has_button(order.service_id, customer_id, now) for order in mine.values()}
    cases = {id_: cancel_case(order, has_button=buttons[order.service_id], now=now) for id_, order in mine.items()}
    asked = (CancelCase.NOT_SENT, CancelCase.ASKED)
    news = [id_ for id_, case in cases.items() if case in asked and mine[id_].cancel_requested_at is None]
    db.rows(_MARK, [now, news])
    return [
        CancelAnswer(order_id=id_, verdict=_VERDICTS[cases[id_]] if id_ in cases else CancelVerdict.NOT_FOUND)
        for id_ in order_ids
    ]


def _has_button(service_id: int, customer_id: int, now: datetime) -> bool:
    found = notices.effective_service(service_id=service_id, customer_id=customer_id, at=now)
    return found is not None and found.service.can_cancel


@db.command
def forget_orders(*, now: datetime) -> int:
    """Forget test orders older than `KEPT`, a batch at a time.

    :returns: how many; call again while it is `BATCH`.
    """
    return len(db.rows(_FORGET, [now - KEPT, BATCH]))


@db.step
def erase_orders(*, customer_id: int) -> None:
    """Forget every test order of an account that is deleted (clause 7.5)."""
    db.rows(_ERASE, [customer_id])
