"""Clauses 1, 2, 4.5, 4.6, 4.8, 4.9 and 5, sentence by sentence: the link, mistakes, documents, drop."""

from dataclasses import replace

import pytest
from tests.pure.terms.ordinary import (
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
)  # fmt: skip

from sevenpanel.terms import (
    Aspect,
    Correction,
    Document,
    DropBand,
    Kind,
    LinkFinding,
    LinkTrouble,
    NoticeKind,
    OrderFacts,
    Outcome,
    Status,
    decide,
)  # fmt: skip

BUTTON = described(can_cancel=True)


def found(what: LinkFinding, **changed: object) -> OrderFacts:
    trouble = LinkTrouble(found=what, found_at=PLACED + HOUR, evidence="the provider says: not found.")
    return order(link_trouble=trouble, **changed)


# 1, 2, 4.5, 4.6


def test_1_an_untracked_order_is_nobodys_to_judge_by_what_arrived() -> None:
    decision = ask(Kind.WRONG_SPECIFICATION, order(is_untracked=True), differs=frozenset({Aspect.WHAT}))

    assert (decision.outcome, decision.clause, decision.refund_micros) == (Outcome.REFUSE, "1", 0)
    assert decision.reasons == (
        "What arrived cannot be told apart from what your other orders brought.",
        (
            "Several services worked on this link and it was not a private one, so only the provider's own count "
            "is used (clause 1)."
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


@pytest.mark.parametrize(
    ("kind", "documents"),
    [
        (Kind.NOT_COMPLETED, {Document.COUNT_SCREENSHOT}),
        (Kind.SLOW_OR_LATE, {Document.COUNT_SCREENSHOT}),
        (Kind.WRONG_SPECIFICATION, {Document.RECEIVED_SCREENSHOT, Document.BROKEN_PART}),
        (Kind.UNANSWERED, set()),
        (Kind.LINK_TROUBLE, {Document.STATEMENT}),
        (Kind.SEVERAL_ORDERS, {Document.STATEMENT}),
        (Kind.OTHER, {Document.STATEMENT}),
    ],
)
def test_4_9_each_kind_of_request_needs_the_documents_that_the_terms_name(kind: Kind, documents: set[Document]) -> None:
    assert set(ask(kind, documents=frozenset()).needs) == documents
    assert ask(kind, documents=frozenset(documents)).outcome is not Outcome.DOCUMENTS


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
