"""A receipt's key is the same wherever the fact is found, and no two facts share one."""

from collections.abc import Callable
from uuid import UUID

import pytest

from sevenpanel.deposits.domain import keys

TX = "0x" + "ab" * 32


@pytest.mark.parametrize(
    ("made", "key"),
    [
        (keys.evm(chain_id=1, tx=TX, ordinal=0), f"evm:1:{TX}:0"),
        (keys.evm(chain_id=1, tx="0x" + "AB" * 32, ordinal=0), f"evm:1:{TX}:0"),
        (keys.tron(tx="AB" * 32, ordinal=2), f"evm:728126428:{TX}:2"),
        (keys.utxo(net="litecoin", txid="0F" * 32, vout=1), f"utxo:litecoin:{'0f' * 32}:1"),
        (keys.btcpay(server="pay", store="s1", invoice="i1", payment="p-0"), "btcpay:pay:s1:i1:p-0"),
        (keys.nowpayments(payment_id="5077125051"), "nowpayments:5077125051"),
        (keys.bank(account="main", line="2026-05-04/17"), "bank:main:2026-05-04/17"),
        (keys.goodwill(proposal=UUID(int=7)), "goodwill:00000000-0000-0000-0000-000000000007"),
    ],
)
def test_a_key_names_the_fact(made: str, key: str) -> None:
    assert made == key


def test_the_ledgers_key_adds_the_generation() -> None:
    assert keys.entry_key(f"evm:1:{TX}:0", 2) == f"evm:1:{TX}:0:2"
    assert keys.reversal_key(17) == "rev:17"


@pytest.mark.parametrize(
    "make",
    [
        lambda: keys.evm(chain_id=1, tx="ab" * 32, ordinal=0),
        lambda: keys.evm(chain_id=-1, tx=TX, ordinal=0),
        lambda: keys.evm(chain_id=1, tx=TX, ordinal=True),
        lambda: keys.utxo(net="btc", txid=TX, vout=0),
        lambda: keys.btcpay(server="pay:s1", store="x", invoice="i", payment="p"),
        lambda: keys.bank(account="", line="1"),
        lambda: keys.nowpayments(payment_id="1 2"),
    ],
)
def test_what_could_be_read_as_another_fact_makes_no_key(make: Callable[[], str]) -> None:
    with pytest.raises(ValueError, match=r"key|hash"):
        make()
