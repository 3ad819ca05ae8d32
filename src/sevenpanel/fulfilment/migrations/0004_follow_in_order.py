"""The index of what is followed tells orders apart that are due at one instant, so that a stretch of it is exact."""

from django.db import migrations, models

_NAME, _BUILT = "fulfilment_to_follow", "fulfilment_to_follow_built"
_FIELDS, _FIELDS_BEFORE = ("provider_id", "due_at", "order_id"), ("provider_id", "due_at")


def _index(fields: tuple[str, ...]) -> models.Index:
    return models.Index(fields=fields, condition=models.Q(("action__in", ["follow", "watch"])), name=_NAME)


def _build(fields: tuple[str, ...]) -> tuple[str, ...]:
    """Built while orders are followed. What an attempt that broke off has left is cleared away first."""
    return (
        f"DROP INDEX CONCURRENTLY IF EXISTS {_BUILT}",
        f"CREATE INDEX CONCURRENTLY {_BUILT} ON fulfilment_task ({', '.join(fields)}) WHERE action IN ('follow', 'watch')",
        f"BEGIN; SET LOCAL lock_timeout = '5s'; DROP INDEX {_NAME}; ALTER INDEX {_BUILT} RENAME TO {_NAME}; COMMIT",
    )


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("fulfilment", "0003_rounds")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(_build(_FIELDS), _build(_FIELDS_BEFORE))],
            state_operations=[
                migrations.RemoveIndex(model_name="task", name=_NAME),
                migrations.AddIndex(model_name="task", index=_index(_FIELDS)),
            ],
        ),
    ]
