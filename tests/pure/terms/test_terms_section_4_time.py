"""Clauses 3, 4.2 and 4.7, sentence by sentence: what is promised, what is announced, and what is late."""

from dataclasses import replace
from datetime import datetime

import pytest
from tests.pure.terms.ordinary import (
    CHARGE,
    DUE,
    HOUR,
    LATE,
    PLACED,
    STARTS_BY,
    TICK,
    UNDELIVERED,
    ask,
    closed,
    described,
    notice,
    order,
)  # fmt: skip

from sevenpanel.terms import Correction, Kind, NoticeKind, Outcome, Scope, Status

LATE_ORDER = Kind.NOT_COMPLETED
SLOW = Kind.SLOW_OR_LATE


def test_4_2_late_and_not_announced_returns_what_was_not_delivered() -> None:
    decision = ask(LATE_ORDER)

    assert (decision.outcome, decision.clause, decision.refund_micros) == (Outcome.GRANT, "4.2", UNDELIVERED)
    assert decision.close_as is Status.PARTIAL
    assert decision.reasons == (
        (
            "The order was promised to be complete by 5 May 2027, 12:00 UTC, "
            "and it was not complete when you asked on 5 May 2027, 13:00 UTC."
        ),
        "400 of 1,000 arrived; that part costs 0.36 EUR of 0.90 EUR. 0.54 EUR comes back.",
    )


@pytest.mark.parametrize(("at", "outcome"), [(DUE, Outcome.REFUSE), (DUE + TICK, Outcome.GRANT)])
def test_4_2_the_time_is_over_only_after_its_last_instant(at: datetime, outcome: Outcome) -> None:
    assert ask(LATE_ORDER, at=at).outcome is outcome


@pytest.mark.parametrize("started", [None, PLACED, DUE - HOUR, DUE])
def test_4_2_the_time_counts_from_placing_and_not_from_the_start(started: datetime | None) -> None:
    assert ask(LATE_ORDER, order(started_at=started), at=DUE).outcome is Outcome.REFUSE
    assert ask(LATE_ORDER, order(started_at=started), at=DUE + TICK).outcome is Outcome.GRANT


def test_4_2_a_delay_that_was_announced_in_time_makes_the_time_longer() -> None:
    longer = order(notices=(notice(published=DUE, complete_within=72 * HOUR),))
    too_late = order(notices=(notice(published=DUE + TICK, complete_within=72 * HOUR),))

    assert ask(LATE_ORDER, longer, at=PLACED + 72 * HOUR).outcome is Outcome.REFUSE
    assert ask(LATE_ORDER, longer, at=PLACED + 72 * HOUR + TICK).outcome is Outcome.GRANT
    assert ask(LATE_ORDER, too_late, at=DUE + HOUR).outcome is Outcome.GRANT


def test_4_2_in_time_is_refused_with_the_instant_after_which_to_ask() -> None:
    decision = ask(LATE_ORDER, at=DUE - HOUR)

    assert (decision.outcome, decision.clause, decision.may_ask_from) == (Outcome.REFUSE, "4.2", DUE)
    assert decision.reasons == (
        (
            "The order is promised to be complete by 5 May 2027, 12:00 UTC; "
            "it was not complete when you asked on 5 May 2027, 11:00 UTC."
        ),
    )


def test_4_2_where_no_time_is_described_nothing_is_late() -> None:
    decision = ask(LATE_ORDER, described(complete_within=None), at=PLACED + 1000 * HOUR)

    assert (decision.outcome, decision.clause, decision.may_ask_from) == (Outcome.REFUSE, "4.2", None)
    assert decision.reasons == ("The description does not promise when the order is to be complete.",)


@pytest.mark.parametrize(
    ("delivered", "refund", "status"),
    [
        (0, CHARGE, Status.CANCELED),
        (1, 899_100, Status.PARTIAL),
        (999, 900, Status.PARTIAL),
        (1_000, 0, Status.COMPLETED),
    ],
)
def test_4_2_the_amount_made_is_deducted_and_the_rest_comes_back(delivered: int, refund: int, status: Status) -> None:
    decision = ask(LATE_ORDER, order(reported_delivered=delivered))

    assert (decision.outcome, decision.refund_micros, decision.close_as) == (Outcome.GRANT, refund, status)


def test_4_2_the_delivered_part_is_rounded_up_to_a_millionth() -> None:
    assert ask(LATE_ORDER, order(charge_micros=1_000, quantity=3, reported_delivered=1)).refund_micros == 666


def test_4_2_what_came_back_before_does_not_come_back_again() -> None:
    decision = ask(LATE_ORDER, order(returned_micros=40_000))

    assert decision.refund_micros == UNDELIVERED - 40_000
    assert decision.reasons[-1] == (
        "400 of 1,000 arrived; that part costs 0.36 EUR of 0.90 EUR. 0.04 EUR came back before. 0.50 EUR comes back."
    )
    assert ask(LATE_ORDER, order(returned_micros=600_000)).refund_micros == 0


def test_4_2_where_the_rest_is_everything_the_reasons_say_so() -> None:
    decision = ask(LATE_ORDER, order(reported_delivered=0, returned_micros=100_000))

    assert (decision.refund_micros, decision.close_as) == (800_000, Status.CANCELED)
    assert decision.reasons[-1] == (
        "0 of 1,000 arrived. 0.10 EUR came back before. Of the charge of 0.90 EUR, everything comes back: 0.80 EUR."
    )


def test_4_2_delivered_is_what_an_operator_corrected_it_to() -> None:
    corrected = order(correction=Correction(delivered=100, reason="Counted twice.", by="ada"))

    assert ask(LATE_ORDER, corrected).refund_micros == 810_000
    assert ask(LATE_ORDER, replace(corrected, is_untracked=True)).refund_micros == UNDELIVERED


def test_4_2_a_request_has_to_be_registered_before_the_order_is_completed() -> None:
    ended = closed(at=DUE + 2 * HOUR)

    before, at_the_end, after = (ask(LATE_ORDER, ended, at=DUE + n * HOUR) for n in (1, 2, 3))

    assert (before.outcome, before.refund_micros, before.close_as) == (Outcome.GRANT, 0, None)
    assert [at_the_end.outcome, after.outcome] == [Outcome.REFUSE, Outcome.REFUSE]
    assert (after.clause, after.rule) == ("4.2", "asked after the end")
    assert after.reasons == (
        (
            "The order ended on 5 May 2027, 14:00 UTC as Completed; "
            "this has to be asked before, and it was asked on 5 May 2027, 15:00 UTC."
        ),
    )


def test_4_2_nothing_comes_back_twice_when_the_order_ended_meanwhile() -> None:
    assert ask(LATE_ORDER, closed(Status.PARTIAL, at=DUE + 2 * HOUR)).refund_micros == 0
    decision = ask(LATE_ORDER, closed(Status.CANCELED, at=DUE + 2 * HOUR))
    assert (decision.outcome, decision.clause, decision.rule) == (Outcome.REFUSE, "4.2", "all came back")
    assert decision.reasons == ("The order ended as Canceled, and its whole charge of 0.90 EUR came back.",)


def test_4_2_channel_notices_are_part_of_the_description_at_placing() -> None:
    """A figure that was announced before placing is what was promised, so nothing is excused by it: it counts."""
    known = order(notices=(notice(published=PLACED - HOUR, complete_within=72 * HOUR),))

    assert ask(LATE_ORDER, known).clause == "4.2"
    assert ask(LATE_ORDER, known).may_ask_from == PLACED + 72 * HOUR
    assert ask(LATE_ORDER, known, at=PLACED + 73 * HOUR).outcome is Outcome.GRANT


def test_3_an_order_late_although_a_delay_was_announced_is_refused_and_the_notice_is_cited() -> None:
    decision = ask(LATE_ORDER, order(notices=(notice(complete_within=72 * HOUR),)))

    assert (decision.outcome, decision.clause, decision.cites) == (Outcome.REFUSE, "3", (12,))
    assert decision.may_ask_from == PLACED + 72 * HOUR
    assert decision.reasons == (
        (
            "The order was described to be complete by 5 May 2027, 12:00 UTC; "
            "a delay was announced before that, to 6 May 2027, 12:00 UTC."
        ),
        "Notice 12 was published on 3 May 2027, 13:00 UTC: Telegram is slow this week.",
    )


def test_3_an_announced_delay_ends_and_what_is_later_still_is_granted() -> None:
    delayed = order(notices=(notice(complete_within=72 * HOUR),))

    assert ask(LATE_ORDER, delayed, at=PLACED + 72 * HOUR).clause == "3"
    decision = ask(LATE_ORDER, delayed, at=PLACED + 72 * HOUR + TICK)
    assert (decision.outcome, decision.clause, decision.refund_micros) == (Outcome.GRANT, "4.2", UNDELIVERED)


def test_3_a_delay_without_a_date_covers_as_long_as_it_stands() -> None:
    open_delay = ask(LATE_ORDER, order(notices=(notice(words=""),)))
    ended = order(notices=(notice(in_force_until=DUE + 5 * HOUR),))

    assert (open_delay.outcome, open_delay.clause, open_delay.may_ask_from) == (Outcome.REFUSE, "3", None)
    assert open_delay.reasons == (
        (
            "The order was described to be complete by 5 May 2027, 12:00 UTC; "
            "a delay was announced before that, without a new date."
        ),
        "Notice 12 was published on 3 May 2027, 13:00 UTC.",
    )
    assert ask(LATE_ORDER, ended, at=DUE + 5 * HOUR).may_ask_from == DUE + 5 * HOUR
    assert ask(LATE_ORDER, ended, at=DUE + 5 * HOUR + TICK).outcome is Outcome.GRANT


def test_3_before_the_described_time_an_open_delay_leaves_no_instant_to_ask_from() -> None:
    decision = ask(LATE_ORDER, order(notices=(notice(),)), at=DUE)

    assert (decision.clause, decision.may_ask_from) == ("4.2", None)
    assert decision.reasons == (
        "A delay was announced without a date, so no instant by which the order is to be complete has passed.",
    )


@pytest.mark.parametrize(("published", "outcome"), [(DUE, Outcome.REFUSE), (DUE + TICK, Outcome.GRANT)])
def test_3_a_notice_cannot_reach_back(published: datetime, outcome: Outcome) -> None:
    assert ask(LATE_ORDER, order(notices=(notice(published=published),))).outcome is outcome


def test_3_a_notice_published_after_the_request_is_not_known_to_it() -> None:
    delayed = order(notices=(notice(complete_within=49 * HOUR), notice(13, published=DUE + HOUR)))

    assert ask(LATE_ORDER, delayed, at=DUE + 1 * HOUR - TICK).cites == (12,)
    assert ask(LATE_ORDER, delayed, at=DUE + 1 * HOUR).cites == (12, 13)


@pytest.mark.parametrize(
    ("scope", "subject", "clause"),
    [
        (Scope.ALL, None, "3"),
        (Scope.NETWORK, "telegram", "3"),
        (Scope.NETWORK, "instagram", "4.2"),
        (Scope.CATEGORY, 7, "3"),
        (Scope.CATEGORY, 8, "4.2"),
        (Scope.SERVICE, 1234, "3"),
        (Scope.SERVICE, 1235, "4.2"),
    ],
)
def test_3_a_notice_counts_for_the_services_it_is_about(scope: Scope, subject: int | str | None, clause: str) -> None:
    assert ask(LATE_ORDER, order(notices=(notice(scope=scope, subject=subject),))).clause == clause


@pytest.mark.parametrize("kind", [kind for kind in NoticeKind if kind is not NoticeKind.DELAY])
def test_3_a_notice_of_another_kind_announces_a_delay_only_by_its_figures(kind: NoticeKind) -> None:
    assert ask(LATE_ORDER, order(notices=(notice(kind=kind),))).clause == "4.2"
    assert ask(LATE_ORDER, order(notices=(notice(kind=kind, complete_within=72 * HOUR),))).clause == "3"


def test_4_7_a_late_start_that_was_not_announced_is_a_reason() -> None:
    decision = ask(SLOW, order(started_at=None, reported_delivered=0), at=STARTS_BY + HOUR)

    assert (decision.outcome, decision.clause, decision.refund_micros) == (Outcome.GRANT, "4.7", CHARGE)
    assert decision.reasons[0] == (
        "The order was promised to start by 3 May 2027, 18:00 UTC, "
        "and it had not started when you asked on 3 May 2027, 19:00 UTC."
    )


@pytest.mark.parametrize(
    ("started", "outcome"),
    [(STARTS_BY, Outcome.REFUSE), (STARTS_BY + TICK, Outcome.GRANT), (STARTS_BY + 2 * HOUR, Outcome.GRANT)],
)
def test_4_7_an_order_that_started_late_may_be_cancelled_while_it_runs(started: datetime, outcome: Outcome) -> None:
    decision = ask(SLOW, order(started_at=started), at=STARTS_BY + HOUR)

    assert (decision.outcome, decision.clause) == (outcome, "4.7")


def test_4_7_a_start_after_it_was_asked_is_not_known_to_the_request() -> None:
    decision = ask(SLOW, order(started_at=STARTS_BY + 2 * HOUR), at=STARTS_BY + HOUR)

    assert (decision.outcome, decision.reasons[0].endswith("asked on 3 May 2027, 19:00 UTC.")) == (Outcome.GRANT, True)
    at_once = ask(SLOW, order(started_at=STARTS_BY + HOUR), at=STARTS_BY + HOUR)
    assert at_once.reasons[0].endswith("and it started on 3 May 2027, 19:00 UTC.")


def test_4_7_a_start_in_time_is_said_and_the_completion_is_what_can_be_waited_for() -> None:
    decision = ask(SLOW, at=STARTS_BY - HOUR)

    assert (decision.outcome, decision.clause, decision.may_ask_from) == (Outcome.REFUSE, "4.7", DUE)
    assert decision.reasons[0] == (
        "The order is promised to start by 3 May 2027, 18:00 UTC; it started on 3 May 2027, 14:00 UTC."
    )
    assert decision.reasons[1].startswith("The order is promised to be complete by 5 May 2027, 12:00 UTC;")
    waiting = ask(SLOW, order(started_at=None), at=STARTS_BY)
    assert (waiting.outcome, waiting.may_ask_from) == (Outcome.REFUSE, STARTS_BY)


def test_4_7_low_speed_is_judged_by_the_time_of_completion() -> None:
    decision = ask(SLOW)

    assert (decision.outcome, decision.clause, decision.refund_micros) == (Outcome.GRANT, "4.7", UNDELIVERED)


def test_4_7_a_delay_notified_in_the_channels_is_no_reason() -> None:
    quiet = order(started_at=None, notices=(notice(start_within=30 * HOUR),))
    decision = ask(SLOW, quiet, at=STARTS_BY + HOUR)

    assert (decision.outcome, decision.clause, decision.rule) == (Outcome.REFUSE, "4.7", "delay announced")
    assert (decision.cites, decision.may_ask_from) == ((12,), PLACED + 30 * HOUR)


def test_4_7_a_delay_that_was_announced_before_placing_for_a_time_to_come_is_no_reason() -> None:
    to_come = notice(published=PLACED - HOUR, in_force_from=PLACED + HOUR, complete_within=96 * HOUR)
    decision = ask(SLOW, order(notices=(to_come,)), at=DUE + HOUR)

    assert (decision.outcome, decision.clause, decision.cites) == (Outcome.REFUSE, "4.7", (12,))
    assert ask(SLOW, order(notices=(to_come,)), at=PLACED + 96 * HOUR + TICK).outcome is Outcome.GRANT


def test_4_7_a_delay_of_the_start_does_not_excuse_the_completion() -> None:
    delayed = order(started_at=None, notices=(notice(start_within=72 * HOUR),))

    assert ask(SLOW, delayed, at=DUE).rule == "delay announced"
    decision = ask(SLOW, delayed, at=DUE + TICK)
    assert (decision.outcome, decision.rule, len(decision.reasons)) == (Outcome.GRANT, "late", 2)


def test_4_7_a_delay_of_the_completion_does_not_excuse_the_start() -> None:
    delayed = order(started_at=None, notices=(notice(complete_within=72 * HOUR),))

    assert ask(SLOW, delayed, at=STARTS_BY + HOUR).outcome is Outcome.GRANT


def test_4_7_one_notice_about_both_is_cited_once() -> None:
    decision = ask(SLOW, order(started_at=None, notices=(notice(),)))

    assert (decision.clause, decision.cites, len(decision.reasons)) == ("4.7", (12,), 3)


def test_4_7_after_the_end_it_is_too_late() -> None:
    decision = ask(SLOW, closed(at=DUE))

    assert (decision.outcome, decision.clause, decision.rule) == (Outcome.REFUSE, "4.7", "asked after the end")


def test_4_7_where_no_start_is_described_only_the_completion_counts() -> None:
    silent = described(start_within=None)
    decision = ask(SLOW, replace(silent, started_at=None), at=DUE)

    assert (decision.outcome, decision.may_ask_from) == (Outcome.REFUSE, DUE)
    assert decision.reasons[0] == "The description does not promise when the order is to start."


def test_4_7_a_delay_that_was_described_at_placing_is_promised_and_no_breach() -> None:
    slow = described(start_within=100 * HOUR, complete_within=200 * HOUR)

    assert ask(SLOW, replace(slow, started_at=None), at=LATE).rule == "in time"
