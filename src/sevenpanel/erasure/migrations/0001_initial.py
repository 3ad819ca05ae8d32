"""Deleting accounts: what was asked for and done, and the one exception to tables that are never changed.

The release before this one writes none of these tables; what it writes to the others is refused and taken as before.
"""

from pathlib import Path

from django.db import migrations, models

from sevenpanel.kernel import sql

_BACK = Path(__file__).with_name("walls_back.sql").read_text()


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_acceptance"),
        ("deposits", "0001_initial"),
        ("insight", "0001_initial"),
        ("orders", "0008_stop"),
        ("shortlinks", "0001_initial"),
        ("support", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", "SET LOCAL lock_timeout = '5s'"),
        migrations.CreateModel(
            name="Act",
            fields=[
                ("customer_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("erased_at", models.DateTimeField()),
                ("asked_by", models.TextField()),
                ("staff_id", models.BigIntegerField(null=True)),
                ("reason", models.TextField(default="")),
                ("last_event_id", models.BigIntegerField()),
                ("digest", models.TextField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "asked_by__in",
                                ["the customer, at the site", "the customer, in a letter to the operator"],
                            )
                        ),
                        name="erasure_asked_by_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("asked_by", "the customer, in a letter to the operator"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="erasure_letter_is_kept_somewhere",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Request",
            fields=[
                ("customer_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("user_id", models.BigIntegerField()),
                ("asked_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["due_at"], name="erasure_due")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("due_at__gte", models.F("asked_at"))), name="erasure_waits"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("customer_id", models.BigIntegerField()),
                ("address", models.TextField()),
                ("news", models.TextField()),
                ("at", models.DateTimeField()),
                ("tries", models.IntegerField(default=0)),
                ("due_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["due_at"], name="erasure_letter_due")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("news__in", ["asked", "done", "kept"])), name="erasure_news_known"
                    )
                ],
            },
        ),
        sql.script(__file__, "nothing_new.sql", reverse="DROP FUNCTION erasure_nothing_new()"),
        sql.script(__file__, "walls.sql", reverse=_BACK),
    ]
