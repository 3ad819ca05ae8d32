"""What staff decide by hand, appeals, words after the end; and records that are kept and decided anew."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.pure.terms.histories import EVERYTHING
from tests.pure.terms.ordinary import (
    DUE,
    HOUR,
    LATE,
    ORDER,
    PLACED,
    POLICY,
    UNDELIVERED,
    ask,
    closed,
    notice,
    order,
    request,
    ticket,
    under,
)  # fmt: skip

from sevenpanel.kernel.said import Passage, Phrase
from sevenpanel.terms import (
    SCHEMA,
    Afterwards,
    Appealed,
    Decision,
    Document,
    Extent,
    Kind,
    LinkFinding,
    LinkTrouble,
    OrderFacts,
    Outcome,
    Record,
    Status,
    UnableToDecide,
    Unreadable,
    decide,
    decision_from,
    facts_from,
    grant_by_hand,
    may_appeal,
    may_judge_appeal,
    policy_from,
    reasons_said,
    record_from,
    record_of,
    refuse_by_hand,
    replay,
    to_data,
    with_figures,
    word_after_the_end,
)  # fmt: skip

GONE = order(link_trouble=LinkTrouble(found=LinkFinding.GONE, found_at=PLACED, evidence="It says so."))
SPOILED = ask(Kind.LINK_TROUBLE, GONE)


def granted(amount: int, about: OrderFacts = GONE, proposed: Decision = SPOILED, reason: str = "Kindness.") -> Decision:
    return grant_by_hand(
        order=about, proposed=proposed, amount_micros=amount, reason=reason, policy=POLICY, now=LATE + HOUR
    )  # fmt: skip


def test_4_5_an_operator_may_grant_up_to_the_undelivered_part_under_the_same_clause() -> None:
    decision = granted(UNDELIVERED, reason=" Kindness. ")

    assert (decision.outcome, decision.clause, decision.rule) == (Outcome.GRANT, "4.5", "by hand")
    assert (decision.refund_micros, decision.close_as) == (UNDELIVERED, Status.COMPLETED)
    assert (decision.policy_version, decision.decided_at) == ("1", LATE + HOUR)
    assert decision.reasons == (
        "Granted by staff: Kindness.",
        "400 of 1,000 arrived; that part costs 0.36 EUR of 0.90 EUR. 0.54 EUR comes back.",
    )
    some = granted(1)
    assert some.refund_micros == 1
    assert some.reasons[1] == "0.000001 EUR comes back, of 0.54 EUR for what was not delivered."


@pytest.mark.parametrize("amount", [0, -1, UNDELIVERED + 1])
def test_4_5_a_grant_is_more_than_nothing_and_never_more_than_was_not_delivered(amount: int) -> None:
    with pytest.raises(UnableToDecide, match=r"at most what was not delivered can be granted: 0\.54 EUR"):
        granted(amount)


def test_4_6_a_grant_needs_a_reason_and_what_is_granted_already_needs_no_grant() -> None:
    with pytest.raises(UnableToDecide, match="needs a reason"):
        granted(1, reason="  ")
    with pytest.raises(UnableToDecide, match="granted already"):
        granted(1, ORDER, ask(Kind.NOT_COMPLETED))


def test_a_grant_by_hand_ends_an_open_order_and_leaves_a_closed_one() -> None:
    refused = ask(Kind.NOT_COMPLETED, at=DUE)

    assert granted(1, ORDER, refused).close_as is Status.PARTIAL
    assert granted(900_000, order(reported_delivered=0), refused).close_as is Status.CANCELED
    assert granted(1, closed(Status.COMPLETED, reported_delivered=400), refused).close_as is None
    announced = ask(Kind.NOT_COMPLETED, order(notices=(notice(),)))
    assert granted(1, ORDER, announced).cites == (12,)


def test_staff_may_refuse_with_a_reason_but_not_the_claim_of_a_silent_ticket() -> None:
    proposed = ask(Kind.NOT_COMPLETED)
    decision = refuse_by_hand(proposed=proposed, reason="The screenshot is of another post.", policy=POLICY, now=LATE)

    assert (decision.outcome, decision.clause, decision.refund_micros) == (Outcome.REFUSE, "4.2", 0)
    assert decision.close_as is None
    assert decision.reasons == ("Refused by staff: The screenshot is of another post.",)
    with pytest.raises(UnableToDecide, match="needs a reason"):
        refuse_by_hand(proposed=proposed, reason="", policy=POLICY, now=LATE)
    claim = ask(Kind.UNANSWERED, ticket=ticket((PLACED, "customer")))
    with pytest.raises(UnableToDecide, match="needs no staff"):
        refuse_by_hand(proposed=claim, reason="No.", policy=POLICY, now=LATE)


# Appeals

APPEALED = Appealed(
    decision=ask(Kind.NOT_COMPLETED, at=DUE),
    appeals_before=0,
    decided_by=7,
    documents_before=frozenset({Document.COUNT_SCREENSHOT}),
    documents=frozenset({Document.COUNT_SCREENSHOT, Document.STATEMENT}),
)


@pytest.mark.parametrize(
    ("changed", "is_allowed", "clause"),
    [
        ({}, True, "4.2"),
        ({"appeals_before": 1}, False, "4.2"),
        ({"documents": frozenset({Document.COUNT_SCREENSHOT})}, False, "4.9"),
        ({"documents": frozenset({Document.COUNT_SCREENSHOT}), "is_new_evidence": True}, True, "4.2"),
        ({"decision": ask(Kind.NOT_COMPLETED)}, True, "4.2"),
        ({"decision": SPOILED}, True, "4.5"),
        ({"is_all_back": True}, False, "4.2"),
        ({"decision": ask(Kind.OTHER)}, False, "4.9"),
        ({"decision": ask(Kind.OTHER, documents=frozenset())}, False, "4.9"),
    ],
)
def test_4_9_a_decision_is_appealable_once_with_new_documents(
    changed: dict[str, Any], is_allowed: bool, clause: str
) -> None:
    answer = may_appeal(replace(APPEALED, **changed), POLICY)

    assert (answer.is_allowed, answer.clause) == (is_allowed, clause)
    assert answer.sentence


def test_4_9_why_an_appeal_is_not_taken_is_said() -> None:
    again = replace(APPEALED, appeals_before=2)

    assert may_appeal(again, POLICY).sentence == "A decision has 1 appeal, and this one had it."
    assert may_appeal(again, under(appeals_max=3)).is_allowed
    assert may_appeal(APPEALED, POLICY).sentence == "Another member of staff decides it again."


def test_4_9_another_member_of_staff_decides_the_appeal() -> None:
    assert not may_judge_appeal(APPEALED, staff_id=7).is_allowed
    assert may_judge_appeal(APPEALED, staff_id=8).is_allowed
    assert may_judge_appeal(replace(APPEALED, decided_by=None), staff_id=7).is_allowed
    assert may_judge_appeal(APPEALED, staff_id=7).sentence.startswith("You decided this before;")
    assert may_judge_appeal(APPEALED, staff_id=8).sentence == "You may decide this appeal."


# Words after the end


@pytest.mark.parametrize(
    ("about", "delivered", "what"),
    [
        (closed(Status.PARTIAL), 401, Afterwards.TASK),
        (closed(Status.PARTIAL), 400, Afterwards.LOG),
        (closed(Status.COMPLETED, reported_delivered=400), 1_000, Afterwards.LOG),
        (closed(Status.CANCELED), 1, Afterwards.TASK),
    ],
)
def test_4_2_once_closed_an_order_stays_closed_and_a_late_word_is_a_task_when_it_matters(
    about: OrderFacts, delivered: int, what: Afterwards
) -> None:
    assert word_after_the_end(about, status=Status.COMPLETED, delivered=delivered)[0] is what


def test_a_late_word_is_told() -> None:
    partial = closed(Status.PARTIAL)

    assert word_after_the_end(partial, status=Status.COMPLETED, delivered=1_000)[1] == (
        "The provider now says Completed with 1,000 of 1,000, after 0.54 EUR went back."
    )
    assert word_after_the_end(partial, status=Status.PARTIAL, delivered=400)[1] == (
        "The provider said Partial again after the end; the order stays Partial."
    )
    with pytest.raises(AssertionError):
        word_after_the_end(ORDER, status=Status.PARTIAL, delivered=400)


# Records

RECORD = record_of(request(Kind.NOT_COMPLETED, order(notices=(notice(complete_within=50 * HOUR),))), POLICY, LATE)


def test_facts_decisions_and_policies_are_plain_data_and_come_back_exactly() -> None:
    for value, read in (
        (RECORD, record_from), (RECORD.facts, facts_from), (RECORD.decision, decision_from), (POLICY, policy_from),
    ):  # fmt: skip
        data = to_data(value)
        assert data["schema"] == SCHEMA
        assert read(json.loads(json.dumps(data))) == value  # type: ignore[operator]


def test_plain_data_is_readable() -> None:
    data = to_data(RECORD.facts)

    assert data["kind"] == "not completed in time"
    assert data["requested_at"] == "2027-05-05T13:00:00Z"
    assert data["documents"] == ["a screenshot of the current count with the date visible"]
    assert data["order"]["description"]["complete_within"] in {"P2D", "PT172800S"}
    assert data["order"]["notices"][0]["overrides"]["quantity_min"] is None


@pytest.mark.parametrize(
    "changed",
    [
        {"schema": 2},
        {"schema": None},
        {"kind": "whim"},
        {"more": 1},
        {"requested_at": "2027-05-05T13:00:00"},
        {"requested_at": "2027-05-01T13:00:00Z"},
        {"order": {}},
        {"order": {**to_data(ORDER_FACTS := RECORD.facts)["order"], "more": 1}},
    ],
)
def test_data_of_another_shape_is_refused(changed: dict[str, Any]) -> None:
    assert facts_from(to_data(ORDER_FACTS)) == ORDER_FACTS
    with pytest.raises(Unreadable):
        facts_from(to_data(ORDER_FACTS) | changed)


def test_data_without_its_schema_is_refused_with_the_number() -> None:
    with pytest.raises(Unreadable, match="This is schema None; known is 1"):
        facts_from({})


def test_replaying_every_decision_changes_none() -> None:
    for facts in EVERYTHING:
        record = record_of(facts, POLICY, facts.requested_at)
        assert replay(record).changed == ()


def as_stored(record: Record) -> Record:
    return record_from(json.loads(json.dumps(to_data(record))))


def test_u_14_stored_reasons_of_the_rules_are_said_again_and_every_one_can_be_told_in_another_language() -> None:
    for facts in EVERYTHING[::5]:
        stored = as_stored(record_of(facts, POLICY, facts.requested_at))
        said = reasons_said(stored, stored.decision)
        assert said == stored.decision.reasons
        assert all(isinstance(each, Phrase | Passage) for each in said)
        assert all(sentence_is_phrase(each) for each in said)


def sentence_is_phrase(text: str) -> bool:
    parts = text.sentences if isinstance(text, Passage) else (text,)
    return all(isinstance(part, Phrase) and not isinstance(part, Passage) for part in parts)


@pytest.mark.parametrize("given", [1, UNDELIVERED])
def test_u_14_reasons_of_decisions_by_hand_are_said_again(given: int) -> None:
    record = record_of(request(Kind.LINK_TROUBLE, GONE), POLICY, LATE)
    decision = grant_by_hand(
        order=GONE, proposed=record.decision, amount_micros=given, reason="It was our list.", policy=POLICY, now=LATE
    )
    stored = decision_from(json.loads(json.dumps(to_data(decision))))
    led, figures = reasons_said(as_stored(record), stored)

    assert (led, figures) == decision.reasons
    assert isinstance(led, Phrase)
    assert led.values == {"reason": "It was our list."}
    assert isinstance(figures, Phrase | Passage)


def test_u_14_reasons_that_nobody_would_give_today_are_told_as_they_were_stored() -> None:
    record = record_of(request(Kind.LINK_TROUBLE, GONE), POLICY, LATE)
    older = replace(record.decision, reasons=("An older version said this.",))

    assert reasons_said(record, older) == ("An older version said this.",)


def test_replaying_under_other_figures_shows_what_would_be_different() -> None:
    claim = record_of(request(Kind.UNANSWERED, ticket=ticket((LATE - 30 * HOUR, "customer"))), POLICY, LATE)

    same = replay(claim, policy=with_figures(POLICY, {"ticket_answer_hours": 29}))
    assert set(same.changed) == {"reasons"}
    longer = replay(claim, policy=with_figures(POLICY, {"ticket_answer_hours": 48}))
    assert set(longer.changed) == {"outcome", "reasons", "refund_micros", "close_as", "may_ask_from"}
    assert (longer.stored.outcome, longer.fresh.outcome) == (Outcome.GRANT, Outcome.REFUSE)
    part = replay(claim, policy=with_figures(POLICY, {"unanswered_refund": Extent.UNDELIVERED}))
    assert part.fresh.refund_micros == UNDELIVERED
    assert part.fresh.policy_version == "1 with other figures"


def test_a_stored_decision_that_was_tampered_with_is_seen() -> None:
    tampered = replace(RECORD, decision=replace(RECORD.decision, refund_micros=1))

    assert replay(tampered).changed == ("refund_micros",)
    later = replace(RECORD, decision=decide(RECORD.facts, POLICY, LATE + timedelta(days=3)))
    assert replay(later).changed == ()
