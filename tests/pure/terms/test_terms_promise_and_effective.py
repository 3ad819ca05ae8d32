"""Clause 3: what counts at an instant, and how far announced delays move a promise."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from tests.pure.terms.ordinary import DESCRIPTION, DUE, HOUR, PLACED, TICK, notice, order

from sevenpanel.terms import (
    COMPLETION,
    START,
    Board,
    Change,
    DropBand,
    Notice,
    NoticeKind,
    Overrides,
    Scope,
    changes,
    effective,
    figure_note,
    promise,
)  # fmt: skip

LATER = PLACED + 10 * HOUR


def moved(*notices: Notice, known_at: datetime = PLACED + 1000 * HOUR, what: str = COMPLETION) -> datetime | None:
    return promise(order(notices=notices), what, known_at=known_at).until


def test_3_without_notices_the_description_counts() -> None:
    said = promise(order(), COMPLETION, known_at=PLACED)

    assert (said.described_until, said.until, said.moved_by) == (DUE, DUE, ())
    assert promise(order(), START, known_at=PLACED).until == PLACED + 6 * HOUR


def test_3_a_promise_moves_from_notice_to_notice_as_long_as_one_stands_when_it_would_break() -> None:
    first = notice(1, complete_within=60 * HOUR)
    second = notice(2, published=PLACED + 59 * HOUR, complete_within=80 * HOUR)
    too_late = notice(3, published=PLACED + 81 * HOUR, complete_within=99 * HOUR)

    said = promise(order(notices=(too_late, second, first)), COMPLETION, known_at=PLACED + 100 * HOUR)
    assert said.until == PLACED + 80 * HOUR
    assert [each.notice_id for each in said.moved_by] == [1, 2]
    assert moved(second) == DUE


def test_3_the_notice_published_last_is_the_one_that_counts() -> None:
    said = notice(1, complete_within=72 * HOUR)
    corrected = notice(2, published=LATER, complete_within=50 * HOUR)

    assert moved(said, corrected) == PLACED + 50 * HOUR
    assert moved(said, replace(corrected, overrides=Overrides(complete_within=HOUR))) == DUE


@pytest.mark.parametrize(
    ("changed", "until"),
    [
        ({"in_force_from": DUE}, 72),
        ({"in_force_from": DUE + TICK}, 48),
        ({"in_force_until": DUE + TICK}, 72),
        ({"in_force_until": DUE}, 48),
        ({"withdrawn_at": DUE + TICK}, 72),
        ({"withdrawn_at": DUE}, 48),
    ],
)
def test_3_a_notice_moves_a_promise_only_if_it_stands_at_the_promised_instant(
    changed: dict[str, datetime], until: int
) -> None:
    assert moved(notice(complete_within=72 * HOUR, **changed)) == PLACED + until * HOUR


def test_3_an_open_delay_lasts_until_it_ends_or_is_withdrawn_whichever_is_first() -> None:
    assert moved(notice()) is None
    assert moved(notice(in_force_until=DUE + 5 * HOUR)) == DUE + 5 * HOUR
    assert moved(notice(withdrawn_at=DUE + 3 * HOUR)) == DUE + 3 * HOUR
    assert moved(notice(in_force_until=DUE + 5 * HOUR, withdrawn_at=DUE + 3 * HOUR)) == DUE + 3 * HOUR
    assert moved(notice(published=PLACED - HOUR)) is None


def test_3_a_withdrawal_that_is_still_to_come_is_not_known() -> None:
    delay = notice(withdrawn_at=DUE + 3 * HOUR)

    assert moved(delay, known_at=DUE + 3 * HOUR - TICK) is None
    assert moved(delay, known_at=DUE + 3 * HOUR) == DUE + 3 * HOUR


def test_3_figures_announced_before_placing_are_what_was_promised() -> None:
    old = notice(1, published=PLACED - 2 * HOUR, complete_within=100 * HOUR)
    new = notice(2, published=PLACED - HOUR, complete_within=30 * HOUR, in_force_until=PLACED + HOUR)
    at_placing = notice(3, published=PLACED, complete_within=90 * HOUR)

    assert moved(old) == PLACED + 100 * HOUR
    assert moved(old, new) == PLACED + 30 * HOUR
    assert moved(at_placing) == PLACED + 90 * HOUR
    assert promise(order(notices=(at_placing,)), COMPLETION, known_at=DUE).moved_by == ()


def test_3_figures_announced_before_placing_for_a_time_to_come_move_the_promise_too() -> None:
    to_come = notice(1, published=PLACED - HOUR, in_force_from=PLACED + TICK, complete_within=96 * HOUR)
    said = promise(order(notices=(to_come,)), COMPLETION, known_at=DUE + HOUR)

    assert (said.described_until, said.until, said.moved_by) == (DUE, PLACED + 96 * HOUR, (to_come,))
    assert moved(replace(to_come, in_force_from=DUE)) == PLACED + 96 * HOUR
    assert moved(replace(to_come, in_force_from=DUE + TICK)) == DUE


def test_3_of_two_figures_at_placing_the_one_that_was_overridden_does_not_come_back() -> None:
    wide = notice(1, published=PLACED, scope=Scope.ALL, subject=None, complete_within=72 * HOUR)
    narrow = notice(2, published=PLACED, complete_within=60 * HOUR, in_force_until=PLACED + HOUR)

    assert moved(wide, narrow) == PLACED + 60 * HOUR
    assert moved(wide) == PLACED + 72 * HOUR


def test_4_7_a_promise_that_is_broken_is_not_excused() -> None:
    said = promise(order(notices=(notice(complete_within=72 * HOUR),)), COMPLETION, known_at=DUE)

    assert [said.is_excused(at) for at in (DUE, DUE + TICK, said.until or DUE)] == [False, True, True]
    assert (said.is_excused(PLACED + 73 * HOUR), said.is_broken(PLACED + 73 * HOUR)) == (False, True)


def test_3_notices_about_other_services_and_those_not_published_yet_move_nothing() -> None:
    assert moved(notice(subject=99, complete_within=72 * HOUR)) == DUE
    assert moved(notice(published=LATER, complete_within=72 * HOUR), known_at=LATER - TICK) == DUE
    assert moved(notice(published=LATER, complete_within=72 * HOUR), known_at=LATER) == PLACED + 72 * HOUR


def test_3_nothing_promised_is_nothing_moved() -> None:
    silent = order(description=replace(DESCRIPTION, complete_within=None), notices=(notice(complete_within=HOUR),))
    said = promise(silent, COMPLETION, known_at=LATER)

    assert (said.described_until, said.until, said.is_broken(LATER), said.is_excused(LATER)) == (
        None, None, False, False,
    )  # fmt: skip


# The effective description.


def test_3_a_notice_takes_precedence_over_the_description_field_by_field() -> None:
    said = notice(
        1,
        kind=NoticeKind.DESCRIPTION,
        start_within=HOUR,
        complete_within=3 * HOUR,
        quantity_min=1,
        quantity_max=5,
        drop_band=DropBand.MEDIUM,
        can_cancel=True,
        can_refill=False,
    )
    text = replace(said, notice_id=2, overrides=Overrides(text="New words."))

    found = effective(DESCRIPTION, (said, text), LATER)
    assert found.description == replace(
        DESCRIPTION,
        start_within=HOUR,
        complete_within=3 * HOUR,
        quantity_min=1,
        quantity_max=5,
        drop_band=DropBand.MEDIUM,
        can_cancel=True,
        can_refill=False,
        text="New words.",
    )
    assert found.base == DESCRIPTION
    assert found.sources["text"] == text
    assert found.sources["can_cancel"] == said
    assert found.notices == (said, text)


@pytest.mark.parametrize(
    ("at", "within"),
    [(LATER - TICK, 48), (LATER, 99), (LATER + HOUR - TICK, 99), (LATER + HOUR, 48)],
)
@pytest.mark.parametrize("end", ["in_force_until", "withdrawn_at"])
def test_3_a_notice_counts_from_its_beginning_and_not_at_its_end(at: datetime, within: int, end: str) -> None:
    said = notice(published=LATER, complete_within=99 * HOUR, **{end: LATER + HOUR})

    assert effective(DESCRIPTION, (said,), at).description.complete_within == within * HOUR


def test_3_a_notice_about_a_period_to_come_counts_when_it_comes() -> None:
    said = notice(published=PLACED, in_force_from=LATER, complete_within=99 * HOUR)

    assert effective(DESCRIPTION, (said,), LATER - TICK).sources == {}
    assert effective(DESCRIPTION, (said,), LATER).description.complete_within == 99 * HOUR
    backdated = notice(published=LATER, in_force_from=PLACED, complete_within=99 * HOUR)
    assert effective(DESCRIPTION, (backdated,), LATER - TICK).notices == ()


def test_3_later_speaks_over_earlier_then_narrower_over_wider_then_the_higher_number() -> None:
    def saying(number: int, hours: int, scope: Scope, subject: int | str | None, at: datetime = PLACED) -> Notice:
        return notice(number, published=at, scope=scope, subject=subject, complete_within=hours * HOUR)

    everywhere = saying(9, 1, Scope.ALL, None)
    network = saying(8, 2, Scope.NETWORK, "telegram")
    category = saying(7, 3, Scope.CATEGORY, 7)
    service = saying(5, 4, Scope.SERVICE, 1234)
    sibling = saying(6, 5, Scope.SERVICE, 1234)
    later = saying(1, 6, Scope.ALL, None, at=PLACED + TICK)

    said = [later, sibling, service, category, network, everywhere]
    for place, first in enumerate(said):
        for order_of in (said[place:], said[place:][::-1]):
            found = effective(DESCRIPTION, order_of, LATER)
            assert found.sources["complete_within"] == first
            assert found.notices == tuple(reversed(said[place:]))


def test_3_a_board_describes_each_service_by_what_is_about_it() -> None:
    notices = (
        notice(1, scope=Scope.ALL, subject=None, can_cancel=True),
        notice(2, scope=Scope.NETWORK, subject="telegram", quantity_min=7),
        notice(3, scope=Scope.CATEGORY, subject=7, quantity_max=9),
        notice(4, subject=1234, text="Own."),
        notice(5, subject=1234, words="No figures."),
    )
    board = Board(notices, LATER)
    others = [
        DESCRIPTION,
        replace(DESCRIPTION, service_id=2),
        replace(DESCRIPTION, service_id=3, category_id=8),
        replace(DESCRIPTION, service_id=4, category_id=8, network="x"),
    ]

    for base in others + others:
        assert board.effective(base) == effective(base, notices, LATER)
    assert [[n.notice_id for n in board.effective(base).notices] for base in others] == [
        [1, 2, 3, 4, 5],
        [1, 2, 3],
        [1, 2],
        [1],
    ]
    assert [board.effective(base).description.quantity_min for base in others] == [7, 7, 7, 100]
    assert board.effective(replace(others[3], can_cancel=True)).description.can_cancel
    assert Board((), LATER).effective(DESCRIPTION).description is DESCRIPTION


@pytest.mark.parametrize(
    ("scope", "subject"),
    [(Scope.ALL, 1), (Scope.NETWORK, None), (Scope.NETWORK, 1), (Scope.CATEGORY, "7"), (Scope.SERVICE, None)],
)
def test_3_a_notice_is_about_what_its_scope_says(scope: Scope, subject: int | str | None) -> None:
    with pytest.raises(ValueError, match="cannot be about"):
        notice(scope=scope, subject=subject)


@pytest.mark.parametrize("field", ["published", "in_force_from", "in_force_until", "withdrawn_at"])
def test_instants_know_their_time_zone(field: str) -> None:
    naive = datetime(2027, 5, 3, 12)  # noqa: DTZ001 - the point of the test

    with pytest.raises(ValueError, match="no time zone"):
        notice(**{field: naive})
    assert notice(**{field: datetime(2027, 5, 3, 12, tzinfo=timezone(timedelta(hours=2)))})


# 6.2


def test_6_2_each_change_of_a_service_is_kept_with_its_time() -> None:
    longer = notice(1, published=PLACED, complete_within=72 * HOUR, in_force_until=LATER)
    button = notice(2, published=PLACED + HOUR, can_cancel=True, withdrawn_at=LATER + HOUR)
    about_others = notice(3, subject=99, can_cancel=True)
    to_come = notice(4, published=LATER + 9 * HOUR, can_refill=False)
    no_news = notice(5, published=PLACED + 2 * HOUR, can_refill=True)

    told = changes(DESCRIPTION, (to_come, about_others, button, longer, no_news), until=LATER + 8 * HOUR)

    assert told == (
        Change(at=PLACED, field="complete_within", old=48 * HOUR, new=72 * HOUR, notice_id=1),
        Change(at=PLACED + HOUR, field="can_cancel", old=False, new=True, notice_id=2),
        Change(at=LATER, field="complete_within", old=72 * HOUR, new=48 * HOUR, notice_id=None),
        Change(at=LATER + HOUR, field="can_cancel", old=True, new=False, notice_id=None),
    )
    assert changes(DESCRIPTION, (to_come,), until=LATER + 9 * HOUR)[0].at == LATER + 9 * HOUR
    later_in_force = notice(6, published=PLACED, in_force_from=LATER, can_cancel=True)
    assert changes(DESCRIPTION, (later_in_force,), until=LATER)[0].at == LATER


def test_6_2_figures_are_shown_with_their_time_and_promise_nothing() -> None:
    assert figure_note(as_of=datetime(2027, 5, 3, 12, 30, 5, tzinfo=UTC)) == (
        "As of 3 May 2027, 12:30:05 UTC. "
        "Figures show what was seen in the past. They can change without notice and promise nothing."
    )
