"""Test orders: what is placed with a key that only plays (ADR 30)."""

from django.db import migrations, models

import sevenpanel.kernel.models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", "SET LOCAL lock_timeout = '5s'"),
        migrations.CreateModel(
            name="PlayOrder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("customer_id", models.BigIntegerField()),
                ("key_id", models.BigIntegerField(null=True)),
                ("service_id", models.BigIntegerField()),
                ("link", models.TextField()),
                ("target", models.TextField()),
                ("quantity", models.BigIntegerField()),
                ("charge_micros", sevenpanel.kernel.models.MicrosField()),
                ("currency", models.CharField(max_length=3)),
                ("course", models.TextField()),
                ("can_cancel", models.BooleanField()),
                ("placed_at", models.DateTimeField()),
                ("cancel_requested_at", models.DateTimeField(null=True)),
                ("request_id", models.TextField(null=True)),
                ("fingerprint", models.BinaryField(max_length=32, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["customer_id", "id"], name="rehearsal_of_customer"),
                    models.Index(fields=["placed_at"], name="rehearsal_by_age"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "course__in",
                                [
                                    "canceled",
                                    "completed",
                                    "endless",
                                    "not stopped",
                                    "partial",
                                    "refused",
                                    "unanswered",
                                    "wrong link",
                                ],
                            )
                        ),
                        name="rehearsal_course_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("charge_micros__gte", 1), ("quantity__gte", 1)),
                        name="rehearsal_order_whole",
                    ),
                    models.UniqueConstraint(fields=("customer_id", "request_id"), name="rehearsal_request_once"),
                ],
            },
        ),
        # Far from the numbers of real orders (`domain.FIRST_ID`); the sequence goes with the table.
        migrations.RunSQL("ALTER SEQUENCE rehearsal_playorder_id_seq RESTART WITH 1000000001", migrations.RunSQL.noop),
    ]
