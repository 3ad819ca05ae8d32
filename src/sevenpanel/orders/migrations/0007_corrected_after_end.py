"""Whether a correction came before the settlement, which took account of it, or after."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0006_place_beside_others")]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", "SET LOCAL lock_timeout = '5s'"),
        migrations.AddField(model_name="correction", name="is_after_end", field=models.BooleanField(db_default=False)),
    ]
