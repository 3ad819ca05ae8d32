"""Money credited by people: maker and checker, evidence that counts once, sums typed twice (design: deposits, 5)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.books import books_are_right
from tests.byhand import approve, arrived, bank_transfer, policy, propose, slip, staff
from tests.receipts import SOURCE, balance, now_is, receipt_of, say, state_of, take_usdt, transfer
from tests.shop import NOON, open_customer

from sevenpanel.deposits import commands, models
from sevenpanel.deposits.commands import UnableToAct, UnableToDecide, UnableToPropose, UnableToTakeEvidence
from sevenpanel.deposits.domain import ReceiptState, Verdict
from sevenpanel.deposits.domain.pricing import Charges
from sevenpanel.ledger import queries as ledger
from sevenpanel.ledger.domain import AccountKind

pytestmark = pytest.mark.django_db

S = ReceiptState


def proposal(proposal_id: int) -> models.Proposal:
    """A proposal as it stands."""
    return models.Proposal.objects.get(id=proposal_id)


def receipt(proposal_id: int) -> models.Receipt:
    """The receipt of a proposal."""
    found = proposal(proposal_id).receipt
    assert found is not None
    return found


def test_what_one_proposes_and_another_approves_is_credited() -> None:
    alice, ann, ben = open_customer("Alice"), staff("Ann"), staff("Ben")
    bank = bank_transfer(charges=Charges(fee_basis_points=100))

    asked = propose(arrived(alice, bank, 50_000_000, reference="2026-05-04 / 17"), ann)
    assert (receipt(asked).state, balance(alice)) == (S.PROPOSED, (0, 0))

    assert approve(asked, ben)
    assert receipt(asked).state == S.CREDITED
    assert ledger.balance(customer_id=alice.customer_id).balance_micros == 49_500_000
    assert receipt(asked).key == f"bank:method-{bank}:2026-05-04/17"
    kinds = {line.kind: line.debit_micros for line in ledger.trial_balance() if line.debit_micros}
    assert kinds == {AccountKind.BANK: 50_000_000}
    books_are_right()


def test_nobody_approves_a_proposal_of_his_own() -> None:
    alice, ann, bank = open_customer("Alice"), staff("Ann"), bank_transfer()
    asked = propose(arrived(alice, bank, 50_000_000), ann)

    with pytest.raises(UnableToDecide, match="yourself"):
        approve(asked, ann)
    with pytest.raises(UnableToDecide, match="Somebody else"):
        commands.approve_alone(proposal_id=asked, person_id=ann, now=NOON)
    assert balance(alice) == (0, 0)


@pytest.mark.parametrize("typed", ["5.00 USD", "50.01 USD", "50.00 EUR", "50 USD", ""])
def test_both_type_the_same_sum(typed: str) -> None:
    alice, ann, ben, bank = open_customer("Alice"), staff("Ann"), staff("Ben"), bank_transfer()
    asked = propose(arrived(alice, bank, 50_000_000), ann)

    with pytest.raises(UnableToDecide, match="sum"):
        approve(asked, ben, typed=typed)
    assert balance(alice) == (0, 0)


def test_an_approval_names_the_content_that_was_shown() -> None:
    alice, ann, ben, bank = open_customer("Alice"), staff("Ann"), staff("Ben"), bank_transfer()
    asked, other = (propose(arrived(alice, bank, 50_000_000), ann) for _ in range(2))
    shown = bytes(proposal(other).hash)

    with pytest.raises(UnableToDecide, match="not the one"):
        commands.approve(proposal_id=asked, person_id=ben, seen_hash=shown, typed="50.00 USD", now=NOON)


def test_above_the_limit_two_others_have_to_agree() -> None:
    alice, bank = open_customer("Alice"), bank_transfer()
    ann, ben, cleo = staff("Ann"), staff("Ben"), staff("Cleo")
    asked = propose(arrived(alice, bank, 1_000_000_001), ann)

    assert not approve(asked, ben)
    assert balance(alice) == (0, 0)
    with pytest.raises(UnableToDecide, match="already"):
        approve(asked, ben)
    assert approve(asked, cleo)
    assert balance(alice) == (1000, 0)
    with pytest.raises(UnableToDecide, match="approved already"):
        approve(asked, staff("Dan"))
    books_are_right()


def test_a_declined_one_may_be_proposed_again_with_the_same_slip() -> None:
    alice, ann, ben, bank = open_customer("Alice"), staff("Ann"), staff("Ben"), bank_transfer()
    credit, paper = arrived(alice, bank, 50_000_000), slip(77)
    asked = propose(credit, ann, paper)

    commands.decline(proposal_id=asked, person_id=ben, note="Another customer's line.", now=NOON)
    assert (receipt(asked).state, proposal(asked).state) == (S.DECLINED, "declined")
    again = propose(credit, ann, paper)
    assert approve(again, ben)
    assert balance(alice) == (50, 0)
    books_are_right()


def test_a_maker_may_take_his_own_back() -> None:
    alice, ann, bank = open_customer("Alice"), staff("Ann"), bank_transfer()
    asked = propose(arrived(alice, bank, 50_000_000), ann)

    commands.decline(proposal_id=asked, person_id=ann, note="Mistyped.", now=NOON)

    assert (receipt(asked).state, proposal(asked).state) == (S.DECLINED, "withdrawn")


@pytest.mark.parametrize("spelling", ["2026-05-04/17", " 2026-05-04 / 17 ", "2026-05-04/17\t"])
def test_a_line_of_a_statement_is_credited_once_however_it_is_written(spelling: str) -> None:
    alice, ann, bank = open_customer("Alice"), staff("Ann"), bank_transfer()
    first = propose(arrived(alice, bank, 50_000_000, reference="2026-05-04/17"), ann)

    with pytest.raises(UnableToPropose) as refused:
        propose(arrived(open_customer("Bob"), bank, 9_000_000, reference=spelling), ann)
    assert refused.value.receipt_id == receipt(first).id


def test_a_slip_is_the_evidence_of_one_payment() -> None:
    alice, ann, bank = open_customer("Alice"), staff("Ann"), bank_transfer()
    first = propose(arrived(alice, bank, 50_000_000), ann, slip(78))

    with pytest.raises(UnableToTakeEvidence) as refused:
        propose(arrived(alice, bank, 50_000_000), ann, slip(78))
    assert refused.value.proposal_id == first
    assert models.Proposal.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reference": ""}, "line of the statement"),
        ({"amount_micros": 0}, "more than nothing"),
        ({"amount_micros": -5}, "more than nothing"),
        ({"reference": "0x" + "ab" * 32}, "transaction's number"),
        ({"method_id": None, "reason": ""}, "why"),
        ({"method_id": 10**9}, "way"),
    ],
)
def test_a_proposal_has_what_others_need_to_judge_it(changes: dict[str, object], words: str) -> None:
    credit = replace(arrived(open_customer("Alice"), bank_transfer(), 50_000_000), **changes)  # type: ignore[arg-type]

    with pytest.raises(UnableToPropose, match=words):
        propose(credit, staff())
    assert not models.Receipt.objects.exists()


def test_a_bank_transfer_needs_a_slip() -> None:
    alice, bank = open_customer("Alice"), bank_transfer()

    with pytest.raises(UnableToPropose, match="slip"):
        commands.propose_credit(credit=arrived(alice, bank, 50_000_000), maker_id=staff(), uploads=(), now=NOON)


def test_goodwill_needs_a_reason_and_another_person_and_is_an_expense() -> None:
    alice, ann, ben = open_customer("Alice"), staff("Ann"), staff("Ben")
    gift = arrived(alice, None, 5_000_000, reference="", reason="A late start that was our fault.")
    asked = commands.propose_credit(credit=gift, maker_id=ann, uploads=(), now=NOON)

    assert approve(asked, ben)
    assert balance(alice) == (5, 0)
    kinds = {line.kind: line.debit_micros for line in ledger.trial_balance() if line.debit_micros}
    assert kinds == {AccountKind.GOODWILL: 5_000_000}
    books_are_right()


def test_one_person_alone_credits_up_to_the_days_limit_and_only_where_that_is_allowed() -> None:
    alice, ann, bank = open_customer("Alice"), staff("Ann"), bank_transfer()
    asked = propose(arrived(alice, bank, 60_000_000, is_single=True), ann)
    with pytest.raises(UnableToDecide, match="alone"):
        commands.approve_alone(proposal_id=asked, person_id=ann, now=NOON)

    policy(is_single=True, single_daily_micros=100_000_000)
    commands.approve_alone(proposal_id=asked, person_id=ann, now=NOON)
    second = propose(arrived(alice, bank, 60_000_000, is_single=True), ann)
    with pytest.raises(UnableToDecide, match="limit"):
        commands.approve_alone(proposal_id=second, person_id=ann, now=NOON + timedelta(hours=11))
    assert balance(alice) == (60, 0)

    commands.approve_alone(proposal_id=second, person_id=ann, now=NOON + timedelta(hours=12))
    assert balance(alice) == (120, 0)
    books_are_right()


def test_a_transaction_that_people_credited_is_the_watchers_receipt_too() -> None:
    alice, ann, ben = open_customer("Alice"), staff("Ann"), staff("Ben")
    method = take_usdt()
    said = transfer(alice, "25")
    credit = arrived(alice, method, 25_000_000, reference=said.evidence.tx, raw=said.raw)
    asked = commands.propose_credit(credit=credit, maker_id=ann, uploads=(), now=NOON)
    assert (receipt(asked).key, receipt(asked).source) == (said.key, SOURCE)

    say(now_is(said, Verdict.CONFIRMED))
    assert balance(alice) == (0, 0)
    approve(asked, ben)
    say(now_is(said, Verdict.CONFIRMED), now_is(said, Verdict.FINAL))
    assert (state_of(said), balance(alice)) == (S.FINAL, (25, 0))
    books_are_right()

    with pytest.raises(UnableToPropose, match="final"):
        commands.propose_credit(credit=credit, maker_id=ann, uploads=(), now=NOON)


def test_a_transaction_that_was_credited_by_people_and_leaves_the_chain_is_taken_back() -> None:
    alice, ann, ben = open_customer("Alice"), staff("Ann"), staff("Ben")
    said = transfer(alice, "25")
    credit = arrived(alice, take_usdt(), 25_000_000, reference=said.evidence.tx, raw=said.raw)
    approve(commands.propose_credit(credit=credit, maker_id=ann, uploads=(), now=NOON), ben)

    say(now_is(said, Verdict.LEFT), now_is(said, Verdict.REPLACED))

    assert (state_of(said), balance(alice)) == (S.REVERSED, (0, 0))
    books_are_right()


def test_what_the_bank_takes_back_is_on_hold_at_once_and_taken_back_by_two() -> None:
    alice, ann, ben, bank = open_customer("Alice"), staff("Ann"), staff("Ben"), bank_transfer()
    asked = propose(arrived(alice, bank, 50_000_000), ann)
    approve(asked, ben)

    def recall() -> int:
        return commands.propose_recall(
            receipt_id=receipt(asked).id, person_id=ann, reference="R-1", reason="Chargeback.", now=NOON
        )

    first = recall()
    assert balance(alice) == (50, 50)
    commands.decline(proposal_id=first, person_id=ben, note="The bank was wrong.", now=NOON)
    assert (receipt(asked).state, balance(alice)) == (S.CREDITED, (50, 0))
    books_are_right()

    assert approve(recall(), ben)
    assert (receipt(asked).state, balance(alice)) == (S.REVERSED, (0, 0))
    books_are_right()


def test_nobody_takes_back_what_stands_in_a_chain() -> None:
    alice, ann = open_customer("Alice"), staff("Ann")
    take_usdt()
    said = transfer(alice, "25")
    say(now_is(said, Verdict.CONFIRMED))

    with pytest.raises(UnableToAct, match="chain"):
        commands.propose_recall(receipt_id=receipt_of(said).id, person_id=ann, reference="", reason="x", now=NOON)
