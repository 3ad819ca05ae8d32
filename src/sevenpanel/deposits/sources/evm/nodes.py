"""One node of a chain: the questions that the watcher asks it, and what was learnt about what it can take."""

import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sevenpanel.deposits.sources.evm import reading, words
from sevenpanel.deposits.sources.evm.chains import Chain, Token
from sevenpanel.deposits.sources.evm.judging import Effect, Probe
from sevenpanel.deposits.sources.evm.reading import Head, Log, Receipt
from sevenpanel.deposits.sources.evm.rpc import AnswerTooLarge, Ask, NodeTrouble, Rpc, RpcFault

HOLDERS_MAX = 500
SPLITS_MAX = 60
RANGES_PER_LOOK = 5
CONTENTS_MAX = 50
GROW_AFTER = 20
VERIFY_AGAIN = timedelta(hours=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Height:
    """How far a node sees: its highest block, and the highest that it calls final."""

    head: Head
    final: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What logs are asked for: transfers to, or from, our addresses.

    :param contracts: None for every contract there is.
    """

    holders: Collection[str]
    contracts: Collection[str] | None
    incoming: bool = True

    def takes(self, log: Log) -> bool:
        """Whether such a log was asked for; a node that sends another one is not believed."""
        holder = log.to if self.incoming else log.sender
        return holder in self.holders and (self.contracts is None or log.contract in self.contracts)


@dataclass(slots=True, kw_only=True)
class Node:
    """One node. Keeps only what it learnt about the node's limits, which may be lost.

    :param name: its host's name; shown, never the whole address.
    :param span: how many blocks one question covers.
    :param reach: how many blocks one look goes through.
    """

    name: str
    rpc: Rpc
    chain: Chain
    span: int = 0
    reach: int = 0
    holders_max: int = HOLDERS_MAX
    successes: int = 0
    verified_at: datetime | None = field(default=None)

    def __post_init__(self) -> None:
        self.span = self.span or self.chain.range_max
        self.reach = self.reach or RANGES_PER_LOOK * self.chain.range_max

    def went_through(self, *, is_done: bool) -> None:
        """Learn from a look how many blocks the next one should go through."""
        most = RANGES_PER_LOOK * self.chain.range_max
        self.reach = min(most, self.reach * 2) if is_done else max(1, self.reach // 4)

    def height(self) -> Height:
        """How far the node sees.

        :raises NodeTrouble: also when it belongs to another chain.
        """
        asked = [Ask("eth_chainId"), Ask("eth_getBlockByNumber", ("latest", False))]
        if self.chain.finalized:
            asked.append(Ask("eth_getBlockByNumber", ("finalized", False)))
        identity, latest, *final = self.rpc.ask(asked)
        if isinstance(identity, RpcFault) or reading.quantity(identity) != self.chain.chain_id:
            raise NodeTrouble(f"The node does not belong to {self.chain.title} (chain id {self.chain.chain_id}).")
        head = reading.head(latest)
        if head is None:
            raise NodeTrouble("The node has no blocks.")
        known = [reading.head(each) for each in final if not isinstance(each, RpcFault)]
        return Height(head=head, final=known[0].number if known and known[0] else None)

    def verify(self, now: datetime) -> None:
        """Compare every token's decimals and symbol with the settings, now and then.

        :raises NodeTrouble: on a difference; nothing of this chain may be believed then.
        """
        if self.verified_at is not None and now - self.verified_at < VERIFY_AGAIN:
            return
        tokens = list(self.chain.tokens.values())
        asked = [
            Ask("eth_call", ({"to": token.contract, "data": data}, "latest"))
            for token in tokens
            for data in (words.DECIMALS, words.SYMBOL)
        ]
        said = self.rpc.ask(asked)
        for token, decimals, symbol in zip(tokens, said[::2], said[1::2], strict=True):
            _compare(token, decimals, symbol)
        self.verified_at = now

    def logs(self, first: int, last: int, watched: Watched, *, until: float | None = None) -> list[Log]:
        """This function finds every transfer of a range, in as many questions as the node needs.

        :param until: a steady time after which no further question is begun.
        :raises NodeTrouble: when a part of it could not be had; then nothing is known of any of it.
        """
        found: list[Log] = []
        waiting = [(first, last, part) for part in _parts(sorted(watched.holders), self.holders_max)]
        splits = 0
        while waiting:
            low, high, holders = waiting.pop()
            if high - low + 1 > self.span:
                waiting += [
                    (start, min(start + self.span - 1, high), holders) for start in range(low, high + 1, self.span)
                ]
                continue
            if until is not None and time.monotonic() > until:
                raise NodeTrouble("The node takes too long to go through so many blocks.")
            part = self._logs(
                low, high, Watched(holders=holders, contracts=watched.contracts, incoming=watched.incoming)
            )
            if part is None:
                splits += 1
                waiting += self._split(low, high, holders, splits)
            else:
                found += part
        return found

    def blocks(self, numbers: Iterable[int]) -> dict[int, Head | None]:
        """The node's blocks at these heights; None where it has none, or would not say."""
        wanted = sorted(set(numbers))
        said = self.rpc.ask([Ask("eth_getBlockByNumber", (hex(number), False)) for number in wanted])
        found: dict[int, Head | None] = {}
        for number, each in zip(wanted, said, strict=True):
            block = None if isinstance(each, RpcFault) else reading.head(each)
            if block is not None and block.number != number:
                raise NodeTrouble("The node shows another block than the one asked for.")
            found[number] = block
        return found

    def lacks(self, tx: str, low: int, head: Head) -> bool:
        """Whether none of the blocks from `low` up to the head, an unbroken chain, has the transaction.

        A receipt that is not there proves nothing: a node forgets. What every block is made of does.

        :raises NodeTrouble: when the chain is not unbroken, or not shown.
        """
        after = head.hash
        for start in range(head.number, low - 1, -CONTENTS_MAX):
            numbers = range(start, max(low, start - CONTENTS_MAX + 1) - 1, -1)
            for said in self.rpc.ask([Ask("eth_getBlockByNumber", (hex(number), False)) for number in numbers]):
                block = reading.content(said)
                if block.hash != after:
                    raise NodeTrouble("The node's blocks do not make one chain.")
                if tx in block.txs:
                    return False
                after = block.parent
        return True

    def receipts(self, txs: Iterable[str]) -> dict[str, Receipt | None]:
        """The receipts of transactions; None where the node has none, or would not say."""
        wanted = sorted(set(txs))
        said = self.rpc.ask([Ask("eth_getTransactionReceipt", (tx,)) for tx in wanted])
        return {
            tx: None if isinstance(each, RpcFault) else reading.receipt(each, tx)
            for tx, each in zip(wanted, said, strict=True)
        }

    def probe(self, asked: Sequence[tuple[Effect, int, str]]) -> list[Probe]:
        """Whether receivers' balances changed in a block by exactly what its logs say: logs can lie, balances cannot.

        :param asked: what was moved, and the number and hash of the block.
        """
        said = self.rpc.ask([ask for each in asked for ask in _probing(*each)])
        return [_compared(*each, *said[4 * at : 4 * at + 4]) for at, each in enumerate(asked)]

    def balances(self, pairs: Sequence[tuple[str, str]], tag: str) -> list[int]:
        """Balances of (contract, holder) at one block.

        :raises NodeTrouble: when one of them could not be had.
        """
        said = self.rpc.ask(
            [Ask("eth_call", (words.balance_call(contract, holder), tag)) for contract, holder in pairs]
        )
        return [reading.quantity(each, words.UINT_MAX) for each in said]

    def is_untouched(self, holders: Sequence[str]) -> list[bool]:
        """Whether addresses were never used: nothing sent from them, no token of ours on them."""
        counts = self.rpc.ask([Ask("eth_getTransactionCount", (holder, "latest")) for holder in holders])
        contracts = list(self.chain.tokens)
        amounts = self.balances([(contract, holder) for holder in holders for contract in contracts], "latest")
        width = len(contracts)
        return [
            not isinstance(count, RpcFault) and reading.quantity(count) == 0 and not any(amounts[at * width :][:width])
            for at, count in enumerate(counts)
        ]

    def symbol(self, contract: str) -> str:
        """What a contract calls itself, for showing to staff; it may be a lie, or nothing."""
        (said,) = self.rpc.ask([Ask("eth_call", ({"to": contract, "data": words.SYMBOL}, "latest"))])
        told = words.read_text(said) if isinstance(said, str) else None
        return "".join(character for character in told or "" if character.isprintable())

    def _logs(self, low: int, high: int, watched: Watched) -> list[Log] | None:
        padded = [words.padded(holder) for holder in watched.holders]
        wanted: dict[str, Any] = {
            "fromBlock": hex(low),
            "toBlock": hex(high),
            "topics": [words.TRANSFER, None, padded] if watched.incoming else [words.TRANSFER, padded],
        }
        if watched.contracts is not None:
            wanted["address"] = sorted(watched.contracts)
        try:
            (said,) = self.rpc.ask([Ask("eth_getLogs", (wanted,))])
        except AnswerTooLarge:
            return None
        if isinstance(said, RpcFault):
            return None
        self._went_well()
        logs = _transfers(said)
        if not all(watched.takes(log) and low <= log.number <= high for log in logs):
            raise NodeTrouble("The node shows logs that nobody asked for.")
        return logs

    def _went_well(self) -> None:
        self.successes += 1
        if self.successes >= GROW_AFTER and self.span < self.chain.range_max:
            self.span, self.successes = min(self.chain.range_max, self.span + max(1, self.span // 4)), 0

    def _split(self, low: int, high: int, holders: list[str], splits: int) -> list[tuple[int, int, list[str]]]:
        """Ask for less: first fewer blocks, then fewer addresses."""
        self.successes = 0
        if splits > SPLITS_MAX or (low == high and len(holders) == 1):
            raise NodeTrouble("The node does not answer questions for logs, however small.")
        if low < high:
            middle = (low + high) // 2
            self.span = middle - low + 1
            return [(low, middle, holders), (middle + 1, high, holders)]
        half = (len(holders) + 1) // 2
        self.holders_max = half
        return [(low, high, holders[:half]), (low, high, holders[half:])]


def _transfers(said: Any) -> list[Log]:
    return [log for each in reading.results(said) if (log := reading.transfer(each)) is not None]


def _probing(effect: Effect, number: int, block_hash: str) -> list[Ask]:
    call, padded = words.balance_call(effect.contract, effect.to), words.padded(effect.to)
    topics = ([words.TRANSFER, None, padded], [words.TRANSFER, padded])
    wanted = [{"blockHash": block_hash, "address": effect.contract, "topics": each} for each in topics]
    return [Ask("eth_call", (call, hex(at))) for at in (number - 1, number)] + [
        Ask("eth_getLogs", (w,)) for w in wanted
    ]


def _compared(effect: Effect, _number: int, block_hash: str, before: Any, after: Any, came: Any, went: Any) -> Probe:
    if any(isinstance(each, RpcFault) for each in (before, after, came, went)):
        return Probe.UNKNOWN
    logs = _transfers(came)
    shown = {(log.contract, log.sender, log.to, log.raw, log.block_hash) for log in logs}
    if (effect.contract, effect.sender, effect.to, effect.raw, block_hash) not in shown:
        # Of a node that does not list the very log in question, an even sum says nothing.
        return Probe.UNKNOWN
    moved = sum(log.raw for log in logs) - sum(log.raw for log in _transfers(went))
    change = reading.quantity(after, words.UINT_MAX) - reading.quantity(before, words.UINT_MAX)
    return Probe.EQUAL if change == moved else Probe.DIFFERS


def _parts(holders: list[str], most: int) -> list[list[str]]:
    return [holders[start : start + most] for start in range(0, len(holders), most)]


def _compare(token: Token, decimals: Any, symbol: Any) -> None:
    if isinstance(decimals, RpcFault) or isinstance(symbol, RpcFault):
        raise NodeTrouble(f"The node cannot say what {token.asset.code} is.")
    if decimals == "0x" or reading.quantity(decimals, words.UINT_MAX) != token.asset.decimals:
        raise NodeTrouble(f"{token.asset.code} has other decimals there than in the chain's settings.")
    if not isinstance(symbol, str) or words.read_text(symbol) not in token.shown_as:
        raise NodeTrouble(f"{token.asset.code} has another name there than in the chain's settings.")
