"""What the virus scanner said of a file."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("support", "0001_initial")]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", "SET LOCAL lock_timeout = '5s'"),
        migrations.AddField(model_name="attachment", name="scan", field=models.TextField(null=True)),
        migrations.AddField(model_name="attachment", name="scan_due_at", field=models.DateTimeField(null=True)),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.CheckConstraint(
                condition=Q(scan__isnull=True) | Q(scan__in=["clean", "infected"]), name="support_scan_known"
            ),
        ),
        migrations.AddIndex(
            model_name="attachment",
            index=models.Index(fields=["id"], condition=Q(scan__isnull=True), name="support_file_unscanned"),
        ),
    ]
