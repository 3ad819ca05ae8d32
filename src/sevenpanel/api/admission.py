"""Whose key a request carries and what stands in its way: one reading of the same row, for every version of the API."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from sevenpanel.accounts import queries as accounts
from sevenpanel.accounts.domain import KeyLimits, Permission, is_within
from sevenpanel.terms import Access, Act, Door, access_under


class Row(Protocol):
    """A row by the names of its columns, whichever driver brought it."""

    def __getitem__(self, name: str, /) -> Any:
        """What stands in a column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """Whose key it is, None for nobody's, and whether the key is within its rate.

    :param capped_key_id: the key, when it has a daily limit: only then has placing to count what is spent under it.
    :param access: what the Terms say about this customer's programs now (clause 0.1).
    :param limits: what the key may do, and from where (S-33, S-34).
    :param retry_after: seconds until the next request is admitted.
    """

    capped_key_id: int | None
    customer_id: int | None
    access: Access
    limits: KeyLimits
    is_allowed: bool
    retry_after: float


class Obstacle(StrEnum):
    """What stands in the way of a request before it is read."""

    NO_KEY = "invalid_key"
    TOO_FAST = "rate_limited"
    TERMS = "terms_not_accepted"
    ELSEWHERE = "address_not_allowed"
    NOT_PERMITTED = "not_permitted"


def admissions(found: Sequence[Row], now: datetime) -> list[Admission]:
    """One for each row of `accounts.queries.ADMIT`. What was accepted is judged once for all rows that say the same."""
    labels = [tuple(row["labels"] or ()) for row in found]
    shelf = accounts.shelf()
    judged = {
        each: access_under(
            shelf=shelf, accepted=accounts.accepted_of(each), act=Act.ANYTHING_ELSE, door=Door.API, now=now
        )
        for each in set(labels)
    }
    return [
        Admission(
            capped_key_id=row["key_id"] if row["is_capped"] else None,
            customer_id=row["customer_id"],
            access=judged[each],
            limits=accounts.limits_of(row["permissions"], row["networks"]),
            is_allowed=row["is_allowed"],
            retry_after=row["retry_after"],
        )
        for row, each in zip(found, labels, strict=True)
    ]


def obstacle_of(admission: Admission, *, needed: Permission, address: str) -> Obstacle | None:
    """What stands in the way of a request, the first of all that do; None when it may go on.

    :param needed: what the key has to be allowed.
    :param address: from where the request comes, as far as proxies are trusted.
    """
    if admission.customer_id is None:
        return Obstacle.NO_KEY
    if not admission.is_allowed:
        return Obstacle.TOO_FAST
    if not admission.access.is_allowed:
        return Obstacle.TERMS
    if admission.limits.networks and not is_within(address, admission.limits.networks):
        return Obstacle.ELSEWHERE
    return None if needed in admission.limits.permissions else Obstacle.NOT_PERMITTED
