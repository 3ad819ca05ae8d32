"""Deposits as the desk shows them: receipts, proposals, payments that were announced, sources, as text."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from sevenpanel.deposits.domain import Asset, HeldReason, ReceiptState
from sevenpanel.deposits.domain.amounts import format_rate, format_raw
from sevenpanel.deposits.domain.ways import ProposalKind, ProposalState
from sevenpanel.deposits.queries import (
    EventRow,
    EvidenceRow,
    IntentRow,
    OwnerRow,
    ProposalRow,
    ReceiptRow,
    network_title,
)
from sevenpanel.desk.rows import Moment, moment
from sevenpanel.kernel.money import format_amount

LATE = timedelta(hours=24)

HELD_WORDS = {
    HeldReason.BELOW_MIN: "below the minimum",
    HeldReason.UNSUPPORTED_DECIMALS: "the token counts in other decimals than the shipped list",
    HeldReason.BALANCE_MISMATCH: "the address did not grow by what the log says",
    HeldReason.NODES_DISAGREE: "one node shows it, another does not",
    HeldReason.OVER_AUTO_LIMIT: "more than is credited without a person",
    HeldReason.RATE_STALE: "no rate that may be used",
    HeldReason.DEPEG: "the stablecoin is off its peg",
    HeldReason.OWNER_CLOSED: "the customer is suspended",
    HeldReason.SCREENING: "its sender is on one of your lists",
    HeldReason.EFFECT_CHANGED: "the transaction came back with another effect",
}
assert HELD_WORDS.keys() == set(HeldReason)

_SLUGS = {
    ReceiptState.SEEN: "processing",
    ReceiptState.ORPHANED: "partial",
    ReceiptState.HELD: "partial",
    ReceiptState.CREDITED: "completed",
    ReceiptState.FINAL: "completed",
    ReceiptState.DISPUTED: "partial",
    ReceiptState.REVERSED: "canceled",
    ReceiptState.REJECTED: "canceled",
    ReceiptState.REFUNDED: "canceled",
    ReceiptState.PROPOSED: "processing",
    ReceiptState.DECLINED: "canceled",
}
assert _SLUGS.keys() == set(ReceiptState)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptLine:
    """A receipt in a list."""

    id: int
    owner: str
    customer_id: int
    way: str
    amount: str
    credited: str
    state: str
    slug: str
    why: str
    since: Moment
    is_late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLine:
    """Something that happened to a receipt."""

    at: Moment
    who: str
    what: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    """A file of evidence."""

    id: int
    name: str
    size: str
    hash: str
    by_customer: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalLine:
    """A proposal, in a list or on its page.

    :param sum: empty for whoever is still to type it: a checker reads it in the evidence.
    """

    id: int
    kind: str
    state: str
    is_open: bool
    owner: str
    customer_id: int
    receipt_id: int | None
    way: str
    sum: str
    unit: str
    reference: str
    reason: str
    maker: str
    is_mine: bool
    hash: str
    short_hash: str
    approvals: int
    needs: int
    is_single: bool
    made: Moment
    is_late: bool
    announced_note: str
    votes: tuple[EventLine, ...]
    files: tuple[FileLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentLine:
    """A payment that a customer says he made."""

    id: int
    owner: str
    email: str
    way: str
    method_id: int
    code: str
    wanted: str
    note: str
    since: Moment
    is_late: bool
    files: tuple[FileLine, ...]


def amount_of(row: ReceiptRow) -> str:
    """What arrived."""
    if row.asset is not None and row.raw is not None:
        return f"{format_raw(row.raw, row.asset)} {row.asset.symbol}"
    # What is only proposed is not shown: whoever checks it types what the evidence says.
    proposed = row.proposed_micros if row.state is not ReceiptState.PROPOSED else None
    sum_ = row.gross_micros if row.gross_micros is not None else proposed
    return f"{format_amount(sum_)} {row.currency}" if sum_ is not None else ""


def receipt_line(row: ReceiptRow, owners: Mapping[int, OwnerRow], now: datetime) -> ReceiptLine:
    """A receipt in a list, with why it is where it is."""
    return ReceiptLine(
        id=row.id,
        owner=_owner(owners.get(row.customer_id), row.customer_id),
        customer_id=row.customer_id,
        way=row.way or _("goodwill"),
        amount=amount_of(row),
        credited=f"{format_amount(row.net_micros)} {row.currency}" if row.net_micros is not None else "",
        state=row.state.value,
        slug=_SLUGS[row.state],
        why=HELD_WORDS[row.held_reason] if row.held_reason else "",
        since=moment(row.changed_at, now),
        is_late=now - row.changed_at > LATE,
    )


def _owner(owner: OwnerRow | None, customer_id: int) -> str:
    return (owner.name or owner.email) if owner else str(customer_id)


def receipt_facts(row: ReceiptRow) -> list[tuple[str, str]]:
    """Everything that is known of a receipt, as pairs."""
    facts = [
        (_("Key"), row.key),
        (_("Source"), row.source or _("by hand")),
        (_("Network"), network_title(row.asset) if row.asset else ""),
        (_("Address or invoice"), row.address),
        (_("Transaction or reference"), row.tx),
        (_("Confirmations"), f"{row.confirmations} / {row.needed}" if row.needed else ""),
        (_("Raw units"), str(row.raw) if row.raw is not None else ""),
        (_("Rate"), _rate(row)),
        (_("Gross, fee, bonus"), _arithmetic(row)),
        (_("In a block since"), f"{row.block_at:%d %b %Y, %H:%M:%S} UTC"),
        (_("Seen by the desk"), f"{row.seen_at:%d %b %Y, %H:%M:%S} UTC"),
    ]
    return [(name, value) for name, value in facts if value]


def _rate(row: ReceiptRow) -> str:
    if row.rate_e12 is None or row.rate_as_of is None:
        return ""
    return f"{format_rate(row.rate_e12)}, {row.rate_source}, {row.rate_as_of:%d %b %Y, %H:%M} UTC"


def _arithmetic(row: ReceiptRow) -> str:
    if row.gross_micros is None or row.net_micros is None:
        return ""
    parts = (row.gross_micros, row.fee_micros or 0, row.bonus_micros or 0, row.net_micros)
    gross, fee, bonus, net = (format_amount(part) for part in parts)
    return f"{gross} − {fee} + {bonus} = {net} {row.currency}"


def events_of(rows: list[EventRow], people: Mapping[int, str], now: datetime) -> list[EventLine]:
    """What happened to a receipt, oldest first."""
    return [
        EventLine(
            at=moment(row.at, now),
            who=people.get(row.actor_id, "") if row.actor_id else _("the desk"),
            what=f"{row.event.value}: {row.before.value if row.before else '–'} → {row.after.value}",
            note=row.note,
        )
        for row in rows
    ]


def file_line(row: EvidenceRow) -> FileLine:
    """A file of evidence."""
    return FileLine(
        id=row.id,
        name=row.name,
        size=f"{max(1, row.size // 1024)} kB",
        hash=row.sha256[:16],
        by_customer=row.by_customer,
    )


def proposal_line(row: ProposalRow, person_id: int, now: datetime) -> ProposalLine:
    """A proposal as the desk shows it to this person."""
    number, _space, unit = row.typed.rpartition(" ")
    return ProposalLine(
        id=row.id,
        kind=_KINDS[row.kind],
        state=row.state.value,
        is_open=row.state is ProposalState.OPEN,
        owner=_owner(row.owner, row.owner.id),
        customer_id=row.owner.id,
        receipt_id=row.receipt_id,
        way=row.way or (_("goodwill") if row.kind is ProposalKind.CREDIT else ""),
        sum="" if row.state is ProposalState.OPEN and row.maker_id != person_id else f"{number} {unit}",
        unit=unit,
        reference=row.reference,
        reason=row.reason,
        maker=row.maker,
        is_mine=row.maker_id == person_id,
        hash=row.hash,
        short_hash=row.hash[:16],
        approvals=row.approvals,
        needs=row.needs,
        is_single=row.is_single,
        made=moment(row.made_at, now),
        is_late=now - row.made_at > LATE,
        announced_note=row.announced_note,
        votes=tuple(
            EventLine(
                at=moment(vote.at, now),
                who=vote.person,
                what=_("approves") if vote.approves else _("declines"),
                note=vote.note,
            )
            for vote in row.votes
        ),
        files=tuple(file_line(each) for each in row.evidence),
    )


_KINDS = {
    ProposalKind.CREDIT: "Credit by hand",
    ProposalKind.RELEASE: "Release of a large receipt",
    ProposalKind.REFUND: "Sent back to its sender",
    ProposalKind.RECALL: "Taken back by bank or processor",
    ProposalKind.WRITE_OFF: "Writing off a debt",
}
assert _KINDS.keys() == set(ProposalKind)


def intent_line(row: IntentRow, owners: Mapping[int, OwnerRow], files: list[EvidenceRow], now: datetime) -> IntentLine:
    """A payment that a customer says he made."""
    owner = owners.get(row.customer_id)
    assert row.announced_at is not None
    return IntentLine(
        id=row.id,
        owner=_owner(owner, row.customer_id),
        email=owner.email if owner else "",
        way=row.method.name,
        method_id=row.method.id,
        code=f"{row.code[:4]}-{row.code[4:]}",
        wanted=format_amount(row.wanted_micros) if row.wanted_micros is not None else "",
        note=row.announced_note,
        since=moment(row.announced_at, now),
        is_late=now - row.announced_at > LATE,
        files=tuple(file_line(each) for each in files),
    )


def asset_amount(raw: int, asset: Asset) -> str:
    """An amount of an asset, below zero too."""
    text = format_raw(abs(raw), asset)
    return f"{'−' if raw < 0 else ''}{text} {asset.symbol}"
