"""What the people of an account are told about its safety. The release before this one writes none of it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_key_caps"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", "SET LOCAL lock_timeout = '5s'"),
        migrations.CreateModel(
            name="SecurityEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("news", models.TextField()),
                ("address", models.TextField(default="")),
                ("agent", models.CharField(default="", max_length=400)),
                ("key_id", models.BigIntegerField(null=True)),
                ("email", models.TextField(default="")),
                ("at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["at"], name="accounts_security_age")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "news__in",
                                [
                                    "address changed",
                                    "key changed",
                                    "key made",
                                    "key revoked",
                                    "password changed",
                                    "second factor changed",
                                    "signed in on a new device",
                                ],
                            )
                        ),
                        name="accounts_security_news_known",
                    )
                ],
            },
        ),
    ]
