"""What a node may answer, and that nothing but the exact form is believed."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.chainlab import SETTINGS, TOKENS, USDT, in_process

from sevenpanel.deposits.simchain.chain import Chain
from sevenpanel.deposits.simchain.node import Manner
from sevenpanel.deposits.simchain.node import Node as SimNode
from sevenpanel.deposits.sources.evm import reading
from sevenpanel.deposits.sources.evm.nodes import Node, Watched
from sevenpanel.deposits.sources.evm.rpc import AnswerTooLarge, Ask, NodeTrouble, Rpc, RpcFault

HASH = "0x" + "ab" * 32
LOG = {
    "address": USDT,
    "topics": [
        "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef",
        "0x" + "0" * 24 + "11" * 20,
        "0x" + "0" * 24 + "22" * 20,
    ],
    "data": "0x" + "0" * 63 + "7",
    "blockNumber": "0x5",
    "blockHash": HASH,
    "transactionHash": HASH,
    "logIndex": "0x3",
    "removed": False,
}


def says(answer: object) -> Rpc:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    return Rpc(lambda _: body)


def echoing(change: Callable[[list[dict[str, Any]]], object]) -> Rpc:
    """A node that answers each call with its own id, changed on the way."""

    def send(body: bytes) -> bytes:
        answers = [{"jsonrpc": "2.0", "id": each["id"], "result": hex(each["id"])} for each in json.loads(body)]
        return json.dumps(change(answers)).encode()

    return Rpc(send)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<html>blocked</html>",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"id":0,"result":1.5}',
        b'{"id":0,"result":NaN}',
        b'{"id":0,"id":0,"result":1}',
        None,
        7,
        [],
        {},
        {"id": 0},
        {"id": 1, "result": "0x1"},
        {"id": "0", "result": "0x1"},
        {"id": True, "result": "0x1"},
        {"id": 0, "error": "no"},
        [{"id": 0, "result": 1}, {"id": 1, "result": 1}],
    ],
)
def test_an_answer_of_another_form_is_trouble(answer: object) -> None:
    with pytest.raises(NodeTrouble):
        says(answer).one("eth_blockNumber")


@pytest.mark.parametrize(
    "change",
    [
        lambda answers: answers[:-1],
        lambda answers: [*answers, answers[0]],
        lambda answers: [answers[0], answers[0], answers[2]],
        lambda answers: [{**each, "id": each["id"] + 1} for each in answers],
        lambda answers: {"result": answers},
    ],
)
def test_a_batch_with_missing_doubled_or_foreign_answers_is_trouble(change: Callable[[Any], object]) -> None:
    with pytest.raises(NodeTrouble):
        echoing(change).ask([Ask("m")] * 3)


def test_a_batch_may_come_back_in_any_order() -> None:
    assert echoing(lambda answers: answers[::-1]).ask([Ask("m")] * 3) == ["0x0", "0x1", "0x2"]


@pytest.mark.parametrize("most", [1, 2, 7, 1_000])
def test_a_node_that_takes_few_calls_together_is_asked_for_few(most: int) -> None:
    node = SimNode(Chain(7), TOKENS, Manner(batch_max=most))
    rpc = Rpc(in_process(node), batch_max=64)

    assert rpc.ask([Ask("eth_chainId")] * 20) == ["0x7"] * 20
    assert rpc.ask([Ask("eth_chainId")] * 20) == ["0x7"] * 20


def test_a_nodes_own_no_is_told_apart_and_its_words_are_kept_short() -> None:
    (fault,) = says({"id": 0, "error": {"code": -5, "message": "a\nb" + "x" * 900}}).ask([Ask("m")])

    assert isinstance(fault, RpcFault)
    assert fault.code == -5
    assert fault.words.startswith("a bx")
    assert len(fault.words) <= 200


@given(body=st.binary(max_size=300))
def test_no_bytes_break_the_reading(body: bytes) -> None:
    with pytest.raises(NodeTrouble):
        says(body).ask([Ask("m"), Ask("m")])


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=70) | st.just(HASH) | st.just(LOG),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*LOG, "logs", "status"]), inner),
    max_leaves=8,
)


@given(value=json_values)
@pytest.mark.parametrize(
    "read", [reading.quantity, reading.head, reading.transfer, lambda v: reading.receipt(v, HASH), reading.results]
)
def test_no_value_breaks_the_reading(read: Callable[[Any], object], value: object) -> None:
    try:
        read(value)
    except NodeTrouble:
        return


@pytest.mark.parametrize(
    "change",
    [
        {"topics": LOG["topics"][:1]},
        {"topics": [*LOG["topics"], HASH]},
        {"topics": [HASH, *LOG["topics"][1:]]},
        {"topics": [*LOG["topics"][:2], HASH]},
        {"data": "0x"},
        {"data": "0x7"},
    ],
)
def test_what_is_no_plain_transfer_is_passed_over(change: dict[str, object]) -> None:
    assert reading.transfer({**LOG, **change}) is None


@pytest.mark.parametrize(
    "change", [{"blockNumber": None}, {"blockHash": "0x12"}, {"removed": True}, {"address": "0x1"}, {"logIndex": "3"}]
)
def test_a_transfer_in_pieces_is_trouble(change: dict[str, object]) -> None:
    with pytest.raises(NodeTrouble):
        reading.transfer({**LOG, **change})


def receipt(**changes: object) -> dict[str, object]:
    plain = {"transactionHash": HASH, "blockHash": HASH, "blockNumber": "0x5", "status": "0x1"}
    return {**plain, "logs": [{**LOG, "logIndex": "0x2", "topics": []}, LOG], **changes}


def test_a_receipts_transfers_are_counted_by_their_place_among_all_its_logs() -> None:
    found = reading.receipt(receipt(), HASH)

    assert found is not None
    assert list(found.transfers) == [1]
    assert found.is_good


@pytest.mark.parametrize(
    "changes",
    [
        {"transactionHash": "0x" + "cd" * 32},
        {"blockHash": "0x" + "cd" * 32},
        {"blockNumber": "0x6"},
        {"logs": {}},
        {"logs": [LOG, LOG]},
        {"logs": [LOG, {**LOG, "transactionHash": "0x" + "cd" * 32}]},
        {"status": None},
    ],
)
def test_a_receipt_whose_parts_do_not_fit_is_trouble(changes: dict[str, object]) -> None:
    with pytest.raises(NodeTrouble):
        reading.receipt(receipt(**changes), HASH)


def node_saying(logs: object) -> Node:
    return Node(name="n", rpc=says({"id": 0, "result": logs}), chain=SETTINGS)


WATCHED = Watched(holders=["0x" + "22" * 20], contracts=[USDT])


def test_logs_that_were_asked_for_are_taken() -> None:
    assert [log.raw for log in node_saying([LOG]).logs(5, 5, WATCHED)] == [7]


@pytest.mark.parametrize(
    "change",
    [
        {"blockNumber": "0x6"},
        {"address": "0x" + "99" * 20},
        {"topics": [LOG["topics"][0], LOG["topics"][2], LOG["topics"][1]]},
    ],
)
def test_logs_that_nobody_asked_for_discredit_the_whole_answer(change: dict[str, object]) -> None:
    with pytest.raises(NodeTrouble):
        node_saying([LOG, {**LOG, **change}]).logs(5, 5, WATCHED)


@pytest.mark.parametrize("fault", [{"code": -32005, "message": "range too large"}, None])
def test_a_node_that_refuses_even_the_smallest_question_is_trouble_in_the_end(fault: object) -> None:
    def send(body: bytes) -> bytes:
        if fault is None:
            raise AnswerTooLarge("The node gave no whole answer (too large).")
        return json.dumps({"id": json.loads(body)["id"], "error": fault}).encode()

    with pytest.raises(NodeTrouble, match="however small"):
        Node(name="n", rpc=Rpc(send), chain=SETTINGS).logs(0, 10_000, WATCHED)
