"""What NOWPayments says of a payment, read as facts. Whatever has another form than expected is no fact."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sevenpanel.deposits.sources.asking import Unusable, words

_ID = re.compile(r"[0-9A-Za-z]{1,30}")
_ADDRESS = re.compile(r"[0-9A-Za-z:]{8,120}")
EXTRA_IDS_MAX = 50


class Status(StrEnum):
    """How far a payment has come."""

    WAITING = "waiting"
    CONFIRMING = "confirming"
    CONFIRMED = "confirmed"
    SENDING = "sending"
    PARTIALLY_PAID = "partially_paid"
    FINISHED = "finished"
    FAILED = "failed"
    REFUNDED = "refunded"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """One payment.

    :param parent: the payment whose address was paid once more; empty for a first one.
    :param extra: payments that came to the same address later.
    :param paid: what arrived, in `pay_coin`; outcome: what of it is the operator's, in `outcome_coin`. Both as written.
    :param changed_at: when its status changed last, by the processor's clock.
    """

    id: str
    order: str
    parent: str
    extra: tuple[str, ...]
    status: Status
    address: str
    needs_memo: bool
    pay_coin: str
    paid: object
    outcome_coin: str
    outcome: object
    changed_at: datetime | None
    proof: Mapping[str, Any]


def payment_of(said: object) -> Paid:
    """This function reads a payment.

    :raises Unusable: when it has another form.
    """
    if not isinstance(said, dict):
        raise Unusable("The service's payment cannot be read.")
    address = words(said.get("pay_address"), longest=120)
    return Paid(
        id=_id(said.get("payment_id")),
        order=words(said.get("order_id"), longest=120),
        parent=_id(said["parent_payment_id"]) if said.get("parent_payment_id") else "",
        extra=_extra(said.get("payment_extra_ids")),
        status=_status(said.get("payment_status")),
        address=address if _ADDRESS.fullmatch(address) else "",
        needs_memo=bool(said.get("payin_extra_id")),
        pay_coin=words(said.get("pay_currency"), longest=32).lower(),
        paid=said.get("actually_paid") or 0,
        outcome_coin=words(said.get("outcome_currency"), longest=32).lower(),
        outcome=said.get("outcome_amount") or 0,
        changed_at=_instant(said.get("updated_at")),
        proof=said,
    )


def _id(said: object) -> str:
    text = words(said, longest=30)
    if not _ID.fullmatch(text):
        raise Unusable("The service's payment has no usable number.")
    return text


def _extra(said: object) -> tuple[str, ...]:
    """The numbers of later payments: a list, or one text with commas."""
    rows = said if isinstance(said, list) else [part.strip() for part in str(said or "").split(",") if part.strip()]
    return tuple(_id(each) for each in rows[:EXTRA_IDS_MAX])


def _status(said: object) -> Status:
    try:
        return Status(str(said))
    except ValueError:
        raise Unusable("The service names a state that is not known.") from None


def _instant(said: object) -> datetime | None:
    """An instant as the service writes it, such as 2026-11-22T15:05:58.290Z."""
    try:
        found = datetime.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found
