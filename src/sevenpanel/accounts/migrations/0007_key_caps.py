"""How much money a key may spend a day, and what it has spent."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_sessions"),
    ]

    operations = [
        # Keys are locked for a moment, and there are too few of them for the check to take long.
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", "SET LOCAL lock_timeout = '5s'"),
        migrations.AddField(model_name="apikey", name="daily_cap_micros", field=models.BigIntegerField(null=True)),
        migrations.AddConstraint(
            model_name="apikey",
            constraint=models.CheckConstraint(
                condition=models.Q(("daily_cap_micros__isnull", True), ("daily_cap_micros__gt", 0), _connector="OR"),
                name="accounts_key_cap_positive",
            ),
        ),
        migrations.CreateModel(
            name="KeySpend",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("spent_micros", models.BigIntegerField()),
                (
                    "key",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.apikey",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("key", "day"), name="accounts_keyspend_once"),
                    models.CheckConstraint(
                        condition=models.Q(("spent_micros__gte", 0)), name="accounts_keyspend_not_negative"
                    ),
                ],
            },
        ),
    ]
