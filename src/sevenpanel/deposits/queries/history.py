"""Reads of receipts and intents, as their customers and staff see them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sevenpanel.accounts import queries as accounts
from sevenpanel.deposits import models
from sevenpanel.deposits.domain import Asset, Event, HeldReason, ReceiptState
from sevenpanel.deposits.domain.machine import By
from sevenpanel.deposits.domain.ways import IntentState, MethodKind
from sevenpanel.deposits.queries.ways import MethodRow, method_row
from sevenpanel.kernel import db

_SPOKEN = [Event.REJECTED.value, Event.DECLINED.value, Event.REFUNDED.value]

_WAITING = """
SELECT coalesce(sum(raw), 0) FROM deposits_receipt
 WHERE customer_id = %s AND asset_id = %s AND state = 'held' AND held_reason = 'below_min'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptRow:
    """One arrival of money.

    :ivar way: the method's name, or what else it came by; empty for goodwill.
    :ivar minimum_raw: of its method; waiting_raw: what waits below it, this one included.
    :ivar is_estimate: the amount is what a processor expects.
    :ivar words: what a person said when it was rejected, declined or sent back, if one did.
    :ivar refund_tx: the transaction that sent it back.
    """

    id: int
    key: str
    customer_id: int
    currency: str
    state: ReceiptState
    held_reason: HeldReason | None
    way: str
    kind: MethodKind | None
    source: str
    asset: Asset | None
    raw: int | None
    address: str
    tx: str
    link: str
    confirmations: int
    needed: int
    minutes_left: int | None
    gross_micros: int | None
    fee_micros: int | None
    bonus_micros: int | None
    net_micros: int | None
    proposed_micros: int | None
    rate_e12: int | None
    rate_source: str
    rate_as_of: datetime | None
    minimum_raw: int
    waiting_raw: int
    is_estimate: bool
    words: str
    refund_tx: str
    intent_id: int | None
    block_at: datetime
    seen_at: datetime
    changed_at: datetime
    credited_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """Something that happened to a receipt."""

    event: Event
    before: ReceiptState | None
    after: ReceiptState
    by: By
    actor_id: int | None
    entry_id: int | None
    note: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentRow:
    """What a customer means to send."""

    id: int
    customer_id: int
    code: str
    method: MethodRow
    state: IntentState
    address: str
    uri: str
    page: str
    reference: str
    wanted_micros: int | None
    quoted_raw: int | None
    rate_e12: int | None
    locked_until: datetime | None
    expires_at: datetime | None
    announced_at: datetime | None
    announced_note: str
    opened_at: datetime


def receipts(*, customer_id: int, before_id: int | None = None, limit: int = 50) -> list[ReceiptRow]:
    """A customer's receipts, newest first, a page at a time."""
    rows = models.Receipt.objects.filter(customer_id=customer_id)
    if before_id is not None:
        rows = rows.filter(id__lt=before_id)
    return receipt_rows(_whole(rows).order_by("-id")[:limit])


def receipt(*, receipt_id: int, customer_id: int | None) -> ReceiptRow | None:
    """One receipt; for customers only their own (S-1).

    :param customer_id: None for staff.
    """
    rows = models.Receipt.objects.filter(id=receipt_id)
    if customer_id is not None:
        rows = rows.filter(customer_id=customer_id)
    return next(iter(receipt_rows(_whole(rows)[:1])), None)


def receipts_of_intent(*, intent_id: int) -> list[ReceiptRow]:
    """What has arrived for an intent, oldest first."""
    return receipt_rows(_whole(models.Receipt.objects.filter(intent_id=intent_id)).order_by("id"))


def receipt_rows(rows: Iterable[models.Receipt]) -> list[ReceiptRow]:
    """Rows as other rooms may see them."""
    currencies: dict[int, str] = {}
    found = []
    for row in rows:
        if row.customer_id not in currencies:
            currencies[row.customer_id] = accounts.customer(customer_id=row.customer_id).currency
        found.append(_receipt_row(row, currencies[row.customer_id]))
    return found


def _whole(rows: Any) -> Any:
    return rows.select_related("asset", "method", "intent__method")


def _receipt_row(row: models.Receipt, currency: str) -> ReceiptRow:
    method = row.method or (row.intent.method if row.intent else None)
    if method is None and row.asset is not None:
        method = models.Method.objects.filter(asset=row.asset, source=row.source).first()
    state, evidence = ReceiptState(row.state), row.evidence
    return ReceiptRow(
        id=row.id,
        key=row.key,
        customer_id=row.customer_id,
        currency=currency,
        state=state,
        held_reason=HeldReason(row.held_reason) if row.held_reason else None,
        way=method.name if method else (row.asset.code if row.asset else ""),
        kind=MethodKind(method.kind) if method else None,
        source=row.source,
        asset=row.asset.value if row.asset else None,
        raw=row.raw,
        address=row.address,
        tx=evidence["tx"],
        link=evidence["link"],
        confirmations=row.confirmations,
        needed=row.needed,
        minutes_left=row.minutes_left,
        gross_micros=row.gross_micros,
        fee_micros=row.fee_micros,
        bonus_micros=row.bonus_micros,
        net_micros=row.net_micros,
        proposed_micros=_proposed(row),
        rate_e12=row.rate_e12,
        rate_source=row.rate_source,
        rate_as_of=row.rate_as_of,
        minimum_raw=(method.minimum_raw or 0) if method else 0,
        waiting_raw=_waiting(row),
        is_estimate=row.is_estimate,
        words=_words(row),
        refund_tx=_refund_tx(row),
        intent_id=row.intent_id,
        block_at=row.block_at,
        seen_at=row.seen_at,
        changed_at=row.changed_at,
        credited_at=row.credited_at,
    )


def _proposed(row: models.Receipt) -> int | None:
    if row.state not in (ReceiptState.PROPOSED, ReceiptState.DECLINED):
        return None
    of = models.Proposal.objects.filter(receipt_id=row.id, kind="credit").order_by("-id")
    return of.values_list("amount_micros", flat=True).first()


def _waiting(row: models.Receipt) -> int:
    if row.held_reason != HeldReason.BELOW_MIN:
        return 0
    return int(db.rows(_WAITING, (row.customer_id, row.asset_id))[0][0])


def _words(row: models.Receipt) -> str:
    if row.state not in (ReceiptState.REJECTED, ReceiptState.DECLINED):
        return ""
    spoken = models.Event.objects.filter(receipt_id=row.id, event__in=_SPOKEN).order_by("-id")
    return spoken.values_list("note", flat=True).first() or ""


def _refund_tx(row: models.Receipt) -> str:
    if row.state != ReceiptState.REFUNDED:
        return ""
    sent = models.Event.objects.filter(receipt_id=row.id, event=Event.REFUNDED.value).order_by("-id")
    return sent.values_list("note", flat=True).first() or ""


def events(*, receipt_id: int) -> list[EventRow]:
    """Everything that happened to a receipt, oldest first."""
    return [
        EventRow(
            event=Event(row.event),
            before=ReceiptState(row.before) if row.before else None,
            after=ReceiptState(row.after),
            by=By(row.by),
            actor_id=row.actor_id,
            entry_id=row.entry_id,
            note=row.note,
            at=row.at,
        )
        for row in models.Event.objects.filter(receipt_id=receipt_id).order_by("id")
    ]


def proof(*, receipt_id: int) -> Mapping[str, str]:
    """What each node answered about a receipt, for staff."""
    row = models.Receipt.objects.filter(id=receipt_id).values_list("evidence", flat=True).first()
    return dict(row["proof"]) if row else {}


def intents(*, customer_id: int, only_open: bool = True, limit: int = 20) -> list[IntentRow]:
    """A customer's intents, newest first."""
    rows = models.Intent.objects.filter(customer_id=customer_id).select_related("method__asset").order_by("-id")
    return [intent_row(row) for row in (rows.filter(state=IntentState.OPEN.value) if only_open else rows)[:limit]]


def intent(*, intent_id: int, customer_id: int | None) -> IntentRow | None:
    """One intent; for customers only their own (S-1)."""
    rows = models.Intent.objects.filter(id=intent_id).select_related("method__asset")
    row = (rows if customer_id is None else rows.filter(customer_id=customer_id)).first()
    return intent_row(row) if row else None


def intent_row(row: models.Intent) -> IntentRow:
    """The row as other rooms may see it."""
    return IntentRow(
        id=row.id,
        customer_id=row.customer_id,
        code=row.code,
        method=method_row(row.method),
        state=IntentState(row.state),
        address=row.address,
        uri=row.uri,
        page=row.page,
        reference=row.reference,
        wanted_micros=row.wanted_micros,
        quoted_raw=row.quoted_raw,
        rate_e12=row.rate_e12,
        locked_until=row.locked_until,
        expires_at=row.expires_at,
        announced_at=row.announced_at,
        announced_note=row.announced_note,
        opened_at=row.opened_at,
    )
