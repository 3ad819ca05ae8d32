"""The one table of rehearsals: test orders. Where each stands is reckoned from its row and the clock."""

from django.db import models
from django.db.models import Q

from sevenpanel.kernel.models import MicrosField, words
from sevenpanel.rehearsal.domain import Course


class PlayOrder(models.Model):
    """An order that was placed with a test key. No money is behind it, and no provider ever hears of it.

    :ivar key_id: the test key, when it has a daily limit.
    :ivar request_id: the caller's own, for which the first answer is given again.
    """

    customer_id = models.BigIntegerField()
    key_id = models.BigIntegerField(null=True)
    service_id = models.BigIntegerField()
    link = models.TextField()
    target = models.TextField()
    quantity = models.BigIntegerField()
    charge_micros = MicrosField()
    currency = models.CharField(max_length=3)
    course = models.TextField()
    can_cancel = models.BooleanField()
    placed_at = models.DateTimeField()
    cancel_requested_at = models.DateTimeField(null=True)
    request_id = models.TextField(null=True)
    fingerprint = models.BinaryField(max_length=32, null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(course__in=words(Course)), name="rehearsal_course_known"),
            models.CheckConstraint(condition=Q(quantity__gte=1, charge_micros__gte=1), name="rehearsal_order_whole"),
            models.UniqueConstraint(fields=("customer_id", "request_id"), name="rehearsal_request_once"),
        )
        indexes = (
            models.Index(fields=("customer_id", "id"), name="rehearsal_of_customer"),
            models.Index(fields=("placed_at",), name="rehearsal_by_age"),
        )
