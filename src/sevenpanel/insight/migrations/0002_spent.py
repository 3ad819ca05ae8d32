"""What customers spent, by day and service. A beat fills it, from the start; the release before this one knows it not."""

from django.db import migrations, models

import sevenpanel.kernel.models


class Migration(migrations.Migration):
    dependencies = [("insight", "0001_initial"), ("ledger", "0004_days"), ("orders", "0008_stop")]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", "SET LOCAL lock_timeout = '5s'"),
        migrations.CreateModel(
            name="Spent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("customer_id", models.BigIntegerField()),
                ("day", models.DateTimeField()),
                ("service_id", models.BigIntegerField()),
                ("charged_micros", sevenpanel.kernel.models.MicrosField()),
                ("returned_micros", sevenpanel.kernel.models.MicrosField()),
                ("orders", models.IntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("customer_id", "day", "service_id"), name="insight_spent_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SpentMark",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("upto_id", models.BigIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="insight_spent_mark_is_one")
                ],
            },
        ),
    ]
