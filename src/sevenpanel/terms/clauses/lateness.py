"""Clauses 3, 4.2 and 4.7: not completed in time, a slow or late start, and delays that were announced."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sevenpanel.kernel.said import Moment, Phrase, say
from sevenpanel.terms.decision import Case, Ruling, grant, refusal
from sevenpanel.terms.facts import Kind
from sevenpanel.terms.names import named_word
from sevenpanel.terms.notice import Notice
from sevenpanel.terms.policy import Extent
from sevenpanel.terms.promise import Promise
from sevenpanel.terms.sentences import instant

_CLAUSE = {Kind.NOT_COMPLETED: "4.2", Kind.SLOW_OR_LATE: "4.7"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is said of one promise: each is a whole sentence, so that it can be said in any language."""

    broken: Callable[[Moment, Phrase], Phrase]
    kept: Callable[[Moment, Phrase], Phrase]
    moved: Callable[[Moment, Moment], Phrase]
    left_open: Callable[[Moment], Phrase]
    not_made: Phrase
    without_date: Phrase


TO_START = Words(
    broken=lambda until, state: say(
        "The order was promised to start by %(until)s, and %(state)s.", until=until, state=state
    ),
    kept=lambda until, state: say(
        "The order is promised to start by %(until)s; %(state)s.", until=until, state=state
    ),
    moved=lambda until, now: say(
        "The order was described to start by %(until)s; a delay was announced before that, to %(now)s.",
        until=until, now=now,
    ),
    left_open=lambda until: say(
        "The order was described to start by %(until)s; a delay was announced before that, without a new date.",
        until=until,
    ),
    not_made=say("The description does not promise when the order is to start."),
    without_date=say(
        "A delay was announced without a date, so no instant by which the order is to start has passed."
    ),
)  # fmt: skip
TO_BE_COMPLETE = Words(
    broken=lambda until, state: say(
        "The order was promised to be complete by %(until)s, and %(state)s.", until=until, state=state
    ),
    kept=lambda until, state: say(
        "The order is promised to be complete by %(until)s; %(state)s.", until=until, state=state
    ),
    moved=lambda until, now: say(
        "The order was described to be complete by %(until)s; a delay was announced before that, to %(now)s.",
        until=until, now=now,
    ),
    left_open=lambda until: say(
        "The order was described to be complete by %(until)s; a delay was announced before that, without a new date.",
        until=until,
    ),
    not_made=say("The description does not promise when the order is to be complete."),
    without_date=say(
        "A delay was announced without a date, so no instant by which the order is to be complete has passed."
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One promise that a request can rest on.

    :param words: how its promise is spoken of.
    :param state: how it stood, as a part of a sentence.
    :param happened_at: when it was fulfilled, or when it was asked about if it had not been by then.
    :param is_pending: it had not been fulfilled when it was asked about.
    """

    promise: Promise
    words: Words
    state: Phrase
    happened_at: datetime
    is_pending: bool = True

    @property
    def is_broken(self) -> bool:
        """Too late, and no notice covers it."""
        return self.promise.is_broken(self.happened_at)

    @property
    def is_excused(self) -> bool:
        """Later than described, and a notice covers it."""
        return self.promise.is_excused(self.happened_at)


def asked_after_the_end(case: Case) -> Ruling | None:
    """Clauses 4.2 and 4.7: a request counts only before the order is completed."""
    if case.kind not in _CLAUSE or case.was_open or case.order.closed_at is None:
        return None
    reason = say(
        "The order ended on %(when)s as %(status)s; this has to be asked before, and it was asked on %(asked)s.",
        when=instant(case.order.closed_at), status=named_word(case.order.status), asked=instant(case.asked_at),
    )  # fmt: skip
    return refusal(_CLAUSE[case.kind], reason)


def announced(case: Case) -> Ruling | None:
    """Clauses 3 and 4.7: a delay that was announced before the promised instant had passed is no reason."""
    grounds = _grounds(case)
    excused = [ground for ground in grounds if ground.is_excused]
    if not excused or any(ground.is_broken for ground in grounds):
        return None
    notices = tuple(notice for ground in excused for notice in ground.promise.moved_by)
    return refusal(
        "3" if case.kind is Kind.NOT_COMPLETED else "4.7",
        *(_excuse(ground) for ground in excused),
        *(_cited(notice) for notice in dict.fromkeys(notices)),
        may_ask_from=_next(grounds),
        notices=notices,
    )


def in_time(case: Case) -> Ruling | None:
    """Clauses 4.2 and 4.7: nothing that was promised is late."""
    grounds = _grounds(case)
    if not grounds or any(ground.is_broken or ground.is_excused for ground in grounds):
        return None
    return refusal(_CLAUSE[case.kind], *map(_kept, grounds), may_ask_from=_next(grounds))


def late(case: Case) -> Ruling | None:
    """Clauses 4.2 and 4.7: late and not announced. The delivered part is kept, the rest comes back."""
    broken = [ground for ground in _grounds(case) if ground.is_broken]
    if not broken:
        return None
    return grant(case, _CLAUSE[case.kind], Extent.UNDELIVERED, *map(_breach, broken))


def _grounds(case: Case) -> tuple[Ground, ...]:
    return tuple(_each_ground(case)) if case.kind in _CLAUSE else ()


def _each_ground(case: Case) -> Iterator[Ground]:
    asked = instant(case.asked_at)
    if case.kind is Kind.SLOW_OR_LATE:
        started = case.order.started_at
        if started is not None and started <= case.asked_at:
            state = say("it started on %(when)s", when=instant(started))
            yield Ground(promise=case.start, words=TO_START, state=state, happened_at=started, is_pending=False)
        else:
            state = say("it had not started when you asked on %(when)s", when=asked)
            yield Ground(promise=case.start, words=TO_START, state=state, happened_at=case.asked_at)
    state = say("it was not complete when you asked on %(when)s", when=asked)
    yield Ground(promise=case.completion, words=TO_BE_COMPLETE, state=state, happened_at=case.asked_at)


def _next(grounds: tuple[Ground, ...]) -> datetime | None:
    """The first instant after which one of the promises can be broken."""
    return min((g.promise.until for g in grounds if g.is_pending and g.promise.until is not None), default=None)


def _breach(ground: Ground) -> Phrase:
    assert ground.promise.until is not None
    return ground.words.broken(instant(ground.promise.until), ground.state)


def _excuse(ground: Ground) -> Phrase:
    assert ground.promise.described_until is not None
    described, until = instant(ground.promise.described_until), ground.promise.until
    return ground.words.moved(described, instant(until)) if until else ground.words.left_open(described)


def _kept(ground: Ground) -> Phrase:
    if ground.promise.described_until is None:
        return ground.words.not_made
    if ground.promise.until is None:
        return ground.words.without_date
    return ground.words.kept(instant(ground.promise.until), ground.state)


def _cited(notice: Notice) -> Phrase:
    published = instant(notice.published_at)
    if not notice.text:
        return say("Notice %(notice)s was published on %(when)s.", notice=notice.notice_id, when=published)
    return say(
        "Notice %(notice)s was published on %(when)s: %(text)s",
        notice=notice.notice_id, when=published, text=notice.text,
    )  # fmt: skip
