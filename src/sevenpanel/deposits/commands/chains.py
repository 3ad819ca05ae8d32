"""Setting up a chain: which nodes are asked. Their addresses often carry a key, so they are sealed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sevenpanel.deposits import models
from sevenpanel.deposits.queries.adapters import PURPOSE
from sevenpanel.deposits.sources.evm.chains import chains
from sevenpanel.kernel import db, sealing
from sevenpanel.kernel.addresses import AddressRefused, checked_url
from sevenpanel.kernel.private_keys import refuse_private_key
from sevenpanel.kernel.refusals import Refusal

NODES_MAX = 5
KIND = "evm"

_BEGIN = """
UPDATE deposits_source SET settings = settings || jsonb_build_object('first_block', %(block)s::bigint)
 WHERE name = %(name)s AND NOT settings ? 'first_block'
"""


class UnableToWatchChain(Refusal):
    """A chain or a node that cannot be watched as it was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeChoice:
    """A node as the operator names it.

    :param is_own: the operator runs it himself, so that what it says is his own word.
    :param is_private: it stands on this machine or in its own network.
    """

    url: str = field(repr=False)
    is_own: bool = False
    is_private: bool = False


@db.command
def watch_chain(*, place: str, nodes: Sequence[NodeChoice], poll_seconds: int | None = None, now: datetime) -> str:
    """Watch a chain through these nodes from now on; one that is watched already gets these nodes instead.

    :param place: the chain's name in chains.toml.
    :returns: the name of the source.
    :raises UnableToWatchChain: when the chain is not known, or a node's address cannot be used.
    """
    chain = chains().get(place)
    if chain is None:
        raise UnableToWatchChain(f"The desk knows no chain {place[:40]}. It knows {', '.join(chains())}.")
    names = _names([_checked(node) for node in nodes])
    kept = [
        {"name": name, "is_own": node.is_own, "is_private": node.is_private}
        for name, node in zip(names, nodes, strict=True)
    ]
    settings: dict[str, Any] = {"chain": place, "nodes": kept}
    if poll_seconds is not None:
        settings["poll_seconds"] = poll_seconds
    _keep(chain.source, settings, [node.url for node in nodes], now)
    return chain.source


@db.command
def leave_chain(*, place: str) -> None:
    """Watch a chain no longer, if it was. Its receipts and addresses stay, and it may be watched again."""
    models.Source.objects.filter(name=chains()[place].source).update(is_on=False)


@db.command
def begin_watching(*, source: str, block: int) -> None:
    """Remember the block with which watching began, unless that is known already."""
    db.rows(_BEGIN, {"name": source, "block": block})


def _keep(name: str, settings: dict[str, Any], urls: list[str], now: datetime) -> None:
    sealed = sealing.seal(json.dumps(urls), purpose=PURPOSE)
    row = models.Source.objects.select_for_update().filter(name=name).first()
    if row is None:
        models.Source.objects.create(name=name, kind=KIND, settings=settings, sealed=sealed, due_at=now)
        return
    if "first_block" in row.settings:
        settings["first_block"] = row.settings["first_block"]
    row.settings, row.sealed, row.is_on, row.due_at = settings, sealed, True, now
    row.save(update_fields=["settings", "sealed", "is_on", "due_at"])


def _checked(node: NodeChoice) -> str:
    refuse_private_key(node.url, field="The node's address")
    try:
        checked_url(node.url, allow_private=node.is_private)
    except AddressRefused as fault:
        raise UnableToWatchChain(f"This address cannot be used for a node. {fault}") from fault
    return urlsplit(node.url).hostname or ""


def _names(hosts: list[str]) -> list[str]:
    """What tells nodes apart on pages: their hosts, numbered where one stands twice. Never the whole address."""
    if not 0 < len(hosts) <= NODES_MAX:
        raise UnableToWatchChain(f"Name 1 to {NODES_MAX} nodes; two that are independent of each other are good.")
    return [host if hosts.count(host) == 1 else f"{host} {hosts[:at].count(host) + 1}" for at, host in enumerate(hosts)]
