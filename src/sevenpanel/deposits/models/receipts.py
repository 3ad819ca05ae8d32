"""Receipts: one arrival of money each, and everything that happened to it."""

from django.db import models
from django.db.models import Q

from sevenpanel.deposits.domain import Event as EventKind
from sevenpanel.deposits.domain import HeldReason, ReceiptState
from sevenpanel.deposits.domain.machine import ON_THE_BALANCE, By
from sevenpanel.deposits.models.ways import Asset, Intent, Method
from sevenpanel.kernel.models import MicrosField, RawField, words

_IN_SUSPENSE = words((ReceiptState.HELD, ReceiptState.REJECTED))


class Receipt(models.Model):
    """One on-chain transfer, one payment of a processor, or one line of a bank's statement.

    :ivar key: what makes it the same one wherever it is found. A declined proposal gives its key free again.
    :ivar source: which source speaks about it; empty for what people propose.
    :ivar block_at: when it was first seen in a block, by the block's own time.
    :ivar passed_minimum: it was below the minimum, and what arrived with it sums up to it.
    :ivar is_settled: the source has called it final: it is not asked about any more.
    :ivar is_stopped: people took it back, so a sight of it credits nothing again.
    :ivar is_estimate: nothing is booked, and `raw` is what a processor expects to be left.
    :ivar entry_id: the live credit in the ledger; suspense_id: the live entry that holds it in suspense.
    :ivar last_actor_id: the person who acted on it last; None for the desk itself.
    """

    key = models.TextField(db_collation="C")
    source = models.TextField(default="")
    customer_id = models.BigIntegerField()
    method = models.ForeignKey(Method, on_delete=models.PROTECT, null=True, related_name="+")
    intent = models.ForeignKey(Intent, on_delete=models.PROTECT, null=True, related_name="+")
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, null=True, related_name="+")
    raw = RawField(null=True)
    fee_raw = RawField(default=0)
    address = models.TextField(default="")
    evidence = models.JSONField()
    confirmations = models.IntegerField(default=0)
    needed = models.IntegerField(default=0)
    minutes_left = models.IntegerField(null=True)
    state = models.TextField()
    held_reason = models.TextField(null=True)
    has_effect_changed = models.BooleanField(default=False)
    passed_minimum = models.BooleanField(default=False)
    is_settled = models.BooleanField(default=False)
    is_stopped = models.BooleanField(default=False)
    is_estimate = models.BooleanField(default=False, db_default=False)
    gross_micros = MicrosField(null=True)
    fee_micros = MicrosField(null=True)
    bonus_micros = MicrosField(null=True)
    net_micros = MicrosField(null=True)
    locked_raw = RawField(default=0)
    rate_e12 = RawField(null=True)
    rate_source = models.TextField(default="")
    rate_as_of = models.DateTimeField(null=True)
    entry_id = models.BigIntegerField(null=True)
    suspense_id = models.BigIntegerField(null=True)
    last_actor_id = models.BigIntegerField(null=True)
    block_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    credited_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("key",), condition=~Q(state=ReceiptState.DECLINED.value), name="deposits_receipt_once"
            ),
            models.CheckConstraint(condition=Q(state__in=words(ReceiptState)), name="deposits_receipt_state_known"),
            models.CheckConstraint(
                condition=Q(held_reason__isnull=True) | Q(held_reason__in=words(HeldReason)),
                name="deposits_receipt_reason_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_IN_SUSPENSE, held_reason__isnull=False, suspense_id__isnull=False)
                | (~Q(state__in=_IN_SUSPENSE) & Q(suspense_id__isnull=True)),
                name="deposits_receipt_held_in_suspense",
            ),
            models.CheckConstraint(
                condition=Q(state__in=words(ON_THE_BALANCE), entry_id__isnull=False, net_micros__gt=0)
                | (~Q(state__in=words(ON_THE_BALANCE)) & Q(entry_id__isnull=True)),
                name="deposits_receipt_credited_by_entry",
            ),
            models.CheckConstraint(
                condition=Q(asset__isnull=True, raw__isnull=True) | Q(asset__isnull=False, raw__gt=0),
                name="deposits_receipt_amount",
            ),
        )
        indexes = (
            models.Index(fields=("customer_id", "-id"), name="deposits_receipt_of_customer"),
            models.Index(fields=("source", "id"), condition=Q(is_settled=False), name="deposits_receipt_watched"),
            models.Index(fields=("state", "changed_at"), name="deposits_receipt_by_state"),
            models.Index(fields=("intent",), condition=Q(intent__isnull=False), name="deposits_receipt_of_intent"),
        )


class Event(models.Model):
    """Something that happened to a receipt. Never changed, never removed."""

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="+")
    event = models.TextField()
    before = models.TextField(null=True)
    after = models.TextField()
    by = models.TextField()
    actor_id = models.BigIntegerField(null=True)
    entry_id = models.BigIntegerField(null=True)
    note = models.TextField(default="")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(event__in=words(EventKind)), name="deposits_event_known"),
            models.CheckConstraint(condition=Q(by__in=words(By)), name="deposits_event_by_known"),
        )
        indexes = (models.Index(fields=("receipt", "id"), name="deposits_event_of_receipt"),)
