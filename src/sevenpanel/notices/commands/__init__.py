"""Writes of notices: published, corrected, withdrawn; and the changes of the catalogue that announce themselves."""

from sevenpanel.notices.commands.catalogue import (
    change_limits,
    change_price,
    change_state,
    declare_fulfilment,
    describe_service,
)
from sevenpanel.notices.commands.publishing import UnableToPublish, correct, publish, withdraw

__all__ = [
    "UnableToPublish",
    "change_limits",
    "change_price",
    "change_state",
    "correct",
    "declare_fulfilment",
    "describe_service",
    "publish",
    "withdraw",
]
