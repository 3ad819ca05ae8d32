"""What a key may do, from where, and until when.

The release before this one makes keys without limits, and admits every key that is not revoked: until all processes are
new, a key that was replaced lives on.
"""

from pathlib import Path

import django.contrib.postgres.fields
from django.db import migrations, models

from sevenpanel.kernel import sql

_BEFORE = Path(__file__).with_name("admit.sql").read_text().partition("CREATE FUNCTION")[2]


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_reading"),
    ]

    operations = [
        # Keys are locked for a moment, and there are too few of them for the check to take long.
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", "SET LOCAL lock_timeout = '5s'"),
        migrations.AddField(
            model_name="apikey",
            name="permissions",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), null=True, size=None),
        ),
        migrations.AddField(
            model_name="apikey",
            name="networks",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), null=True, size=None),
        ),
        migrations.AddField(model_name="apikey", name="ends_at", field=models.DateTimeField(null=True)),
        migrations.AddConstraint(
            model_name="apikey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("permissions__isnull", True),
                    ("permissions__contained_by", ["cancel", "order", "read"]),
                    _connector="OR",
                ),
                name="accounts_key_permissions_known",
            ),
        ),
        sql.script(__file__, "admit_until_the_end.sql", reverse=f"CREATE OR REPLACE FUNCTION{_BEFORE}"),
    ]
