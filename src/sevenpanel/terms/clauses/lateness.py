"""Clauses 3, 4.2 and 4.7: not completed in time, a slow or late start, and delays that were announced."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sevenpanel.terms.decision import Case, Ruling, grant, refusal
from sevenpanel.terms.facts import Kind
from sevenpanel.terms.notice import Notice
from sevenpanel.terms.policy import Extent
from sevenpanel.terms.promise import Promise
from sevenpanel.terms.sentences import instant

_CLAUSE = {Kind.NOT_COMPLETED: "4.2", Kind.SLOW_OR_LATE: "4.7"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One promise that a request can rest on.

    :param happened_at: when it was fulfilled, or when it was asked about if it had not been by then.
    :param is_pending: it had not been fulfilled when it was asked about.
    """

    promise: Promise
    word: str
    state: str
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
    ended = f"The order ended on {instant(case.order.closed_at)} as {case.order.status}"
    reason = f"{ended}; this has to be asked before, and it was asked on {instant(case.asked_at)}."
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
    asked = f"when you asked on {instant(case.asked_at)}"
    if case.kind is Kind.SLOW_OR_LATE:
        started = case.order.started_at
        if started is not None and started <= case.asked_at:
            state = f"it started on {instant(started)}"
            yield Ground(promise=case.start, word="start", state=state, happened_at=started, is_pending=False)
        else:
            state = f"it had not started {asked}"
            yield Ground(promise=case.start, word="start", state=state, happened_at=case.asked_at)
    state = f"it was not complete {asked}"
    yield Ground(promise=case.completion, word="be complete", state=state, happened_at=case.asked_at)


def _next(grounds: tuple[Ground, ...]) -> datetime | None:
    """The first instant after which one of the promises can be broken."""
    return min((g.promise.until for g in grounds if g.is_pending and g.promise.until is not None), default=None)


def _breach(ground: Ground) -> str:
    assert ground.promise.until is not None
    return f"The order was promised to {ground.word} by {instant(ground.promise.until)}, and {ground.state}."


def _excuse(ground: Ground) -> str:
    assert ground.promise.described_until is not None
    until = ground.promise.until
    now = f"to {instant(until)}" if until else "without a new date"
    described = instant(ground.promise.described_until)
    return f"The order was described to {ground.word} by {described}; a delay was announced before that, {now}."


def _kept(ground: Ground) -> str:
    if ground.promise.described_until is None:
        return f"The description does not promise when the order is to {ground.word}."
    if ground.promise.until is None:
        return f"A delay was announced without a date, so no instant by which the order is to {ground.word} has passed."
    return f"The order is promised to {ground.word} by {instant(ground.promise.until)}; {ground.state}."


def _cited(notice: Notice) -> str:
    words = f": {notice.text}" if notice.text else "."
    return f"Notice {notice.notice_id} was published on {instant(notice.published_at)}{words}"
