"""Clauses 4.1, 4.3 and 4.4, sentence by sentence: the button, the specification, the silent ticket."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tests.pure.terms.ordinary import (
    CHARGE,
    DUE,
    HOUR,
    LATE,
    ORDER,
    PLACED,
    POLICY,
    TICK,
    UNDELIVERED,
    ask,
    closed,
    described,
    notice,
    order,
    request,
    ticket,
    under,
)  # fmt: skip

from sevenpanel.terms import (
    AnswerClock,
    Aspect,
    CancelAnswer,
    Dispatch,
    Document,
    Extent,
    Kind,
    Notice,
    NoticeKind,
    OrderFacts,
    Outcome,
    Overrides,
    Status,
    answer_clock,
    decide,
)  # fmt: skip

DAY = timedelta(hours=24)
BUTTON = described(can_cancel=True)
NOT_SENT = (Dispatch.QUEUED, Dispatch.ABSENT, Dispatch.REFUSED, Dispatch.WRITTEN_OFF)


# 4.1


@pytest.mark.parametrize("dispatch", NOT_SENT)
def test_4_1_with_a_cancel_button_and_not_sent_everything_comes_back_at_once(dispatch: Dispatch) -> None:
    queued = replace(BUTTON, dispatch=dispatch, status=Status.PENDING, reported_delivered=0, started_at=None)
    decision = ask(Kind.CANCEL, queued, at=PLACED + TICK)

    assert (decision.outcome, decision.clause, decision.refund_micros) == (Outcome.GRANT, "4.1", CHARGE)
    assert decision.close_as is Status.CANCELED
    assert decision.reasons == (
        "The order had not been sent to the provider yet.",
        "0 of 1,000 arrived. Of the charge of 0.90 EUR, everything comes back: 0.90 EUR.",
    )


@pytest.mark.parametrize(
    ("dispatch", "words"),
    [
        (Dispatch.SENT, "is with the provider"),
        (Dispatch.SENDING, "may have reached the provider"),
        (Dispatch.UNKNOWN, "may have reached the provider"),
    ],
)
@pytest.mark.parametrize("answer", [CancelAnswer.NOT_ASKED, CancelAnswer.ASKED])
def test_4_1_what_was_sent_is_asked_of_the_provider(dispatch: Dispatch, words: str, answer: CancelAnswer) -> None:
    decision = ask(Kind.CANCEL, replace(BUTTON, dispatch=dispatch, cancel_answer=answer))

    assert (decision.outcome, decision.clause, decision.refund_micros) == (Outcome.PROVIDER, "4.1", 0)
    assert decision.close_as is None
    assert decision.reasons == (
        f"The order {words}. It is asked to stop; what was not delivered comes back when it confirms.",
    )


def test_4_1_when_the_provider_confirms_the_undelivered_part_comes_back() -> None:
    decision = ask(Kind.CANCEL, replace(BUTTON, cancel_answer=CancelAnswer.CONFIRMED))

    assert (decision.outcome, decision.refund_micros, decision.close_as) == (
        Outcome.GRANT, UNDELIVERED, Status.PARTIAL,
    )  # fmt: skip
    assert decision.reasons[0] == "The provider confirmed that it stopped."


def test_4_1_when_the_provider_refuses_nothing_moves_and_its_words_are_shown() -> None:
    refused = replace(BUTTON, cancel_answer=CancelAnswer.REFUSED)
    decision = ask(Kind.CANCEL, replace(refused, cancel_words="Already running."))

    assert (decision.outcome, decision.clause, decision.refund_micros) == (Outcome.REFUSE, "4.1", 0)
    told = "The provider did not cancel, so the order goes on and nothing comes back."
    assert decision.reasons == (f"{told} Its words: Already running.",)
    assert ask(Kind.CANCEL, refused).reasons == (told,)


def test_4_1_without_a_cancel_button_there_is_nothing_to_ask_for() -> None:
    decision = ask(Kind.CANCEL)

    assert (decision.outcome, decision.clause) == (Outcome.REFUSE, "4.1")
    assert decision.reasons == ("This service has no cancel button, and its description offers no cancellation.",)


def test_4_1_the_button_can_come_by_a_notice_and_does_not_go_by_one_that_came_after_placing() -> None:
    given = order(notices=(notice(kind=NoticeKind.DESCRIPTION, published=DUE, can_cancel=True),))
    taken = notice(kind=NoticeKind.DESCRIPTION, published=PLACED + HOUR, can_cancel=False)

    assert ask(Kind.CANCEL, given, at=DUE).outcome is Outcome.PROVIDER
    assert ask(Kind.CANCEL, given, at=DUE - TICK).outcome is Outcome.REFUSE
    assert ask(Kind.CANCEL, replace(BUTTON, notices=(taken,))).outcome is Outcome.PROVIDER
    early = replace(taken, published_at=PLACED, in_force_from=PLACED)
    assert ask(Kind.CANCEL, replace(BUTTON, notices=(early,))).outcome is Outcome.REFUSE


def test_4_1_a_button_that_came_after_placing_goes_with_its_notice_and_not_by_another() -> None:
    given = notice(1, published=PLACED + HOUR, can_cancel=True, in_force_until=DUE)
    taken = notice(2, published=PLACED + 2 * HOUR, can_cancel=False)
    other = notice(3, published=PLACED + 2 * HOUR, can_cancel=True)
    ended = notice(4, published=PLACED - HOUR, can_cancel=False, in_force_until=PLACED + HOUR)

    def outcome(*notices: Notice, at: datetime = DUE - TICK, about: OrderFacts = ORDER) -> Outcome:
        return ask(Kind.CANCEL, replace(about, notices=notices), at=at).outcome

    assert outcome(given, taken) is Outcome.PROVIDER
    assert outcome(given, taken, at=PLACED + HOUR - TICK) is Outcome.REFUSE
    assert outcome(given, taken, at=DUE) is Outcome.REFUSE
    assert outcome(replace(given, withdrawn_at=DUE - HOUR), taken) is Outcome.REFUSE
    assert outcome(taken, other) is Outcome.PROVIDER
    assert outcome(replace(ended, overrides=Overrides(can_cancel=True)), taken) is Outcome.PROVIDER
    assert outcome(ended, taken, about=BUTTON) is Outcome.PROVIDER
    assert outcome(ended, replace(taken, published_at=PLACED, in_force_from=PLACED), about=BUTTON) is Outcome.REFUSE


def test_4_1_an_order_that_ended_cannot_be_cancelled() -> None:
    decision = ask(Kind.CANCEL, replace(closed(), description=BUTTON.description))

    assert (decision.outcome, decision.clause) == (Outcome.REFUSE, "4.1")
    assert decision.reasons == ("The order ended on 5 May 2027, 11:00 UTC as Completed.",)


# 4.3


def test_4_3_what_differs_from_what_was_sold_gives_everything_back() -> None:
    decision = ask(Kind.WRONG_SPECIFICATION, differs=frozenset({Aspect.ORIGIN, Aspect.QUALITY}))

    assert (decision.outcome, decision.clause, decision.refund_micros) == (Outcome.GRANT, "4.3", CHARGE)
    assert decision.close_as is Status.CANCELED
    assert decision.reasons == (
        "What arrived differs in its quality and where it comes from.",
        "400 of 1,000 arrived. Of the charge of 0.90 EUR, everything comes back: 0.90 EUR.",
    )


def test_4_3_it_can_be_asked_after_completion_too() -> None:
    decision = ask(Kind.WRONG_SPECIFICATION, closed(), differs=frozenset({Aspect.WHAT}))

    assert (decision.outcome, decision.refund_micros, decision.close_as) == (Outcome.GRANT, CHARGE, None)
    partial = ask(Kind.WRONG_SPECIFICATION, closed(Status.PARTIAL), differs=frozenset({Aspect.WHAT}))
    assert partial.refund_micros == CHARGE - UNDELIVERED


def test_4_3_the_operator_can_set_that_only_the_undelivered_part_comes_back() -> None:
    asked = request(Kind.WRONG_SPECIFICATION, differs=frozenset({Aspect.WHAT}))
    decision = decide(asked, under(wrong_spec_refund=Extent.UNDELIVERED), LATE)

    assert (decision.outcome, decision.refund_micros) == (Outcome.GRANT, UNDELIVERED)


@pytest.mark.parametrize("aspect", [Aspect.SPEED, Aspect.START_TIME, Aspect.DROP])
def test_4_3_speed_start_time_and_drop_are_not_among_the_specifications(aspect: Aspect) -> None:
    named = ask(Kind.WRONG_SPECIFICATION, broken=frozenset({aspect}), documents=frozenset())
    seen = ask(Kind.WRONG_SPECIFICATION, differs=frozenset({aspect}))

    assert (named.outcome, named.clause, named.rule) == (Outcome.REFUSE, "4.3", "no specification")
    assert (seen.outcome, seen.clause, seen.rule) == (Outcome.REFUSE, "4.3", "wrong specification")
    assert named.reasons == (f"You name {aspect}, which is not among the specifications of a service.",)
    assert seen.reasons == (
        f"Staff found a difference in {aspect}, which is not among the specifications of a service.",
    )


def test_4_3_where_no_part_is_named_staff_look() -> None:
    unnamed = {
        "broken": frozenset[Aspect](),
        "documents": frozenset({Document.RECEIVED_SCREENSHOT, Document.BROKEN_PART}),
    }

    assert ask(Kind.WRONG_SPECIFICATION, **unnamed).rule == "wrong specification"


def test_4_3_wrong_except_speed_counts_by_what_else_is_wrong() -> None:
    both = frozenset({Aspect.SPEED, Aspect.WHAT})

    assert ask(Kind.WRONG_SPECIFICATION, broken=both).outcome is Outcome.STAFF
    decision = ask(Kind.WRONG_SPECIFICATION, broken=both, differs=both)
    assert (decision.outcome, decision.reasons[0]) == (Outcome.GRANT, "What arrived differs in what is delivered.")


def test_4_3_staff_look_first_and_may_find_no_difference() -> None:
    waiting = ask(Kind.WRONG_SPECIFICATION)
    looked = ask(Kind.WRONG_SPECIFICATION, differs=frozenset())

    assert (waiting.outcome, waiting.clause) == (Outcome.STAFF, "4.3")
    assert waiting.reasons == ("The documents are complete; staff look at them.",)
    assert (looked.outcome, looked.clause) == (Outcome.REFUSE, "4.3")
    assert looked.reasons == ("Staff compared what arrived with the description and found no difference.",)


# 4.4

ASKED = PLACED + HOUR
WAITING = ticket((ASKED, "customer"))


@pytest.mark.parametrize(
    ("waited", "outcome"),
    [
        (DAY + timedelta(seconds=1), Outcome.GRANT),
        (DAY + TICK, Outcome.GRANT),
        (DAY, Outcome.REFUSE),
        (DAY - timedelta(minutes=1), Outcome.REFUSE),
    ],
)
def test_4_4_a_ticket_that_is_silent_for_more_than_24_hours_lets_the_customer_claim(
    waited: timedelta, outcome: Outcome
) -> None:
    decision = ask(Kind.UNANSWERED, at=ASKED + waited, ticket=WAITING)

    assert (decision.outcome, decision.clause) == (outcome, "4.4")
    assert decision.refund_micros == (CHARGE if outcome is Outcome.GRANT else 0)


def test_4_4_the_charge_comes_back_and_the_order_is_canceled_with_reasons() -> None:
    granted = ask(Kind.UNANSWERED, at=ASKED + DAY + HOUR, ticket=WAITING)
    refused = ask(Kind.UNANSWERED, at=ASKED + DAY - HOUR, ticket=WAITING)

    assert granted.close_as is Status.CANCELED
    assert granted.reasons[0] == (
        "Ticket 77 has waited for an answer since 3 May 2027, 13:00 UTC, which is more than 24 hours."
    )
    assert refused.may_ask_from == ASKED + DAY
    assert refused.reasons == (
        "Ticket 77 has waited since 3 May 2027, 13:00 UTC; staff have until 4 May 2027, 13:00 UTC to answer.",
    )


def test_4_4_the_operator_can_set_the_hours_and_the_extent() -> None:
    asked = request(Kind.UNANSWERED, at=ASKED + 2 * HOUR, ticket=WAITING)

    assert decide(asked, POLICY, asked.requested_at).outcome is Outcome.REFUSE
    quick = under(ticket_answer_hours=1, unanswered_refund=Extent.UNDELIVERED)
    decision = decide(asked, quick, asked.requested_at)
    assert (decision.outcome, decision.refund_micros) == (Outcome.GRANT, UNDELIVERED)
    assert decision.reasons[0].endswith("which is more than 1 hour.")


def test_4_4_the_ticket_has_to_be_for_that_order() -> None:
    about_others = ticket((ASKED, "customer"), orders=(4, 6))
    about_several = ticket((ASKED, "customer"), orders=(4, 5, 6))

    for other in (None, about_others):
        decision = ask(Kind.UNANSWERED, at=LATE, ticket=other)
        assert (decision.outcome, decision.clause) == (Outcome.REFUSE, "4.4")
        assert decision.reasons == ("There is no ticket about this order.",)
    assert ask(Kind.UNANSWERED, at=LATE, ticket=about_several).outcome is Outcome.GRANT


@pytest.mark.parametrize(
    ("messages", "waited_from"),
    [
        ([(1, "customer")], 1),
        ([(1, "customer"), (2, "staff")], None),
        ([(1, "staff")], None),
        ([], None),
        ([(1, "customer"), (2, "staff"), (3, "customer")], 3),
        ([(1, "customer"), (10, "customer")], 10),  # the last message counts ...
        ([(1, "customer"), (25, "customer")], 25),  # ... as long as the clock has not run out ...
        ([(1, "customer"), (26, "customer")], 1),  # ... and a reminder afterwards does not start it again
        ([(1, "customer"), (26, "customer"), (27, "staff")], None),
        ([(1, "customer"), (26, "staff"), (30, "customer")], 30),
        ([(3, "customer"), (2, "staff"), (1, "customer")], 3),  # in any order
        ([(1, "staff"), (1, "customer")], None),  # of one instant, the answer comes last
        ([(1, "customer"), (41, "staff")], 1),  # not said yet at hour 40
        ([(1, "customer"), (40, "staff")], None),
    ],
)
def test_4_4_the_clock_counts_from_the_customers_last_message(
    messages: list[tuple[int, str]], waited_from: int | None
) -> None:
    about = ticket(*((PLACED + hour * HOUR, by) for hour, by in messages))
    clock = answer_clock(about, POLICY, PLACED + 40 * HOUR)

    since = None if waited_from is None else PLACED + waited_from * HOUR
    assert clock == AnswerClock(waiting_since=since, claim_from=since + DAY if since else None)
    assert clock.has_run_out(PLACED + 40 * HOUR) is (since is not None and since < PLACED + 16 * HOUR)


def test_4_4_an_answer_ends_the_right_that_was_not_used() -> None:
    answered = ticket((ASKED, "customer"), (ASKED + 2 * DAY, "staff"))
    decision = ask(Kind.UNANSWERED, at=ASKED + 3 * DAY, ticket=answered)

    assert (decision.outcome, decision.reasons) == (
        Outcome.REFUSE, ("In ticket 77 nothing of yours waits for an answer.",),
    )  # fmt: skip


def test_4_4_a_ticket_that_the_customer_closed_waits_no_more() -> None:
    closed_by_customer = replace(WAITING, withdrawn_at=ASKED + 2 * DAY)

    assert ask(Kind.UNANSWERED, at=ASKED + 2 * DAY, ticket=closed_by_customer).outcome is Outcome.REFUSE
    assert ask(Kind.UNANSWERED, at=ASKED + 2 * DAY - TICK, ticket=closed_by_customer).outcome is Outcome.GRANT


def test_4_4_an_order_that_ended_before_the_clock_ran_out_is_not_cancelled_any_more() -> None:
    before, after = closed(at=ASKED + DAY), closed(at=ASKED + DAY + TICK)

    decision = ask(Kind.UNANSWERED, before, ticket=WAITING)
    assert (decision.outcome, decision.clause) == (Outcome.REFUSE, "4.4")
    assert decision.reasons == (
        "The order ended on 4 May 2027, 13:00 UTC, before the ticket had waited too long.",
    )  # fmt: skip
    decision = ask(Kind.UNANSWERED, after, ticket=WAITING)
    assert (decision.outcome, decision.refund_micros, decision.close_as) == (Outcome.GRANT, CHARGE, None)
