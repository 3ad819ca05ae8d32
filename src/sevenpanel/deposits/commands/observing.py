"""Booking what a source said: each observation in a transaction of its own, the same one again changes nothing."""

from datetime import datetime

from sevenpanel.deposits import models
from sevenpanel.deposits.commands import posting
from sevenpanel.deposits.commands.advancing import Step, advance, note_event
from sevenpanel.deposits.commands.judging import judge
from sevenpanel.deposits.commands.locking import found_by_key, lock_customers, lock_source
from sevenpanel.deposits.commands.settling import hear_again, take_waiting_along
from sevenpanel.deposits.domain import Asset, Event, HeldReason, ReceiptState, Verdict
from sevenpanel.deposits.domain.machine import By, events_of
from sevenpanel.deposits.domain.ways import ProposalKind, ProposalState
from sevenpanel.deposits.queries.linking import newest_intent
from sevenpanel.deposits.sources.interface import Observation
from sevenpanel.deposits.sources.records import record_of
from sevenpanel.kernel import db
from sevenpanel.ledger import queries as books
from sevenpanel.ledger.domain import EntryKind

# What says that the receipt is there, as it is described now.
_IS_THERE = frozenset({Verdict.SEEN, Verdict.CONFIRMED, Verdict.DOUBTFUL, Verdict.FINAL})
_IS_SURE = _IS_THERE - {Verdict.SEEN}
# In these, nothing stands in the ledger, so another effect is simply written down.
_UNBOOKED = frozenset({ReceiptState.SEEN, ReceiptState.ORPHANED, ReceiptState.REVERSED})


@db.command
def book_observation(*, source: str, said: Observation, is_single_voice: bool, now: datetime) -> int | None:
    """Book one observation: the steps that its verdict sets off, and what they post.

    :param is_single_voice: whether nobody contradicts this source, so that a daily limit counts.
    :returns: the receipt's id; None when there is nothing to tell of, as when an unknown one is said to have left.
    """
    if is_single_voice:
        lock_source(source)  # so that two receipts cannot both be the last below the daily limit
    standing = found_by_key(said.key)
    lock_customers({said.owner, standing.customer_id if standing else said.owner})
    receipt = found_by_key(said.key) or _begun(source, said, now)
    if receipt is None or receipt.source != source:
        return receipt.id if receipt else None
    _take(receipt, said, is_single_voice=is_single_voice, now=now)
    return receipt.id


def _take(receipt: models.Receipt, said: Observation, *, is_single_voice: bool, now: datetime) -> None:
    if receipt.is_stopped and receipt.state == ReceiptState.REVERSED:
        return
    if receipt.state == ReceiptState.DISPUTED and _is_in_hands(receipt):
        return
    if said.is_estimate and not _is_expected(receipt):
        return
    _estimate_anew(receipt, said)
    if _has_other_effect(receipt, said) and said.verdict in _IS_THERE and not _make_way(receipt, said, now):
        return
    _refresh(receipt, said)
    if receipt.state == ReceiptState.HELD:
        hear_again(receipt, said.verdict, said.doubt, is_single_voice=is_single_voice, now=now)
    for event in events_of(ReceiptState(receipt.state), said.verdict):
        _happen(receipt, event, said, is_single_voice=is_single_voice, now=now)


def _happen(receipt: models.Receipt, event: Event, said: Observation, *, is_single_voice: bool, now: datetime) -> None:
    if event is Event.CONFIRMED:
        judged = judge(receipt, is_single_voice=is_single_voice, now=now)
        if judged.doubt is None:
            advance(receipt, Step(event=event, by=By.SOURCE, price=judged.price), now=now)
            take_waiting_along(receipt, judged, now=now)
        else:
            advance(receipt, Step(event=Event.DOUBTED, by=By.DESK, reason=judged.doubt), now=now)
        return
    reason = said.doubt if event is Event.DOUBTED else None
    advance(receipt, Step(event=event, by=By.SOURCE, reason=reason), now=now)


def _begun(source: str, said: Observation, now: datetime) -> models.Receipt | None:
    """A receipt that is not there yet: new, or lost here and known to the ledger."""
    story = books.entries(subject=said.key)
    if said.verdict not in _IS_THERE and not story:
        return None
    receipt = models.Receipt.objects.create(
        key=said.key,
        source=source,
        customer_id=said.owner,
        intent=newest_intent(said.address, said.asset, before=said.evidence.block_at),
        asset=asset_row(said.asset),
        raw=said.raw,
        fee_raw=said.fee_raw,
        address=said.address,
        evidence=record_of(said.evidence),
        confirmations=said.confirmations,
        needed=said.needed,
        minutes_left=said.minutes_left,
        state=ReceiptState.SEEN.value,
        block_at=said.evidence.block_at,
        seen_at=now,
        changed_at=now,
    )
    note_event(receipt, Step(event=Event.OBSERVED, by=By.SOURCE), before=None, now=now)
    _remember(receipt, story, now)
    return receipt


def _remember(receipt: models.Receipt, story: list[books.EntryRow], now: datetime) -> None:
    """Take over what the ledger knows of a receipt whose row was lost, as it was booked and not as it is said now."""
    credit, suspense = posting.live(story, EntryKind.CREDIT), posting.live(story, EntryKind.SUSPENSE)
    entry = credit or suspense
    if entry is None:
        return
    assert entry.customer_id is not None
    lock_customers({entry.customer_id})
    receipt.customer_id, receipt.raw = entry.customer_id, int(entry.facts["raw"])
    receipt.save(update_fields=["customer_id", "raw"])
    if credit is not None:
        price = posting.price_of(credit.facts)
        advance(receipt, Step(event=Event.CONFIRMED, by=By.SOURCE, price=price), now=now)
        return
    reason = HeldReason(entry.facts["held_reason"])
    # By the desk, which does not know any more what people had found about it: a person looks at it again.
    advance(receipt, Step(event=Event.DOUBTED, by=By.DESK, reason=reason), now=now)
    if posting.live(story, EntryKind.REFUND) is not None:
        note = "The ledger says that it was sent back."
        advance(receipt, Step(event=Event.REJECTED, by=By.STAFF, note=note), now=now)


def asset_row(asset: Asset) -> models.Asset:
    """The asset's row, written down when it is met for the first time.

    :raises ValueError: when it has other decimals than it had before.
    """
    row, _is_new = models.Asset.objects.get_or_create(
        symbol=asset.symbol, place=asset.place, defaults={"decimals": asset.decimals}
    )
    if row.decimals != asset.decimals:
        raise ValueError(f"{asset.code} has {row.decimals} decimals here, and the source says {asset.decimals}.")
    return row


def _has_other_effect(receipt: models.Receipt, said: Observation) -> bool:
    code = receipt.asset.code if receipt.asset else ""
    return (receipt.customer_id, code, receipt.raw) != (said.owner, said.asset.code, said.raw)


def _is_in_hands(receipt: models.Receipt) -> bool:
    """Whether people say that it was taken back and have not decided yet: what the source says waits for them."""
    standing = models.Proposal.objects.filter(receipt=receipt, state=ProposalState.OPEN.value)
    return standing.filter(kind=ProposalKind.RECALL.value).exists()


def _is_expected(receipt: models.Receipt) -> bool:
    """Whether nothing but an estimate was ever told of it: what was confirmed once, no estimate speaks against."""
    is_new = receipt.state == ReceiptState.SEEN
    return is_new or (receipt.is_estimate and receipt.state == ReceiptState.ORPHANED)


def _estimate_anew(receipt: models.Receipt, said: Observation) -> None:
    """An amount that was only expected is replaced by the one that came: nothing of it was ever booked."""
    if receipt.is_estimate and _is_expected(receipt) and said.verdict in _IS_THERE:
        receipt.asset, receipt.raw = asset_row(said.asset), said.raw
        receipt.save(update_fields=["asset", "raw"])


def _make_way(receipt: models.Receipt, said: Observation, now: datetime) -> bool:
    """The same transaction came back with another effect: what was booked of the old one is taken back first.

    :returns: whether the receipt now stands for the new effect. A credit is only disputed while the new effect is
        not confirmed.
    """
    state = ReceiptState(receipt.state)
    if state not in _UNBOOKED:
        gone = Verdict.REPLACED if said.verdict in _IS_SURE else Verdict.LEFT
        for event in events_of(state, gone):
            advance(receipt, Step(event=event, by=By.SOURCE, note="It came back with another effect."), now=now)
    if ReceiptState(receipt.state) not in _UNBOOKED:
        return False
    receipt.customer_id, receipt.asset, receipt.raw = said.owner, asset_row(said.asset), said.raw
    receipt.has_effect_changed = True
    receipt.save(update_fields=["customer_id", "asset", "raw", "has_effect_changed"])
    return True


def _refresh(receipt: models.Receipt, said: Observation) -> None:
    """Keep what is known now of where it stands; when it was first seen in a block stays as it was."""
    receipt.evidence = record_of(said.evidence)
    receipt.confirmations, receipt.needed = said.confirmations, said.needed
    receipt.minutes_left, receipt.fee_raw = said.minutes_left, said.fee_raw
    receipt.block_at = min(receipt.block_at, said.evidence.block_at)
    receipt.is_settled = said.verdict is Verdict.FINAL
    # What left while it was expected is expected when it returns.
    receipt.is_estimate = said.is_estimate if said.verdict in _IS_THERE else receipt.is_estimate
    receipt.save(
        update_fields=[
            "evidence",
            "confirmations",
            "needed",
            "minutes_left",
            "fee_raw",
            "block_at",
            "is_settled",
            "is_estimate",
        ]
    )
