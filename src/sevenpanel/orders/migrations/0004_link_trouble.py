"""What is found about an order's link, others beside it, corrections. The events' check is validated by the next one."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

from sevenpanel.kernel import sql

KINDS = [
    "absent",
    "cancel answered",
    "cancel requested",
    "corrected",
    "decided",
    "found",
    "granted",
    "link found",
    "not understood",
    "refused",
    "sent",
    "settled",
    "several orders",
    "spoke after the end",
    "status",
    "unknown",
    "waiting",
]
FINDINGS = ["changed", "gone", "in the wrong format", "private", "wrong"]


class Migration(migrations.Migration):
    dependencies = [("orders", "0003_place_under_notices")]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", "SET LOCAL lock_timeout = '5s'"),
        migrations.CreateModel(
            name="Beside",
            fields=[
                ("order_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("similar_orders", ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("other_orders", ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("is_untracked", models.BooleanField()),
            ],
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order_id", models.BigIntegerField()),
                ("delivered", models.BigIntegerField()),
                ("reported", models.BigIntegerField()),
                ("reason", models.TextField()),
                ("staff_id", models.BigIntegerField()),
                ("corrected_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="ShortLinkUse",
            fields=[
                ("order_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("token", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Trouble",
            fields=[
                ("order_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("link_found", models.TextField(null=True)),
                ("doubled_with", ArrayField(base_field=models.BigIntegerField(), null=True, size=None)),
                ("evidence", models.TextField()),
                ("staff_id", models.BigIntegerField(null=True)),
                ("found_at", models.DateTimeField()),
            ],
        ),
        migrations.AddConstraint(
            model_name="beside",
            constraint=models.CheckConstraint(
                condition=models.Q(("other_orders", []), ("similar_orders", []), _negated=True),
                name="orders_beside_somebody",
            ),
        ),
        migrations.AddIndex(
            model_name="correction",
            index=models.Index(fields=["order_id", "id"], name="orders_correction_of_order"),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(("delivered__gte", 0), ("reported__gte", 0)), name="orders_correction_counts"
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="orders_correction_has_a_reason"
            ),
        ),
        migrations.AddIndex(
            model_name="shortlinkuse", index=models.Index(fields=["token"], name="orders_by_short_link")
        ),
        migrations.AddConstraint(
            model_name="trouble",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("doubled_with__isnull", True), ("link_found__in", FINDINGS)),
                    models.Q(
                        ("doubled_with__isnull", False),
                        ("link_found__isnull", True),
                        models.Q(("doubled_with", []), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="orders_trouble_is_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="trouble",
            constraint=models.CheckConstraint(
                condition=models.Q(("evidence", ""), _negated=True), name="orders_trouble_has_evidence"
            ),
        ),
        sql.script(__file__, "append_only.sql", reverse="DROP FUNCTION orders_finding_is_append_only() CASCADE"),
        migrations.RemoveConstraint(model_name="event", name="orders_event_kind_known"),
        AddConstraintNotValid(
            model_name="event",
            constraint=models.CheckConstraint(condition=models.Q(("kind__in", KINDS)), name="orders_event_kind_known"),
        ),
    ]
