"""Reads of receipts for the machine itself: what a source has to judge anew."""

from datetime import datetime, timedelta

from sevenpanel.deposits import models
from sevenpanel.deposits.domain import ReceiptState
from sevenpanel.deposits.domain.machine import WATCHED
from sevenpanel.deposits.sources.interface import Known
from sevenpanel.deposits.sources.records import evidence_of

# What left the chain may come back; after so long it is found by looking at new blocks, as everything new is.
LEFT_FOR = timedelta(days=30)
_LEFT = [ReceiptState.ORPHANED.value, ReceiptState.REVERSED.value]
_THERE = [state.value for state in WATCHED if state.value not in _LEFT]


def known_receipts(*, source: str, now: datetime) -> list[Known]:
    """Every receipt of a source that is not at rest, in the order in which they were seen."""
    rows = models.Receipt.objects.filter(source=source, is_settled=False, asset__isnull=False)
    watched = rows.filter(state__in=_THERE) | rows.filter(
        state__in=_LEFT, changed_at__gt=now - LEFT_FOR, is_stopped=False
    )
    return [_known(row) for row in watched.select_related("asset").order_by("id")]


def _known(row: models.Receipt) -> Known:
    assert row.asset is not None
    assert row.raw is not None
    return Known(
        key=row.key,
        owner=row.customer_id,
        asset=row.asset.value,
        raw=row.raw,
        address=row.address,
        state=ReceiptState(row.state),
        evidence=evidence_of(row.evidence),
    )
