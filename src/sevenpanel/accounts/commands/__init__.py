"""Writes about people: customers opened, staff added, keys made and revoked, the Terms accepted."""

from sevenpanel.accounts.commands.accepting import UnableToAccept, accept, record_acceptance
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
    "make_key",
    "open_customer",
    "record_acceptance",
    "revoke_key",
    "set_password",
    "suspend_customer",
]
