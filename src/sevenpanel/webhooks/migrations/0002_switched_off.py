"""That an address was switched off is written down once, and `letters` tells its people.

The table of letters stays for the release before this one, which writes into it: `letters` takes over what it finds
there. The release after this one drops it (docs/upgrade.md).
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("webhooks", "0001_initial")]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", "SET LOCAL lock_timeout = '5s'"),
        migrations.CreateModel(
            name="SwitchedOff",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "endpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="webhooks.endpoint"
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel(name="Letter")]),
    ]
