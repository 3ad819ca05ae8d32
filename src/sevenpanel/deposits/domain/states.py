"""What becomes of a receipt: its states, and the reasons for which one is held back (design: deposits, section 4)."""

from enum import StrEnum


class ReceiptState(StrEnum):
    """How far one arrival of money has come."""

    SEEN = "seen"  # in a block or with a processor, and not deep enough yet
    ORPHANED = "orphaned"  # it left the chain before it was credited
    HELD = "held"  # it arrived, and a check says no
    CREDITED = "credited"
    FINAL = "final"  # credited, and so deep that it cannot leave any more
    DISPUTED = "disputed"  # credited, and it seems to have left: the sum is on hold
    REVERSED = "reversed"  # the credit was taken back
    REJECTED = "rejected"  # a person found that it is not to be credited
    REFUNDED = "refunded"  # sent back to whoever paid
    PROPOSED = "proposed"  # a person says that it arrived; another one has to agree
    DECLINED = "declined"  # the other one did not agree; it may be proposed again


class HeldReason(StrEnum):
    """Why a receipt that arrived is not credited by itself."""

    BELOW_MIN = "below_min"
    UNSUPPORTED_DECIMALS = "unsupported_decimals"
    BALANCE_MISMATCH = "balance_mismatch"
    NODES_DISAGREE = "nodes_disagree"
    OVER_AUTO_LIMIT = "over_auto_limit"
    RATE_STALE = "rate_stale"
    DEPEG = "depeg"
    OWNER_CLOSED = "owner_closed"
    SCREENING = "screening"
    EFFECT_CHANGED = "effect_changed"


FOUND_BY_SOURCES = frozenset({HeldReason.UNSUPPORTED_DECIMALS, HeldReason.BALANCE_MISMATCH, HeldReason.NODES_DISAGREE})
"""The reasons that only a source can find. The others follow from what the desk itself knows."""
