"""Tables of webhooks: addresses, what is on its way to them, how far orders were read, when one was switched off."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from sevenpanel.accounts.domain import KeyKind
from sevenpanel.kernel.models import words
from sevenpanel.webhooks.domain import DeliveryState


class Endpoint(models.Model):
    """An address of a customer's that is told of their orders.

    :ivar kind: whether it hears of real orders or of test orders.
    :ivar is_private: whether it may lead to this machine or its own network; no customer can say so.
    :ivar secret: sealed, and so is the one before it, which lives until `old_secret_ends_at`.
    :ivar due_at: before then nothing is sent to it.
    :ivar failing_since: since when every call has failed.
    """

    customer_id = models.BigIntegerField()
    kind = models.TextField()
    url = models.TextField()
    is_private = models.BooleanField()
    secret = models.TextField()
    old_secret = models.TextField(null=True)
    old_secret_ends_at = models.DateTimeField(null=True)
    is_on = models.BooleanField()
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    failures = models.IntegerField()
    failing_since = models.DateTimeField(null=True)
    off_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=words(KeyKind)), name="webhooks_kind_known"),
            models.CheckConstraint(
                condition=Q(is_private=True) | Q(url__startswith="https://"), name="webhooks_address_is_https"
            ),
            models.CheckConstraint(
                condition=Q(old_secret__isnull=True, old_secret_ends_at__isnull=True)
                | Q(old_secret__isnull=False, old_secret_ends_at__isnull=False),
                name="webhooks_old_secret_ends",
            ),
        )
        indexes = (models.Index(fields=("customer_id",), name="webhooks_of_customer"),)


class Delivery(models.Model):
    """One call, with up to a hundred events: on its way, taken, or given up.

    :ivar is_by_hand: somebody asked for it on the page: it is tried at once, once, and waits for no other.
    :ivar words: what went wrong at the last try, when no answer came.
    """

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="+", db_index=False)
    events = models.JSONField()
    is_by_hand = models.BooleanField()
    state = models.TextField()
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    tries = models.IntegerField()
    tried_at = models.DateTimeField(null=True)
    status = models.IntegerField(null=True)
    answer = models.TextField()
    words = models.TextField()
    took_ms = models.IntegerField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=words(DeliveryState)), name="webhooks_delivery_state_known"),
        )
        indexes = (
            models.Index(fields=("endpoint", "id"), name="webhooks_delivery_of"),
            models.Index(
                fields=("endpoint", "id"),
                condition=Q(state=DeliveryState.WAITING.value),
                name="webhooks_delivery_waiting",
            ),
        )


class Tide(models.Model):
    """One row: how far the facts of orders were read, and up to when test orders were.

    :ivar writing: the transactions that could still add a fact up to `seen`.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    read_upto = models.BigIntegerField(default=0)
    seen = models.BigIntegerField(default=0)
    writing = ArrayField(models.TextField(), default=list)
    played_upto = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(id=1), name="webhooks_tide_is_one"),)


class SwitchedOff(models.Model):
    """That an address was switched off after days of failures, once each time. People are told by `letters`."""

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
