"""When a provider's last trouble was noted, so that calls which fail together count once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("fulfilment", "0001_initial")]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", "SET LOCAL lock_timeout = '5s'"),
        migrations.AddField(model_name="provider", name="trouble_at", field=models.DateTimeField(null=True)),
    ]
