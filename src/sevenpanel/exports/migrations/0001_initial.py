"""Files that are made in the background."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    initial = True

    dependencies = [("orders", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Export",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("customer_id", models.BigIntegerField()),
                ("user_id", models.BigIntegerField()),
                ("status", models.TextField(null=True)),
                ("text", models.TextField(default="")),
                ("has_mark", models.BooleanField(default=True)),
                ("asked_at", models.DateTimeField()),
                ("before_id", models.BigIntegerField(null=True)),
                ("rows", models.BigIntegerField(default=0)),
                ("ready_at", models.DateTimeField(null=True)),
                ("taken_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["id"], condition=Q(ready_at__isnull=True), name="exports_to_write"),
                    models.Index(fields=["user_id"], name="exports_by_person"),
                    models.Index(fields=["customer_id"], name="exports_by_customer"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(taken_at__isnull=True) | Q(ready_at__isnull=False), name="exports_taken_when_ready"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Piece",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.IntegerField()),
                ("content", models.BinaryField()),
                (
                    "export",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exports.export",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("export", "number"), name="exports_piece_once")],
            },
        ),
    ]
