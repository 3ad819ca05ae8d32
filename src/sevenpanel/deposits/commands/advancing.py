"""One step of a receipt: its state changed where it stood, what it books, and the event, in one transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sevenpanel.deposits import models
from sevenpanel.deposits.commands import posting
from sevenpanel.deposits.commands.posting import Price
from sevenpanel.deposits.domain import Event, HeldReason, ReceiptState
from sevenpanel.deposits.domain.machine import By, Hold, Posting, Transition, transition
from sevenpanel.kernel import db
from sevenpanel.ledger import commands as ledger
from sevenpanel.ledger.domain import EntryKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What happens to a receipt, and what has to be known for it.

    :param price: for steps that credit.
    :param reason: for steps that hold.
    :param tx: for a refund, the transaction that sent it back; was_swept: whether it was booked as a sweep before.
    """

    event: Event
    by: By
    actor_id: int | None = None
    price: Price | None = None
    reason: HeldReason | None = None
    tx: str = ""
    was_swept: bool = False
    note: str = ""


@db.step
def advance(receipt: models.Receipt, step: Step, *, now: datetime) -> bool:
    """Take one step with a receipt that the caller has locked; an event that does not fit changes nothing.

    :returns: whether the event fitted.
    :raises UnableToBook: when the ledger does not bear it out; then nothing of it happened.
    """
    before = ReceiptState(receipt.state)
    line = transition(before, step.event)
    if line is None:
        return False
    assert step.by in line.by, (step.event, step.by)
    changes = _book(receipt, line, step, now)
    _lift_or_place(receipt, line, now)
    _write(receipt, line, step, changes, now)
    return True


def _write(receipt: models.Receipt, line: Transition, step: Step, changes: Mapping[str, Any], now: datetime) -> None:
    before = receipt.state
    written = {"state": line.after.value, "changed_at": now, **changes}
    if step.actor_id is not None:
        written["last_actor_id"] = step.actor_id
    changed = models.Receipt.objects.filter(id=receipt.id, state=before).update(**written)
    assert changed == 1, "the caller holds the receipt's lock"
    for name, value in written.items():
        setattr(receipt, name, value)
    note_event(receipt, step, before=before, now=now)


@db.step
def note_event(receipt: models.Receipt, step: Step, *, before: str | None, now: datetime) -> None:
    """Write down what happened to a receipt."""
    models.Event.objects.create(
        receipt=receipt,
        event=step.event.value,
        before=before,
        after=receipt.state,
        by=step.by.value,
        actor_id=step.actor_id,
        entry_id=receipt.entry_id or receipt.suspense_id,
        note=step.note,
        at=now,
    )


def _book(receipt: models.Receipt, line: Transition, step: Step, now: datetime) -> Mapping[str, Any]:
    return _BOOKED[line.posting](receipt, step, now)


def _nothing(receipt: models.Receipt, step: Step, now: datetime) -> Mapping[str, Any]:
    return {}


def _credit(receipt: models.Receipt, step: Step, now: datetime) -> Mapping[str, Any]:
    assert step.price is not None
    entry_id, price = posting.credit(receipt, step.price, actor_id=step.actor_id, now=now)
    return {
        "entry_id": entry_id,
        "suspense_id": None,
        "held_reason": None,
        "gross_micros": price.worth.gross,
        "fee_micros": price.worth.fee,
        "bonus_micros": price.worth.bonus,
        "net_micros": price.worth.net,
        "locked_raw": price.worth.locked_raw,
        "rate_e12": price.rate_e12,
        "rate_source": price.rate_source,
        "rate_as_of": price.rate_as_of,
        "credited_at": now,
    }


def _suspend(receipt: models.Receipt, step: Step, now: datetime) -> Mapping[str, Any]:
    assert step.reason is not None
    entry_id = posting.suspend(receipt, reason=step.reason.value, now=now)
    return {"suspense_id": entry_id, "held_reason": step.reason.value}


def _unsuspend(receipt: models.Receipt, step: Step, now: datetime) -> Mapping[str, Any]:
    posting.mirror(receipt, {EntryKind.SUSPENSE}, actor_id=step.actor_id, now=now)
    return {"suspense_id": None, "held_reason": None}


def _refund(receipt: models.Receipt, step: Step, now: datetime) -> Mapping[str, Any]:
    assert step.actor_id is not None
    posting.refund(receipt, tx=step.tx, was_swept=step.was_swept, actor_id=step.actor_id, now=now)
    return {"suspense_id": None}


def _mirror(receipt: models.Receipt, step: Step, now: datetime) -> Mapping[str, Any]:
    # What was released out of suspense went into it out of custody first; both are taken back.
    posting.mirror(receipt, {EntryKind.CREDIT, EntryKind.SUSPENSE}, actor_id=step.actor_id, now=now)
    return {"entry_id": None, "locked_raw": 0, "is_settled": False, "passed_minimum": False}


_BOOKED: Mapping[Posting, Callable[[models.Receipt, Step, datetime], Mapping[str, Any]]] = {
    Posting.NONE: _nothing,
    Posting.CREDIT: _credit,
    Posting.SUSPEND: _suspend,
    Posting.RELEASE: _credit,
    Posting.UNSUSPEND: _unsuspend,
    Posting.REFUND: _refund,
    Posting.MIRROR: _mirror,
    Posting.BY_HAND: _credit,
}
assert _BOOKED.keys() == set(Posting)


def _lift_or_place(receipt: models.Receipt, line: Transition, now: datetime) -> None:
    if line.hold is Hold.PLACED:
        assert receipt.net_micros is not None
        ledger.place_hold(
            subject=receipt.key, customer_id=receipt.customer_id, amount_micros=receipt.net_micros, now=now
        )
    elif line.hold is Hold.LIFTED:
        ledger.lift_hold(subject=receipt.key, now=now)
