"""Writes about people: customers opened, staff added, keys made and revoked, Terms accepted, looks and tongues kept."""

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
from sevenpanel.accounts.commands.reading import UnableToKeepReading, keep_language, keep_reading

__all__ = [
    "KEYS_PER_CUSTOMER_MAX",
    "UnableToAccept",
    "UnableToKeepReading",
    "UnableToMakeKey",
    "UnableToRevokeKey",
    "accept",
    "add_person",
    "keep_language",
    "keep_look",
    "keep_reading",
    "make_key",
    "open_customer",
    "record_acceptance",
    "revoke_key",
    "set_password",
    "suspend_customer",
]
