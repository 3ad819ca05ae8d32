"""What a source may say: whole amounts of known assets, and a doubt exactly where it doubts."""

from datetime import UTC, datetime
from typing import Any

import pytest

from sevenpanel.deposits.domain import Asset, HeldReason
from sevenpanel.deposits.sources.interface import Evidence, Observation, Verdict

USDT = Asset(symbol="USDT", place="bsc", decimals=18)


def observation(**changes: Any) -> Observation:
    """Something that a source may say, with changes."""
    usual: dict[str, Any] = {
        "key": "evm:56:0x00:0",
        "owner": 1,
        "asset": USDT,
        # More than a BIGINT holds: the sum that an 18-decimal coin reaches at 9.3.
        "raw": 93 * 10**17,
        "address": "0x01",
        "evidence": Evidence(tx="0x00", block_at=datetime(2026, 5, 4, tzinfo=UTC)),
        "confirmations": 1,
        "needed": 15,
        "verdict": Verdict.SEEN,
    }
    return Observation(**(usual | changes))


def test_an_asset_is_named_by_symbol_and_place() -> None:
    assert observation().asset.code == "USDT@bsc"


@pytest.mark.parametrize(
    "changes",
    [
        {"raw": 0},
        {"raw": -1},
        {"raw": 1.5},
        {"raw": True},
        {"raw": 2**256},
        {"key": ""},
        {"key": "x" * 201},
        {"verdict": Verdict.DOUBTFUL},
        {"verdict": Verdict.DOUBTFUL, "doubt": HeldReason.DEPEG},
        {"doubt": HeldReason.NODES_DISAGREE},
        {"doubt": HeldReason.BELOW_MIN},
    ],
)
def test_what_makes_no_sense_is_no_observation(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"observation|amount"):
        observation(**changes)


@pytest.mark.parametrize(
    "parts",
    [
        {"symbol": "usdt"},
        {"symbol": "USDT@"},
        {"place": "BSC"},
        {"place": "b c"},
        {"decimals": -1},
        {"decimals": 37},
    ],
)
def test_what_has_no_plain_name_or_impossible_decimals_is_no_asset(parts: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="is no asset"):
        Asset(**({"symbol": "USDT", "place": "bsc", "decimals": 18} | parts))
