"""The table of what goes wrong with deposits on chains, row by row (design: deposits, section 2)."""

from dataclasses import replace

import pytest
from tests.chainlab import COLD, FAKE, SETTINGS, STRANGER, UNIT, USDC, USDT, Lab, address, changed

from sevenpanel.deposits.domain import HeldReason, ReceiptState
from sevenpanel.deposits.domain.machine import Posting
from sevenpanel.deposits.simchain.chain import Event, Tx
from sevenpanel.deposits.simchain.node import Manner
from sevenpanel.deposits.sources.evm import reading
from sevenpanel.deposits.sources.evm.chains import chains
from sevenpanel.deposits.sources.interface import Verdict

N, F = SETTINGS.confirmations, SETTINGS.final_blocks
SUM = 25 * UNIT


@pytest.fixture
def lab() -> Lab:
    """Two honest nodes, three customers, and some blocks."""
    lab = Lab([Manner(), Manner()])
    lab.mine(5)
    return lab


def _doubt(lab: Lab, tx: Tx) -> HeldReason | None:
    return lab.desk.receipts[f"evm:{SETTINGS.chain_id}:{tx.hash}:0"].said.doubt


def test_what_is_only_pending_is_not_looked_at(lab: Lab) -> None:
    tx = lab.pay(1)
    lab.look()

    assert lab.state(tx) is None


def test_a_deposit_is_seen_at_once_credited_when_deep_enough_and_final_later(lab: Lab) -> None:
    tx = lab.pay(1)
    states = []
    for _ in range(F + 1):
        lab.mine()
        states.append(lab.state(tx))

    assert states[: N - 1] == [ReceiptState.SEEN] * (N - 1)
    assert states[N - 1 : F] == [ReceiptState.CREDITED] * (F - N + 1)
    assert states[F] is ReceiptState.FINAL
    assert lab.desk.balances == {1: SUM}


def test_a_reorganisation_before_the_credit_only_lets_it_wait(lab: Lab) -> None:
    tx = lab.pay(1)
    lab.mine(N - 1)
    lab.chain.reorganise(N, fate=lambda _: None)
    lab.look()
    gone = lab.state(tx)
    lab.chain.pending.append(tx)
    lab.mine(N)

    assert gone is ReceiptState.ORPHANED
    assert lab.state(tx) is ReceiptState.CREDITED
    assert lab.desk.postings == [(f"evm:{SETTINGS.chain_id}:{tx.hash}:0", Posting.CREDIT, 0)]


def test_a_reorganisation_after_the_credit_disputes_it_first_and_reverses_it_only_deep_down(lab: Lab) -> None:
    tx = lab.pay(1)
    lab.mine(N)
    lab.chain.reorganise(N + 1, fate=lambda _: None)
    lab.chain.blocks[-N + 1 :] = []  # the new branch is only as long as the old one was
    lab.look()
    disputed, balance = lab.state(tx), lab.desk.balances[1]
    lab.mine(N)

    assert (disputed, balance) == (ReceiptState.DISPUTED, SUM)
    assert lab.state(tx) is ReceiptState.REVERSED
    assert lab.desk.balances[1] == 0


def test_what_comes_back_after_the_credit_stays_credited_once(lab: Lab) -> None:
    tx = lab.pay(1)
    lab.mine(N)
    lab.chain.reorganise(N + 1)
    lab.look()
    lab.mine(N)

    assert lab.state(tx) is ReceiptState.CREDITED
    assert [posting for _, posting, _ in lab.desk.postings] == [Posting.CREDIT]


def test_what_comes_back_after_a_reversal_is_credited_under_the_next_generation(lab: Lab) -> None:
    tx = lab.pay(1)
    lab.mine(N)
    lab.chain.reorganise(N + 1, fate=lambda _: None)
    lab.mine(N)
    lab.chain.pending.append(tx)
    lab.mine(N + 1)

    assert lab.state(tx) is ReceiptState.CREDITED
    assert [(posting, generation) for _, posting, generation in lab.desk.postings] == [
        (Posting.CREDIT, 0),
        (Posting.MIRROR, 0),
        (Posting.CREDIT, 1),
    ]


def test_a_transaction_that_is_mined_again_behind_another_keeps_its_key(lab: Lab) -> None:
    tx = lab.pay(1)
    lab.mine(N)
    lab.chain.reorganise(N, fate=lambda _: None)
    lab.pay(2)
    lab.chain.pending.append(tx)  # its log has index 1 now, and was 0
    lab.mine(N + 1)
    index = lab.chain.blocks[-N - 1].txs.index(tx)

    assert index == 1
    assert len(lab.desk.receipts) == 2
    assert lab.desk.balances[1] == SUM


def test_two_transfers_of_one_transaction_are_two_receipts(lab: Lab) -> None:
    event = Event(contract=USDT, sender=STRANGER, to=address(1), raw=SUM)
    tx = lab.chain.send(replace(event, contract=FAKE), event, replace(event, to=STRANGER), replace(event, raw=7))
    lab.mine(N)

    assert lab.state(tx, 1) is lab.state(tx, 3) is ReceiptState.CREDITED
    assert lab.state(tx, 0) is lab.state(tx, 2) is None
    assert lab.desk.balances == {1: SUM + 7}


def test_the_same_blocks_seen_again_change_nothing(lab: Lab) -> None:
    lab.pay(1)
    lab.mine(F + 1)
    before = list(lab.desk.postings)
    lab.desk.mark = ""
    lab.look()
    lab.look()

    assert lab.desk.postings == before


def test_a_fake_token_with_the_right_name_is_only_listed(lab: Lab) -> None:
    tx = lab.pay(1, contract=FAKE)
    listed = []
    for _ in range(N + 1):
        lab.chain.mine()
        look = lab.look()
        assert look is not None
        listed += look.aliens

    assert lab.desk.receipts == {}
    assert [(each.owner, each.contract, each.raw, each.evidence.tx) for each in listed] == [(1, FAKE, SUM, tx.hash)]


def test_a_failed_transaction_and_one_of_nothing_leave_no_receipt(lab: Lab) -> None:
    lab.chain.send(Event(contract=USDT, sender=STRANGER, to=address(1), raw=SUM), failed=True)
    lab.pay(1, raw=0)
    lab.chain.send()  # a payment in the chain's own coin from inside a contract: no log at all
    lab.mine(N)

    assert lab.desk.receipts == {}


@pytest.mark.parametrize("moved", [0, SUM - 1])
def test_a_log_that_says_more_than_was_moved_is_held(lab: Lab, moved: int) -> None:
    tx = lab.pay(1, moved=moved)
    lab.mine(N)

    assert (lab.state(tx), _doubt(lab, tx)) == (ReceiptState.HELD, HeldReason.BALANCE_MISMATCH)


def test_a_lying_log_is_held_too_when_the_node_lists_no_logs_of_that_block() -> None:
    lab = Lab([Manner()])
    tx = lab.pay(1, moved=0)
    lab.chain.mine(N)
    lab.look()
    with changed(lab, 0, hidden={tx.hash}):
        lab.mine()

    assert lab.state(tx) is ReceiptState.HELD


def test_a_deposit_and_a_sweep_in_one_block_add_up(lab: Lab) -> None:
    lab.pay(1)
    lab.mine(N)
    lab.chain.send(Event(contract=USDT, sender=address(1), to=COLD, raw=SUM))
    tx = lab.pay(1, units=3)
    lab.mine(N)

    assert lab.state(tx) is ReceiptState.CREDITED
    assert lab.desk.cold == {"USDT@simchain": SUM}
    assert lab.desk.custody == {"USDT@simchain": 3 * UNIT}


def test_a_sweep_is_told_once_and_taken_back_when_it_left_the_chain(lab: Lab) -> None:
    lab.pay(1)
    lab.mine(N)
    lab.chain.send(Event(contract=USDT, sender=address(1), to=COLD, raw=SUM))
    lab.mine(N + 1)
    told = dict(lab.desk.cold)
    lab.chain.reorganise(N + 1, fate=lambda _: None)
    lab.mine(N)

    assert told == {"USDT@simchain": SUM}
    assert lab.desk.cold == {"USDT@simchain": 0}
    assert lab.desk.custody == {"USDT@simchain": SUM}


def test_moving_from_one_of_our_addresses_to_another_is_no_deposit(lab: Lab) -> None:
    lab.pay(1)
    lab.mine(N)
    lab.chain.send(Event(contract=USDT, sender=address(1), to=address(2), raw=SUM))
    lab.mine(N + 1)

    assert lab.desk.balances == {1: SUM}
    assert lab.desk.custody == {"USDT@simchain": SUM}


def test_the_smallest_sum_and_one_beyond_64_bits_are_facts_like_any_other(lab: Lab) -> None:
    large = 9_300_000_000_000_000_001 * 10
    dust = lab.pay(1, raw=1)
    much = lab.pay(2, contract=USDC, raw=large)
    lab.mine(N)

    assert lab.state(dust) is lab.state(much) is ReceiptState.CREDITED
    assert lab.desk.balances == {1: 1, 2: large}


def test_a_large_sum_waits_until_it_is_final() -> None:
    tokens = {contract: replace(token, final_above=SUM) for contract, token in SETTINGS.tokens.items()}
    lab = Lab([Manner(), Manner()], settings=replace(SETTINGS, tokens=tokens))
    small, large = lab.pay(1, raw=SUM - 1), lab.pay(2, raw=SUM)
    lab.mine(F)
    states = (lab.state(small), lab.state(large))
    lab.mine()

    assert states == (ReceiptState.CREDITED, ReceiptState.SEEN)
    assert lab.state(large) is ReceiptState.FINAL


def test_depth_alone_is_not_final_where_the_chain_has_a_word_for_it() -> None:
    lab = Lab([Manner()])
    lab.chain.finality = 10 * F
    tx = lab.pay(1)
    lab.mine(2 * F)

    assert lab.state(tx) is ReceiptState.CREDITED


def test_a_chain_that_shows_irreversible_blocks_only_is_final_at_the_first_look() -> None:
    tron = chains()["tron"]
    as_tron = replace(
        SETTINGS, confirmations=tron.confirmations, final_blocks=tron.final_blocks, finalized=False, probe=False
    )
    lab = Lab([Manner(), Manner()], settings=as_tron)
    tx = lab.pay(1)
    lab.mine()

    assert lab.state(tx) is ReceiptState.FINAL


def test_a_reorganised_transaction_that_fails_the_second_time_is_gone(lab: Lab) -> None:
    tx = lab.pay(1)
    lab.mine(N)
    lab.chain.reorganise(N + 1, fate=lambda each: replace(each, failed=True))
    lab.mine(N + 1)

    assert lab.state(tx) is ReceiptState.REVERSED
    assert lab.desk.balances[1] == 0


def test_a_failed_transaction_brings_nothing_even_where_a_node_shows_its_logs(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    tx = lab.pay(1)
    read = reading.receipt
    monkeypatch.setattr(
        reading, "receipt", lambda value, tx: (found := read(value, tx)) and replace(found, is_good=False)
    )
    lab.mine(F + 1)

    assert lab.state(tx) is not ReceiptState.CREDITED
    assert lab.desk.postings == []


def test_confirmations_count_the_block_itself_and_say_how_long_the_rest_takes(lab: Lab) -> None:
    tx = lab.pay(1)
    lab.chain.mine()
    look = lab.look()
    assert look is not None
    (said,) = look.observations

    assert (said.verdict, said.confirmations, said.needed) == (Verdict.SEEN, 1, N)
    assert said.minutes_left == 1
    assert (said.owner, said.raw, said.evidence.tx) == (1, SUM, tx.hash)
    assert said.evidence.proof.keys() == {"node-0", "node-1"}
