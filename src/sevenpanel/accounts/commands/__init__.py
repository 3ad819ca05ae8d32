"""Writes about people: customers opened, staff added, keys made and revoked, the Terms accepted, looks kept."""

from sevenpanel.accounts.commands.accepting import UnableToAccept, accept, record_acceptance
from sevenpanel.accounts.commands.looking import keep_look
from sevenpanel.accounts.commands.people import (
    KEYS_PER_CUSTOMER_MAX,
    UnableToMakeKey,
    UnableToRevokeKey,
    add_person,
    make_key,
    open_customer,
    revoke_key,
    set_password,
    suspend_customer,
)

__all__ = [
    "KEYS_PER_CUSTOMER_MAX",
    "UnableToAccept",
    "UnableToMakeKey",
    "UnableToRevokeKey",
    "accept",
    "add_person",
    "keep_look",
    "make_key",
    "open_customer",
    "record_acceptance",
    "revoke_key",
    "set_password",
    "suspend_customer",
]
