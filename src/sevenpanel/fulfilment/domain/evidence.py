"""How an order of unknown fate is resolved, cheapest aid first, and how a balance testifies (trust, section 2).

No aid guesses. Each one ends with proof that the provider has the order, proof that it has not, or nothing;
nothing moves on to the next aid and at last to a person.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

BALANCE_APART = timedelta(minutes=10)
"""How far two readings without a drop must lie apart to show that an order was not taken."""

AUTOMATIC_RESENDS_MAX = 3

TEST_WITHIN = timedelta(minutes=3)
"""How soon after an attempt its duplicate test has to be made. What a provider refuses is a second *active* order: of
one that has ended meanwhile it knows nothing, and takes the test for a new order."""


class Aid(StrEnum):
    """The next way to find out."""

    LATE_ANSWER = "late answer"
    REQUEST_ID = "same request id"
    DUPLICATE_TEST = "duplicate test"
    BALANCE = "balance"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveFacts:
    """What decides which aid comes next.

    :param is_open: the order has not ended meanwhile.
    :param late_id: the provider's order id from an answer that came after the lease had ended.
    :param has_idempotency_field: the provider declares a field for our request id.
    :param refuses_duplicates: it declares that it refuses a second active order for a link.
    :param others_on_link: other orders of ours for the same link that this provider may be working on.
    :param duplicate_tests: how many duplicate tests were begun for this order.
    :param age: since the attempt in question was begun.
    :param balance_before: the balance just before the attempt, when it was read.
    :param is_balance_spent: the balance has said all it can.
    """

    is_open: bool
    late_id: str | None
    has_idempotency_field: bool
    refuses_duplicates: bool
    others_on_link: int
    duplicate_tests: int
    age: timedelta
    balance_before: Decimal | None
    is_balance_spent: bool


def next_aid(facts: ResolveFacts) -> Aid:
    """The cheapest aid that can still say something."""
    if facts.late_id is not None:
        return Aid.LATE_ANSWER
    # Both of these send the order again, which would buy one that has ended for nobody.
    if facts.is_open and facts.has_idempotency_field:
        return Aid.REQUEST_ID
    if facts.is_open and facts.refuses_duplicates and _may_be_tested(facts):
        return Aid.DUPLICATE_TEST
    if facts.balance_before is not None and not facts.is_balance_spent:
        return Aid.BALANCE
    return Aid.OPERATOR


def _may_be_tested(facts: ResolveFacts) -> bool:
    """Another order on the same link would answer for ours; a second test, or a late one, would be a blind resend."""
    return not facts.duplicate_tests and not facts.others_on_link and timedelta(0) <= facts.age <= TEST_WITHIN


class BalanceVerdict(StrEnum):
    """What a provider's balance says about an order."""

    TAKEN = "taken"
    NOT_YET = "no drop so far"
    ABSENT = "absent"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceReading:
    """A balance after an attempt of unknown fate.

    :param spent: expected cost of all other orders that the provider took since the balance before.
    :param is_disturbed: something else of unknown size moved the balance since: another unknown attempt, a
        refund by the provider.
    """

    at: datetime
    amount: Decimal
    spent: Decimal
    is_disturbed: bool


def weigh_balance(
    *, before: Decimal, price: Decimal, reading: BalanceReading, quiet_since: datetime | None
) -> BalanceVerdict:
    """Weigh what a balance says about one order.

    :param before: the balance just before the attempt.
    :param price: what the order costs there, exactly.
    :param quiet_since: the instant of an earlier reading that showed no drop.
    :returns: TAKEN when the balance fell by the price, ABSENT when it did not fall at two readings that are
        `BALANCE_APART`, NOT_YET after the first of these, INCONCLUSIVE otherwise.
    """
    places = _places(before, reading.amount)
    low, high = _rounded(price, places)
    drop = before - reading.spent - reading.amount
    if reading.is_disturbed or low == 0:
        return BalanceVerdict.INCONCLUSIVE
    if low <= drop <= high:
        return BalanceVerdict.TAKEN
    if drop != 0:
        return BalanceVerdict.INCONCLUSIVE
    is_shown = quiet_since is not None and reading.at - quiet_since >= BALANCE_APART
    return BalanceVerdict.ABSENT if is_shown else BalanceVerdict.NOT_YET


def _places(*amounts: Decimal) -> int:
    """How many places the readings show; two at least, since trailing zeros are often cut."""
    return max(2, *(-int(amount.normalize().as_tuple().exponent) for amount in amounts))


def _rounded(price: Decimal, places: int) -> tuple[Decimal, Decimal]:
    unit = Decimal(1).scaleb(-places)
    low = price // unit * unit
    return low, low if low == price else low + unit
