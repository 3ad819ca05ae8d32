"""Tables of short links: where each leads, how often it did, and every act on its switch."""

from django.db import models
from django.db.models import Q

from sevenpanel.kernel.models import words
from sevenpanel.shortlinks.domain import TOKEN, WORDS_LENGTH_MAX, SwitchedBy


class ShortLink(models.Model):
    """A private link of one customer to one page. Where it leads never changes."""

    token = models.CharField(max_length=22, primary_key=True)
    customer = models.ForeignKey("accounts.Customer", on_delete=models.PROTECT, related_name="+", db_index=False)
    address = models.TextField()
    target = models.TextField()
    is_on = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("customer", "-created_at"), name="shortlinks_of_customer"),)
        constraints = (
            models.CheckConstraint(condition=Q(token__regex=f"^{TOKEN.pattern}$"), name="shortlinks_token_whole"),
            models.CheckConstraint(condition=Q(address__regex="^https?://"), name="shortlinks_address_of_the_web"),
        )


class Visits(models.Model):
    """How many visitors a short link led on in one day (UTC). Of the visitors themselves nothing is kept."""

    link = models.ForeignKey(ShortLink, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    count = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("link", "day"), name="shortlinks_visits_of_a_day_once"),
            models.CheckConstraint(condition=Q(count__gte=1), name="shortlinks_visits_counted"),
        )


class Switch(models.Model):
    """An act on the switch of a short link. Never changed."""

    link = models.ForeignKey(ShortLink, on_delete=models.PROTECT, related_name="+")
    is_on = models.BooleanField()
    by = models.TextField()
    staff = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    words = models.CharField(max_length=WORDS_LENGTH_MAX)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(by__in=words(SwitchedBy)), name="shortlinks_switch_by_known"),
            models.CheckConstraint(
                condition=Q(by=SwitchedBy.COMPLAINT.value, staff__isnull=True, is_on=False)
                | (Q(by=SwitchedBy.STAFF.value, staff__isnull=False) & ~Q(words="")),
                name="shortlinks_switch_by_somebody",
            ),
        )
