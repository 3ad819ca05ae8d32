"""Clause 4.1: the cancel button."""

from datetime import datetime

from sevenpanel.kernel.said import Phrase, kept, passage, say
from sevenpanel.terms.decision import Case, Outcome, Ruling, grant, refusal
from sevenpanel.terms.effective import effective, stands, turns
from sevenpanel.terms.facts import NOT_SENT, CancelAnswer, Dispatch, Kind, OrderFacts
from sevenpanel.terms.names import named_word
from sevenpanel.terms.policy import Extent
from sevenpanel.terms.sentences import instant


def has_button(case: Case) -> bool:
    """Tell whether the order can be cancelled: as described at placing, or at some instant since.

    A button that came after placing goes with the notice that gave it, and not by another one (settled 1).
    """
    order = case.order
    since = {at for notice in order.notices if notice.overrides.can_cancel is not None for at in turns(notice)}
    between = {at for at in since if order.placed_at < at <= case.asked_at}
    return any(_gives_button(order, at, case.asked_at) for at in {order.placed_at, case.asked_at, *between})


def _gives_button(order: OrderFacts, at: datetime, asked_at: datetime) -> bool:
    said = effective(order.description, order.notices, at)
    source = said.sources.get("can_cancel")
    is_lasting = source is None or at == order.placed_at or stands(source, asked_at)
    return said.description.can_cancel and is_lasting


def cancel(case: Case) -> Ruling | None:
    """Clause 4.1: not sent, everything comes back at once; sent, the provider is asked and money waits for its word."""
    if case.kind is not Kind.CANCEL:
        return None
    order = case.order
    if order.closed_at is not None:
        return refusal("4.1", _ended(order))
    if not has_button(case):
        return refusal("4.1", say("This service has no cancel button, and its description offers no cancellation."))
    if order.dispatch in NOT_SENT:
        return grant(case, "4.1", Extent.UNDELIVERED, say("The order had not been sent to the provider yet."))
    return _answered(case)


def _ended(order: OrderFacts) -> Phrase:
    assert order.closed_at is not None
    return say(
        "The order ended on %(when)s as %(status)s.", when=instant(order.closed_at), status=named_word(order.status)
    )


def _answered(case: Case) -> Ruling:
    order = case.order
    if order.cancel_answer is CancelAnswer.CONFIRMED:
        return grant(case, "4.1", Extent.UNDELIVERED, say("The provider confirmed that it stopped."))
    if order.cancel_answer is CancelAnswer.REFUSED:
        words = say("Its words: %(words)s", words=kept(order.cancel_words)) if order.cancel_words else ""
        no = say("The provider did not cancel, so the order goes on and nothing comes back.")
        return refusal("4.1", passage([no, words]))
    where = (
        say("The order is with the provider.")
        if order.dispatch is Dispatch.SENT
        else say("The order may have reached the provider.")
    )
    asked = say("It is asked to stop; what was not delivered comes back when it confirms.")
    return Ruling(outcome=Outcome.PROVIDER, clause="4.1", reasons=(passage([where, asked]),))
