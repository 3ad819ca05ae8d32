"""What the Terms say before an order is taken: clauses 6.1, 0.1, 2, 4.6 and 1, in this order.

Placing itself is a statement of the database; this is the rule that it follows, and the words that forms show.
"""

from dataclasses import dataclass
from enum import StrEnum

from sevenpanel.terms.interference import Interference, OpenOrder, Planned, interference
from sevenpanel.terms.policy import AtDoor, Policy
from sevenpanel.terms.sentences import money


class DoorOutcome(StrEnum):
    """What becomes of an order at the door."""

    REFUSE = "refuse"
    COMPLETE = "complete"
    TAKE = "take"


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorFacts:
    """An order as it is asked for, by one customer.

    :param is_link_right: the link could be read and the service takes its kind.
    :param link_words: what is wrong with it and what the service takes, as the reading of links says it.
    :param available_micros: what the customer can spend.
    """

    is_signed_in: bool
    has_accepted: bool
    is_link_right: bool
    link_words: str
    planned: Planned
    open_orders: tuple[OpenOrder, ...]
    charge_micros: int
    available_micros: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorDecision:
    """What the door says.

    :param clause: the clause behind a refusal or a flag; None for an order that is simply taken.
    :param missing_micros: how much has to be deposited first.
    :param interference: what else is open on the target; None when the link leads nowhere.
    """

    outcome: DoorOutcome
    clause: str | None
    reasons: tuple[str, ...]
    missing_micros: int = 0
    interference: Interference | None = None


def at_the_door(facts: DoorFacts, policy: Policy) -> DoorDecision:
    """Decide whether an order is taken. A refusal charges nothing."""
    return _stranger(facts) or _wrong_link(facts, policy) or _known_link(facts, policy)


def _stranger(facts: DoorFacts) -> DoorDecision | None:
    if not facts.is_signed_in:
        return _refused("6.1", "An order needs an account first. Sign up or sign in.")
    if not facts.has_accepted:
        return _refused("0.1", "Accept the current Terms first.")
    return None


def _wrong_link(facts: DoorFacts, policy: Policy) -> DoorDecision | None:
    if facts.is_link_right:
        return None
    if policy.wrong_link_at_door is AtDoor.REFUSE:
        return _refused("2", facts.link_words, "Nothing was charged.")
    if (poor := _too_poor(facts)) is not None:
        return poor
    kept = f"The order is Completed and its charge of {money(facts.charge_micros, facts.currency)} is kept."
    return DoorDecision(outcome=DoorOutcome.COMPLETE, clause="2", reasons=(facts.link_words, kept))


def _known_link(facts: DoorFacts, policy: Policy) -> DoorDecision:
    found = interference(facts.planned, facts.open_orders, policy)
    if found.blocked_by is not None:
        return DoorDecision(outcome=DoorOutcome.REFUSE, clause="4.6", reasons=found.sentences, interference=found)
    poor = _too_poor(facts)
    taken = DoorDecision(
        outcome=DoorOutcome.TAKE, clause=found.clause, reasons=found.sentences, interference=found
    )  # fmt: skip
    return poor or taken


def _too_poor(facts: DoorFacts) -> DoorDecision | None:
    missing = facts.charge_micros - facts.available_micros
    if missing <= 0:
        return None
    costs = money(facts.charge_micros, facts.currency)
    told = f"The order costs {costs}. Deposit {money(missing, facts.currency)} more first."
    return DoorDecision(outcome=DoorOutcome.REFUSE, clause="6.1", reasons=(told,), missing_micros=missing)


def _refused(clause: str, *reasons: str) -> DoorDecision:
    return DoorDecision(outcome=DoorOutcome.REFUSE, clause=clause, reasons=reasons)
