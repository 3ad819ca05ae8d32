"""Chains and keys from the command line."""

import io
from collections.abc import Callable

import pytest
from tests import wallet

from sevenpanel.deposits import models
from sevenpanel.deposits.keys.addresses import Family, address_of
from sevenpanel.kernel.private_keys import UnableToKeepPrivateKey
from sevenpanel.launch.operate.main import main
from sevenpanel.launch.operate.people import UnableToOperate

pytestmark = pytest.mark.django_db(transaction=True)

Say = Callable[..., str]
FIRST, SECOND = wallet.account().xpub(), wallet.account(number=1).xpub()


def shown(xpub: str) -> str:
    return address_of(family=Family.EVM, account=xpub, index=0)


@pytest.fixture
def operate(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Say:
    """Run one verb and return what it printed; there is nobody at the terminal."""

    def run(*words: str, typed: str = "") -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        assert main(words) == 0
        return capsys.readouterr().out.strip()

    run("add-person", "ann@desk.example", "--name", "Ann", "--role", "admin")
    run("add-person", "ben@desk.example", "--name", "Ben", "--role", "finance")
    run("add-person", "sue@desk.example", "--name", "Sue", "--role", "support")
    return run


def test_a_key_is_set_changed_by_two_people_and_listed(operate: Say) -> None:
    first = operate("set-wallet", "evm", FIRST, shown(FIRST), "--by", "ann@desk.example")
    second = operate("set-wallet", "evm", SECOND, shown(SECOND), "--by", "ann@desk.example")
    number = str(models.Wallet.objects.get(account=SECOND).id)
    waiting = operate("wallets")
    agreed = operate("agree-wallet", number, "--by", "ben@desk.example")
    operate("withdraw-wallet", number, "--by", "ann@desk.example")

    assert "from now on" in first
    assert f"agree-wallet {number}" in second
    assert "waits for a second person" in waiting
    assert "takes over on" in agreed
    assert "withdrawn" in operate("wallets")


@pytest.mark.parametrize("by", ["sue@desk.example", "nobody@desk.example"])
def test_only_finance_and_administrators_decide_about_keys(operate: Say, by: str) -> None:
    with pytest.raises(UnableToOperate, match="nobody who may"):
        operate("set-wallet", "evm", FIRST, shown(FIRST), "--by", by)


def test_a_private_key_is_refused_at_the_command_line(operate: Say) -> None:
    with pytest.raises(UnableToKeepPrivateKey):
        operate("set-wallet", "evm", wallet.account().xprv(), shown(FIRST), "--by", "ann@desk.example")


def test_a_chain_is_watched_and_left(operate: Say) -> None:
    said = operate("watch-chain", "ethereum", typed="https://one.example/key\n\nhttps://two.example/key\n")
    alone = operate("watch-chain", "bsc", typed="https://one.example/key\n")
    left = operate("leave-chain", "ethereum")

    assert "2 nodes" in said
    assert "can invent deposits" in alone
    assert "not watched any more" in left
    assert [(row.name, row.is_on) for row in models.Source.objects.order_by("name")] == [
        ("evm:1", False),
        ("evm:56", True),
    ]
    assert "Ethereum" in operate("chains")
