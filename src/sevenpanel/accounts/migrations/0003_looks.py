"""How the site looks to each person."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_acceptance"),
    ]

    operations = [
        # The new table refers to people, which are locked for a moment.
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", "SET LOCAL lock_timeout = '5s'"),
        migrations.CreateModel(
            name="Look",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("theme", models.TextField()),
                ("sidenav", models.TextField()),
                ("is_navbar_fixed", models.BooleanField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("theme__in", ["dark", "light", "system"])), name="accounts_look_theme_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sidenav__in", ["dark", "white"])), name="accounts_look_sidenav_known"
                    ),
                ],
            },
        ),
    ]
