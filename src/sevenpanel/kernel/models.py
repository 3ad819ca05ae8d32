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
