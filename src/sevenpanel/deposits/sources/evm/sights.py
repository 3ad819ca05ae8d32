"""Asking one node about transfers, and keeping what it showed as proof (design: deposits, section 3).

A proof is kept with the receipt and comes back with it. As long as the node has the same block at that height, the
block's hash vouches for everything inside, and the transfer itself need not be asked for again.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime

from sevenpanel.deposits.sources.evm.judging import Blind, Effect, Gone, Here, Probe, Sight
from sevenpanel.deposits.sources.evm.nodes import Height, Node
from sevenpanel.deposits.sources.evm.reading import Head, Receipt
from sevenpanel.deposits.sources.evm.rpc import NodeTrouble

BEHIND = Blind(why="Its highest block is below.")
FORGOTTEN = Blind(why="It has the block and not the transaction.")
CONTRADICTS = Blind(why="It contradicts itself.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What one node showed: where the transfer stands there and what it does."""

    number: int
    block_hash: str
    at: datetime
    index: int
    effect: Effect
    probe: Probe

    def text(self, height: Height) -> str:
        """The proof as it is kept, for staff to read and for the next look."""
        return json.dumps(
            {
                "block": self.number,
                "hash": self.block_hash,
                "at": int(self.at.timestamp()),
                "index": self.index,
                **asdict(self.effect),
                "raw": str(self.effect.raw),
                "balance": self.probe.value,
                "head": height.head.number,
            },
            separators=(",", ":"),
        )


def read_proof(text: str | None) -> Proof | None:
    """This function reads a proof back; None when there is none that it wrote."""
    try:
        kept = json.loads(text or "")
        return Proof(
            number=kept["block"],
            block_hash=kept["hash"],
            at=datetime.fromtimestamp(kept["at"], UTC),
            index=kept["index"],
            effect=Effect(contract=kept["contract"], sender=kept["sender"], to=kept["to"], raw=int(kept["raw"])),
            probe=Probe(kept["balance"]),
        )
    except (ValueError, KeyError, TypeError):
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A transfer that is to be judged.

    :param number: where it was last, with `block_hash`.
    :param proofs: what each node showed earlier.
    :param incoming: to one of our addresses; else from one of them.
    :param effect: what it did when it was found; None for one that the desk has.
    :param is_booked: money stands on it, so that only what blocks are made of can show that it is gone.
    """

    key: str
    tx: str
    ordinal: int
    number: int
    block_hash: str
    proofs: Mapping[str, Proof] = field(default_factory=dict)
    incoming: bool = True
    effect: Effect | None = None
    is_booked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What one node shows of every candidate, and the proofs of what is there."""

    sights: Mapping[str, Sight]
    proofs: Mapping[str, Proof]


def look_at(
    node: Node, height: Height, candidates: Sequence[Candidate], holders: Collection[str], *, with_probes: bool
) -> Looked:
    """This function asks one node about every candidate.

    :param holders: our addresses.
    :raises NodeTrouble: when the node cannot be asked; then it is blind for all of them.
    """
    top = height.head.number
    blocks = node.blocks(each.number for each in candidates if each.number <= top)
    kept = {each.key: proof for each in candidates if (proof := _still_good(each, node.name, blocks)) is not None}
    open_ones = [each for each in candidates if each.key not in kept]
    receipts = node.receipts(each.tx for each in open_ones)
    elsewhere = {found.number for found in receipts.values() if found and found.number <= top} - blocks.keys()
    blocks |= node.blocks(elsewhere) if elsewhere else {}
    seen = {each.key: _seen(each, receipts[each.tx], blocks, node, holders, top) for each in open_ones}
    for each in open_ones:
        if each.is_booked and receipts[each.tx] is None and isinstance(seen[each.key], Gone):
            seen[each.key] = _proved(node, height, each, seen[each.key])
    proofs = kept | {key: found for key, found in seen.items() if isinstance(found, Proof)}
    if with_probes:
        proofs |= _probed(
            node, {each.key: proofs[each.key] for each in candidates if each.incoming and each.key in proofs}
        )
    blind_or_gone = {key: found for key, found in seen.items() if not isinstance(found, Proof)}
    return Looked(
        sights={**blind_or_gone, **{key: _here(proof, height) for key, proof in proofs.items()}}, proofs=proofs
    )


def blind(candidates: Sequence[Candidate], why: str) -> Looked:
    """What is seen of the candidates through a node that cannot be asked."""
    return Looked(sights={each.key: Blind(why=why) for each in candidates}, proofs={})


def _here(proof: Proof, height: Height) -> Here:
    return Here(
        number=proof.number,
        block_hash=proof.block_hash,
        at=proof.at,
        effect=proof.effect,
        head=height.head.number,
        final=height.final,
        probe=proof.probe,
    )


def _still_good(candidate: Candidate, name: str, blocks: Mapping[int, Head | None]) -> Proof | None:
    proof = candidate.proofs.get(name)
    block = blocks.get(proof.number) if proof else None
    return proof if proof and block and block.hash == proof.block_hash else None


def _seen(
    candidate: Candidate,
    receipt: Receipt | None,
    blocks: Mapping[int, Head | None],
    node: Node,
    holders: Collection[str],
    top: int,
) -> Proof | Gone | Blind:
    if receipt is None:
        return _unseen(candidate, blocks, top)
    block = blocks.get(receipt.number)
    if block is None or block.hash != receipt.block_hash:
        return CONTRADICTS
    log = receipt.transfers.get(candidate.ordinal) if receipt.is_good else None
    holder = log and (log.to if candidate.incoming else log.sender)
    if log is None or holder not in holders or log.contract not in node.chain.tokens or not log.raw:
        # The transaction is there and does something else now. In the very block where it was ours, that is a lie.
        is_same_block = receipt.block_hash == candidate.block_hash
        return CONTRADICTS if is_same_block else Gone(number=block.number, block_hash=block.hash, head=top)
    effect = Effect(contract=log.contract, sender=log.sender, to=log.to, raw=log.raw)
    return Proof(
        number=block.number, block_hash=block.hash, at=block.at, index=log.index, effect=effect, probe=Probe.OFF
    )


def _unseen(candidate: Candidate, blocks: Mapping[int, Head | None], top: int) -> Gone | Blind:
    block = blocks.get(candidate.number)
    if block is None:
        return BEHIND
    if block.hash == candidate.block_hash:
        return FORGOTTEN
    return Gone(number=block.number, block_hash=block.hash, head=top)


def _proved(node: Node, height: Height, candidate: Candidate, gone: Proof | Gone | Blind) -> Proof | Gone | Blind:
    """Below what was final when it was mined, it cannot have moved."""
    low = max(0, candidate.number - node.chain.final_blocks)
    try:
        return gone if node.lacks(candidate.tx, low, height.head) else FORGOTTEN
    except NodeTrouble as trouble:
        return Blind(why=trouble.words)


def _probed(node: Node, proofs: Mapping[str, Proof]) -> dict[str, Proof]:
    """Compare balances where that was not done yet, or did not come out even."""
    open_ones = [key for key, proof in proofs.items() if proof.probe is not Probe.EQUAL]
    asked = [(proofs[key].effect, proofs[key].number, proofs[key].block_hash) for key in open_ones]
    try:
        found = node.probe(asked) if asked else []
    except NodeTrouble:
        found = [Probe.UNKNOWN] * len(asked)
    return {**proofs, **{key: replace(proofs[key], probe=probe) for key, probe in zip(open_ones, found, strict=True)}}
