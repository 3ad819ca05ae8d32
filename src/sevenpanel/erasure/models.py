"""Tables of deletions: which are asked for, which were carried out, and the letters about them."""

from django.db import models
from django.db.models import Q

from sevenpanel.erasure.domain import AskedBy, News
from sevenpanel.kernel.models import words


class Request(models.Model):
    """That somebody wants their account deleted; gone when they change their mind, and when it is done."""

    customer_id = models.BigIntegerField(primary_key=True)
    user_id = models.BigIntegerField()
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(due_at__gte=models.F("asked_at")), name="erasure_waits"),)
        indexes = (models.Index(fields=("due_at",), name="erasure_due"),)


class Act(models.Model):
    """That an account was deleted, when and at whose wish. Never changed; it names the account by number only.

    The database lets words be taken out of what is append-only in the transaction that writes this row, and in no
    other one (the column `transaction`, which only the database reads).

    :ivar staff_id: who carried it out, where that was not the desk itself.
    :ivar reason: where the wish is kept, such as the date of a letter.
    :ivar last_event_id: up to here the facts of orders are part of the digest.
    :ivar digest: of everything that stays; `sevenpanel verify` reckons it anew.
    """

    customer_id = models.BigIntegerField(primary_key=True)
    erased_at = models.DateTimeField()
    asked_by = models.TextField()
    staff_id = models.BigIntegerField(null=True)
    reason = models.TextField(default="")
    last_event_id = models.BigIntegerField()
    digest = models.TextField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(asked_by__in=words(AskedBy)), name="erasure_asked_by_known"),
            models.CheckConstraint(
                condition=~Q(asked_by=AskedBy.LETTER.value) | ~Q(reason=""), name="erasure_letter_is_kept_somewhere"
            ),
        )


class Letter(models.Model):
    """A letter about a deletion that is still to be sent. Its row goes with it, since it holds an address.

    :ivar language: how its reader read when it was written, as `calendar` and `time_zone`; NULL for what nobody chose.
    """

    customer_id = models.BigIntegerField()
    address = models.TextField()
    language = models.TextField(null=True)
    calendar = models.TextField(null=True)
    time_zone = models.TextField(null=True)
    news = models.TextField()
    at = models.DateTimeField()
    tries = models.IntegerField(default=0)
    due_at = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(news__in=words(News)), name="erasure_news_known"),)
        indexes = (models.Index(fields=("due_at",), name="erasure_letter_due"),)
