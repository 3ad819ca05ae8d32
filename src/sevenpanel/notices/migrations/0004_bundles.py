"""Posts that share a message, and indexes for what the worker asks for all the time."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("notices", "0003_channel")]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", "SET LOCAL lock_timeout = '5s'"),
        migrations.AddField(model_name="channelpost", name="bundle_id", field=models.BigIntegerField(null=True)),
        migrations.RemoveIndex(model_name="channelpost", name="notices_post_alive"),
        migrations.AddIndex(
            model_name="channelpost",
            index=models.Index(
                fields=["id"],
                condition=Q(state="waiting", wanted_id__isnull=False)
                | (
                    Q(state="sent")
                    & (
                        Q(wanted_id__isnull=False, shown_id__isnull=True)
                        | (Q(shown_id__isnull=False) & (Q(wanted_id__isnull=True) | ~Q(shown_id=F("wanted_id"))))
                    )
                ),
                name="notices_post_due",
            ),
        ),
        migrations.AddIndex(
            model_name="channelpost",
            index=models.Index(
                fields=["state"],
                condition=Q(state__in=["parked", "sending", "unknown", "waiting"]),
                name="notices_post_unsettled",
            ),
        ),
        migrations.AddIndex(
            model_name="channelpost",
            index=models.Index(
                fields=["bundle_id"], condition=Q(bundle_id__isnull=False), name="notices_post_by_bundle"
            ),
        ),
    ]
