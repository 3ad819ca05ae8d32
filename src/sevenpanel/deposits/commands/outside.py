"""What a look brings besides receipts: sweeps, strangers, and how the nodes are."""

from collections.abc import Sequence
from datetime import datetime

from sevenpanel.deposits import models
from sevenpanel.deposits.commands.observing import asset_row
from sevenpanel.deposits.domain.keys import entry_key
from sevenpanel.deposits.sources.interface import Alien, NodeHealth, Sweep
from sevenpanel.deposits.sources.records import record_of
from sevenpanel.kernel import db
from sevenpanel.ledger import commands as ledger
from sevenpanel.ledger import queries as books
from sevenpanel.ledger.domain import AccountKind, AssetMove, Entry, EntryKind

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('deposits.sweep/' || %s, 0))"


@db.command
def book_sweep(*, source: str, said: Sweep, now: datetime) -> None:
    """Book what the operator moved away, custody -> cold, so that chain and books stay equal.

    The transaction of a refund was booked by the refund; one that left the chain for good is taken back.
    """
    db.rows(_LOCK, [said.evidence.tx])
    sweep = models.Sweep.objects.filter(key=said.key).first()
    if said.is_gone:
        _take_back(said.key, now)
        models.Sweep.objects.filter(key=said.key).update(entry_id=None)
        return
    if sweep is None:
        sweep = models.Sweep.objects.create(
            key=said.key,
            source=source,
            asset=asset_row(said.asset),
            raw=said.raw,
            from_address=said.from_address,
            to_address=said.to_address,
            tx=said.evidence.tx,
            evidence=record_of(said.evidence),
            seen_at=now,
        )
    if sweep.entry_id is None and not is_refund(said.evidence.tx):
        sweep.entry_id = _booked(said, now)
        sweep.save(update_fields=["entry_id"])


def is_refund(tx: str) -> bool:
    """Whether a transaction sent a receipt back, and was booked as that."""
    return models.Proposal.objects.filter(kind="refund", state="approved", reference=tx).exists()


def was_swept(tx: str) -> bool:
    """Whether a transaction was booked as a sweep."""
    db.rows(_LOCK, [tx])
    return models.Sweep.objects.filter(tx=tx, entry_id__isnull=False).exists()


def _booked(said: Sweep, now: datetime) -> int:
    subject = f"sweep:{said.key}"
    key = entry_key(subject, books.generation(books.entries(subject=subject)))
    move = AssetMove(asset=said.asset.code, debit=AccountKind.COLD, credit=AccountKind.CUSTODY, raw=said.raw)
    facts = {"tx": said.evidence.tx, "from": said.from_address, "to": said.to_address}
    entry = Entry(key=key, subject=subject, kind=EntryKind.SWEEP, assets=(move,), facts=facts)
    booked = ledger.post_entry(entry=entry, now=now)
    if booked is not None:
        return booked
    standing = books.entry(key=key)
    assert standing is not None
    return standing.id


def _take_back(key: str, now: datetime) -> None:
    for entry in books.entries(subject=f"sweep:{key}"):
        if entry.is_live:
            ledger.reverse_entry(entry_id=entry.id, actor_id=None, facts={}, now=now)


@db.command
def note_alien(*, source: str, said: Alien, now: datetime) -> None:
    """Remember a token that is on no list, for support. Nothing is booked."""
    models.Alien.objects.get_or_create(
        key=said.key,
        defaults={
            "source": source,
            "customer_id": said.owner,
            "address": said.address,
            "contract": said.contract,
            "claimed_symbol": said.claimed_symbol[:32],
            "raw": said.raw,
            "evidence": record_of(said.evidence),
            "seen_at": now,
        },
    )


@db.command
def note_health(*, source: str, health: Sequence[NodeHealth], now: datetime) -> None:
    """Keep how each node is, and since when."""
    known = {node.name: node for node in models.Node.objects.filter(source=source)}
    for each in health:
        before = known.pop(each.name, None)
        since = before.since if before is not None and before.is_well == each.is_well else now
        models.Node.objects.update_or_create(
            source=source,
            name=each.name,
            defaults={
                "is_well": each.is_well,
                "head": each.head,
                "lag_blocks": each.lag_blocks,
                "words": each.words[:500],
                "since": since,
                "seen_at": now,
            },
        )
    if health:
        # A node that is not set up any more says nothing, well or ill.
        models.Node.objects.filter(source=source, name__in=list(known)).delete()
