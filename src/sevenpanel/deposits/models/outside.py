"""What is kept of sources: how far they have looked, how their nodes are, webhooks, sweeps, strangers and counts."""

from django.db import models
from django.db.models import Q

from sevenpanel.deposits.models.ways import Asset
from sevenpanel.kernel.models import RawField


class Source(models.Model):
    """A chain that is watched or a processor that is asked.

    :ivar kind: which adapter speaks to it; `settings` is for that adapter alone, and secrets in it are sealed.
    :ivar mark: how far it has looked, in the adapter's own words.
    :ivar due_at: when it is looked at next; a webhook only brings this forward.
    :ivar leased_until: until when a worker has it in hand.
    """

    name = models.TextField(unique=True)
    kind = models.TextField()
    settings = models.JSONField(default=dict)
    sealed = models.TextField(default="")
    is_on = models.BooleanField(default=True)
    mark = models.TextField(default="")
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)
    failures = models.IntegerField(default=0)
    failed_since = models.DateTimeField(null=True)
    trouble = models.TextField(default="")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(name="") & ~Q(kind=""), name="deposits_source_named"),
            models.CheckConstraint(condition=Q(failures__gte=0), name="deposits_source_failures"),
        )


class Node(models.Model):
    """How one node of a source was at the last look.

    :ivar since: since when it is as it is, well or not.
    """

    source = models.TextField()
    name = models.TextField()
    is_well = models.BooleanField()
    head = models.BigIntegerField(null=True)
    lag_blocks = models.BigIntegerField(null=True)
    words = models.TextField(default="")
    since = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("source", "name"), name="deposits_node_once"),)


class Alien(models.Model):
    """A token that is on no list and arrived at one of our addresses: for support, and booked nowhere."""

    key = models.TextField(unique=True, db_collation="C")
    source = models.TextField()
    customer_id = models.BigIntegerField()
    address = models.TextField()
    contract = models.TextField()
    claimed_symbol = models.TextField()
    raw = RawField()
    evidence = models.JSONField()
    seen_at = models.DateTimeField()


class Sweep(models.Model):
    """Assets that the operator moved away from a deposit address."""

    key = models.TextField(unique=True, db_collation="C")
    source = models.TextField()
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="+")
    raw = RawField()
    from_address = models.TextField()
    to_address = models.TextField()
    tx = models.TextField()
    evidence = models.JSONField()
    entry_id = models.BigIntegerField(null=True)
    seen_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("tx",), name="deposits_sweep_by_tx"),)


class Delivery(models.Model):
    """A webhook as it arrived: a hint to look, stored before it is answered. It never moves money.

    :ivar subject: which payment it names, when it is genuine.
    :ivar words: what was found about it.
    """

    source = models.TextField()
    body = models.BinaryField()
    signature = models.TextField(default="")
    is_genuine = models.BooleanField()
    subject = models.TextField(default="", db_default="")
    words = models.TextField(default="")
    received_at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=("source", "-id"), name="deposits_delivery_newest"),
            models.Index(fields=("source", "is_genuine", "received_at"), name="deposits_delivery_lately"),
        )


class Count(models.Model):
    """What a source counted at our addresses, beside what the books say at that moment."""

    source = models.TextField()
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="+")
    counted_raw = RawField()
    booked_raw = RawField()
    unsettled_raw = RawField()
    block_height = models.BigIntegerField(null=True)
    counted_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("source", "asset", "-id"), name="deposits_count_newest"),)


class Screened(models.Model):
    """An address on one of the operator's lists; what comes from it is held."""

    address = models.TextField(db_collation="C")
    list_name = models.TextField()
    list_date = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("address", "list_name"), name="deposits_screened_once"),)
