"""Tables of fulfilment: providers and their offers, routes, one task per order, attempts and their evidence."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from sevenpanel.fulfilment.domain import Action, AlertKind, AttemptKind, AttemptState, FindingStep, Wait
from sevenpanel.fulfilment.providers.interface import Body, Method
from sevenpanel.fulfilment.providers.registry import ADAPTERS
from sevenpanel.kernel.models import MicrosField, words

# A provider's sums are exact decimals in its own currency; the desk's money is whole micro-units.
DIGITS, PLACES = 38, 12


class Provider(models.Model):
    """A supplier with an API: how it is reached, what it declares, and how it fares.

    :param key_sealed: the API key, encrypted (see `commands.sealing`).
    :param exchange_rate: units of the desk's currency for one unit of the provider's.
    """

    name = models.TextField(unique=True)
    kind = models.TextField()
    url = models.TextField()
    key_sealed = models.TextField()
    currency = models.CharField(max_length=3)
    exchange_rate = models.DecimalField(default=Decimal(1), max_digits=DIGITS, decimal_places=PLACES)
    method = models.TextField(default=Method.POST)
    body = models.TextField(default=Body.FORM)
    idempotency_field = models.TextField(null=True)
    refuses_duplicate_links = models.BooleanField(default=False)
    balance_is_ours = models.BooleanField(default=False)
    refusal_words = ArrayField(models.TextField(), default=list)
    status_words = models.JSONField(default=dict)
    allow_private = models.BooleanField(default=False)
    is_paused = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    balance = models.DecimalField(null=True, max_digits=DIGITS, decimal_places=PLACES)
    balance_at = models.DateTimeField(null=True)
    catalogue_at = models.DateTimeField(null=True)

    # The circuit: how many sends failed in a row, when the last trouble was noted, until when nothing is sent,
    # and why. While `held_for` is set, the next send is a probe that goes alone.
    failures = models.IntegerField(default=0)
    trouble_at = models.DateTimeField(null=True)
    held_until = models.DateTimeField(null=True)
    held_for = models.TextField(null=True)
    sync_failures = models.IntegerField(default=0)
    sync_after = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=sorted(ADAPTERS)), name="fulfilment_provider_kind_known"),
            models.CheckConstraint(condition=Q(exchange_rate__gt=0), name="fulfilment_provider_rate_positive"),
            models.CheckConstraint(
                condition=Q(held_for__isnull=True) | Q(held_for__in=list(Wait)), name="fulfilment_provider_hold_known"
            ),
        )


class Offer(models.Model):
    """One line of a provider's catalogue, as it was last seen."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    service = models.TextField()
    name = models.TextField()
    type = models.TextField()
    category = models.TextField()
    rate = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES)
    quantity_min = models.BigIntegerField()
    quantity_max = models.BigIntegerField()
    refill = models.BooleanField()
    cancel = models.BooleanField()
    description = models.TextField()
    seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("provider", "service"), name="fulfilment_offer_once"),)


class Route(models.Model):
    """By which provider's offer a service is fulfilled; the lowest priority that is open is taken."""

    service = models.ForeignKey("catalog.Service", on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    provider_service = models.TextField()
    priority = models.IntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("service", "provider"), name="fulfilment_route_once"),)


class Task(models.Model):
    """What is to be done next about one order, by whom it is done, and since when.

    No foreign keys: its inserts and claims are hot, none of what it names is ever deleted, and
    `sevenpanel verify` looks for orphans.

    :param due_at: when to act next.
    :param lease_until: set while a worker has an order to send or to resolve in hand.
    :param fence: raised by every claim, so that a worker whose claim has lapsed changes nothing.
    :param attempts: the number of the last attempt.
    """

    order_id = models.BigIntegerField(primary_key=True)
    customer_id = models.BigIntegerField()
    service_id = models.BigIntegerField()
    quantity = models.BigIntegerField()
    target = models.TextField()
    action = models.TextField(default=Action.SEND)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    fence = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()

    provider_id = models.BigIntegerField(null=True)
    provider_order_id = models.TextField(null=True)
    attempts = models.IntegerField(default=0)
    tries = models.IntegerField(default=0)
    waiting_for = models.TextField(null=True)
    waiting_since = models.DateTimeField(null=True)
    is_told = models.BooleanField(default=False)

    decide_by = models.DateTimeField(null=True)
    is_balance_spent = models.BooleanField(default=False)
    resends = models.IntegerField(default=0)

    sent_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField(null=True)
    last_word = models.TextField(default="")
    last_remains = models.BigIntegerField(null=True)
    last_start_count = models.BigIntegerField(null=True)
    row_errors = models.IntegerField(default=0)
    cancel_due_at = models.DateTimeField(null=True)
    cancel_tries = models.IntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    looks_after_end = models.IntegerField(default=0)
    cost_micros = MicrosField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(action__in=list(Action)), name="fulfilment_task_action_known"),
            models.CheckConstraint(
                condition=Q(waiting_for__isnull=True) | Q(waiting_for__in=list(Wait)), name="fulfilment_task_wait_known"
            ),
            # Trap 9: an order is known at a provider by both numbers, and no two orders share them.
            models.UniqueConstraint(
                fields=("provider_id", "provider_order_id"),
                condition=Q(provider_order_id__isnull=False),
                name="fulfilment_provider_order_once",
            ),
            models.CheckConstraint(
                condition=~Q(action__in=[Action.FOLLOW, Action.WATCH])
                | Q(provider_id__isnull=False, provider_order_id__isnull=False, sent_at__isnull=False),
                name="fulfilment_task_followed_is_sent",
            ),
            models.CheckConstraint(
                condition=~Q(action__in=[Action.RESOLVE, Action.OPERATOR]) | Q(decide_by__isnull=False),
                name="fulfilment_task_unknown_has_deadline",
            ),
        )
        indexes = (
            models.Index(fields=("due_at", "order_id"), condition=Q(action=Action.SEND), name="fulfilment_to_send"),
            models.Index(
                fields=("provider_id", "due_at", "order_id"),
                condition=Q(action__in=[Action.FOLLOW, Action.WATCH]),
                name="fulfilment_to_follow",
            ),
            models.Index(
                fields=("action", "due_at"),
                condition=Q(action__in=[Action.RESOLVE, Action.OPERATOR]),
                name="fulfilment_to_resolve",
            ),
            models.Index(fields=("lease_until",), condition=Q(lease_until__isnull=False), name="fulfilment_in_hand"),
            models.Index(
                fields=("provider_id", "cancel_due_at"),
                condition=Q(action=Action.FOLLOW, cancel_due_at__isnull=False),
                name="fulfilment_to_cancel",
            ),
        )


class Round(models.Model):
    """Orders of one provider in a worker's hands: all that were due between the first and the last of them.

    :param until_at: when they are anybody's again; a worker that dies gives them back by doing nothing.
    """

    provider_id = models.BigIntegerField()
    first_due_at = models.DateTimeField()
    first_order_id = models.BigIntegerField()
    last_due_at = models.DateTimeField()
    last_order_id = models.BigIntegerField()
    until_at = models.DateTimeField()


class Attempt(models.Model):
    """One try to send an order, with what was sent and heard.

    :param request_id: the idempotency key of this try, for providers that take one; the same on a resend.
    :param answer: up to 4 kB of what came back, keys masked.
    """

    order_id = models.BigIntegerField()
    number = models.IntegerField()
    provider_id = models.BigIntegerField()
    kind = models.TextField(default=AttemptKind.FIRST)
    state = models.TextField(default=AttemptState.SENDING)
    request_id = models.TextField()
    request = models.JSONField(default=dict)
    expected_cost = models.DecimalField(null=True, max_digits=DIGITS, decimal_places=PLACES)
    balance_before = models.DecimalField(null=True, max_digits=DIGITS, decimal_places=PLACES)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    http_status = models.IntegerField(null=True)
    elapsed_ms = models.IntegerField(null=True)
    words = models.TextField(default="")
    answer = models.TextField(default="")
    provider_order_id = models.TextField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("order_id", "number"), name="fulfilment_attempt_once"),
            models.UniqueConstraint(fields=("request_id",), name="fulfilment_attempt_request_once"),
            # I10: whatever goes wrong above, an order is sent once.
            models.UniqueConstraint(
                fields=("order_id",), condition=Q(state=AttemptState.SENT), name="fulfilment_sent_once"
            ),
            models.CheckConstraint(condition=Q(state__in=list(AttemptState)), name="fulfilment_attempt_state_known"),
            models.CheckConstraint(condition=Q(kind__in=list(AttemptKind)), name="fulfilment_attempt_kind_known"),
        )
        indexes = (models.Index(fields=("provider_id", "begun_at"), name="fulfilment_attempt_recent"),)


class Finding(models.Model):
    """One piece of evidence about an attempt that came after its own answer. Written once, never changed."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="+")
    step = models.TextField()
    sentence = models.TextField()
    http_status = models.IntegerField(null=True)
    answer = models.TextField(default="")
    provider_order_id = models.TextField(null=True)
    balance = models.DecimalField(null=True, max_digits=DIGITS, decimal_places=PLACES)
    is_no_drop = models.BooleanField(default=False)
    found_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(step__in=list(FindingStep)), name="fulfilment_finding_step_known"),
        )


class Alert(models.Model):
    """Something that a person at the desk should know. One row per kind and subject while it is open."""

    kind = models.TextField()
    subject = models.TextField()
    sentence = models.TextField()
    count = models.IntegerField(default=1)
    raised_at = models.DateTimeField()
    last_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=words(AlertKind)), name="fulfilment_alert_kind_known"),
            models.UniqueConstraint(
                fields=("kind", "subject"), condition=Q(resolved_at__isnull=True), name="fulfilment_alert_open_once"
            ),
        )
