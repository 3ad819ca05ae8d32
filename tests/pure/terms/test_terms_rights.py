"""What the order page shows before anybody asks: what may be done now, until when, under which clause, or why not."""

from dataclasses import replace

from tests.pure.terms.ordinary import (
    CHARGE,
    DUE,
    HOUR,
    LATE,
    ORDER,
    PLACED,
    POLICY,
    STARTS_BY,
    TICK,
    UNDELIVERED,
    closed,
    described,
    notice,
    order,
    ticket,
)  # fmt: skip

from sevenpanel.terms import (
    ASKABLE,
    CancelAnswer,
    Dispatch,
    Document,
    Kind,
    OrderFacts,
    Right,
    Status,
    Ticket,
    Until,
    rights,
)


def told(about: OrderFacts = ORDER, at: object = LATE, tickets: tuple[Ticket, ...] = ()) -> dict[Kind, Right]:
    return {right.kind: right for right in rights(about, POLICY, at, tickets=tickets)}  # type: ignore[arg-type]


def test_every_kind_that_customers_ask_for_is_told_in_the_same_order() -> None:
    assert list(told()) == list(ASKABLE)
    assert set(Kind) - set(ASKABLE) == {Kind.LINK_TROUBLE, Kind.SEVERAL_ORDERS}


def test_4_2_in_time_the_right_is_closed_and_says_when_it_opens() -> None:
    right = told(at=DUE)[Kind.NOT_COMPLETED]

    assert (right.is_open, right.clause, right.opens_after, right.until) == (False, "4.2", DUE, None)
    assert (right.documents, right.refund_micros) == ((), 0)
    assert right.reasons[0].startswith("The order is promised to be complete by 5 May 2027, 12:00 UTC;")


def test_4_2_late_the_right_is_open_until_completion_with_its_documents_and_its_sum() -> None:
    right = told(at=DUE + TICK)[Kind.NOT_COMPLETED]

    assert (right.is_open, right.clause, right.opens_after) == (True, "4.2", None)
    assert right.until is Until.COMPLETED
    assert (right.documents, right.refund_micros) == ((Document.COUNT_SCREENSHOT,), UNDELIVERED)
    assert not told(closed())[Kind.NOT_COMPLETED].is_open


def test_3_an_announced_delay_closes_it_and_the_notice_is_told() -> None:
    right = told(order(notices=(notice(complete_within=72 * HOUR),)))[Kind.NOT_COMPLETED]

    assert (right.is_open, right.clause, right.opens_after) == (False, "3", PLACED + 72 * HOUR)
    assert right.reasons[1].startswith("Notice 12 ")


def test_4_7_a_start_that_is_to_come_opens_first() -> None:
    right = told(order(started_at=None), at=STARTS_BY)[Kind.SLOW_OR_LATE]

    assert (right.is_open, right.clause, right.opens_after) == (False, "4.7", STARTS_BY)
    assert told(order(started_at=None), at=STARTS_BY + TICK)[Kind.SLOW_OR_LATE].is_open


def test_4_1_the_button_is_there_where_the_description_has_it() -> None:
    button = described(can_cancel=True)

    assert not told()[Kind.CANCEL].is_open
    right = told(button)[Kind.CANCEL]
    assert (right.is_open, right.clause, right.until, right.refund_micros) == (True, "4.1", Until.COMPLETED, 0)
    queued = told(replace(button, dispatch=Dispatch.QUEUED, reported_delivered=0))[Kind.CANCEL]
    assert queued.refund_micros == CHARGE
    assert not told(replace(button, cancel_answer=CancelAnswer.ASKED))[Kind.CANCEL].is_open
    asked = replace(button, cancel_answer=CancelAnswer.ASKED, dispatch=Dispatch.QUEUED, reported_delivered=0)
    assert told(asked)[Kind.CANCEL].is_open


def test_4_4_the_claim_button_follows_the_answer_clock_of_the_ticket_that_waited_longest() -> None:
    short = ticket((DUE, "customer"))
    long = replace(ticket((PLACED + HOUR, "customer")), ticket_id=70)
    of_another_order = replace(ticket((PLACED, "customer"), orders=(6,)), ticket_id=60)
    answered = replace(ticket((PLACED, "customer"), (PLACED + TICK, "staff")), ticket_id=50)

    assert told()[Kind.UNANSWERED].reasons == ("There is no ticket about this order.",)
    waiting = told(tickets=(short,))[Kind.UNANSWERED]
    assert (waiting.is_open, waiting.clause, waiting.opens_after) == (False, "4.4", DUE + 24 * HOUR)
    right = told(tickets=(answered, short, of_another_order, long))[Kind.UNANSWERED]
    assert (right.is_open, right.until, right.refund_micros) == (True, Until.ANSWERED, CHARGE)
    assert right.reasons[0].startswith("Ticket 70 ")
    assert right.documents == ()


def test_4_3_wrong_specification_can_always_be_asked_with_its_documents() -> None:
    right = told(closed())[Kind.WRONG_SPECIFICATION]

    assert (right.is_open, right.clause, right.until) == (True, "4.3", Until.ALWAYS)
    assert right.documents == (Document.RECEIVED_SCREENSHOT, Document.BROKEN_PART)
    assert right.reasons == ("If what arrived is not what was described, staff look at your documents.",)
    untracked = told(order(is_untracked=True))[Kind.WRONG_SPECIFICATION]
    assert (untracked.is_open, untracked.clause) == (False, "1")
    assert untracked.reasons[0].startswith("What arrived cannot be told apart")
    other = told(closed())[Kind.OTHER]
    assert (other.is_open, other.reasons) == (True, ("No rule decides this by itself; staff look at it.",))


def test_4_8_and_5_what_never_helps_is_told_before_anybody_asks() -> None:
    assert (told()[Kind.OWN_MISTAKE].is_open, told()[Kind.OWN_MISTAKE].clause) == (False, "4.8")
    assert (told()[Kind.DROP].is_open, told()[Kind.DROP].clause) == (False, "5")


def test_after_everything_came_back_nothing_is_left_to_ask() -> None:
    assert not any(right.is_open for right in rights(closed(Status.CANCELED), POLICY, LATE))
