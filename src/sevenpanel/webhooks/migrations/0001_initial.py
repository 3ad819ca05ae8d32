"""Addresses that are told of orders, and what is on its way to them (ADR 31)."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", "SET LOCAL lock_timeout = '5s'"),
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("customer_id", models.BigIntegerField()),
                ("address", models.TextField()),
                ("url", models.TextField()),
                ("at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("tries", models.IntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Endpoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("customer_id", models.BigIntegerField()),
                ("kind", models.TextField()),
                ("url", models.TextField()),
                ("is_private", models.BooleanField()),
                ("secret", models.TextField()),
                ("old_secret", models.TextField(null=True)),
                ("old_secret_ends_at", models.DateTimeField(null=True)),
                ("is_on", models.BooleanField()),
                ("created_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("failures", models.IntegerField()),
                ("failing_since", models.DateTimeField(null=True)),
                ("off_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["customer_id"], name="webhooks_of_customer")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["live", "test"])), name="webhooks_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("is_private", True), ("url__startswith", "https://"), _connector="OR"),
                        name="webhooks_address_is_https",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("old_secret__isnull", True), ("old_secret_ends_at__isnull", True)),
                            models.Q(("old_secret__isnull", False), ("old_secret_ends_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="webhooks_old_secret_ends",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Tide",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("read_upto", models.BigIntegerField(default=0)),
                ("seen", models.BigIntegerField(default=0)),
                (
                    "writing",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                ("played_upto", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="webhooks_tide_is_one")],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("events", models.JSONField()),
                ("is_by_hand", models.BooleanField()),
                ("state", models.TextField()),
                ("made_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("tries", models.IntegerField()),
                ("tried_at", models.DateTimeField(null=True)),
                ("status", models.IntegerField(null=True)),
                ("answer", models.TextField()),
                ("words", models.TextField()),
                ("took_ms", models.IntegerField(null=True)),
                (
                    "endpoint",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="webhooks.endpoint",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["endpoint", "id"], name="webhooks_delivery_of"),
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["endpoint", "id"],
                        name="webhooks_delivery_waiting",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["delivered", "given up", "waiting"])),
                        name="webhooks_delivery_state_known",
                    )
                ],
            },
        ),
    ]
