"""Rates: how each symbol is priced, and every figure that anybody told."""

from django.db import models
from django.db.models import Q

from sevenpanel.deposits.domain.rates import RateKind as Kind
from sevenpanel.kernel.models import RawField, words


class RateRule(models.Model):
    """How one symbol is priced."""

    symbol = models.TextField(unique=True)
    kind = models.TextField()
    spread_basis_points = models.IntegerField(default=0)
    max_age_seconds = models.IntegerField(default=1800)
    jump_basis_points = models.IntegerField(default=1000)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=words(Kind)), name="deposits_rate_kind_known"),
            models.CheckConstraint(
                condition=Q(spread_basis_points__gte=0, spread_basis_points__lt=10_000)
                & Q(max_age_seconds__gt=0, jump_basis_points__gt=0),
                name="deposits_rate_rule_figures",
            ),
        )


class Figure(models.Model):
    """A rate that the operator set or that feeds told. Never changed but for the operator's consent.

    :ivar is_accepted: whether it counts; a leap of the feeds waits for the operator.
    """

    symbol = models.TextField()
    currency = models.CharField(max_length=3)
    rate_e12 = RawField()
    source = models.TextField()
    is_by_operator = models.BooleanField()
    is_accepted = models.BooleanField()
    as_of = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    actor_id = models.BigIntegerField(null=True)
    noted_at = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(rate_e12__gt=0), name="deposits_rate_positive"),)
        indexes = (models.Index(fields=("symbol", "is_by_operator", "-id"), name="deposits_rate_newest"),)
