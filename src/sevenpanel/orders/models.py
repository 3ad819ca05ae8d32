"""Tables of orders. The states' transition tables stand in the database too, from the same source."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from sevenpanel.kernel.models import MicrosField, words
from sevenpanel.orders.domain import TERMINAL, Decider, Dispatch, Effect, Outcome, Source, Status
from sevenpanel.orders.timeline import EventKind
from sevenpanel.terms import Kind, LinkFinding
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
            # In this order, so that the same index finds the customer's other orders on the target (clause 1).
            models.UniqueConstraint(
                fields=("customer_id", "target", "service_id"),
                condition=Q(is_open=True),
                name="orders_one_active_per_target",
            ),
        )
        indexes = (
            models.Index(fields=("customer_id", "id"), name="orders_by_customer"),
            models.Index(fields=("customer_id", "id"), condition=Q(is_open=True), name="orders_open_by_customer"),
            # The few among very many: by status the rows would be written anew on each step of every order.
            models.Index(
                fields=("customer_id", "id"),
                condition=Q(outcome__isnull=False) & ~Q(outcome=Outcome.DELIVERED.value),
                name="orders_stopped_by_customer",
            ),
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


class Beside(models.Model):
    """Clause 1, found when an order was placed: the customer's other open orders on its target. Never changed.

    A table of its own, since few orders have others beside them, and the hot insert pays for every column and check.

    :ivar similar_orders: those that count the same thing; `other_orders` count something else. Of each the oldest only.
    """

    order_id = models.BigIntegerField(primary_key=True)
    similar_orders = ArrayField(models.BigIntegerField())
    other_orders = ArrayField(models.BigIntegerField())
    is_untracked = models.BooleanField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(similar_orders=[], other_orders=[]), name="orders_beside_somebody"),
        )


class ShortLinkUse(models.Model):
    """That an order was placed with one of the desk's own short links."""

    order_id = models.BigIntegerField(primary_key=True)
    token = models.TextField()

    class Meta:
        indexes = (models.Index(fields=("token",), name="orders_by_short_link"),)


class Trouble(models.Model):
    """What was found about an order's link (clauses 2 and 4.5), or that orders ran on it at once (clause 4.6).

    Never changed: the order ends with it.

    :ivar evidence: what shows it, as the customer reads it.
    :ivar staff_id: who found it; NULL when the provider's words or the door did.
    """

    order_id = models.BigIntegerField(primary_key=True)
    link_found = models.TextField(null=True)
    doubled_with = ArrayField(models.BigIntegerField(), null=True)
    evidence = models.TextField()
    staff_id = models.BigIntegerField(null=True)
    found_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(link_found__in=words(LinkFinding), doubled_with__isnull=True)
                | (Q(link_found__isnull=True, doubled_with__isnull=False) & ~Q(doubled_with=[])),
                name="orders_trouble_is_one_thing",
            ),
            models.CheckConstraint(condition=~Q(evidence=""), name="orders_trouble_has_evidence"),
        )


class Correction(models.Model):
    """An operator's own figure for what had arrived when it was written down; the last one counts (settled 3).

    :ivar reported: what the provider's count was at that instant; what it adds afterwards is added here, too.
    """

    order_id = models.BigIntegerField()
    delivered = models.BigIntegerField()
    reported = models.BigIntegerField()
    reason = models.TextField()
    staff_id = models.BigIntegerField()
    corrected_at = models.DateTimeField()
    # Of those before the end, the settlement has taken account already.
    is_after_end = models.BooleanField(db_default=False)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(delivered__gte=0, reported__gte=0), name="orders_correction_counts"),
            models.CheckConstraint(condition=~Q(reason=""), name="orders_correction_has_a_reason"),
        )
        indexes = (models.Index(fields=("order_id", "id"), name="orders_correction_of_order"),)


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


class Stop(models.Model):
    """New orders are stopped because the books are wrong (O-7). One at a time; who lifted it and why stays written.

    :ivar words: what was found to be wrong while the stop was in force, a sentence a line, the first first.
    :ivar seen_at: when it was found last.
    """

    words = models.TextField()
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.BigIntegerField(null=True)
    reason = models.TextField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(words=""), name="orders_stop_says_why"),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True, reason__isnull=True)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False, reason__gt=""),
                name="orders_stop_lifted_by_somebody",
            ),
            # Also what the placing statement looks at: it holds no row while orders are taken.
            models.UniqueConstraint(
                fields=("lifted_at",),
                condition=Q(lifted_at__isnull=True),
                nulls_distinct=False,
                name="orders_stop_one_in_force",
            ),
        )


class StopLetter(models.Model):
    """A letter that tells one of the staff that new orders are stopped."""

    stop_id = models.BigIntegerField()
    address = models.TextField()
    tries = models.IntegerField()
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("stop_id", "address"), name="orders_stop_letter_once"),)


class Look(models.Model):
    """When somebody last looked whether the books are right; one row.

    :ivar rewritten: how many rows of the ledger had been changed or deleted, by the database's own count, when
        everything was checked last.
    """

    id = models.BigIntegerField(primary_key=True)
    looked_at = models.DateTimeField()
    rewritten = models.BigIntegerField(db_default=0)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(id=1), name="orders_look_only_one"),)
