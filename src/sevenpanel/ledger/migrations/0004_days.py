"""What moved on customers' balances, summed by day. The beat that folds the house's balances fills it, from the start.

The release before this one reads none of it, and writes none.
"""

from django.db import migrations, models

import sevenpanel.kernel.models

_REASONS = [
    "correction",
    "deposit",
    "deposit bonus",
    "deposit fee",
    "deposit reversed",
    "goodwill",
    "grant",
    "order charged",
    "order earned",
    "order returned",
    "processor fee",
    "provider cost",
    "provider top-up",
    "supplier dispute",
    "write-off",
]


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_reasons_validated")]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", "SET LOCAL lock_timeout = '5s'"),
        migrations.CreateModel(
            name="Day",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("customer_id", models.BigIntegerField()),
                ("day", models.DateTimeField()),
                ("reason", models.TextField()),
                ("movements", models.IntegerField()),
                ("amount_micros", sevenpanel.kernel.models.MicrosField()),
                ("first_id", models.BigIntegerField()),
                ("last_id", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("customer_id", "day", "reason"), name="ledger_day_once"),
                    models.CheckConstraint(
                        condition=models.Q(("reason__in", _REASONS)), name="ledger_day_reason_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DayMark",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("upto_id", models.BigIntegerField(default=0)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="ledger_day_mark_is_one")],
            },
        ),
    ]
