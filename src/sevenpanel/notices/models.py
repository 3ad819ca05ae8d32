"""Tables of notices, each row one version as it was published and never edited; and of the channel."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from sevenpanel.kernel.models import words
from sevenpanel.notices.domain import Origin, PostAction, PostState
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
            # The Updates: each notice where its first version stands.
            models.Index(Coalesce("root_id", "id"), name="notices_in_order"),
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


# A call is to be made: to send what waits, or to change or delete what is shown otherwise than it shall be.
DUE = Q(state=PostState.WAITING.value, wanted_id__isnull=False) | (
    Q(state=PostState.SENT.value)
    & (
        Q(wanted_id__isnull=False, shown_id__isnull=True)
        | (Q(shown_id__isnull=False) & (Q(wanted_id__isnull=True) | ~Q(shown_id=F("wanted_id"))))
    )
)


class ChannelPost(models.Model):
    """A notice in the channel: which version shall stand there, and which one does.

    A message is sent once: whoever sends writes so first, and a post of unknown fate is decided by a person. Posts
    that share a message agree in state, action, claim and message.
    """

    root_id = models.BigIntegerField(unique=True)
    # The first of the posts that share a message, of each of them; None for a post with a message of its own.
    bundle_id = models.BigIntegerField(null=True)
    # The version that shall be shown; None when none shall.
    wanted_id = models.BigIntegerField(null=True)
    # The version that is shown, as far as is known, and the one that is being sent.
    shown_id = models.BigIntegerField(null=True)
    aim_id = models.BigIntegerField(null=True)
    message_id = models.BigIntegerField(null=True)
    state = models.TextField(default=PostState.WAITING.value)
    action = models.TextField(null=True)
    claimed_at = models.DateTimeField(null=True)
    words = models.TextField(default="")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=words(PostState)), name="notices_post_state_known"),
            models.CheckConstraint(
                condition=Q(action__isnull=True) | Q(action__in=words(PostAction)), name="notices_post_action_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=PostState.SENT.value) | Q(message_id__isnull=False), name="notices_post_sent_has_id"
            ),
        )
        indexes = (
            # What the worker asks for all the time is few rows, however many were posted.
            models.Index(fields=("id",), condition=DUE, name="notices_post_due"),
            models.Index(
                fields=("state",),
                condition=Q(
                    state__in=words([PostState.WAITING, PostState.SENDING, PostState.UNKNOWN, PostState.PARKED])
                ),
                name="notices_post_unsettled",
            ),
            models.Index(fields=("bundle_id",), condition=Q(bundle_id__isnull=False), name="notices_post_by_bundle"),
        )


class ChannelPace(models.Model):
    """One row: when the channel was last written to, until when it may not be, and the next update to be read."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    called_at = ArrayField(models.DateTimeField(), default=list)
    blocked_until = models.DateTimeField(null=True)
    next_update = models.BigIntegerField(default=0)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(id=1), name="notices_channel_is_one"),)


class ChannelMessage(models.Model):
    """A post that somebody wrote in the channel, and the notice it became: one for each service that it tags.

    :param service_id: 0 for a general post.
    """

    message_id = models.BigIntegerField()
    service_id = models.BigIntegerField()
    root_id = models.BigIntegerField()
    edited = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("message_id", "service_id"), name="notices_message_once"),)
