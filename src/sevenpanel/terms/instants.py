"""The one rule for instants in facts: each knows its time zone."""

from datetime import datetime


def require_aware(*instants: datetime | None) -> None:
    """Refuse instants without a time zone; None is no instant and passes.

    :raises ValueError: for the first naive one.
    """
    for each in instants:
        if each is not None and each.utcoffset() is None:
            raise ValueError(f"{each.isoformat()} says no time zone.")
