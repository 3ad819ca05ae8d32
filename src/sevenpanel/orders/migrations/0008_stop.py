"""Stopping new orders while the books are wrong, and placing that looks whether they are stopped.

The release before this one places by the same function. While orders are stopped it does not know the word of the
refusal and answers with an error page: nothing is placed and nothing is charged.
"""

from pathlib import Path

from django.db import migrations, models

from sevenpanel.kernel import sql

_BEFORE = Path(__file__).with_name("place_beside_others.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("orders", "0007_corrected_after_end")]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", "SET LOCAL lock_timeout = '5s'"),
        migrations.CreateModel(
            name="Stop",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.TextField()),
                ("began_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(null=True)),
                ("lifted_by", models.BigIntegerField(null=True)),
                ("reason", models.TextField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="StopLetter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stop_id", models.BigIntegerField()),
                ("address", models.TextField()),
                ("tries", models.IntegerField()),
                ("due_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Look",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("looked_at", models.DateTimeField()),
                ("rewritten", models.BigIntegerField(db_default=0)),
            ],
        ),
        migrations.AddConstraint(
            model_name="look",
            constraint=models.CheckConstraint(condition=models.Q(("id", 1)), name="orders_look_only_one"),
        ),
        migrations.AddConstraint(
            model_name="stop",
            constraint=models.CheckConstraint(
                condition=models.Q(("words", ""), _negated=True), name="orders_stop_says_why"
            ),
        ),
        migrations.AddConstraint(
            model_name="stop",
            constraint=models.CheckConstraint(
                condition=models.Q(("lifted_at__isnull", True), ("lifted_by__isnull", True), ("reason__isnull", True))
                | models.Q(("lifted_at__isnull", False), ("lifted_by__isnull", False), ("reason__gt", "")),
                name="orders_stop_lifted_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="stop",
            constraint=models.UniqueConstraint(
                fields=("lifted_at",),
                condition=models.Q(("lifted_at__isnull", True)),
                name="orders_stop_one_in_force",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="stopletter",
            constraint=models.UniqueConstraint(fields=("stop_id", "address"), name="orders_stop_letter_once"),
        ),
        sql.script(
            __file__,
            "stops_stay.sql",
            reverse="DROP TRIGGER orders_stop_stays ON orders_stop; DROP FUNCTION orders_stop_stays()",
        ),
        sql.script(__file__, "place_unless_stopped.sql", reverse=_BEFORE),
    ]
