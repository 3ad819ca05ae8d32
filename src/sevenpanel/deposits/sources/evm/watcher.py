"""Watching one chain: asks its nodes, judges what they show, and says what is certain (design: deposits, section 3).

Pure polling. Nothing is kept but the mark, which the desk stores after everything seen with it is booked; so a look
that was cut off anywhere is done again, and says the same.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sevenpanel.deposits.sources.evm import scanning
from sevenpanel.deposits.sources.evm.chains import Chain
from sevenpanel.deposits.sources.evm.mark import Mark, read_mark
from sevenpanel.deposits.sources.evm.nodes import Height, Node
from sevenpanel.deposits.sources.evm.rpc import NodeTrouble
from sevenpanel.deposits.sources.evm.sights import Candidate, Looked, blind, look_at
from sevenpanel.deposits.sources.evm.telling import Owners, Teller, candidate_of, candidate_of_sweep, sweeping_of
from sevenpanel.deposits.sources.interface import Alien, Known, Look, NodeHealth, SourceUnavailable

ALIENS_MAX = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Watcher:
    """One chain and its nodes.

    :param owners: gives every address that belongs to a customer, as JSON-RPC writes it, with the customer's id.
    :param begin: gives the block with which watching began; handed the present head for the first look of all.
    """

    chain: Chain
    nodes: Sequence[Node]
    owners: Callable[[], Owners] = field(repr=False)
    begin: Callable[[int], int] = field(repr=False)

    def observe(self, *, known: Sequence[Known], mark: str, now: datetime) -> Look:
        """Look once.

        :raises SourceUnavailable: when no node can be asked.
        """
        heights, troubles = self.heights(now)
        if not heights:
            raise SourceUnavailable(self._unavailable(troubles), health=self.health({}, troubles))
        lowest = min(height.head.number for height in heights.values())
        first = self.begin(max(0, lowest - self.chain.confirmations))
        # Addresses after heads: whoever is given one later than this pays into a later block.
        look = _Look(watcher=self, owners=self.owners(), heights=heights, troubles=troubles, known=known, first=first)
        return look.taken(read_mark(mark) or Mark(tip=first))

    def heights(self, now: datetime) -> tuple[dict[str, Height], dict[str, str]]:
        """How far each node sees that can be asked, and what is wrong with the others."""
        heights: dict[str, Height] = {}
        troubles: dict[str, str] = {}
        for node in self.nodes:
            try:
                height = node.height()
                node.verify(now)
                heights[node.name] = height
            except NodeTrouble as trouble:
                troubles[node.name] = trouble.words
        return heights, troubles

    def health(self, heights: Mapping[str, Height], troubles: Mapping[str, str]) -> tuple[NodeHealth, ...]:
        """Every node's health, in the order in which they are set up."""
        heads = {name: height.head.number for name, height in heights.items()}
        top = max(heads.values(), default=0)
        return tuple(
            NodeHealth(
                name=node.name,
                is_well=node.name not in troubles,
                head=heads.get(node.name),
                lag_blocks=top - heads[node.name] if node.name in heads else None,
                words=troubles.get(node.name, ""),
            )
            for node in self.nodes
        )

    def _unavailable(self, troubles: Mapping[str, str]) -> str:
        return f"No node of {self.chain.title} can be asked. " + next(iter(troubles.values()), "None is set up.")


@dataclass(slots=True, kw_only=True)
class _Look:
    """One look on its way. `troubles` grows as nodes turn out to be unwell."""

    watcher: Watcher
    owners: Owners
    heights: Mapping[str, Height]
    troubles: dict[str, str]
    known: Sequence[Known]
    first: int

    def taken(self, mark: Mark) -> Look:
        """Scan, ask every node about everything that is open, and tell."""
        candidates = {each.key: each for known in self.known if (each := candidate_of(known)) is not None}
        scope = scanning.Scope(
            holders=self.owners.keys(),
            explained={
                (proof.block_hash, proof.index) for each in candidates.values() for proof in each.proofs.values()
            },
            first=self.first,
        )
        found, aliens = self._scanned(mark, scope)
        for each in found:
            if each.incoming:
                candidates.setdefault(each.key, each)
            else:
                mark.sweeps.setdefault(each.key, sweeping_of(each))
        sweeps = [candidate_of_sweep(key, going) for key, going in mark.sweeps.items()]
        teller = self._teller([*candidates.values(), *sweeps])
        return self._told(candidates, mark, teller, self._strangers(aliens, teller))

    def _told(self, candidates: Mapping[str, Candidate], mark: Mark, teller: Teller, aliens: tuple[Alien, ...]) -> Look:
        known = {each.key: each for each in self.known}
        said = [teller.observation(each, known.get(key)) for key, each in candidates.items()]
        sweeps = []
        for key, going in list(mark.sweeps.items()):
            sweep, is_open = teller.sweep(key, going)
            if sweep is not None:
                going.is_told = True
                sweeps.append(sweep)
            if not is_open:
                del mark.sweeps[key]
        return Look(
            observations=tuple(
                sorted(filter(None, said), key=lambda each: (each.evidence.block_height or 0, each.key))
            ),
            sweeps=tuple(sweeps),
            aliens=aliens,
            health=self.watcher.health(self.heights, self.troubles),
            mark=mark.text(),
            has_more=self._is_behind(mark),
        )

    def _scanned(self, mark: Mark, scope: scanning.Scope) -> tuple[list[Candidate], list[tuple[Node, Candidate]]]:
        """Each node deep down, one of them at the tip; trouble with one keeps nobody from asking the next."""
        well = [node for node in self.watcher.nodes if node.name in self.heights]
        mark.turn += 1
        found: list[Candidate] = []
        aliens: list[tuple[Node, Candidate]] = []
        for node in well:
            height, before = self.heights[node.name], mark.deep.get(node.name)
            try:
                found += scanning.deep(node, height, mark, scope)
                if node is well[mark.turn % len(well)]:
                    found += scanning.tip(node, height, mark, scope)
                node.went_through(is_done=True)
            except NodeTrouble as trouble:
                node.went_through(is_done=False)
                self.troubles[node.name] = trouble.words
                continue
            if node is well[0]:
                low = before.upto if before else scope.first
                aliens = [(node, each) for each in self._aliens(node, low, mark.deep[node.name].upto - 1, scope)]
        return found, aliens

    def _aliens(self, node: Node, low: int, high: int, scope: scanning.Scope) -> list[Candidate]:
        if not scope.holders or low > high:
            return []
        try:
            return scanning.aliens(node, low, high, scope)[:ALIENS_MAX]
        except NodeTrouble:
            return []  # only a list for support; the same blocks are not gone through again for it

    def _strangers(self, aliens: Sequence[tuple[Node, Candidate]], teller: Teller) -> tuple[Alien, ...]:
        try:
            return tuple(
                teller.alien(each, self.heights[node.name].head.at, node.symbol(each.effect.contract))
                for node, each in aliens
                if each.effect is not None
            )
        except NodeTrouble:
            return ()

    def _teller(self, candidates: Sequence[Candidate]) -> Teller:
        looked = {node.name: self._looked(node, candidates) for node in self.watcher.nodes}
        return Teller(chain=self.watcher.chain, owners=self.owners, heights=self.heights, looked=looked)

    def _looked(self, node: Node, candidates: Sequence[Candidate]) -> Looked:
        height = self.heights.get(node.name)
        if height is None:
            return blind(candidates, self.troubles[node.name])
        try:
            return look_at(node, height, candidates, self.owners.keys(), with_probes=self.watcher.chain.probe)
        except NodeTrouble as trouble:
            self.troubles[node.name] = trouble.words
            return blind(candidates, trouble.words)

    def _is_behind(self, mark: Mark) -> bool:
        """Whether a node that is well has more to be gone through at once."""
        confirmations = self.watcher.chain.confirmations
        return any(
            mark.deep[name].upto <= height.head.number - confirmations + 1
            for name, height in self.heights.items()
            if name in mark.deep and name not in self.troubles
        )
