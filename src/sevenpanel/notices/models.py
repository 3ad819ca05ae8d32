"""Tables of notices: each row is one version as it was published, and is never edited."""

from django.db import models
from django.db.models import F, Q

from sevenpanel.kernel.models import words
from sevenpanel.notices.domain import Origin
from sevenpanel.terms import DropBand, NoticeKind, Scope


class Notice(models.Model):
    """One version of a notice. A correction is a further row; the one it corrects stops standing at that instant.

    The database lets a row be ended once (`withdrawn_at`), and nothing else about it be changed.
    """

    # The first version's id; None on the first version itself.
    root_id = models.BigIntegerField(null=True)
    # The version this one takes the place of. Unique: two corrections of one version cannot both stand.
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.TextField()
    scope = models.TextField()
    # The network's name, or the id of the category or service; empty for all.
    subject = models.TextField(default="")
    origin = models.TextField()
    written_by = models.TextField()
    why = models.TextField(default="")
    text = models.TextField()
    published_at = models.DateTimeField()
    in_force_from = models.DateTimeField()
    in_force_until = models.DateTimeField(null=True)

    start_within = models.DurationField(null=True)
    complete_within = models.DurationField(null=True)
    quantity_min = models.BigIntegerField(null=True)
    quantity_max = models.BigIntegerField(null=True)
    drop_band = models.TextField(null=True)
    can_cancel = models.BooleanField(null=True)
    can_refill = models.BooleanField(null=True)
    description = models.TextField(null=True)
    is_paused = models.BooleanField(null=True)
    # [{"field": ..., "old": ..., "new": ...}]: what was before, as it stood when this was published.
    changes = models.JSONField(default=list)

    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.TextField(default="")
    withdrawn_why = models.TextField(default="")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=words(NoticeKind)), name="notices_kind_known"),
            models.CheckConstraint(condition=Q(origin__in=words(Origin)), name="notices_origin_known"),
            models.CheckConstraint(
                condition=Q(drop_band__isnull=True) | Q(drop_band__in=words(DropBand)), name="notices_drop_band_known"
            ),
            models.CheckConstraint(
                condition=Q(scope=Scope.ALL.value, subject="")
                | (Q(scope=Scope.NETWORK.value) & ~Q(subject=""))
                | Q(scope__in=words([Scope.CATEGORY, Scope.SERVICE]), subject__regex=r"^[1-9][0-9]{0,17}$"),
                name="notices_scope_has_its_subject",
            ),
            models.CheckConstraint(
                condition=Q(in_force_until__isnull=True) | Q(in_force_until__gt=F("in_force_from")),
                name="notices_period_in_order",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("published_at")),
                name="notices_withdrawn_after_published",
            ),
            models.CheckConstraint(
                condition=Q(root_id__isnull=True, corrects__isnull=True)
                | Q(root_id__isnull=False, corrects__isnull=False),
                name="notices_correction_has_a_root",
            ),
        )
        indexes = (
            models.Index(fields=("scope", "subject"), name="notices_by_subject"),
            models.Index(fields=("root_id",), name="notices_by_root"),
            # What placing looks at: few, however many notices there are.
            models.Index(
                fields=("scope", "subject"),
                condition=Q(is_paused__isnull=False)
                | Q(quantity_min__isnull=False)
                | Q(quantity_max__isnull=False)
                | Q(can_cancel__isnull=False),
                name="notices_at_the_door",
            ),
        )
