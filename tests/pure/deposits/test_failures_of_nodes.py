"""What nodes do wrong, and that it moves no money by itself (design: deposits, section 2)."""

import pytest
from tests.chainlab import SETTINGS, STRANGER, UNIT, USDT, Lab, address, changed

from sevenpanel.deposits.domain import HeldReason, ReceiptState
from sevenpanel.deposits.simchain.chain import Event, Tx
from sevenpanel.deposits.simchain.node import Manner

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


@pytest.mark.parametrize("behind", range(1, N))
def test_a_replica_that_is_silently_behind_hides_nothing_for_long(behind: int) -> None:
    lab = Lab([Manner(logs_behind=behind)])
    tx = lab.pay(1)
    lab.mine(N + 1)

    assert lab.state(tx) is ReceiptState.CREDITED


def test_what_one_node_keeps_to_itself_the_other_one_shows(lab: Lab) -> None:
    tx = lab.pay(1)
    with changed(lab, 0, hidden={tx.hash}):
        lab.mine(N + 1)

    assert lab.state(tx) is ReceiptState.CREDITED


def _forge(lab: Lab, at: int, raw: int = 1_000 * UNIT) -> Tx:
    tx = Tx(hash="0x" + "f0" * 32, events=(Event(contract=USDT, sender=STRANGER, to=address(1), raw=raw),))
    lab.sim[at].manner = Manner(forged={lab.chain.head: [tx]})
    return tx


@pytest.mark.parametrize("liar", [0, 1])
def test_a_forged_deposit_is_never_credited_while_one_node_is_honest(lab: Lab, liar: int) -> None:
    tx = _forge(lab, liar)
    lab.mine(F - 2)
    early = lab.state(tx)
    lab.mine(2)

    assert early is ReceiptState.SEEN
    assert (lab.state(tx), _doubt(lab, tx)) == (ReceiptState.HELD, HeldReason.NODES_DISAGREE)
    assert lab.desk.balances[1] == 0


def test_a_forged_deposit_never_shows_as_nearly_credited(lab: Lab) -> None:
    tx = _forge(lab, 0)
    lab.mine(F - 2)

    assert lab.desk.receipts[f"evm:{SETTINGS.chain_id}:{tx.hash}:0"].said.confirmations < N


def test_one_lying_node_alone_can_invent_money_so_the_desk_has_to_know_that_it_is_alone() -> None:
    lab = Lab([Manner()])
    lab.mine(5)
    tx = _forge(lab, 0)
    lab.mine(N)

    assert lab.state(tx) is ReceiptState.CREDITED


@pytest.mark.parametrize(
    "manner",
    [
        Manner(silent=True),
        Manner(lag=4),
        Manner(pruned_below=10_000),
        Manner(garble=lambda said: b"<html>"),
        Manner(chain_id=1),
        Manner(decimals=18),
    ],
)
def test_a_node_that_is_silent_behind_or_forgetful_takes_no_credit_away(lab: Lab, manner: Manner) -> None:
    tx = lab.pay(1)
    lab.mine(N)
    lab.sim[1].manner = manner
    lab.restart()
    lab.mine(F + 4)

    assert lab.state(tx) in (ReceiptState.CREDITED, ReceiptState.FINAL)
    assert lab.desk.balances == {1: SUM}


def test_a_node_that_stays_on_the_old_branch_keeps_a_credit_from_being_reversed(lab: Lab) -> None:
    tx = lab.pay(1)
    lab.mine(N)
    with changed(lab, 1, stuck=list(lab.chain.blocks)):
        lab.chain.reorganise(N + 1, fate=lambda _: None)
        lab.mine(2 * N)
        state = lab.state(tx)
    lab.mine()

    assert state is ReceiptState.CREDITED
    assert lab.state(tx) is ReceiptState.REVERSED


def test_nodes_that_all_forgot_where_a_transaction_went_take_no_credit_away(lab: Lab) -> None:
    tx = lab.pay(1)
    lab.mine(N)
    lab.chain.reorganise(N + 1)
    for node in lab.sim:
        node.manner = Manner(pruned_below=10_000)
    lab.mine(N)

    assert lab.state(tx) is ReceiptState.CREDITED


def test_nothing_is_credited_while_a_node_is_away(lab: Lab) -> None:
    tx = lab.pay(1)
    with changed(lab, 1, silent=True):
        lab.mine(N + 1)
        meanwhile = lab.state(tx)
    lab.look()

    assert meanwhile is ReceiptState.SEEN
    assert lab.state(tx) is ReceiptState.CREDITED


def test_a_head_that_was_a_lie_keeps_nothing_from_being_seen_afterwards(lab: Lab) -> None:
    honest = lab.chain.blocks
    lab.chain.blocks = [*honest]
    lab.chain.mine(3 * F)
    lie, lab.chain.blocks = lab.chain.blocks, honest
    with changed(lab, 0, stuck=lie):
        lab.look()
        lab.look()
    tx = lab.pay(1)
    lab.mine(N)

    assert lab.state(tx) is ReceiptState.CREDITED


def test_a_look_goes_on_where_the_last_one_was_cut_off(lab: Lab) -> None:
    txs = [lab.pay(number % 3, raw=SUM + number) for number in range(6)]
    lab.chain.mine(N)
    for steps in range(8):
        lab.look(crash_after=steps)
        lab.restart()
    lab.look()

    assert {lab.state(tx) for tx in txs} == {ReceiptState.CREDITED}
    assert len(lab.desk.postings) == 6


def test_a_long_way_is_gone_in_several_looks(lab: Lab) -> None:
    first = lab.pay(1)
    lab.chain.mine(20 * SETTINGS.range_max)
    last = lab.pay(2)
    lab.chain.mine(F + 1)
    looks = 1
    while (look := lab.look()) is not None and look.has_more:
        looks += 1

    assert 1 < looks < 20
    assert lab.state(first) is lab.state(last) is ReceiptState.FINAL
