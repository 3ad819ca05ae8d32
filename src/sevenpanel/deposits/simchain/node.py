"""A node of the simulated chain: answers the JSON-RPC methods that the watcher asks, well or in a bad manner."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sevenpanel.deposits.simchain.chain import Block, Chain, Event, Tx, View, forged_block, view
from sevenpanel.deposits.sources.evm import words

PARSE_ERROR, NO_METHOD, BAD_PARAMETERS, LIMIT, NO_STATE = -32700, -32601, -32602, -32005, -32000


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token of the simulated chain."""

    contract: str
    symbol: str
    decimals: int


@dataclass(slots=True, kw_only=True)
class Manner:
    """How a node behaves. The defaults are those of an honest node that is up to date.

    :param lag: how many blocks it is behind.
    :param silent: it does not answer.
    :param stuck: the blocks that it stays with, whatever the chain does.
    :param pruned_below: it has forgotten transactions and states of lower blocks.
    :param range_max: how many blocks one request for logs may cover.
    :param logs_max: how many logs one answer may hold.
    :param addresses_max: how many addresses one filter may name.
    :param batch_max: how many calls one batch may hold; 1 is no batches at all.
    :param forged: transactions that it invents, by the number of the block in which it shows them.
    :param hidden: hashes of transactions whose logs it keeps to itself.
    :param logs_behind: for logs alone it is so many blocks behind, and says nothing of it (replicas).
    :param chain_id: another network's.
    :param decimals: other decimals than the contract has.
    :param garble: what becomes of its answer on the way.
    """

    lag: int = 0
    silent: bool = False
    stuck: list[Block] | None = None
    pruned_below: int = 0
    range_max: int = 10_000
    logs_max: int = 10_000
    addresses_max: int = 10_000
    batch_max: int = 1_000
    forged: dict[int, list[Tx]] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    logs_behind: int = 0
    chain_id: int | None = None
    decimals: int | None = None
    garble: Callable[[bytes], bytes] | None = None


class Unanswered(Exception):  # noqa: N818 - a silence, not a fault
    """The node does not answer at all."""


class _RpcError(Exception):
    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(slots=True)
class Node:
    """One node. Asked over HTTP by the server, or directly by tests: the bytes are the same."""

    chain: Chain
    tokens: Mapping[str, Token]
    manner: Manner = field(default_factory=Manner)
    calls: int = 0
    _seen: tuple[object, View] | None = None

    def answer(self, body: bytes) -> bytes:
        """This function answers one request or one batch.

        :raises Unanswered: when the node is silent.
        """
        if self.manner.silent:
            raise Unanswered
        self.calls += 1
        said = json.dumps(self._answered(body), separators=(",", ":")).encode()
        return self.manner.garble(said) if self.manner.garble else said

    def _answered(self, body: bytes) -> object:
        try:
            asked = json.loads(body)
        except (ValueError, RecursionError):
            return _failed(None, PARSE_ERROR, "parse error")
        if not isinstance(asked, list):
            return self._one(asked)
        if len(asked) > self.manner.batch_max:
            return _failed(None, LIMIT, "batch too large")
        return [self._one(each) for each in asked]

    def _one(self, asked: Any) -> dict[str, object]:
        identity = asked.get("id") if isinstance(asked, dict) else None
        method = _METHODS.get(asked.get("method")) if isinstance(asked, dict) else None
        if method is None:
            return _failed(identity, NO_METHOD, "the method does not exist")
        try:
            return {"jsonrpc": "2.0", "id": identity, "result": method(self, *asked.get("params", ()))}
        except _RpcError as error:
            return _failed(identity, error.code, str(error))
        except (TypeError, ValueError, KeyError, AttributeError, IndexError):
            return _failed(identity, BAD_PARAMETERS, "invalid parameters")

    def view(self) -> View:
        """What this node shows at present."""
        blocks = self.manner.stuck or self.chain.blocks
        blocks = blocks[: max(1, len(blocks) - self.manner.lag)]
        stamp = (blocks[-1].hash, tuple((n, len(txs)) for n, txs in self.manner.forged.items()))
        if self._seen is None or self._seen[0] != stamp:
            shown = [forged_block(block, *self.manner.forged.get(block.number, ())) for block in blocks]
            self._seen = (stamp, view(shown))
        return self._seen[1]

    def chain_id(self) -> str:
        """Answer eth_chainId."""
        return hex(self.manner.chain_id or self.chain.chain_id)

    def block_number(self) -> str:
        """Answer eth_blockNumber."""
        return hex(self.view().head.number)

    def block(self, tag: str, _whole: bool = False) -> dict[str, object] | None:
        """Answer eth_getBlockByNumber."""
        found = self._number(tag)
        blocks = self.view().blocks
        if found >= len(blocks):
            return None
        block = blocks[found]
        return {
            "number": hex(block.number),
            "hash": block.hash,
            "parentHash": block.parent,
            "timestamp": hex(block.at),
            "transactions": [tx.hash for tx in block.txs],
        }

    def receipt(self, tx: str) -> dict[str, object] | None:
        """Answer eth_getTransactionReceipt."""
        found = self.view().place(tx.lower())
        if found is None or found[0].number < self.manner.pruned_below:
            return None
        block, at = found
        first = sum(len(each.logs) for each in block.txs[:at])
        one = block.txs[at]
        return {
            "transactionHash": one.hash,
            "transactionIndex": hex(at),
            "blockHash": block.hash,
            "blockNumber": hex(block.number),
            "status": hex(not one.failed),
            "logs": [_log(block, at, one, event, first + n) for n, event in enumerate(one.logs)],
        }

    def logs(self, wanted: Mapping[str, Any]) -> list[dict[str, object]]:
        """Answer eth_getLogs."""
        first, last = self._range(wanted)
        topics, contracts = wanted.get("topics") or [], _several(wanted.get("address"))
        if any(len(_several(topic) or ()) > self.manner.addresses_max for topic in topics):
            raise _RpcError(BAD_PARAMETERS, "too many topics")
        found = [
            _log(block, at, tx, event, index)
            for block in self.view().between(first, min(last, self.view().head.number - self.manner.logs_behind))
            for index, (at, tx, event) in enumerate(_events(block))
            if tx.hash not in self.manner.hidden and _matches(event, contracts, topics)
        ]
        if len(found) > self.manner.logs_max:
            raise _RpcError(LIMIT, f"query returned more than {self.manner.logs_max} results")
        return found

    def call(self, asked: Mapping[str, Any], tag: str = "latest") -> str:
        """Answer eth_call of balanceOf, decimals and symbol."""
        token, data = self.tokens.get(asked["to"].lower()), asked["data"].lower()
        if token is None:
            return "0x"
        if data == words.DECIMALS:
            return words.word(token.decimals if self.manner.decimals is None else self.manner.decimals)
        if data == words.SYMBOL:
            return words.text_result(token.symbol)
        upto = self._number(tag)
        if upto < self.manner.pruned_below:
            raise _RpcError(NO_STATE, "missing trie node")
        assert data.startswith(words.BALANCE_OF)
        return words.word(self.view().balance(token.contract, "0x" + data[-40:], upto))

    def count(self, holder: str, _tag: str = "latest") -> str:
        """Answer eth_getTransactionCount, which here counts transfers out."""
        moves = (event for block in self.view().between(0, self.view().head.number) for _, _, event in _events(block))
        return hex(sum(event.sender == holder.lower() for event in moves))

    def _number(self, tag: str) -> int:
        shown = self.view()
        if tag == "finalized":
            return min(self.chain.finalized, shown.head.number)
        return shown.head.number if tag == "latest" else int(tag, 16)

    def _range(self, wanted: Mapping[str, Any]) -> tuple[int, int]:
        if "blockHash" in wanted:
            numbers = [block.number for block in self.view().blocks if block.hash == wanted["blockHash"]]
            if not numbers:
                raise _RpcError(NO_STATE, "unknown block")
            return numbers[0], numbers[0]
        first, last = self._number(wanted["fromBlock"]), self._number(wanted["toBlock"])
        if last - first >= self.manner.range_max:
            raise _RpcError(LIMIT, f"block range is larger than {self.manner.range_max}")
        return first, last


_METHODS: Mapping[Any, Callable[..., object]] = {
    "eth_chainId": Node.chain_id,
    "eth_blockNumber": Node.block_number,
    "eth_getBlockByNumber": Node.block,
    "eth_getTransactionReceipt": Node.receipt,
    "eth_getLogs": Node.logs,
    "eth_call": Node.call,
    "eth_getTransactionCount": Node.count,
}


def _failed(identity: object, code: int, message: str) -> dict[str, object]:
    return {"jsonrpc": "2.0", "id": identity, "error": {"code": code, "message": message}}


def _events(block: Block) -> list[tuple[int, Tx, Event]]:
    return [(at, tx, event) for at, tx in enumerate(block.txs) for event in tx.logs]


def _several(value: Any) -> list[str] | None:
    if value is None:
        return None
    return [each.lower() for each in (value if isinstance(value, list) else [value])]


def _matches(event: Event, contracts: list[str] | None, topics: list[Any]) -> bool:
    shown = _topics(event)
    wanted = [_several(topic) for topic in topics]
    return (contracts is None or event.contract in contracts) and all(
        topic is None or has in topic for topic, has in zip(wanted, shown, strict=False)
    )


def _topics(event: Event) -> list[str]:
    return [words.TRANSFER, words.padded(event.sender), words.padded(event.to)]


def _log(block: Block, at: int, tx: Tx, event: Event, index: int) -> dict[str, object]:
    return {
        "address": event.contract,
        "topics": _topics(event),
        "data": words.word(event.raw),
        "blockNumber": hex(block.number),
        "blockHash": block.hash,
        "transactionHash": tx.hash,
        "transactionIndex": hex(at),
        "logIndex": hex(index),
        "removed": False,
    }
