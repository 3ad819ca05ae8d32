"""Reading what a node says: exact forms only. A node that says anything else is not believed at all."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sevenpanel.deposits.sources.evm import words
from sevenpanel.deposits.sources.evm.rpc import NodeTrouble, RpcFault

NUMBER_MAX = 2**63 - 1
LOGS_PER_RECEIPT_MAX = 20_000
TRANSFER_TOPICS = 3
TIME_MAX = 32_503_680_000

_QUANTITY = re.compile(r"0x[0-9a-fA-F]{1,64}")
_HASH = re.compile(r"0x[0-9a-fA-F]{64}")
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_ADDRESS_WORD = re.compile(r"0x0{24}[0-9a-fA-F]{40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A block as far as it matters here."""

    number: int
    hash: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a block is made of: its parent, and every transaction in it."""

    number: int
    hash: str
    parent: str
    txs: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """A transfer as a contract logged it. Addresses and hashes are lower case."""

    contract: str
    sender: str
    to: str
    raw: int
    number: int
    block_hash: str
    tx: str
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of a transaction.

    :param transfers: the transfers among its logs, by their ordinal among all of its logs.
    """

    tx: str
    number: int
    block_hash: str
    is_good: bool
    transfers: Mapping[int, Log]


def quantity(value: Any, most: int = NUMBER_MAX) -> int:
    """A number.

    :raises NodeTrouble: when it is none, or too large.
    """
    if not isinstance(value, str) or not _QUANTITY.fullmatch(value) or (number := int(value, 16)) > most:
        raise NodeTrouble("The node says something that is no number.")
    return number


def hash_of(value: Any) -> str:
    """A hash of 32 bytes."""
    return _matched(_HASH, value)


def address(value: Any) -> str:
    """An address of 20 bytes."""
    return _matched(_ADDRESS, value)


def head(value: Any) -> Head | None:
    """A block, or None where the node has none."""
    if value is None:
        return None
    found = _object(value)
    at = quantity(found.get("timestamp"), TIME_MAX)
    return Head(
        number=quantity(found.get("number")), hash=hash_of(found.get("hash")), at=datetime.fromtimestamp(at, UTC)
    )


def content(value: Any) -> Content:
    """A block with the hashes of its transactions.

    :raises NodeTrouble: also where the node has none.
    """
    found = _object(value)
    txs = found.get("transactions")
    if not isinstance(txs, list):
        raise NodeTrouble("The node does not say what is in a block.")
    return Content(
        number=quantity(found.get("number")),
        hash=hash_of(found.get("hash")),
        parent=hash_of(found.get("parentHash")),
        txs=frozenset(hash_of(tx) for tx in txs),
    )


def transfer(value: Any) -> Log | None:
    """A log as a transfer; None when it is none, such as that of a picture token with its number among the topics."""
    found = _object(value)
    topics = found.get("topics")
    if not isinstance(topics, list) or len(topics) != TRANSFER_TOPICS or topics[0] != words.TRANSFER:
        return None
    if found.get("removed") not in (False, None):
        raise NodeTrouble("The node shows a log that it took back.")
    if not isinstance(found.get("data"), str) or not _HASH.fullmatch(found["data"]):
        return None
    if not all(isinstance(topic, str) and _ADDRESS_WORD.fullmatch(topic) for topic in topics[1:]):
        return None
    return Log(
        contract=address(found.get("address")),
        sender="0x" + topics[1][-40:].lower(),
        to="0x" + topics[2][-40:].lower(),
        raw=int(found["data"], 16),
        number=quantity(found.get("blockNumber")),
        block_hash=hash_of(found.get("blockHash")),
        tx=hash_of(found.get("transactionHash")),
        index=quantity(found.get("logIndex")),
    )


def receipt(value: Any, tx: str) -> Receipt | None:
    """A transaction's receipt, or None where the node has none.

    :param tx: the transaction that was asked for.
    :raises NodeTrouble: when it is another's, or its parts do not fit together.
    """
    if value is None:
        return None
    found = _object(value)
    logs = found.get("logs")
    if not isinstance(logs, list) or len(logs) > LOGS_PER_RECEIPT_MAX or hash_of(found.get("transactionHash")) != tx:
        raise NodeTrouble("The node's receipt does not fit the transaction.")
    read = Receipt(
        tx=tx,
        number=quantity(found.get("blockNumber")),
        block_hash=hash_of(found.get("blockHash")),
        is_good=quantity(found.get("status")) == 1,
        transfers={at: log for at, each in enumerate(logs) if (log := transfer(each)) is not None},
    )
    places = {(log.number, log.block_hash, log.tx, log.index - at) for at, log in read.transfers.items()}
    if len(places) > 1 or any(place[:3] != (read.number, read.block_hash, tx) for place in places):
        raise NodeTrouble("The node's receipt contradicts itself.")
    return read


def results(value: Any) -> list[Any]:
    """The list that a node answered with.

    :raises NodeTrouble: when it is none.
    """
    if isinstance(value, RpcFault):
        raise NodeTrouble(f"The node refuses: {value.words}")
    if not isinstance(value, list):
        raise NodeTrouble("The node answers with something that is no list.")
    return value


def _object(value: Any) -> Mapping[str, Any]:
    if isinstance(value, RpcFault):
        raise NodeTrouble(f"The node refuses: {value.words}")
    if not isinstance(value, dict):
        raise NodeTrouble("The node answers with something that is no object.")
    return value


def _matched(pattern: re.Pattern[str], value: Any) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise NodeTrouble("The node says something that is no hash and no address.")
    return value.lower()
