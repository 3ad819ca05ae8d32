"""Evidence as it is stored with a receipt, and read back: plain JSON, no floats."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sevenpanel.deposits.sources.interface import Evidence


def record_of(evidence: Evidence) -> dict[str, Any]:
    """This function writes evidence as JSON holds it."""
    return {
        "tx": evidence.tx,
        "block_height": evidence.block_height,
        "block_hash": evidence.block_hash,
        "block_at": evidence.block_at.isoformat(),
        "link": evidence.link,
        "senders": list(evidence.senders),
        "proof": dict(evidence.proof),
    }


def evidence_of(record: Mapping[str, Any]) -> Evidence:
    """This function reads evidence as it was written.

    :raises KeyError: when a part is missing.
    """
    return Evidence(
        tx=record["tx"],
        block_height=record["block_height"],
        block_hash=record["block_hash"],
        block_at=datetime.fromisoformat(record["block_at"]),
        link=record["link"],
        senders=tuple(record["senders"]),
        proof=dict(record["proof"]),
    )
