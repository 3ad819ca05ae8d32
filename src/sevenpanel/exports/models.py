"""Tables of exports: who asked for what, how far it has come, and the file in pieces."""

from django.db import models
from django.db.models import Q


class Export(models.Model):
    """A table of orders that somebody asked for.

    No foreign keys: it is a note of a wish that is forgotten within days, together with its pieces.

    :param user_id: who asked, and alone may have it.
    :param status: the filter by status, as the table's own word; None for all.
    :param text: the filter by words.
    :param before_id: the order before which the next step begins; None at the beginning.
    :param rows: how many are written.
    :param ready_at: since when it is whole.
    :param taken_at: when its download began; it can be had once.
    """

    customer_id = models.BigIntegerField()
    user_id = models.BigIntegerField()
    status = models.TextField(null=True)
    text = models.TextField(default="")
    has_mark = models.BooleanField(default=True)
    asked_at = models.DateTimeField()
    before_id = models.BigIntegerField(null=True)
    rows = models.BigIntegerField(default=0)
    ready_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(taken_at__isnull=True) | Q(ready_at__isnull=False), name="exports_taken_when_ready"
            ),
        )
        indexes = (
            models.Index(fields=("id",), condition=Q(ready_at__isnull=True), name="exports_to_write"),
            models.Index(fields=("user_id",), name="exports_by_person"),
            models.Index(fields=("customer_id",), name="exports_by_customer"),
        )


class Piece(models.Model):
    """A part of a file, compressed."""

    export = models.ForeignKey(Export, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.IntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("export", "number"), name="exports_piece_once"),)
