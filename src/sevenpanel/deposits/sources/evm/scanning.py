"""Going through blocks for transfers that are new: at the tip, and again deep down through every node.

A node that answers "nothing" may be behind, or lie. So what one look at the tip has passed is gone through again when
it is deep enough to stay, by each node on its own cursor; what any of them shows is then judged by all.
"""

import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sevenpanel.deposits.domain import keys
from sevenpanel.deposits.sources.evm.judging import Effect
from sevenpanel.deposits.sources.evm.mark import Deep, Mark
from sevenpanel.deposits.sources.evm.nodes import Height, Node, Watched
from sevenpanel.deposits.sources.evm.reading import Log
from sevenpanel.deposits.sources.evm.rpc import NodeTrouble
from sevenpanel.deposits.sources.evm.sights import Candidate

SCAN_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is looked for.

    :param holders: our addresses.
    :param explained: logs that the desk knows already, by block hash and index.
    :param first: where watching this chain began.
    """

    holders: Collection[str]
    explained: Collection[tuple[str, int]]
    first: int


def tip(node: Node, height: Height, mark: Mark, scope: Scope) -> list[Candidate]:
    """This function goes through the newest blocks, those that may still change every time anew.

    :raises NodeTrouble: when it could not be done; the mark stands as it stood.
    """
    top = height.head.number
    # A node may be behind where another one was: then it is asked for its own newest blocks, and the mark stays.
    low = max(scope.first, min(mark.tip, top - node.chain.confirmations + 1))
    high = min(top, low + node.chain.confirmations + node.reach)
    found = _incoming(node, low, high, scope)
    mark.tip = max(mark.tip, high + 1)
    return found


def deep(node: Node, height: Height, mark: Mark, scope: Scope) -> list[Candidate]:
    """This function goes through what has become deep enough since this node was last asked.

    :returns: transfers to our addresses, and those from them.
    :raises NodeTrouble: when it could not be done; the mark stands as it stood.
    """
    cursor = mark.deep.setdefault(node.name, Deep(upto=scope.first))
    rewound = _rewound(node, cursor, height.head.number, scope.first)
    high = min(height.head.number - node.chain.confirmations + 1, rewound.upto + node.reach)
    if high < rewound.upto:
        mark.deep[node.name] = rewound
        return []
    # The hash first: should the chain change while it is gone through, the next look finds another one and goes back.
    end = node.blocks([high])[high]
    if end is None:
        raise NodeTrouble("The node lost the block up to which it was to be asked.")
    found = _incoming(node, rewound.upto, high, scope) + _outgoing(node, rewound.upto, high, scope)
    mark.deep[node.name] = Deep(upto=high + 1, ends=rewound.ends)
    mark.deep[node.name].note(high, end.hash)
    return found


def aliens(node: Node, low: int, high: int, scope: Scope) -> list[Candidate]:
    """Tokens that are on no list, in blocks that are deep enough. Only listed for support, so nothing depends on it."""
    watched = Watched(holders=scope.holders, contracts=None)
    logs = [
        log
        for log in node.logs(low, high, watched, until=time.monotonic() + SCAN_SECONDS)
        if log.contract not in node.chain.tokens and log.raw
    ]
    return _candidates(node, logs, incoming=True)


def _rewound(node: Node, cursor: Deep, top: int, first: int) -> Deep:
    """The cursor, taken back below every block that is another one now, or that cannot have been there."""
    ends = list(cursor.ends)
    upto = cursor.upto
    while ends:
        number, known = ends[-1]
        block = node.blocks([number])[number]
        if block is not None and block.hash == known:
            break
        if block is None and number - top < node.chain.final_blocks:
            raise NodeTrouble("The node is behind where it was.")
        ends.pop()
        upto = ends[-1][0] + 1 if ends else first
    return Deep(upto=upto, ends=ends)


def _incoming(node: Node, low: int, high: int, scope: Scope) -> list[Candidate]:
    logs = _logs(node, low, high, scope, incoming=True)
    fresh = [log for log in logs if (log.block_hash, log.index) not in scope.explained and _counts(log, scope)]
    return _candidates(node, fresh, incoming=True)


def _outgoing(node: Node, low: int, high: int, scope: Scope) -> list[Candidate]:
    logs = [log for log in _logs(node, low, high, scope, incoming=False) if log.raw and log.to not in scope.holders]
    return _candidates(node, logs, incoming=False)


def _counts(log: Log, scope: Scope) -> bool:
    """Transfers of nothing are a known trick, and those between our own addresses bring nothing."""
    return log.raw > 0 and log.sender not in scope.holders


def _logs(node: Node, low: int, high: int, scope: Scope, *, incoming: bool) -> list[Log]:
    if not scope.holders:
        return []
    watched = Watched(holders=scope.holders, contracts=node.chain.tokens.keys(), incoming=incoming)
    return node.logs(low, high, watched, until=time.monotonic() + SCAN_SECONDS)


def _candidates(node: Node, logs: Iterable[Log], *, incoming: bool) -> list[Candidate]:
    """Name each log by its place inside its own transaction, which the transaction's receipt tells."""
    logs = list(logs)
    receipts = node.receipts({log.tx for log in logs}) if logs else {}
    found = []
    for log in logs:
        receipt = receipts[log.tx]
        places: Mapping[int, Log] = receipt.transfers if receipt else {}
        ordinal = next((at for at, each in places.items() if each == log), None)
        if ordinal is None:
            raise NodeTrouble("The node shows a log that its transaction's receipt does not have.")
        key = keys.evm(chain_id=node.chain.chain_id, tx=log.tx, ordinal=ordinal)
        found.append(
            Candidate(
                key=key,
                tx=log.tx,
                ordinal=ordinal,
                number=log.number,
                block_hash=log.block_hash,
                incoming=incoming,
                effect=Effect(contract=log.contract, sender=log.sender, to=log.to, raw=log.raw),
            )
        )
    return found
