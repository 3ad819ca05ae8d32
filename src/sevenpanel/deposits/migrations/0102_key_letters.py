import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Letters to staff about keys. The release before this one writes none and reads none."""

    dependencies = [
        ("deposits", "0101_proposals_as_typed"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", "SET LOCAL lock_timeout = '5s'"),
        migrations.CreateModel(
            name="KeyLetter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("news", models.TextField()),
                ("address", models.TextField()),
                ("tries", models.IntegerField()),
                ("due_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "wallet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="deposits.wallet"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("wallet", "news", "address"), name="deposits_key_letter_once"),
                    models.CheckConstraint(
                        condition=models.Q(("news__in", ["agreed", "proposed", "set", "withdrawn"])),
                        name="deposits_key_letter_news",
                    ),
                ],
            },
        ),
    ]
