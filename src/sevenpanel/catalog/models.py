"""Tables of what is sold. A service declared as forbidden or unknown cannot be listed, by whatever way."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from sevenpanel.catalog.domain import (
    LAWFUL,
    QUANTITY_MAX,
    RATE_MICROS_MAX,
    Declaration,
    DropBand,
    Metric,
    ServiceState,
    ServiceType,
)
from sevenpanel.kernel.models import MicrosField, words


class Category(models.Model):
    """A group of services, in the order in which customers see them."""

    name = models.TextField(unique=True)
    position = models.IntegerField(default=0)


class Service(models.Model):
    """One thing that can be ordered."""

    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+")
    name = models.TextField()
    network = models.TextField()
    type = models.TextField(default=ServiceType.DEFAULT.value)
    rate_micros = MicrosField()
    quantity_min = models.BigIntegerField(default=1)
    quantity_max = models.BigIntegerField(default=1)
    accepts = ArrayField(models.TextField())
    can_cancel = models.BooleanField(default=False)
    can_refill = models.BooleanField(default=False)
    start_within = models.DurationField(null=True)
    complete_within = models.DurationField(null=True)
    drop_band = models.TextField(null=True)
    state = models.TextField(default=ServiceState.DRAFT.value)
    declaration = models.TextField(default=Declaration.UNKNOWN.value)
    declaration_note = models.TextField(default="")
    declared_by = models.TextField(default="")
    declared_at = models.DateTimeField(null=True)
    description_version = models.IntegerField(default=1)
    position = models.IntegerField(default=0)
    metric = models.TextField(null=True)
    is_long_running = models.BooleanField(db_default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(type__in=words(ServiceType)), name="catalog_service_type_known"),
            models.CheckConstraint(condition=Q(state__in=words(ServiceState)), name="catalog_service_state_known"),
            models.CheckConstraint(
                condition=Q(declaration__in=words(Declaration)), name="catalog_service_declaration_known"
            ),
            models.CheckConstraint(
                condition=Q(drop_band__isnull=True) | Q(drop_band__in=words(DropBand)),
                name="catalog_service_drop_band_known",
            ),
            models.CheckConstraint(
                condition=Q(metric__isnull=True) | Q(metric__in=words(Metric)), name="catalog_service_metric_known"
            ),
            # G-1: the wall that no form, import, fixture or setting goes around.
            models.CheckConstraint(
                condition=Q(state__in=words([ServiceState.DRAFT, ServiceState.RETIRED]))
                | (Q(declaration__in=words(LAWFUL), declared_at__isnull=False) & ~Q(declared_by="")),
                name="catalog_service_lawful_to_list",
            ),
            models.CheckConstraint(
                condition=~Q(declaration=Declaration.OTHER.value) | ~Q(declaration_note=""),
                name="catalog_service_other_described",
            ),
            models.CheckConstraint(
                condition=Q(rate_micros__gt=0, rate_micros__lte=RATE_MICROS_MAX),
                name="catalog_service_rate_in_bounds",
            ),
            models.CheckConstraint(
                condition=Q(quantity_min__gte=1, quantity_max__gte=F("quantity_min"), quantity_max__lte=QUANTITY_MAX),
                name="catalog_service_quantity_in_bounds",
            ),
        )


class Description(models.Model):
    """A version of a service's description: what an order placed under it was promised. Never edited."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    version = models.IntegerField()
    text = models.TextField()
    written_by = models.TextField()
    written_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("service", "version"), name="catalog_description_version_once"),)


class CustomRate(models.Model):
    """One customer's own rate for one service."""

    customer_id = models.BigIntegerField()
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    rate_micros = MicrosField()
    set_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("customer_id", "service"), name="catalog_custom_rate_once"),
            models.CheckConstraint(
                condition=Q(rate_micros__gt=0, rate_micros__lte=RATE_MICROS_MAX),
                name="catalog_custom_rate_in_bounds",
            ),
        )


class Favourite(models.Model):
    """A service that a person has starred. People of one customer have each their own.

    No foreign key on the person: the catalogue knows no accounts, and a row of somebody who is no more shows nowhere.
    """

    user_id = models.BigIntegerField()
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+", db_index=False)
    starred_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user_id", "service"), name="catalog_favourite_once"),)
