"""What was accepted, by whom, when, where and how."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from sevenpanel.kernel import sql


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        # The new tables refer to people and customers, which are locked for a moment.
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", "SET LOCAL lock_timeout = '5s'"),
        migrations.CreateModel(
            name="AcceptedText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("document", models.TextField()),
                ("version", models.TextField()),
                ("language", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                ("text", models.TextField()),
                ("first_accepted_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("document", "version", "language"), name="accounts_text_once"),
                    models.CheckConstraint(
                        condition=models.Q(("document__in", ["privacy", "terms"])), name="accounts_text_document_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("version", ""), _negated=True), models.Q(("language", ""), _negated=True)
                        ),
                        name="accounts_text_named",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Acceptance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("way", models.TextField()),
                ("statements", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("button_words", models.TextField()),
                ("address", models.TextField()),
                ("agent", models.CharField(max_length=400)),
                ("request_id", models.TextField()),
                ("accepted_at", models.DateTimeField()),
                (
                    "customer",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.customer"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "text",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.acceptedtext",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "text"), name="accounts_acceptance_once"),
                    models.CheckConstraint(
                        condition=models.Q(("way__in", ["acceptance page", "demo", "sign-up"])),
                        name="accounts_acceptance_way_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("statements__contains", ["0.1", "0.2"])),
                        name="accounts_acceptance_stated_what_it_must",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("button_words", ""), _negated=True),
                            models.Q(("address", ""), _negated=True),
                            models.Q(("request_id", ""), _negated=True),
                        ),
                        name="accounts_acceptance_has_its_evidence",
                    ),
                ],
            },
        ),
        sql.script(
            __file__,
            "acceptance.sql",
            reverse="DROP FUNCTION accounts_acceptance_is_append_only() CASCADE;"
            " DROP FUNCTION accounts_acceptance_is_of_its_customer() CASCADE",
        ),
    ]
