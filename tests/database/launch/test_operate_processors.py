"""Processors and ways to add funds from the command line: secrets unseen, and every refusal a sentence."""

import io

import pytest
from tests.fakebtcpay import KEY, SECRET, STORE

from sevenpanel.deposits import models, queries
from sevenpanel.deposits.commands import UnableToSaveSource
from sevenpanel.launch.operate.main import main
from sevenpanel.launch.operate.people import UnableToOperate

pytestmark = pytest.mark.django_db


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{KEY}\n{SECRET}\n"))


@pytest.fixture
def store(secrets: None) -> None:
    main(["add-btcpay", "main", "https://pay.example", STORE])


def test_a_store_is_set_up_listed_left_and_taken_again(secrets: None, capsys: pytest.CaptureFixture[str]) -> None:
    main(["add-btcpay", "main", "https://pay.example", STORE])
    said = capsys.readouterr().out
    assert "/hooks/btcpay/main/" in said
    assert KEY not in said
    main(["processors"])
    assert "not asked yet" in capsys.readouterr().out

    main(["leave-processor", "btcpay:main"])
    assert not models.Source.objects.get().is_on
    main(["processors"])
    assert "switched off" in capsys.readouterr().out
    main(["leave-processor", "btcpay:main", "--lift"])
    assert models.Source.objects.get().is_on


def test_a_way_is_opened_changed_and_closed(store: None, capsys: pytest.CaptureFixture[str]) -> None:
    main(["open-way", "Bitcoin", "btcpay:main", "btc", "--minimum", "0.0001", "--fee-percent", "1.5"])
    (way,) = queries.methods(only_open=True)
    assert (way.minimum_raw, way.charges.fee_basis_points, way.source) == (10**7, 150, "btcpay:main")
    assert "0.0001 BTC or more" in capsys.readouterr().out

    main(["open-way", "Bitcoin", "btcpay:main", "BTC", "--close"])
    assert queries.methods(only_open=True) == []


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["btcpay:main", "DOGE"], "Name one coin of this source. It has: BTC --place btcpay."),
        (["btcpay:none", "BTC"], "none, or it is switched off"),
        (["btcpay:main", "BTC", "--fee-percent", "many"], "no percentage"),
        (["btcpay:main", "BTC", "--fee-percent", "100"], "less than 100 percent"),
        (["btcpay:main", "BTC", "--minimum", "little"], "Write an amount"),
    ],
)
def test_a_way_that_cannot_be_is_refused_with_a_sentence(store: None, more: list[str], words: str) -> None:
    with pytest.raises(UnableToOperate, match=words):
        main(["open-way", "Bitcoin", *more])


def test_what_is_no_processor_cannot_be_left(store: None) -> None:
    with pytest.raises(UnableToOperate, match="is no processor"):
        main(["leave-processor", "evm:1"])
    with pytest.raises(UnableToSaveSource, match="no source named"):
        main(["leave-processor", "btcpay:other"])
