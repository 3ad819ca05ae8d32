"""Ids in addresses: whole numbers that fit the database, so that none can make a query fail; versions of documents;
tokens of short links."""

import re
from datetime import UTC, datetime

from sevenpanel.shortlinks.domain import TOKEN
from sevenpanel.terms.documents import VERSION

# Eighteen digits always fit a BIGINT.
ID = re.compile(r"[1-9][0-9]{0,17}")


class IdConverter:
    """A row's id in a path."""

    regex = ID.pattern

    def to_python(self, value: str) -> int:
        """The id as a number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """The id as text."""
        return str(value)


class VersionConverter:
    """A version of a document in a path. It begins with a digit, so that words can stand beside it."""

    regex = VERSION.pattern

    def to_python(self, value: str) -> str:
        """The version as it is named."""
        return value

    def to_url(self, value: str) -> str:
        """The version as it is named."""
        return value


class TokenConverter:
    """The token of a short link in a path."""

    regex = TOKEN.pattern

    def to_python(self, value: str) -> str:
        """The token as it is."""
        return value

    def to_url(self, value: str) -> str:
        """The token as it is."""
        return value


class MonthConverter:
    """A month in a path, such as 2026-11: the instant at which it begins, in UTC."""

    regex = r"20[0-9]{2}-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> datetime:
        """When it begins."""
        return datetime(int(value[:4]), int(value[5:]), 1, tzinfo=UTC)

    def to_url(self, value: datetime) -> str:
        """Its year and its number."""
        return f"{value:%Y-%m}"


def read_id(text: str | None) -> int | None:
    """An id from a query string; None for everything that is none."""
    return int(text) if text and ID.fullmatch(text) else None
