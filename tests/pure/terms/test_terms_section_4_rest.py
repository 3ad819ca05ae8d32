"""Clauses 1, 2, 4.1, 4.3 to 4.6, 4.8, 4.9 and 5, sentence by sentence."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.pure.terms.ordinary import (
    CHARGE,
    DUE,
    HOUR,
    LATE,
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
    Aspect,
    CancelAnswer,
    Correction,
    Dispatch,
    Document,
    DropBand,
    Extent,
    Kind,
    LinkFinding,
    LinkTrouble,
    NoticeKind,
    OrderFacts,
    Outcome,
    Status,
    answer_clock,
    decide,
)  # fmt: skip

DAY = timedelta(hours=24)
BUTTON = described(can_cancel=True)
NOT_SENT = (Dispatch.QUEUED, Dispatch.ABSENT, Dispatch.REFUSED, Dispatch.WRITTEN_OFF)


def found(what: LinkFinding, **changed: object) -> OrderFacts:
    trouble = LinkTrouble(found=what, found_at=PLACED + HOUR, evidence="the provider says: not found.")
    return order(link_trouble=trouble, **changed)


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

    assert clock.waiting_since == (None if waited_from is None else PLACED + waited_from * HOUR)
    assert clock.claim_from == (None if waited_from is None else PLACED + waited_from * HOUR + DAY)


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


# 1, 2, 4.5, 4.6


def test_1_an_untracked_order_is_nobodys_to_judge_by_what_arrived() -> None:
    decision = ask(Kind.WRONG_SPECIFICATION, order(is_untracked=True), differs=frozenset({Aspect.WHAT}))

    assert (decision.outcome, decision.clause, decision.refund_micros) == (Outcome.REFUSE, "1", 0)
    assert decision.reasons == (
        "What arrived cannot be told apart from what your other orders brought.",
        (
            "Several services worked on this link and it was not a private one, so only the provider's own count is used "
            "(clause 1)."
        ),
    )


def test_1_refunds_of_an_untracked_order_follow_the_providers_own_count() -> None:
    corrected = order(correction=Correction(delivered=0, reason="Shown in a picture.", by="ada"), is_untracked=True)
    decision = ask(Kind.NOT_COMPLETED, corrected)

    assert (decision.outcome, decision.refund_micros) == (Outcome.GRANT, UNDELIVERED)
    assert decision.reasons[1].endswith("only the provider's own count is used (clause 1).")


@pytest.mark.parametrize("what", [LinkFinding.WRONG, LinkFinding.WRONG_FORMAT])
@pytest.mark.parametrize("delivered", [0, 400])
def test_2_a_wrong_link_or_format_is_completed_and_the_charge_is_kept(what: LinkFinding, delivered: int) -> None:
    decision = ask(Kind.LINK_TROUBLE, found(what, reported_delivered=delivered))

    assert (decision.outcome, decision.clause, decision.refund_micros) == (Outcome.CLOSE, "2", 0)
    assert decision.close_as is Status.COMPLETED
    assert decision.reasons == (
        f"The link was found to be {what} on 3 May 2027, 13:00 UTC: the provider says: not found.",
        "Its charge is kept.",
        "The order is closed as Completed.",
    )


@pytest.mark.parametrize("what", [LinkFinding.GONE, LinkFinding.CHANGED, LinkFinding.PRIVATE])
@pytest.mark.parametrize(("delivered", "status"), [(0, Status.CANCELED), (1, Status.COMPLETED)])
def test_4_5_a_changed_link_closes_the_order_without_completion(
    what: LinkFinding, delivered: int, status: Status
) -> None:
    decision = ask(Kind.LINK_TROUBLE, found(what, reported_delivered=delivered))

    assert (decision.outcome, decision.clause, decision.refund_micros) == (Outcome.CLOSE, "4.5", 0)
    assert decision.close_as is status
    assert decision.reasons == (
        f"The link was found to be {what} on 3 May 2027, 13:00 UTC: the provider says: not found.",
        "From then on the order cannot be carried out or tracked.",
        "The Terms return nothing by themselves here; staff may grant up to the undelivered part, with a reason.",
        f"The order is closed as {status}.",
    )


def test_4_5_this_holds_for_orders_that_run_for_long() -> None:
    decision = ask(Kind.LINK_TROUBLE, found(LinkFinding.CHANGED, is_long_running=True))

    assert (decision.outcome, decision.clause) == (Outcome.CLOSE, "4.5")
    assert decision.reasons[2] == "An order that runs for long needs the same link until it ends."


def test_4_5_an_order_that_ended_stays_as_it_ended() -> None:
    trouble = found(LinkFinding.GONE).link_trouble
    decision = ask(Kind.NOT_COMPLETED, closed(Status.PARTIAL, link_trouble=trouble))

    assert (decision.outcome, decision.clause, decision.close_as) == (Outcome.REFUSE, "4.5", None)
    assert decision.reasons[-1] == "The order was closed as Partial."


@pytest.mark.parametrize(
    ("others", "words"), [((4,), "Order 4 of"), ((4, 6), "Order 4 and order 6 of")]
)  # fmt: skip
@pytest.mark.parametrize(("delivered", "status"), [(0, Status.CANCELED), (1, Status.COMPLETED)])
def test_4_6_several_orders_of_one_service_at_once_are_closed_and_not_tracked(
    others: tuple[int, ...], words: str, delivered: int, status: Status
) -> None:
    decision = ask(Kind.SEVERAL_ORDERS, order(doubled_with=others, reported_delivered=delivered))

    assert (decision.outcome, decision.clause, decision.refund_micros) == (Outcome.CLOSE, "4.6", 0)
    assert decision.close_as is status
    assert decision.reasons == (
        f"{words} the same service ran on the same link, so no count belongs to this one.",
        "The Terms return nothing by themselves here; staff may grant up to the undelivered part, with a reason.",
        f"The order is closed as {status}.",
    )


@pytest.mark.parametrize("kind", [Kind.LINK_TROUBLE, Kind.SEVERAL_ORDERS])
def test_4_5_and_4_6_what_nobody_has_found_yet_is_for_staff_with_a_statement(kind: Kind) -> None:
    assert ask(kind, documents=frozenset()).needs == (Document.STATEMENT,)
    decision = ask(kind)
    assert (decision.outcome, decision.clause) == (Outcome.STAFF, "4.9")


# 4.8


def test_4_8_a_mistake_of_ones_own_is_no_reason_to_cancel() -> None:
    decision = ask(Kind.OWN_MISTAKE)

    assert (decision.outcome, decision.clause, decision.refund_micros) == (Outcome.REFUSE, "4.8", 0)
    told = "An order cannot be cancelled because the wrong link or the wrong service was entered."
    assert decision.reasons == (told,)
    hint = "This service has a cancel button, which asks for no reason (clause 4.1)."
    assert ask(Kind.OWN_MISTAKE, BUTTON).reasons == (told, hint)
    assert ask(Kind.OWN_MISTAKE, replace(closed(), description=BUTTON.description)).reasons == (told,)


# 4.9

NEEDED = [
    (Kind.NOT_COMPLETED, (Document.COUNT_SCREENSHOT,)),
    (Kind.SLOW_OR_LATE, (Document.COUNT_SCREENSHOT,)),
    (Kind.WRONG_SPECIFICATION, (Document.RECEIVED_SCREENSHOT, Document.BROKEN_PART)),
    (Kind.OTHER, (Document.STATEMENT,)),
]


@pytest.mark.parametrize(("kind", "documents"), NEEDED)
def test_4_9_without_its_documents_a_request_cannot_be_reviewed_and_what_is_missing_is_listed(
    kind: Kind, documents: tuple[Document, ...]
) -> None:
    decision = ask(kind, documents=frozenset())

    assert (decision.outcome, decision.clause, decision.needs) == (Outcome.DOCUMENTS, "4.9", documents)
    assert decision.refund_micros == 0
    assert decision.reasons == (
        f"This request still needs {' and '.join(documents)}.",
        "It keeps the time at which you asked, 5 May 2027, 13:00 UTC.",
    )


def test_4_9_one_document_of_two_is_not_enough() -> None:
    decision = ask(Kind.WRONG_SPECIFICATION, documents=frozenset({Document.BROKEN_PART}))

    assert decision.needs == (Document.RECEIVED_SCREENSHOT,)


def test_4_9_the_clock_stops_when_it_was_asked_and_not_when_the_file_is_complete() -> None:
    ended = closed(Status.COMPLETED, at=LATE + HOUR, reported_delivered=400)
    asked = request(Kind.NOT_COMPLETED, ended, at=LATE)

    decision = decide(asked, POLICY, LATE + 100 * HOUR)
    assert (decision.outcome, decision.refund_micros) == (Outcome.GRANT, UNDELIVERED)
    assert decision.decided_at == LATE + 100 * HOUR
    early = request(Kind.NOT_COMPLETED, at=DUE)
    assert decide(early, POLICY, LATE + 100 * HOUR).outcome is Outcome.REFUSE


@pytest.mark.parametrize("kind", [Kind.CANCEL, Kind.OWN_MISTAKE, Kind.DROP, Kind.UNANSWERED])
def test_4_9_some_requests_need_no_documents(kind: Kind) -> None:
    assert ask(kind, documents=frozenset()).needs == ()


def test_4_9_what_no_rule_decides_is_for_staff() -> None:
    decision = ask(Kind.OTHER)

    assert (decision.outcome, decision.clause, decision.rule) == (Outcome.STAFF, "4.9", "for staff")
    assert decision.reasons == ("No rule decides this by itself; staff look at it.",)


# 5


def test_5_drop_alone_gives_no_refund_and_is_shown_as_an_estimate() -> None:
    decision = ask(Kind.DROP, closed())

    assert (decision.outcome, decision.clause, decision.refund_micros) == (Outcome.REFUSE, "5", 0)
    told = "Drop after delivery is an estimate from past orders and gives no refund."
    assert decision.reasons == (f"{told} It is estimated as low for this service.",)
    assert ask(Kind.DROP, described(drop_band=None)).reasons == (f"{told} It is not estimated for this service.",)


def test_5_the_estimate_is_that_of_the_effective_description() -> None:
    changed = order(notices=(notice(kind=NoticeKind.DESCRIPTION, published=DUE, drop_band=DropBand.EXCESSIVE),))

    assert ask(Kind.DROP, changed, at=DUE).reasons[0].endswith("estimated as excessive for this service.")
    assert ask(Kind.DROP, changed, at=DUE - TICK).reasons[0].endswith("estimated as low for this service.")


def test_5_an_order_that_came_back_whole_is_answered_for_every_kind() -> None:
    whole = closed(Status.CANCELED)
    clauses = {kind: ask(kind, whole).clause for kind in Kind}

    assert clauses == {
        Kind.CANCEL: "4.1", Kind.NOT_COMPLETED: "4.2", Kind.SLOW_OR_LATE: "4.7", Kind.WRONG_SPECIFICATION: "4.3",
        Kind.UNANSWERED: "4.4", Kind.LINK_TROUBLE: "4.5", Kind.SEVERAL_ORDERS: "4.6", Kind.OWN_MISTAKE: "4.8",
        Kind.DROP: "5", Kind.OTHER: "4.9",
    }  # fmt: skip
    assert {ask(kind, whole).rule for kind in Kind} == {"all came back"}
    assert ask(Kind.OTHER, replace(whole, closed_at=None)).rule == "for staff"


def test_nothing_is_decided_before_it_is_asked() -> None:
    with pytest.raises(AssertionError):
        decide(request(Kind.OTHER), POLICY, LATE - TICK)
