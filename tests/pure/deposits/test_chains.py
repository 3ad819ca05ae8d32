"""The shipped chains: facts that can be checked without a network."""

from typing import Any

import pytest

from sevenpanel.deposits.domain.keys import TRON_CHAIN_ID
from sevenpanel.deposits.keys.addresses import Family
from sevenpanel.deposits.sources.evm.chains import chains, read_chains

TABLE: dict[str, Any] = {
    "title": "T",
    "chain_id": 5,
    "family": "evm",
    "confirmations": 3,
    "finalized": True,
    "final_blocks": 8,
    "block_seconds": 2,
    "range_max": 100,
    "probe": True,
    "tokens": [{"symbol": "USDT", "contract": "0xdAC17F958D2ee523a2206206994597C13D831ec7", "decimals": 6}],
}


def test_the_chains_have_their_own_ids_and_tron_its_own_family() -> None:
    found = chains()

    assert {place: chain.chain_id for place, chain in found.items()} == {
        "ethereum": 1,
        "bsc": 56,
        "polygon": 137,
        "base": 8453,
        "arbitrum": 42161,
        "tron": TRON_CHAIN_ID,
        "simchain": 7070707,
    }
    assert [place for place, chain in found.items() if chain.family is Family.TRON] == ["tron"]
    assert [place for place, chain in found.items() if chain.is_test] == ["simchain"]


def test_usdt_has_18_decimals_on_bsc_and_6_elsewhere() -> None:
    tokens = [token.asset for chain in chains().values() for token in chain.tokens.values()]

    assert {asset.code: asset.decimals for asset in tokens if asset.symbol == "USDT"} == {
        "USDT@ethereum": 6,
        "USDT@bsc": 18,
        "USDT@polygon": 6,
        "USDT@tron": 6,
        "USDT@simchain": 6,
    }


def test_a_transactions_page_is_named_as_each_explorer_names_it() -> None:
    assert chains()["ethereum"].link("0xab") == "https://etherscan.io/tx/0xab"
    assert chains()["tron"].link("0xab") == "https://tronscan.org/#/transaction/ab"
    assert chains()["simchain"].link("0xab") == ""


def test_a_table_is_read() -> None:
    chain = read_chains({"t": TABLE})["t"]

    assert chain.source == "evm:5"
    assert [token.asset.code for token in chain.tokens.values()] == ["USDT@t"]


@pytest.mark.parametrize(
    "changes",
    [
        {"confirmations": 0},
        {"confirmations": 9},
        {"tokens": [*TABLE["tokens"], *TABLE["tokens"]]},
        {"tokens": [{**TABLE["tokens"][0], "decimal": 6}]},
    ],
)
def test_a_table_without_sense_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"t: |USDT@t"):
        read_chains({"t": {**TABLE, **changes}})


def test_two_chains_of_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="one chain id"):
        read_chains({"a": TABLE, "b": TABLE})


def test_a_mistyped_contract_is_refused() -> None:
    contract = TABLE["tokens"][0]["contract"].replace("dAC", "daC")

    with pytest.raises(Exception, match="capitals"):
        read_chains({"t": {**TABLE, "tokens": [{**TABLE["tokens"][0], "contract": contract}]}})
