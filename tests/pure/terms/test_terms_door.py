"""Clauses 6.1, 0.1, 2, 4.6 and 1 before an order is taken."""

from dataclasses import replace
from typing import Any

import pytest
from tests.pure.terms.ordinary import POLICY, under

from sevenpanel.terms import (
    AtDoor,
    DoorDecision,
    DoorFacts,
    DoorOutcome,
    OpenOrder,
    Planned,
    Policy,
    Reach,
    at_the_door,
    interference,
)  # fmt: skip

TARGET = "https://t.me/northwind_news"
PLANNED = Planned(service_id=1, network="telegram", metric="members", target=TARGET, is_private_link=False)
SAME_SERVICE = OpenOrder(order_id=40, service_id=1, network="telegram", metric="members", target=TARGET)
SIMILAR = replace(SAME_SERVICE, order_id=41, service_id=2)
OTHER = replace(SIMILAR, order_id=42, service_id=3, metric="views")
ELSEWHERE = replace(SAME_SERVICE, order_id=43, target="https://t.me/other")
FACTS = DoorFacts(
    is_signed_in=True,
    has_accepted=True,
    is_link_right=True,
    link_words="This is a post; the service takes a channel.",
    planned=PLANNED,
    open_orders=(),
    charge_micros=900_000,
    available_micros=900_000,
    currency="EUR",
)


def door(policy: Policy = POLICY, **changed: Any) -> DoorDecision:
    return at_the_door(replace(FACTS, **changed), policy)


def test_an_ordinary_order_is_taken_without_a_word() -> None:
    decision = door()

    assert (decision.outcome, decision.clause, decision.reasons) == (DoorOutcome.TAKE, None, ())
    assert decision.interference is not None
    assert not decision.interference.is_flagged


def test_6_1_an_account_comes_first() -> None:
    decision = door(is_signed_in=False, has_accepted=False)

    assert (decision.outcome, decision.clause) == (DoorOutcome.REFUSE, "6.1")
    assert decision.reasons == ("An order needs an account first. Sign up or sign in.",)


def test_0_1_acceptance_comes_before_everything_about_the_order() -> None:
    decision = door(has_accepted=False, is_link_right=False, available_micros=0)

    assert (decision.outcome, decision.clause) == (DoorOutcome.REFUSE, "0.1")
    assert decision.reasons == ("Accept the current Terms first.",)


def test_6_1_a_deposit_comes_first_and_what_is_missing_is_said() -> None:
    decision = door(available_micros=899_999)

    assert (decision.outcome, decision.clause, decision.missing_micros) == (DoorOutcome.REFUSE, "6.1", 1)
    assert decision.reasons == ("The order costs 0.90 EUR. Deposit 0.000001 EUR more first.",)
    assert door(available_micros=900_000).outcome is DoorOutcome.TAKE


def test_2_a_wrong_link_is_refused_at_the_door_before_any_charge() -> None:
    decision = door(is_link_right=False, available_micros=0, open_orders=(SAME_SERVICE,))

    assert (decision.outcome, decision.clause) == (DoorOutcome.REFUSE, "2")
    assert decision.reasons == ("This is a post; the service takes a channel.", "Nothing was charged.")


def test_2_by_the_letter_a_wrong_link_is_completed_at_once_and_the_charge_is_kept() -> None:
    letter = under(wrong_link_at_door=AtDoor.COMPLETE)
    decision = door(letter, is_link_right=False)

    assert (decision.outcome, decision.clause) == (DoorOutcome.COMPLETE, "2")
    assert decision.reasons == (
        "This is a post; the service takes a channel.",
        "The order is Completed and its charge of 0.90 EUR is kept.",
    )
    assert door(letter, is_link_right=False, available_micros=0).clause == "6.1"
    assert door(letter).outcome is DoorOutcome.TAKE


def test_4_6_a_second_order_of_the_same_service_is_refused_while_one_is_open_and_told_which() -> None:
    decision = door(open_orders=(replace(SAME_SERVICE, order_id=44), SAME_SERVICE, OTHER), available_micros=0)

    assert (decision.outcome, decision.clause) == (DoorOutcome.REFUSE, "4.6")
    assert decision.interference is not None
    assert (decision.interference.blocked_by, decision.interference.is_untracked) == (40, False)
    assert (decision.interference.clause, decision.interference.is_flagged) == ("4.6", False)
    assert decision.reasons == (
        "Order 40 of this service is still open for the same link. Place this one when it has ended.",
    )
    assert door(open_orders=(ELSEWHERE,)).outcome is DoorOutcome.TAKE


def test_1_another_service_that_counts_the_same_is_taken_flagged_and_untracked_without_a_private_link() -> None:
    decision = door(open_orders=(SIMILAR,))

    assert (decision.outcome, decision.clause) == (DoorOutcome.TAKE, "1")
    assert decision.interference is not None
    assert (decision.interference.is_flagged, decision.interference.is_untracked) == (True, True)
    assert decision.reasons == (
        "Order 41 works on the same link as well, and the same thing is counted: members.",
        "This order cannot be tracked. Use a private link for each service, and it can.",
    )
    assert door(open_orders=(SIMILAR,), available_micros=0).clause == "6.1"


def test_1_with_a_private_link_it_is_flagged_and_stays_tracked() -> None:
    private = replace(PLANNED, is_private_link=True)
    found = interference(private, (SIMILAR, replace(SIMILAR, order_id=39)), POLICY)

    assert (found.is_flagged, found.is_untracked, found.similar) == (True, False, (39, 41))
    assert found.sentences == (
        "Orders 39 and 41 work on the same link as well, and the same thing is counted: members.",
    )


@pytest.mark.parametrize(("reach", "is_untracked"), [(Reach.METRIC, False), (Reach.TARGET, True)])
def test_1_a_service_that_counts_something_else_is_told_and_untracked_only_by_the_letter(
    reach: Reach, is_untracked: bool
) -> None:
    found = interference(PLANNED, (OTHER,), under(untracked_reach=reach))

    assert (found.clause, found.is_flagged, found.is_untracked) == ("1", True, is_untracked)
    assert (found.similar, found.others) == ((), (42,))
    assert found.sentences[0] == "Order 42 works on the same link as well."
    private = interference(replace(PLANNED, is_private_link=True), (OTHER,), under(untracked_reach=reach))
    assert not private.is_untracked


@pytest.mark.parametrize("changed", [{"network": "x"}, {"metric": "views"}])
def test_4_6_similar_means_the_same_network_and_the_same_metric(changed: dict[str, str]) -> None:
    assert interference(PLANNED, (replace(SIMILAR, **changed),), POLICY).similar == ()
    assert interference(PLANNED, (SIMILAR, OTHER), POLICY).similar == (41,)
    assert interference(PLANNED, (SIMILAR, OTHER), POLICY).others == (42,)
    nothing = replace(SIMILAR, metric=None)
    assert interference(replace(PLANNED, metric=None), (nothing,), POLICY).similar == ()


def test_1_of_many_orders_the_twenty_oldest_are_named() -> None:
    found = interference(PLANNED, [replace(SIMILAR, order_id=number) for number in range(130, 100, -1)], POLICY)

    assert found.similar == tuple(range(101, 121))


def test_1_nothing_else_open_is_nothing_to_say() -> None:
    found = interference(PLANNED, (ELSEWHERE,), under(untracked_reach=Reach.TARGET))

    assert (found.clause, found.is_flagged, found.is_untracked, found.sentences) == (None, False, False, ())
