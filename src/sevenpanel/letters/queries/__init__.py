"""Reads of letters."""

from sevenpanel.letters.queries.choices import choices, customers_who_want
from sevenpanel.letters.queries.unsettled import UnsettledRow, unsettled_letters

__all__ = ["UnsettledRow", "choices", "customers_who_want", "unsettled_letters"]
