"""The index by which a customer finds the few orders that ended otherwise than delivered among very many.

It is written when an order ends, never when one is placed or followed, and only for those that it holds.
"""

from django.db import migrations, models

_NAME = "orders_stopped_by_customer"
_BUILD = f"CREATE INDEX CONCURRENTLY {_NAME} ON orders_order (customer_id, id) WHERE outcome <> 'delivered'"
_REMOVE = f"DROP INDEX CONCURRENTLY IF EXISTS {_NAME}"
_INDEX = models.Index(
    fields=["customer_id", "id"],
    condition=models.Q(("outcome__isnull", False), models.Q(("outcome", "delivered"), _negated=True)),
    name=_NAME,
)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0008_stop")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                # Built while orders go on. What an attempt that broke off has left is cleared away first.
                migrations.RunSQL([_REMOVE, _BUILD], [_REMOVE])
            ],
            state_operations=[migrations.AddIndex(model_name="order", index=_INDEX)],
        ),
    ]
