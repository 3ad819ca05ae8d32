"""Tables of orders. The states' transition tables stand in the database too, from the same source."""

from django.db import models
from django.db.models import F, Q

from sevenpanel.kernel.models import MicrosField, words
from sevenpanel.orders.domain import TERMINAL, Decider, Dispatch, Effect, Outcome, Source, Status
from sevenpanel.orders.timeline import EventKind
from sevenpanel.terms import Kind
from sevenpanel.terms import Outcome as Verdict


class Order(models.Model):
    """One order: what was asked, what it cost when placed (never changed), and where it stands.

    Service and customer carry no foreign key constraint: this is the hot insert, the placing statement reads
    both rows, neither is ever deleted, and `sevenpanel verify` looks for orphans.
    """

    customer_id = models.BigIntegerField()
    service_id = models.BigIntegerField()
    description_version = models.IntegerField()
    source = models.TextField()
    link = models.TextField()  # as the customer typed it
    address = models.TextField()  # the same place in full, as it is sent to the provider
    target = models.TextField()
    link_tag = models.TextField()
    is_private_link = models.BooleanField()
    comments = models.TextField(null=True)
    quantity = models.BigIntegerField()
    rate_micros = MicrosField()
    charge_micros = MicrosField()
    currency = models.CharField(max_length=3)
    placed_at = models.DateTimeField()

    status = models.TextField(default=Status.PENDING.value)
    dispatch = models.TextField(default=Dispatch.QUEUED.value)
    is_open = models.BooleanField(default=True)
    start_count = models.BigIntegerField(null=True)
    delivered = models.BigIntegerField(default=0)
    remains = models.BigIntegerField(null=True)
    cancel_requested_at = models.DateTimeField(null=True)

    outcome = models.TextField(null=True)
    earned_micros = MicrosField(null=True)
    returned_micros = MicrosField(null=True)
    settled_at = models.DateTimeField(null=True)
    # What decisions gave back of the earned part after the end.
    granted_micros = MicrosField(db_default=0)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(granted_micros=0)
                | Q(earned_micros__isnull=False, granted_micros__gt=0, granted_micros__lte=F("earned_micros")),
                name="orders_granted_of_earned",
            ),
            models.CheckConstraint(condition=Q(status__in=words(Status)), name="orders_status_known"),
            models.CheckConstraint(condition=Q(dispatch__in=words(Dispatch)), name="orders_dispatch_known"),
            models.CheckConstraint(condition=Q(source__in=words(Source)), name="orders_source_known"),
            models.CheckConstraint(
                condition=Q(is_open=True, settled_at__isnull=True, outcome__isnull=True)
                | Q(
                    is_open=False,
                    settled_at__isnull=False,
                    outcome__in=words(Outcome),
                    status__in=words(TERMINAL),
                ),
                name="orders_open_until_settled",
            ),
            models.CheckConstraint(
                condition=Q(is_open=False) | ~Q(status__in=words(TERMINAL)), name="orders_terminal_is_settled"
            ),
            models.CheckConstraint(
                condition=Q(earned_micros__isnull=True, returned_micros__isnull=True, is_open=True)
                | Q(
                    earned_micros__gte=0,
                    returned_micros__gte=0,
                    charge_micros=F("earned_micros") + F("returned_micros"),
                ),
                name="orders_charge_divided_whole",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, delivered__gte=0, delivered__lte=F("quantity")),
                name="orders_delivered_in_bounds",
            ),
            models.CheckConstraint(condition=Q(charge_micros__gt=0), name="orders_charge_positive"),
            # Clause 4.6: one active order per customer, service and target, whatever the spelling of the link.
            models.UniqueConstraint(
                fields=("customer_id", "service_id", "target"),
                condition=Q(is_open=True),
                name="orders_one_active_per_target",
            ),
        )
        indexes = (
            models.Index(fields=("customer_id", "id"), name="orders_by_customer"),
            models.Index(fields=("customer_id", "id"), condition=Q(is_open=True), name="orders_open_by_customer"),
        )


class Event(models.Model):
    """A fact in the life of an order, from which its timeline is told. Written once, never changed."""

    order_id = models.BigIntegerField()
    customer_id = models.BigIntegerField()
    kind = models.TextField()
    facts = models.JSONField(default=dict)
    happened_at = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(kind__in=words(EventKind)), name="orders_event_kind_known"),)
        indexes = (models.Index(fields=("order_id", "id"), name="orders_event_of_order"),)


class Request(models.Model):
    """A caller's own request id and the order it made, so that the same request is never charged twice."""

    customer_id = models.BigIntegerField()
    request_id = models.TextField()
    fingerprint = models.BinaryField(max_length=32)
    order_id = models.BigIntegerField()
    charge_micros = MicrosField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("customer_id", "request_id"), name="orders_request_once"),)
        indexes = (models.Index(fields=("made_at",), name="orders_request_age"),)


class Decision(models.Model):
    """A decision as it was made: what it was made from, what the rules said, what was decided. Never changed.

    :ivar record: the facts, the figures and the rules' own decision, as `terms.Record` writes them.
    :ivar decision: what was decided in the end; the rules' decision unless staff overruled it.
    :ivar request_id: the request of a ticket that it answers, if any; `appeals_id` names the decision that it reviews.
    """

    order_id = models.BigIntegerField()
    customer_id = models.BigIntegerField()
    request_id = models.BigIntegerField(null=True)
    # No foreign key to itself: the lock that its check takes needs the right to update, and nobody has that here.
    appeals_id = models.BigIntegerField(null=True, unique=True)
    kind = models.TextField()
    record = models.JSONField()
    decision = models.JSONField()
    policy_version = models.TextField()
    outcome = models.TextField()
    clause = models.TextField()
    refund_micros = MicrosField()
    effect = models.TextField()
    decider = models.TextField()
    staff_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=words(Kind)), name="orders_decision_kind_known"),
            models.CheckConstraint(condition=Q(outcome__in=words(Verdict)), name="orders_decision_outcome_known"),
            models.CheckConstraint(condition=Q(effect__in=words(Effect)), name="orders_decision_effect_known"),
            models.CheckConstraint(
                condition=Q(decider=Decider.RULES.value, staff_id__isnull=True)
                | Q(decider__in=words(set(Decider) - {Decider.RULES}), staff_id__isnull=False),
                name="orders_decision_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(refund_micros=0) | Q(refund_micros__gt=0, outcome=Verdict.GRANT.value),
                name="orders_decision_only_a_grant_pays",
            ),
            models.CheckConstraint(
                condition=~Q(effect=Effect.GRANTED.value) | Q(refund_micros__gt=0),
                name="orders_decision_grants_something",
            ),
            # A request is decided once; after that only its appeal is, which `appeals_id` allows once.
            models.UniqueConstraint(
                fields=("request_id",), condition=Q(appeals_id__isnull=True), name="orders_request_decided_once"
            ),
            models.UniqueConstraint(
                fields=("order_id",), condition=Q(effect=Effect.ENDED.value), name="orders_ended_by_one_decision"
            ),
        )
        indexes = (models.Index(fields=("order_id", "id"), name="orders_decision_of_order"),)
