"""Random histories on the simulated chain: reorganisations, lying, lagging and silent nodes, crashes between steps.

After a quiet time every customer has what the chain says, whatever happened before (design: deposits, section 5). One
seed is one history: `tests.histories.History(seed).run()` plays it again.
"""

import pytest
from tests.chainlab import Lab
from tests.histories import REPLAYED, History, broken

from sevenpanel.deposits.simchain.node import Manner

HISTORIES = 400
CHUNK = 20


@pytest.mark.parametrize("first", range(0, HISTORIES, CHUNK))
def test_every_history_ends_with_what_the_chain_says(first: int) -> None:
    for seed in range(first, first + CHUNK):
        history = History(seed)
        history.run()

        assert (seed, broken(history)) == (seed, [])


@pytest.mark.parametrize("seed", REPLAYED)
def test_a_full_rescan_posts_nothing_new(seed: int) -> None:
    history = History(seed)
    history.run()
    desk = history.lab.desk
    before = list(desk.postings)

    desk.mark = ""
    history.lab.restart()
    history.lab.settle()

    assert desk.postings == before


@pytest.mark.parametrize("seed", range(1_000, 1_010))
def test_the_same_is_found_whatever_a_node_takes_and_in_whatever_order_nodes_stand(seed: int) -> None:
    history = History(seed)
    history.run()
    found = []
    manners = (
        [Manner()],
        [Manner(range_max=3, addresses_max=1)],
        [Manner(batch_max=1, logs_max=2), Manner()],
        [Manner(), Manner(range_max=7, batch_max=3), Manner(addresses_max=2)],
    )
    for nodes in manners:
        lab = Lab(nodes)
        lab.chain.blocks, lab.chain.branch = list(history.lab.chain.blocks), history.lab.chain.branch
        while (look := lab.look()) is not None and look.has_more:
            continue
        lab.mine(2)
        found.append({key: (receipt.said.owner, receipt.said.raw) for key, receipt in lab.desk.receipts.items()})

    assert found[0]
    assert all(each == found[0] for each in found)
