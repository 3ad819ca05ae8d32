from django.db import migrations, models


class Migration(migrations.Migration):
    """Webhooks name their payment, and an amount may be an estimate. The release before this one writes neither."""

    dependencies = [
        ("deposits", "0102_key_letters"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", "SET LOCAL lock_timeout = '5s'"),
        migrations.AddField(model_name="delivery", name="subject", field=models.TextField(db_default="", default="")),
        migrations.AddField(
            model_name="receipt", name="is_estimate", field=models.BooleanField(db_default=False, default=False)
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["source", "is_genuine", "received_at"], name="deposits_delivery_lately"),
        ),
    ]
