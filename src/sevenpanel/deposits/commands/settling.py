"""Held receipts that need no person: more arrived, or a good rate returned. The desk looks at them again."""

from datetime import datetime

from sevenpanel.deposits import models
from sevenpanel.deposits.commands.advancing import Step, advance
from sevenpanel.deposits.commands.judging import Judged, judge
from sevenpanel.deposits.commands.locking import locked_receipt
from sevenpanel.deposits.domain import Event, HeldReason, ReceiptState, Verdict
from sevenpanel.deposits.domain.doubts import SETTLED_BY_TIME
from sevenpanel.deposits.domain.machine import By
from sevenpanel.deposits.queries.rates import rate_in_force
from sevenpanel.kernel import db

BATCH = 200

# Every node shows the same receipt, deep enough, and its address grew by it.
_AGREED = frozenset({Verdict.CONFIRMED, Verdict.FINAL})

# What is above the minimum as it is now, and what waits for a rate.
_DUE = """
SELECT r.id, a.symbol, c.currency, r.held_reason
  FROM deposits_receipt r
  JOIN deposits_asset a ON a.id = r.asset_id
  JOIN accounts_customer c ON c.id = r.customer_id
  LEFT JOIN deposits_method m ON m.asset_id = r.asset_id AND m.source = r.source
 WHERE r.state = 'held'
   AND (r.held_reason = 'rate_stale' OR (r.held_reason = 'below_min' AND r.raw >= coalesce(m.minimum_raw, 0)))
 ORDER BY r.changed_at
"""


@db.step
def take_waiting_along(receipt: models.Receipt, judged: Judged, *, now: datetime) -> None:
    """Credit what waited below the minimum, when this receipt brings the sum up to it.

    The caller holds the customer's lock.
    """
    if not judged.reaches_minimum:
        return
    waiting = models.Receipt.objects.filter(
        customer_id=receipt.customer_id,
        asset=receipt.asset,
        state=ReceiptState.HELD.value,
        held_reason=HeldReason.BELOW_MIN.value,
    )
    for each in waiting.exclude(id=receipt.id).order_by("id"):
        each.passed_minimum = True
        each.save(update_fields=["passed_minimum"])
        look_again(each, now=now)


@db.step
def look_again(receipt: models.Receipt, *, now: datetime) -> bool:
    """Check a held receipt anew and release it, or note why it is held now.

    :returns: whether it was released.
    """
    judged = judge(receipt, is_single_voice=False, now=now)
    if judged.doubt is None:
        released = advance(receipt, Step(event=Event.RELEASED, by=By.DESK, price=judged.price), now=now)
        finish(receipt, now=now)
        return released
    _now_held_for(receipt, judged.doubt)
    return False


@db.step
def hear_again(
    receipt: models.Receipt, verdict: Verdict, doubt: HeldReason | None, *, is_single_voice: bool, now: datetime
) -> None:
    """Take in what the source says of a receipt that is held since its nodes disagreed.

    When they agree again, it is checked as if it had just been confirmed. Not when a person acted on it meanwhile, or
    its row was lost and made anew of the ledger: then a person decides.
    """
    if receipt.held_reason != HeldReason.NODES_DISAGREE or receipt.last_actor_id is not None:
        return
    if not models.Event.objects.filter(receipt=receipt, event=Event.DOUBTED.value, by=By.SOURCE.value).exists():
        return
    if doubt is not None:
        _now_held_for(receipt, doubt)
    elif verdict in _AGREED:
        judged = judge(receipt, is_single_voice=is_single_voice, now=now)
        if judged.doubt is not None:
            _now_held_for(receipt, judged.doubt)
            return
        step = Step(event=Event.RELEASED, by=By.DESK, price=judged.price, note="The nodes agree again.")
        advance(receipt, step, now=now)
        finish(receipt, now=now)
        take_waiting_along(receipt, judged, now=now)


def _now_held_for(receipt: models.Receipt, doubt: HeldReason) -> None:
    if doubt.value != receipt.held_reason:
        receipt.held_reason = doubt.value
        receipt.save(update_fields=["held_reason"])


@db.step
def finish(receipt: models.Receipt, *, now: datetime) -> None:
    """A receipt that its source had called final while it was held is final as soon as it is credited."""
    if receipt.is_settled and receipt.source:
        advance(receipt, Step(event=Event.FINALIZED, by=By.SOURCE), now=now)


@db.command
def _look_again_at(receipt_id: int, now: datetime) -> bool:
    receipt = locked_receipt(receipt_id)
    if receipt.state != ReceiptState.HELD or HeldReason(receipt.held_reason or "") not in SETTLED_BY_TIME:
        return False
    return look_again(receipt, now=now)


def settle_held(*, now: datetime) -> int:
    """Look again at the receipts that time may settle, each in a transaction of its own, at most `BATCH` of them.

    :returns: how many were released.
    """
    good: dict[tuple[str, str], bool] = {}
    due = []
    for receipt_id, symbol, currency, _reason in db.rows(_DUE):
        if (symbol, currency) not in good:
            rate = rate_in_force(symbol=symbol, currency=currency, now=now)
            good[symbol, currency] = rate is not None and rate.doubt is None
        if good[symbol, currency]:
            due.append(receipt_id)
    return sum(_look_again_at(receipt_id, now) for receipt_id in due[:BATCH])
