"""Assets, the ways to add funds, and what customers mean to send."""

from django.db import models
from django.db.models import F, Q

from sevenpanel.deposits import domain
from sevenpanel.deposits.domain.ways import BY_HAND, IntentState, MethodKind
from sevenpanel.kernel.models import MicrosField, RawField, words


class Asset(models.Model):
    """An asset at one place. Its decimals never change: every amount that was written down depends on them."""

    symbol = models.TextField()
    place = models.TextField()
    decimals = models.IntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("symbol", "place"), name="deposits_asset_once"),
            models.CheckConstraint(condition=Q(decimals__gte=0, decimals__lte=36), name="deposits_asset_decimals"),
        )

    @property
    def value(self) -> domain.Asset:
        """The asset as the rest of the room knows it."""
        return domain.Asset(symbol=self.symbol, place=self.place, decimals=self.decimals)

    @property
    def code(self) -> str:
        """Its name in the ledger."""
        return self.value.code


class Method(models.Model):
    """A way to add funds, as customers see it.

    :ivar instructions: for methods by hand, where to pay and what to write; a paragraph per line.
    :ivar usual_minutes: how long it usually takes from sending to the balance.
    :ivar minimum_raw: for assets; below it what arrives is kept, and credited when it sums up to it.
    :ivar shown_places: to how many places amounts of the asset are asked for.
    :ivar lock_minutes: how long a quoted rate is promised.
    """

    name = models.TextField()
    kind = models.TextField()
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, null=True, related_name="+")
    source = models.TextField(default="")
    instructions = models.TextField(default="")
    usual_minutes = models.IntegerField(default=60)
    minimum_raw = RawField(null=True)
    minimum_micros = MicrosField(default=0)
    maximum_micros = MicrosField(null=True)
    fee_micros = MicrosField(default=0)
    fee_basis_points = models.IntegerField(default=0)
    bonuses = models.JSONField(default=list)
    house_pays_fee = models.BooleanField(default=False)
    auto_max_micros = MicrosField(null=True)
    shown_places = models.IntegerField(default=2)
    lock_minutes = models.IntegerField(default=15)
    is_open = models.BooleanField(default=True)
    position = models.IntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("name",), name="deposits_method_name_once"),
            models.UniqueConstraint(fields=("asset", "source"), name="deposits_method_asset_once"),
            models.CheckConstraint(condition=Q(kind__in=words(MethodKind)), name="deposits_method_kind_known"),
            models.CheckConstraint(
                condition=Q(kind=MethodKind.ASSET.value, asset__isnull=False, minimum_raw__isnull=False) & ~Q(source="")
                | Q(kind__in=words(BY_HAND), asset__isnull=True, minimum_raw__isnull=True, source=""),
                name="deposits_method_asset_or_by_hand",
            ),
            models.CheckConstraint(
                condition=Q(fee_micros__gte=0, fee_basis_points__gte=0, fee_basis_points__lt=10_000)
                & Q(minimum_micros__gte=0, lock_minutes__gte=0, shown_places__gte=0, usual_minutes__gte=0),
                name="deposits_method_figures",
            ),
            models.CheckConstraint(
                condition=Q(maximum_micros__isnull=True) | Q(maximum_micros__gte=F("minimum_micros")),
                name="deposits_method_max_above_min",
            ),
        )


class Intent(models.Model):
    """What a customer means to send: the quote and the address. It moves no money.

    :ivar wanted_micros: by how much the balance is to grow, when that was said.
    :ivar quoted_raw: how much of the asset was asked for it; up to that the locked rate counts.
    :ivar code: what a customer writes into a bank transfer, so that staff find it.
    :ivar announced_at: when the customer said that it was paid.
    """

    customer_id = models.BigIntegerField()
    opened_by = models.BigIntegerField()
    method = models.ForeignKey(Method, on_delete=models.PROTECT, related_name="+")
    request_id = models.TextField()
    fingerprint = models.BinaryField(max_length=32)
    code = models.TextField(unique=True)
    state = models.TextField(default=IntentState.OPEN.value)
    address = models.TextField(default="")
    uri = models.TextField(default="")
    page = models.TextField(default="")
    reference = models.TextField(default="")
    wanted_micros = MicrosField(null=True)
    quoted_raw = RawField(null=True)
    rate_e12 = RawField(null=True)
    rate_source = models.TextField(default="")
    rate_as_of = models.DateTimeField(null=True)
    locked_until = models.DateTimeField(null=True)
    announced_at = models.DateTimeField(null=True)
    announced_note = models.TextField(default="")
    expires_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("customer_id", "request_id"), name="deposits_intent_once"),
            models.CheckConstraint(condition=Q(state__in=words(IntentState)), name="deposits_intent_state_known"),
            models.CheckConstraint(
                condition=Q(locked_until__isnull=True) | Q(rate_e12__gt=0, quoted_raw__gt=0),
                name="deposits_intent_lock_whole",
            ),
        )
        indexes = (
            models.Index(fields=("customer_id", "-id"), name="deposits_intent_of_customer"),
            models.Index(fields=("address", "-id"), condition=~Q(address=""), name="deposits_intent_of_address"),
            models.Index(
                fields=("announced_at",),
                condition=Q(state=IntentState.OPEN.value, announced_at__isnull=False),
                name="deposits_intent_announced",
            ),
        )
