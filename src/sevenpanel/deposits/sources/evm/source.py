"""A chain as a source of deposits: the watcher behind the interface, with addresses and nodes as they are set up."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from sevenpanel.deposits.domain import Asset
from sevenpanel.deposits.keys.addresses import Family
from sevenpanel.deposits.sources.evm.chains import Chain, chains
from sevenpanel.deposits.sources.evm.nodes import Node
from sevenpanel.deposits.sources.evm.rpc import NodeTrouble, Rpc, over_http
from sevenpanel.deposits.sources.evm.watcher import Watcher
from sevenpanel.deposits.sources.interface import Destination, Known, Look, Reserve, SourceUnavailable, UnableToOpen
from sevenpanel.kernel.said import say

SOURCES_MAX = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What a chain needs of the desk. Handed in, so that sources import no commands and no tables.

    :param owners: every address that was given, by family.
    :param give: an address for a customer; raises a refusal.
    :param begin: remembers the first block of a source.
    """

    owners: Callable[[Family], Mapping[str, int]]
    give: Callable[[int, Family, datetime], tuple[str, int]]
    begin: Callable[[str, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvmSource:
    """One chain and its nodes."""

    chain: Chain
    nodes: Sequence[Node] = field(repr=False)
    is_single_voice: bool
    first_block: int | None
    desk: Desk = field(repr=False)

    @property
    def name(self) -> str:
        """What tells it from other sources."""
        return self.chain.source

    @property
    def assets(self) -> tuple[Asset, ...]:
        """Its tokens."""
        return tuple(token.asset for token in self.chain.tokens.values())

    def observe(self, *, known: Sequence[Known], mark: str, now: datetime) -> Look:
        """Look once.

        :raises SourceUnavailable: when no node can be asked.
        """
        return self._watcher().observe(known=known, mark=mark, now=now)

    def destination(
        self, *, customer_id: int, intent_id: int, asset: Asset, raw: int | None, now: datetime
    ) -> Destination:
        """The customer's permanent address of this family.

        :raises UnableToOpen: when the asset is not taken here.
        """
        if asset not in self.assets:
            raise UnableToOpen(say("This asset is not taken on this network. Choose another one."))
        address, index = self.desk.give(customer_id, self.chain.family, now)
        return Destination(address=address, reference=str(index))

    def reserves(self, *, now: datetime) -> tuple[Reserve, ...]:
        """Count what lies at our addresses, through the first node that can.

        Counted at the block up to which deposits are credited, where nodes answer for older blocks.

        :raises SourceUnavailable: when no node could count all of it at one block.
        """
        heights, troubles = self._watcher().heights(now)
        holders = sorted(self.desk.owners(self.chain.family))
        for node in self.nodes:
            if node.name in heights:
                try:
                    return self._counted(node, heights[node.name].head.number, holders, now)
                except NodeTrouble as trouble:
                    troubles[node.name] = trouble.words
        words = next(iter(troubles.values()), "None is set up.")
        raise SourceUnavailable(f"No node of {self.chain.title} could count what is there. {words}")

    def untouched(self, holders: Sequence[str], *, now: datetime) -> list[bool]:
        """Whether addresses were never used on this chain, as every node says.

        :raises SourceUnavailable: when not every node can be asked.
        """
        heights, troubles = self._watcher().heights(now)
        if troubles or not heights:
            raise SourceUnavailable(next(iter(troubles.values()), "No node is set up."))
        try:
            said = [node.is_untouched(holders) for node in self.nodes]
        except NodeTrouble as trouble:
            raise SourceUnavailable(trouble.words) from trouble
        return [all(each) for each in zip(*said, strict=True)]

    def _counted(self, node: Node, head: int, holders: Sequence[str], now: datetime) -> tuple[Reserve, ...]:
        height = max(0, head - self.chain.confirmations + 1) if self.chain.probe else None
        tag = "latest" if height is None else hex(height)
        return tuple(
            Reserve(
                asset=token.asset,
                raw=sum(node.balances([(contract, holder) for holder in holders], tag)),
                block_height=height,
                at=now,
            )
            for contract, token in self.chain.tokens.items()
        )

    def _watcher(self) -> Watcher:
        return Watcher(
            chain=self.chain,
            nodes=self.nodes,
            owners=lambda: self.desk.owners(self.chain.family),
            begin=self._begin,
        )

    def _begin(self, head: int) -> int:
        if self.first_block is None:
            self.desk.begin(self.name, head)
            return head
        return self.first_block


def evm_source(settings: Mapping[str, object], secret: str, desk: Desk) -> EvmSource:
    """This function makes the source out of its settings.

    :raises ValueError: when they make no sense.
    """
    document = dict(settings)
    chain = chains().get(str(document.get("chain")))
    if chain is None:
        raise ValueError("The chain is not known.")
    kept = document.get("nodes")
    urls = json.loads(secret or "[]")
    if not isinstance(kept, list) or len(kept) != len(urls) or not kept:
        raise ValueError("The nodes are not set up.")
    first_block = document.get("first_block")
    return EvmSource(
        chain=chain,
        nodes=_nodes(
            chain.place, tuple((each["name"], url, each["is_private"]) for each, url in zip(kept, urls, strict=True))
        ),
        is_single_voice=len(kept) == 1 and not kept[0]["is_own"],
        first_block=first_block if isinstance(first_block, int) else None,
        desk=desk,
    )


# What was learnt of a node's limits lasts as long as the process and its settings.
@lru_cache(maxsize=SOURCES_MAX)
def _nodes(place: str, chosen: tuple[tuple[str, str, bool], ...]) -> tuple[Node, ...]:
    chain = chains()[place]
    return tuple(
        Node(name=name, rpc=Rpc(over_http(url, allow_private=is_private)), chain=chain)
        for name, url, is_private in chosen
    )
