"""The words of a receipt: its states, what happens to it, what sources say, why one is held (design: deposits)."""

from enum import StrEnum


class ReceiptState(StrEnum):
    """How far one arrival of money has come."""

    SEEN = "seen"
    ORPHANED = "orphaned"
    HELD = "held"
    CREDITED = "credited"
    FINAL = "final"
    DISPUTED = "disputed"
    REVERSED = "reversed"
    REJECTED = "rejected"
    REFUNDED = "refunded"
    PROPOSED = "proposed"
    DECLINED = "declined"


class Event(StrEnum):
    """What happens to a receipt. One that does not fit its state changes nothing."""

    OBSERVED = "observed"
    LEFT = "left"
    CONFIRMED = "confirmed"
    DOUBTED = "doubted"
    RELEASED = "released"
    REJECTED = "rejected"
    REOPENED = "reopened"
    REFUNDED = "refunded"
    SEEN_AGAIN = "seen again"
    BURIED = "buried"
    FINALIZED = "finalized"
    CONTRADICTED = "contradicted"
    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"
    RECALLED = "recalled"


class Verdict(StrEnum):
    """What a source knows about one receipt at this moment."""

    SEEN = "seen"  # in a block (never only in the mempool), fewer than `needed` deep
    CONFIRMED = "confirmed"  # `needed` deep, and every configured node shows the same receipt and effect
    DOUBTFUL = "doubtful"  # `needed` deep, and a check says no: `doubt` names it
    FINAL = "final"  # as CONFIRMED, and so deep that the network calls it final
    LEFT = "left"  # all nodes agree that another block stands there and the transaction is in none
    REPLACED = "replaced"  # as LEFT, and the new chain is `needed` deep there
    RECALLED = "recalled"  # a processor or bank took back what it had confirmed


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
