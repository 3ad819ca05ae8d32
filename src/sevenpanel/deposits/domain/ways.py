"""Ways to add funds, what a customer means to send, and what people propose: the words of these tables."""

from enum import StrEnum


class MethodKind(StrEnum):
    """How money comes in by a method."""

    ASSET = "asset"
    BANK = "bank"
    CASH = "cash"
    OTHER = "other"


BY_HAND = frozenset({MethodKind.BANK, MethodKind.CASH, MethodKind.OTHER})
"""The kinds in which a person says that money arrived, and another one agrees."""


class IntentState(StrEnum):
    """How far a customer's intention has come. It moves no money: addresses are watched for ever."""

    OPEN = "open"
    EXPIRED = "expired"
    CLOSED = "closed"


class ProposalKind(StrEnum):
    """What is proposed by one person and decided by others."""

    CREDIT = "credit"
    RELEASE = "release"
    REFUND = "refund"
    RECALL = "recall"
    WRITE_OFF = "write-off"


class ProposalState(StrEnum):
    """How far a proposal has come."""

    OPEN = "open"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class KeyNews(StrEnum):
    """What was done about the public key of deposit addresses."""

    SET = "set"
    PROPOSED = "proposed"
    AGREED = "agreed"
    WITHDRAWN = "withdrawn"
