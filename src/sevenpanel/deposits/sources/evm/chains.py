"""The chains that are known, read from the shipped file `chains.toml` (design: deposits, section 6)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sevenpanel.deposits.domain import Asset
from sevenpanel.deposits.keys.addresses import Family, plain, read_address

FILE = Path(__file__).with_name("chains.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token that is taken on one chain.

    :param contract: as JSON-RPC writes it.
    :param shown_as: what the contract may call itself.
    :param final_above: the raw amount from which on only what is final is credited, if there is one.
    """

    asset: Asset
    contract: str
    shown_as: frozenset[str]
    final_above: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A chain; the file says what each figure means."""

    place: str
    title: str
    chain_id: int
    family: Family
    confirmations: int
    finalized: bool
    final_blocks: int
    block_seconds: int
    range_max: int
    probe: bool
    explorer: str
    tokens: Mapping[str, Token]

    @property
    def is_test(self) -> bool:
        """Whether it is simulated, so that nothing on it has any value."""
        return self.family is Family.SIM

    @property
    def source(self) -> str:
        """The name of the source that watches it."""
        return f"evm:{self.chain_id}"

    def link(self, tx: str) -> str:
        """The page of a transaction in the chain's explorer, or nothing."""
        return self.explorer.format(tx=tx, bare=tx.removeprefix("0x"))

    def token_of(self, asset: Asset) -> Token | None:
        """The token behind an asset, if it is taken here."""
        return next((token for token in self.tokens.values() if token.asset == asset), None)


@cache
def chains() -> Mapping[str, Chain]:
    """This function reads every chain of the file, by its place, such as "ethereum"."""
    return read_chains(tomllib.loads(FILE.read_text()))


def read_chains(document: Mapping[str, Any]) -> Mapping[str, Chain]:
    """This function reads a document of chains.

    :raises ValueError: when something is missing, unknown, or makes no sense.
    """
    found = {place: _chain(place, dict(table)) for place, table in document.items()}
    if len({chain.chain_id for chain in found.values()}) != len(found):
        raise ValueError("Two chains have one chain id.")
    return found


def _chain(place: str, table: dict[str, Any]) -> Chain:
    family = Family(table.pop("family"))
    tokens = [_token(place, family, dict(each)) for each in table.pop("tokens")]
    explorer = table.pop("explorer", "")
    chain = Chain(
        place=place,
        family=family,
        tokens={token.contract: token for token in tokens},
        explorer=explorer,
        **table,
    )
    symbols = {token.asset.symbol for token in tokens}
    is_once = len(tokens) == len(chain.tokens) == len(symbols)
    if not 1 <= chain.confirmations <= chain.final_blocks or not is_once:
        raise ValueError(f"{place}: what is final is at least confirmed, and a token stands once.")
    return chain


def _token(place: str, family: Family, table: dict[str, Any]) -> Token:
    asset = Asset(symbol=table.pop("symbol"), place=place, decimals=table.pop("decimals"))
    contract = plain(read_address(table.pop("contract"), family=family))
    shown_as = frozenset({asset.symbol, *table.pop("shown_as", ())})
    whole = table.pop("final_above", None)
    if table:
        raise ValueError(f"{asset.code}: unknown {', '.join(table)}.")
    return Token(
        asset=asset,
        contract=contract,
        shown_as=shown_as,
        final_above=None if whole is None else whole * 10**asset.decimals,
    )
