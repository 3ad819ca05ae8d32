"""Making addresses beforehand, so that giving one asks nobody: the worker's part of it.

Each is asked about on every chain of its family. One that was used before is passed over: somebody else may know it,
as when a backup was restored, or the operator uses the same account elsewhere.
"""

from collections.abc import Callable
from datetime import datetime

from sevenpanel.deposits.commands.addresses import keep_addresses
from sevenpanel.deposits.commands.evm import sources_of
from sevenpanel.deposits.keys import high_water
from sevenpanel.deposits.keys.addresses import Family, address_bytes, plain
from sevenpanel.deposits.queries.wallets import WalletRow, wallet_in_force
from sevenpanel.deposits.sources.evm.source import EvmSource
from sevenpanel.deposits.sources.interface import SourceUnavailable
from sevenpanel.settings.environment import environment

FREE_MIN = 20
BATCH = 40


def prepare_addresses(*, clock: Callable[[], datetime]) -> bool:
    """Make more addresses for each family that runs short of free ones.

    :returns: whether some were made.
    """
    made = False
    for family in Family:
        wallet = wallet_in_force(family=family, now=clock())
        if wallet is not None and wallet.free < FREE_MIN:
            made = _prepare(wallet, sources_of(family), clock()) or made
    return made


def _prepare(wallet: WalletRow, sources: list[EvmSource], now: datetime) -> bool:
    if not sources:
        return False
    folder = environment().home
    first = high_water.next_index(folder, wallet.account, highest=wallet.highest)
    indexes = range(first, first + BATCH)
    holders = [plain(address_bytes(account=wallet.account, index=index)) for index in indexes]
    try:
        said = [source.untouched(holders, now=now) for source in sources]
    except SourceUnavailable:
        return False  # the chain's own look tells what is wrong with its nodes
    free = [index for index, *each in zip(indexes, *said, strict=True) if all(each)]
    high_water.remember(folder, wallet.account, highest=indexes[-1])
    keep_addresses(wallet_id=wallet.id, indexes=free, now=now)
    return True
