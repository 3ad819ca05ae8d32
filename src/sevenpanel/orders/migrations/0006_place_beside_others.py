"""The index that keeps one active order per service and target finds the others on the target, too; and placing that
looks at them. Both forms of placing stand side by side until the release before this one is gone.
"""

from django.db import migrations, models

from sevenpanel.kernel import sql

_NAME = "orders_one_active_per_target"
_BUILT = "orders_one_active_built"
_FIELDS = ("customer_id", "target", "service_id")
_FIELDS_BEFORE = ("customer_id", "service_id", "target")

# One array each, in the order of the arguments; the last is the instant.
_PLACE = (
    "bigint[], bigint[], text[], text[], text[], text[], boolean[], bigint[], text[], bigint[], text[], text[], bytea[], "
    "bigint[], boolean[], text[], text[], text[], text, timestamptz"
)


def _unique(fields: tuple[str, ...]) -> models.UniqueConstraint:
    return models.UniqueConstraint(fields=fields, condition=models.Q(("is_open", True)), name=_NAME)


def _build(fields: tuple[str, ...]) -> list[str]:
    """Built while orders go on. What an attempt that broke off has left is cleared away first."""
    return [
        f"DROP INDEX CONCURRENTLY IF EXISTS {_BUILT}",
        f"CREATE UNIQUE INDEX CONCURRENTLY {_BUILT} ON orders_order ({', '.join(fields)}) WHERE is_open",
    ]


# At one instant, so that there is always one of this name.
_PUT_IN_PLACE = (
    f"BEGIN; SET LOCAL lock_timeout = '5s'; DROP INDEX {_NAME}; ALTER INDEX {_BUILT} RENAME TO {_NAME}; COMMIT"
)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0005_link_trouble_valid"), ("accounts", "0002_acceptance"), ("catalog", "0002_metric")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL([*_build(_FIELDS), _PUT_IN_PLACE], [*_build(_FIELDS_BEFORE), _PUT_IN_PLACE])
            ],
            state_operations=[
                migrations.RemoveConstraint(model_name="order", name=_NAME),
                migrations.AddConstraint(model_name="order", constraint=_unique(_FIELDS)),
            ],
        ),
        sql.script(
            __file__,
            "place_beside_others.sql",
            reverse="DROP FUNCTION orders_mark_beside(bigint[], text[], text[], text, timestamptz); "
            f"DROP FUNCTION orders_place({_PLACE})",
        ),
    ]
