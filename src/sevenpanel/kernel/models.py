"""Tables of the ground floor: the outbox, and the column type for money."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from django.db import models

from sevenpanel.kernel.money import NotAnAmount


class MicrosField(models.BigIntegerField):  # type: ignore[type-arg]
    """A BIGINT of micro-units that refuses anything but a whole number on its way to the database (I12)."""

    def get_prep_value(self, value: Any) -> Any:
        """Refuse floats and decimals before they are rounded silently.

        :raises NotAnAmount: when value is neither an int nor None.
        """
        if value is not None and type(value) is not int and not hasattr(value, "resolve_expression"):
            raise NotAnAmount(f"Money is whole micro-units, not {type(value).__name__}.")
        return super().get_prep_value(value)


class RawField(models.DecimalField):  # type: ignore[type-arg]
    """A NUMERIC(78, 0) of an asset's smallest units: whole numbers in, whole numbers out (I12)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "max_digits": 78, "decimal_places": 0})

    def get_prep_value(self, value: Any) -> Any:
        """Refuse floats and decimals before they are rounded silently.

        :raises NotAnAmount: when value is neither an int nor None.
        """
        if value is not None and type(value) is not int and not hasattr(value, "resolve_expression"):
            raise NotAnAmount(f"An amount of an asset is whole units, not {type(value).__name__}.")
        return value

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """The number as it is: Django would round it to the digits of its context."""
        return value if hasattr(value, "as_sql") else self.get_prep_value(value)

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> int | None:
        """The number as an int."""
        return None if value is None else int(value)

    def to_python(self, value: Any) -> Any:
        """The number as it is."""
        return self.get_prep_value(value)


class Outbox(models.Model):
    """Work that a committed transaction has handed on. A row is deleted by the transaction that took it over."""

    topic = models.TextField()
    customer_id = models.BigIntegerField()
    subject_id = models.BigIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(condition=~models.Q(topic=""), name="outbox_topic_named"),)
        indexes = (models.Index(fields=("topic", "id"), name="outbox_by_topic"),)


def words(enum: Iterable[StrEnum]) -> list[str]:
    """An enum's words as plain text for a database check, so that enum and check come from one source.

    Plain text, because a migration must go on meaning the same when the enum has moved or grown.
    """
    return sorted(member.value for member in enum)
