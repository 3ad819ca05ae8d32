"""The life of a receipt: every pair of state and event has one answer, and no history credits twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sevenpanel.deposits.domain import Event, ReceiptState, Verdict
from sevenpanel.deposits.domain.machine import (
    ON_THE_BALANCE,
    PAIRS,
    TRANSITIONS,
    WATCHED,
    By,
    Hold,
    Posting,
    events_of,
    transition,
)

S, E = ReceiptState, Event

# The design's table (section 4), written down a second time: (number, from, event, to).
TABLE = [
    (1, None, E.OBSERVED, S.SEEN),
    (2, S.SEEN, E.LEFT, S.ORPHANED),
    (3, S.ORPHANED, E.OBSERVED, S.SEEN),
    (4, S.SEEN, E.CONFIRMED, S.CREDITED),
    (5, S.SEEN, E.DOUBTED, S.HELD),
    (6, S.HELD, E.RELEASED, S.CREDITED),
    (7, S.HELD, E.REJECTED, S.REJECTED),
    (8, S.REJECTED, E.REOPENED, S.HELD),
    (9, S.REJECTED, E.REFUNDED, S.REFUNDED),
    (10, S.HELD, E.LEFT, S.ORPHANED),
    (10, S.REJECTED, E.LEFT, S.ORPHANED),
    (11, S.CREDITED, E.LEFT, S.DISPUTED),
    (12, S.DISPUTED, E.SEEN_AGAIN, S.CREDITED),
    (13, S.DISPUTED, E.BURIED, S.REVERSED),
    (14, S.REVERSED, E.OBSERVED, S.SEEN),
    (15, S.CREDITED, E.FINALIZED, S.FINAL),
    (16, S.FINAL, E.CONTRADICTED, S.DISPUTED),
    (17, None, E.PROPOSED, S.PROPOSED),
    (18, S.PROPOSED, E.APPROVED, S.CREDITED),
    (19, S.PROPOSED, E.DECLINED, S.DECLINED),
    (20, S.CREDITED, E.RECALLED, S.DISPUTED),
]
BY_NUMBER = {line.number: line for line in TRANSITIONS}


@pytest.mark.parametrize(("number", "before", "event", "after"), TABLE)
def test_a_line_of_the_table_leads_where_it_says(
    number: int, before: ReceiptState | None, event: Event, after: ReceiptState
) -> None:
    line = transition(before, event)

    assert line is not None
    assert (line.number, line.after) == (number, after)


@pytest.mark.parametrize("event", Event)
@pytest.mark.parametrize("state", [None, *ReceiptState])
def test_an_event_that_does_not_fit_changes_nothing(state: ReceiptState | None, event: Event) -> None:
    listed = {(before, each) for _, before, each, _ in TABLE}

    assert (transition(state, event) is not None) == ((state, event) in listed)


def test_what_is_booked_stands_in_the_lines_that_say_so() -> None:
    booked = {n: line.posting for n, line in BY_NUMBER.items() if line.posting is not Posting.NONE}

    assert booked == {
        4: Posting.CREDIT,
        5: Posting.SUSPEND,
        6: Posting.RELEASE,
        9: Posting.REFUND,
        10: Posting.UNSUSPEND,
        13: Posting.MIRROR,
        18: Posting.BY_HAND,
    }
    assert {n for n, line in BY_NUMBER.items() if line.hold is Hold.PLACED} == {11, 16, 20}
    assert {n for n, line in BY_NUMBER.items() if line.hold is Hold.LIFTED} == {12, 13}


def test_only_people_reject_refund_and_decide_proposals() -> None:
    assert {n for n, line in BY_NUMBER.items() if line.by == {By.STAFF}} == {7, 8, 9, 17, 18, 19}
    assert {before for before, _after in PAIRS if before} | {S.REFUNDED, S.DECLINED} == set(S)
    assert not WATCHED & {S.FINAL, S.REFUNDED, S.PROPOSED, S.DECLINED}


@pytest.mark.parametrize(
    ("state", "verdict", "after"),
    [
        (None, Verdict.SEEN, S.SEEN),
        (None, Verdict.CONFIRMED, S.CREDITED),
        (None, Verdict.FINAL, S.FINAL),
        (None, Verdict.DOUBTFUL, S.HELD),
        (None, Verdict.LEFT, None),
        (None, Verdict.REPLACED, None),
        (S.SEEN, Verdict.SEEN, S.SEEN),
        (S.SEEN, Verdict.LEFT, S.ORPHANED),
        (S.ORPHANED, Verdict.CONFIRMED, S.CREDITED),
        (S.HELD, Verdict.CONFIRMED, S.HELD),
        (S.HELD, Verdict.LEFT, S.ORPHANED),
        (S.REJECTED, Verdict.FINAL, S.REJECTED),
        (S.CREDITED, Verdict.SEEN, S.CREDITED),
        (S.CREDITED, Verdict.DOUBTFUL, S.CREDITED),
        (S.CREDITED, Verdict.LEFT, S.DISPUTED),
        (S.CREDITED, Verdict.REPLACED, S.REVERSED),
        (S.CREDITED, Verdict.RECALLED, S.DISPUTED),
        (S.DISPUTED, Verdict.LEFT, S.DISPUTED),
        (S.DISPUTED, Verdict.DOUBTFUL, S.DISPUTED),
        (S.DISPUTED, Verdict.SEEN, S.CREDITED),
        (S.DISPUTED, Verdict.FINAL, S.FINAL),
        (S.DISPUTED, Verdict.REPLACED, S.REVERSED),
        (S.DISPUTED, Verdict.RECALLED, S.REVERSED),
        (S.REVERSED, Verdict.CONFIRMED, S.CREDITED),
        (S.REVERSED, Verdict.LEFT, S.REVERSED),
        (S.FINAL, Verdict.CONFIRMED, S.FINAL),
        (S.FINAL, Verdict.LEFT, S.DISPUTED),
        (S.REFUNDED, Verdict.FINAL, S.REFUNDED),
        (S.PROPOSED, Verdict.FINAL, S.PROPOSED),
        (S.DECLINED, Verdict.FINAL, S.DECLINED),
    ],
)
def test_a_verdict_leads_a_receipt_on(state: ReceiptState | None, verdict: Verdict, after: ReceiptState | None) -> None:
    for event in events_of(state, verdict):
        line = transition(state, event)
        assert line is not None
        state = line.after
    assert state is after


@given(st.lists(st.sampled_from(Event), max_size=60))
def test_no_history_credits_twice_or_loses_what_it_took_into_suspense(events: list[Event]) -> None:
    """The books of one receipt, kept naively beside the machine: what stands there follows from the state alone."""
    state: ReceiptState | None = None
    credited = suspense = hold = 0
    for event in events:
        line = transition(state, event)
        if line is None:
            continue
        state = line.after
        credited += {Posting.CREDIT: 1, Posting.RELEASE: 1, Posting.BY_HAND: 1, Posting.MIRROR: -1}.get(line.posting, 0)
        suspense += {Posting.SUSPEND: 1, Posting.RELEASE: -1, Posting.UNSUSPEND: -1, Posting.REFUND: -1}.get(
            line.posting, 0
        )
        hold += {Hold.PLACED: 1, Hold.LIFTED: -1, Hold.NONE: 0}[line.hold]

        assert credited == (state in ON_THE_BALANCE)
        assert suspense == (state in {S.HELD, S.REJECTED})
        assert hold == (state is S.DISPUTED)
