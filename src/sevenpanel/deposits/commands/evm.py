"""Chains among the sources: what they need of this room, handed to their adapter."""

from datetime import datetime

from sevenpanel.deposits import models
from sevenpanel.deposits.commands.addresses import UnableToGiveAddress, give_address
from sevenpanel.deposits.commands.chains import KIND, begin_watching
from sevenpanel.deposits.keys.addresses import Family
from sevenpanel.deposits.queries.adapters import PURPOSE
from sevenpanel.deposits.queries.wallets import owners
from sevenpanel.deposits.sources.evm.source import Desk, EvmSource, evm_source
from sevenpanel.deposits.sources.interface import UnableToOpen
from sevenpanel.deposits.sources.registry import ADAPTERS, SourceSettings, UnableToReadSource
from sevenpanel.kernel import sealing


def chain_source(settings: SourceSettings) -> EvmSource:
    """The adapter of kind "evm".

    :raises UnableToReadSource: when chain or nodes are not set up as they should be.
    """
    try:
        return evm_source(settings.settings, settings.secret, _DESK)
    except (ValueError, KeyError, TypeError) as fault:
        raise UnableToReadSource(f"{settings.name} is not set up as a chain should be. Set its nodes again.") from fault


def sources_of(family: Family) -> list[EvmSource]:
    """Every chain of a family that is watched."""
    found = []
    for row in models.Source.objects.filter(kind=KIND, is_on=True).order_by("id"):
        secret = sealing.unseal(row.sealed, purpose=PURPOSE)
        source = chain_source(SourceSettings(name=row.name, settings=row.settings, secret=secret))
        found += [source] if source.chain.family is family else []
    return found


def _give(customer_id: int, family: Family, now: datetime) -> tuple[str, int]:
    try:
        given = give_address(customer_id=customer_id, family=family, now=now)
    except UnableToGiveAddress as refusal:
        raise UnableToOpen(refusal.sentence) from refusal
    return given.address, given.index


_DESK = Desk(
    owners=lambda family: owners(family=family),
    give=_give,
    begin=lambda source, block: begin_watching(source=source, block=block),
)
ADAPTERS[KIND] = chain_source
