"""Rounds: which stretch of what is due is in a worker's hands, one row for all of it; and the start count last said.

Workers of the release before take orders by moving their due time, and see no rounds. While both work, an order may be
asked about twice; whoever records later finds that it knows nothing new.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("fulfilment", "0002_trouble_at")]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", "SET LOCAL lock_timeout = '5s'"),
        migrations.AddField(model_name="task", name="last_start_count", field=models.BigIntegerField(null=True)),
        migrations.CreateModel(
            name="Round",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider_id", models.BigIntegerField()),
                ("first_due_at", models.DateTimeField()),
                ("first_order_id", models.BigIntegerField()),
                ("last_due_at", models.DateTimeField()),
                ("last_order_id", models.BigIntegerField()),
                ("until_at", models.DateTimeField()),
            ],
        ),
    ]
