"""The index by which the Updates are read newest first, each notice where its first version stands.

Without it every notice there is was read and sorted for a page of fifty.
"""

from django.db import migrations, models
from django.db.models.functions import Coalesce

_NAME = "notices_in_order"
_BUILD = f"CREATE INDEX CONCURRENTLY {_NAME} ON notices_notice (coalesce(root_id, id))"
_REMOVE = f"DROP INDEX CONCURRENTLY IF EXISTS {_NAME}"


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("notices", "0004_bundles")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                # Built while notices are written. What an attempt that broke off has left is cleared away first.
                migrations.RunSQL([_REMOVE, _BUILD], [_REMOVE])
            ],
            state_operations=[
                migrations.AddIndex(model_name="notice", index=models.Index(Coalesce("root_id", "id"), name=_NAME))
            ],
        ),
    ]
