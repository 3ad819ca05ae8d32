"""The life of a receipt as data: twenty transitions, and which of them a source's verdict sets off.

This table is the only place that knows what may follow what. The database holds the same pairs as a constraint
(design: deposits, section 4).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from sevenpanel.deposits.domain.states import Event, ReceiptState, Verdict


class Posting(StrEnum):
    """What a transition books. Assets move in raw units, money in micro-units of the account currency."""

    NONE = "none"
    CREDIT = "credit"  # custody -> trading, trading -> customer
    SUSPEND = "suspend"  # custody -> suspense
    RELEASE = "release"  # suspense -> trading, trading -> customer
    UNSUSPEND = "unsuspend"  # the mirror of SUSPEND
    REFUND = "refund"  # suspense -> custody
    MIRROR = "mirror"  # the mirror of everything that this generation booked
    BY_HAND = "by hand"  # bank, goodwill or custody -> customer


class Hold(StrEnum):
    """What a transition does to the hold on the customer's balance."""

    NONE = "none"
    PLACED = "placed"
    LIFTED = "lifted"


class By(StrEnum):
    """Who sets a transition off."""

    SOURCE = "source"
    DESK = "desk"  # the desk's own checks
    STAFF = "staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One line of the table. `before` is empty when the receipt is not there yet."""

    number: int
    before: frozenset[ReceiptState]
    event: Event
    after: ReceiptState
    posting: Posting = Posting.NONE
    hold: Hold = Hold.NONE
    by: frozenset[By]


def _line(
    number: int,
    before: tuple[ReceiptState, ...],
    event: Event,
    after: ReceiptState,
    by: tuple[By, ...],
    posting: Posting = Posting.NONE,
    hold: Hold = Hold.NONE,
) -> Transition:
    return Transition(
        number=number,
        before=frozenset(before),
        event=event,
        after=after,
        by=frozenset(by),
        posting=posting,
        hold=hold,
    )


_S, _E = ReceiptState, Event
_SOURCE, _STAFF = (By.SOURCE,), (By.STAFF,)

TRANSITIONS = (
    _line(1, (), _E.OBSERVED, _S.SEEN, _SOURCE),
    _line(2, (_S.SEEN,), _E.LEFT, _S.ORPHANED, _SOURCE),
    _line(3, (_S.ORPHANED,), _E.OBSERVED, _S.SEEN, _SOURCE),
    _line(4, (_S.SEEN,), _E.CONFIRMED, _S.CREDITED, _SOURCE, Posting.CREDIT),
    _line(5, (_S.SEEN,), _E.DOUBTED, _S.HELD, (By.SOURCE, By.DESK), Posting.SUSPEND),
    _line(6, (_S.HELD,), _E.RELEASED, _S.CREDITED, (By.STAFF, By.DESK), Posting.RELEASE),
    _line(7, (_S.HELD,), _E.REJECTED, _S.REJECTED, _STAFF),
    _line(8, (_S.REJECTED,), _E.REOPENED, _S.HELD, _STAFF),
    _line(9, (_S.REJECTED,), _E.REFUNDED, _S.REFUNDED, _STAFF, Posting.REFUND),
    _line(10, (_S.HELD, _S.REJECTED), _E.LEFT, _S.ORPHANED, _SOURCE, Posting.UNSUSPEND),
    _line(11, (_S.CREDITED,), _E.LEFT, _S.DISPUTED, _SOURCE, hold=Hold.PLACED),
    _line(12, (_S.DISPUTED,), _E.SEEN_AGAIN, _S.CREDITED, (By.SOURCE, By.STAFF), hold=Hold.LIFTED),
    _line(13, (_S.DISPUTED,), _E.BURIED, _S.REVERSED, (By.SOURCE, By.STAFF), Posting.MIRROR, Hold.LIFTED),
    _line(14, (_S.REVERSED,), _E.OBSERVED, _S.SEEN, _SOURCE),
    _line(15, (_S.CREDITED,), _E.FINALIZED, _S.FINAL, _SOURCE),
    _line(16, (_S.FINAL,), _E.CONTRADICTED, _S.DISPUTED, (By.SOURCE, By.STAFF), hold=Hold.PLACED),
    _line(17, (), _E.PROPOSED, _S.PROPOSED, _STAFF),
    _line(18, (_S.PROPOSED,), _E.APPROVED, _S.CREDITED, _STAFF, Posting.BY_HAND),
    _line(19, (_S.PROPOSED,), _E.DECLINED, _S.DECLINED, _STAFF),
    _line(20, (_S.CREDITED,), _E.RECALLED, _S.DISPUTED, (By.SOURCE, By.STAFF), hold=Hold.PLACED),
)

WATCHED = frozenset({_S.SEEN, _S.ORPHANED, _S.HELD, _S.REJECTED, _S.CREDITED, _S.DISPUTED})
"""The states in which a source is asked again, until it has said that the receipt is final."""

ON_THE_BALANCE = frozenset({_S.CREDITED, _S.DISPUTED, _S.FINAL})
"""The states in which a live credit stands in the ledger."""

AT_REST = frozenset({_S.REFUNDED, _S.DECLINED})
"""The states that nothing leads out of."""


def _indexed() -> Mapping[tuple[ReceiptState | None, Event], Transition]:
    found: dict[tuple[ReceiptState | None, Event], Transition] = {}
    for line in TRANSITIONS:
        for state in line.before or (None,):
            assert (state, line.event) not in found, line
            found[state, line.event] = line
    return MappingProxyType(found)


_BY_STATE_AND_EVENT = _indexed()


def transition(state: ReceiptState | None, event: Event) -> Transition | None:
    """What this event does to a receipt in this state; None when it does not fit and changes nothing."""
    return _BY_STATE_AND_EVENT.get((state, event))


PAIRS = frozenset((state, line.after) for (state, _event), line in _BY_STATE_AND_EVENT.items())
"""Every step from state to state that there is; from None for a receipt that is not there yet."""

_NEW = {
    Verdict.SEEN: (_E.OBSERVED,),
    Verdict.CONFIRMED: (_E.OBSERVED, _E.CONFIRMED),
    Verdict.DOUBTFUL: (_E.OBSERVED, _E.DOUBTED),
    Verdict.FINAL: (_E.OBSERVED, _E.CONFIRMED, _E.FINALIZED),
}
_IN_SUSPENSE = {Verdict.LEFT: (_E.LEFT,), Verdict.REPLACED: (_E.LEFT,), Verdict.RECALLED: (_E.LEFT,)}
_FOLLOWS: Mapping[ReceiptState | None, Mapping[Verdict, tuple[Event, ...]]] = {
    None: _NEW,
    _S.ORPHANED: _NEW,
    _S.REVERSED: _NEW,
    _S.SEEN: {
        Verdict.CONFIRMED: (_E.CONFIRMED,),
        Verdict.DOUBTFUL: (_E.DOUBTED,),
        Verdict.FINAL: (_E.CONFIRMED, _E.FINALIZED),
        **_IN_SUSPENSE,
    },
    _S.HELD: _IN_SUSPENSE,
    _S.REJECTED: _IN_SUSPENSE,
    _S.CREDITED: {
        Verdict.FINAL: (_E.FINALIZED,),
        Verdict.LEFT: (_E.LEFT,),
        Verdict.REPLACED: (_E.LEFT, _E.BURIED),
        Verdict.RECALLED: (_E.RECALLED,),
    },
    _S.DISPUTED: {
        Verdict.SEEN: (_E.SEEN_AGAIN,),
        Verdict.CONFIRMED: (_E.SEEN_AGAIN,),
        Verdict.FINAL: (_E.SEEN_AGAIN, _E.FINALIZED),
        Verdict.REPLACED: (_E.BURIED,),
        # A second look that says the same.
        Verdict.RECALLED: (_E.BURIED,),
    },
    _S.FINAL: {
        Verdict.LEFT: (_E.CONTRADICTED,),
        Verdict.REPLACED: (_E.CONTRADICTED, _E.BURIED),
        Verdict.RECALLED: (_E.CONTRADICTED,),
    },
    _S.REFUNDED: {},
    _S.PROPOSED: {},
    _S.DECLINED: {},
}


def events_of(state: ReceiptState | None, verdict: Verdict) -> tuple[Event, ...]:
    """What a verdict makes happen to a receipt in this state, in order; nothing when it says nothing new.

    `CONFIRMED` says that the source's own checks pass. The desk's checks come then, and what fails one of them is
    doubted instead; the events that stood behind it do not fit any more and change nothing.
    """
    return _FOLLOWS[state].get(verdict, ())


def _is_lawful(state: ReceiptState | None, events: tuple[Event, ...]) -> bool:
    for event in events:
        line = transition(state, event)
        if line is None or not line.by & {By.SOURCE, By.DESK}:
            return False
        state = line.after
    return True


assert [line.number for line in TRANSITIONS] == list(range(1, 21))
assert {line.event for line in TRANSITIONS} == set(Event)
assert {line.after for line in TRANSITIONS} == set(ReceiptState)
assert {line.posting for line in TRANSITIONS} == set(Posting)
assert set(ReceiptState) - {s for s, _event in _BY_STATE_AND_EVENT} == AT_REST
# A hold is placed exactly on the way into a dispute, and lifted exactly on the way out of one.
assert all((line.hold is Hold.PLACED) == (line.after is _S.DISPUTED) for line in TRANSITIONS)
assert all((line.hold is Hold.LIFTED) == (_S.DISPUTED in line.before) for line in TRANSITIONS)
assert _FOLLOWS.keys() == {None, *ReceiptState}
assert all(_is_lawful(state, events) for state, row in _FOLLOWS.items() for events in row.values())
