"""A chain that is only simulated: blocks, token transfers and reorganisations, and nothing of value on it.

It has no accounts, no signatures and no gas. It has what a watcher can be wrong about: blocks that are replaced,
transactions that come back elsewhere or never, logs that say more than was moved, and transactions that failed.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

BLOCK_SECONDS = 3
GENESIS_AT = 1_760_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One transfer as its contract logs it.

    :param contract: the token's contract; it and both addresses as 0x and 40 lower-case digits.
    :param raw: what the log says, in the token's smallest units.
    :param moved: what the balances really change by; None is as the log says.
    """

    contract: str
    sender: str
    to: str
    raw: int
    moved: int | None = None

    @property
    def effect(self) -> int:
        """What really moves."""
        return self.raw if self.moved is None else self.moved


@dataclass(frozen=True, slots=True, kw_only=True)
class Tx:
    """A transaction. One that failed is in its block, and logs and moves nothing."""

    hash: str
    events: tuple[Event, ...] = ()
    failed: bool = False

    @property
    def logs(self) -> tuple[Event, ...]:
        """What it logged."""
        return () if self.failed else self.events

    def moves(self) -> Counter[tuple[str, str]]:
        """What it changes, by contract and holder."""
        changes: Counter[tuple[str, str]] = Counter()
        for event in self.logs:
            changes[event.contract, event.sender] -= event.effect
            changes[event.contract, event.to] += event.effect
        return changes


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block. Its hash follows from its parent's, its transactions and the branch it stands on."""

    number: int
    hash: str
    parent: str
    at: int
    txs: tuple[Tx, ...] = ()


@dataclass(slots=True)
class Chain:
    """The chain as it stands, its pending transactions, and how to change both.

    :param finality: how many blocks below the head nothing changes any more.
    :param limited: holders who can send only what they have; a transaction of theirs that moves more fails. Everybody
        else has as much play money as wanted.
    :param clock: the time of a block, by its number, in seconds since 1970.
    """

    chain_id: int
    finality: int = 32
    blocks: list[Block] = field(default_factory=list)
    pending: list[Tx] = field(default_factory=list)
    branch: int = 0
    sent: int = 0
    limited: frozenset[str] = frozenset()
    clock: Callable[[int], int] = lambda number: GENESIS_AT + number * BLOCK_SECONDS

    def __post_init__(self) -> None:
        if not self.blocks:
            self.blocks.append(_block(self.chain_id, None, (), 0, self.clock(0)))

    @property
    def head(self) -> int:
        """The number of the highest block."""
        return self.blocks[-1].number

    @property
    def is_busy(self) -> bool:
        """Whether anything is on its way: pending, or not final yet. A chain on which nothing happens may rest."""
        return bool(self.pending) or any(block.txs for block in self.blocks[-self.finality - 2 :])

    @property
    def finalized(self) -> int:
        """The number of the highest block that stays for ever."""
        return max(0, self.head - self.finality)

    def send(self, *events: Event, failed: bool = False) -> Tx:
        """Put a new transaction among the pending ones."""
        self.sent += 1
        # A chain that was begun anew has other transactions than the one before it.
        tx = Tx(hash=_digest("tx", self.blocks[0].hash, self.sent), events=events, failed=failed)
        self.pending.append(tx)
        return tx

    def mine(self, count: int = 1) -> None:
        """Add blocks; the first takes all that is pending."""
        for _ in range(count):
            txs, self.pending = self._carried_out(self.pending), []
            self.blocks.append(_block(self.chain_id, self.blocks[-1], txs, self.branch, self.clock(self.head + 1)))

    def _carried_out(self, txs: Iterable[Tx]) -> tuple[Tx, ...]:
        moves: Counter[tuple[str, str]] = Counter()
        done = []
        for tx in txs:
            asked = {(event.contract, event.sender) for event in tx.logs if event.sender in self.limited}
            moved = tx.moves()
            is_covered = all(self._balance(*each) + moves[each] + moved[each] >= 0 for each in asked)
            done.append(tx if is_covered else replace(tx, failed=True))
            if is_covered:
                moves.update(moved)
        return tuple(done)

    def _balance(self, contract: str, holder: str) -> int:
        return view(self.blocks).balance(contract, holder, self.head)

    def reorganise(self, depth: int, *, fate: Callable[[Tx], Tx | None] = lambda tx: tx) -> None:
        """Take the last blocks away and grow a longer branch in their place.

        :param depth: how many blocks; never so many that a final one would go.
        :param fate: what becomes of a transaction that stood in them: it is pending again as returned, or gone.
        """
        assert 0 < depth <= self.head - self.finalized, depth
        gone = self.blocks[-depth:]
        del self.blocks[-depth:]
        self.branch += 1
        back = [fate(tx) for block in gone for tx in block.txs]
        self.pending = [tx for tx in back if tx is not None] + self.pending
        waiting, self.pending = self.pending, []
        self.mine()  # the branch begins with an empty block, so that what comes back stands elsewhere
        self.pending = waiting
        self.mine(depth)


@dataclass(frozen=True, slots=True)
class View:
    """Some blocks of a chain as one node shows them, with what is asked for often found quickly."""

    blocks: Sequence[Block]
    busy: Sequence[int]
    places: dict[str, tuple[int, int]]

    @property
    def head(self) -> Block:
        """The highest block of the view."""
        return self.blocks[-1]

    def between(self, first: int, last: int) -> Iterable[Block]:
        """The blocks of a range that have transactions."""
        found = self.busy[bisect_left(self.busy, first) : bisect_right(self.busy, last)]
        return (self.blocks[number] for number in found)

    def place(self, tx: str) -> tuple[Block, int] | None:
        """The block of a transaction and its position there."""
        found = self.places.get(tx)
        return (self.blocks[found[0]], found[1]) if found else None

    def balance(self, contract: str, holder: str, upto: int) -> int:
        """A holder's balance of a token after block `upto`."""
        moves = (event for block in self.between(0, upto) for tx in block.txs for event in tx.logs)
        return sum(
            event.effect * ((event.to == holder) - (event.sender == holder))
            for event in moves
            if event.contract == contract
        )


def view(blocks: Sequence[Block]) -> View:
    """This function makes a view of blocks that begin with block 0."""
    busy = [block.number for block in blocks if block.txs]
    places = {tx.hash: (number, at) for number in busy for at, tx in enumerate(blocks[number].txs)}
    return View(blocks, busy, places)


def forged_block(block: Block, *txs: Tx) -> Block:
    """A block that claims to hold further transactions and keeps its hash: what a lying node shows."""
    return replace(block, txs=(*block.txs, *txs))


def _block(chain_id: int, parent: Block | None, txs: tuple[Tx, ...], branch: int, at: int) -> Block:
    number = parent.number + 1 if parent else 0
    before = parent.hash if parent else "0x" + "0" * 64
    inside = [(tx.hash, tx.failed, tx.events) for tx in txs]
    return Block(
        number=number,
        hash=_digest("block", chain_id, before, branch, at, inside),
        parent=before,
        at=at,
        txs=txs,
    )


def _digest(*parts: object) -> str:
    return "0x" + sha256(repr(parts).encode()).hexdigest()
