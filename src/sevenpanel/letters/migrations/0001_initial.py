"""Letters: what people chose, how far was read, what happened, and the letters that tell it.

What happened before is not told: reading begins at what there is now. The release before this one writes none of it.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import sevenpanel.kernel.models

_BEGIN = """
INSERT INTO letters_mark (source, read_upto, seen, writing)
SELECT 'security', coalesce(max(id), 0), coalesce(max(id), 0), '{}'::text[] FROM accounts_securityevent
UNION ALL SELECT 'deposits', coalesce(max(id), 0), coalesce(max(id), 0), '{}' FROM deposits_event
UNION ALL SELECT 'tickets', coalesce(max(id), 0), coalesce(max(id), 0), '{}' FROM support_message
UNION ALL SELECT 'orders', coalesce(max(id), 0), coalesce(max(id), 0), '{}' FROM orders_event
UNION ALL SELECT 'notices', coalesce(max(id), 0), coalesce(max(id), 0), '{}' FROM notices_notice
"""
_KINDS = [
    "answers to tickets",
    "deposits",
    "new terms",
    "orders finished",
    "orders that ended short",
    "orders that need you",
    "security of the account",
    "services you use",
]
_MANNERS = ["at once", "not at all", "once a day"]
_NEWS = [
    "answered",
    "completed",
    "credited",
    "edition",
    "ended short",
    "link found wrong",
    "looked at",
    "notice",
    "safety",
    "several on one link",
]


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0008_security_events"),
        ("deposits", "0001_initial"),
        ("notices", "0001_initial"),
        ("orders", "0008_stop"),
        ("support", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", "SET LOCAL lock_timeout = '5s'"),
        migrations.CreateModel(
            name="Choice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("user_id", models.BigIntegerField()),
                ("kind", models.TextField()),
                ("manner", models.TextField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user_id", "kind"), name="letters_choice_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", [kind for kind in _KINDS if kind != "security of the account"])
                        ),
                        name="letters_choice_of_a_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("manner__in", _MANNERS)), name="letters_choice_manner_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Mark",
            fields=[
                ("source", models.TextField(primary_key=True, serialize=False)),
                ("read_upto", models.BigIntegerField(default=0)),
                ("seen", models.BigIntegerField(default=0)),
                (
                    "writing",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("user_id", models.BigIntegerField()),
                ("kind", models.TextField()),
                ("slot", models.TextField()),
                ("state", models.TextField(default="waiting")),
                ("tries", models.IntegerField(default=0)),
                ("due_at", models.DateTimeField()),
                ("written_at", models.DateTimeField()),
                ("claimed_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("fault", models.TextField(default="")),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("state", "waiting")), fields=["due_at"], name="letters_due"),
                    models.Index(
                        condition=models.Q(("state__in", ["given up", "sending", "unknown"])),
                        fields=["state", "id"],
                        name="letters_unsettled",
                    ),
                    models.Index(fields=["user_id", "written_at"], name="letters_of_person"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("user_id", "kind", "slot"), name="letters_letter_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", sorted([*_KINDS, "daily"]))), name="letters_letter_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["given up", "left", "sending", "sent", "unknown", "waiting"])
                        ),
                        name="letters_letter_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Told",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("user_id", models.BigIntegerField()),
                ("kind", models.TextField()),
                ("news", models.TextField()),
                ("key", models.TextField()),
                ("subject_id", models.BigIntegerField(null=True)),
                ("micros", sevenpanel.kernel.models.MicrosField(null=True)),
                ("currency", models.TextField(default="")),
                ("manner", models.TextField()),
                ("happened_at", models.DateTimeField()),
                ("noted_at", models.DateTimeField()),
                (
                    "letter",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="letters.letter",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("letter__isnull", True)),
                        fields=["manner", "user_id", "kind"],
                        name="letters_told_waiting",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("user_id", "kind", "key"), name="letters_told_once"),
                    models.CheckConstraint(condition=models.Q(("kind__in", _KINDS)), name="letters_told_kind_known"),
                    models.CheckConstraint(condition=models.Q(("news__in", _NEWS)), name="letters_told_news_known"),
                    models.CheckConstraint(
                        condition=models.Q(("manner__in", ["at once", "once a day"])), name="letters_told_in_a_manner"
                    ),
                ],
            },
        ),
        migrations.RunSQL(_BEGIN, migrations.RunSQL.noop),
    ]
