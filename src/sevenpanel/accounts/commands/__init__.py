"""Writes about people: customers opened, staff added, keys made and revoked, Terms accepted, looks and tongues kept."""

from sevenpanel.accounts.commands.accepting import UnableToAccept, accept, record_acceptance
from sevenpanel.accounts.commands.erasing import (
    end_sessions,
    erase_keys,
    erase_people,
    lock_customer,
    unlink_acceptances,
)
from sevenpanel.accounts.commands.keys import (
    KEYS_PER_CUSTOMER_MAX,
    UnableToChangeKey,
    UnableToMakeKey,
    UnableToRevokeKey,
    limit_key,
    make_key,
    replace_key,
    revoke_key,
)
from sevenpanel.accounts.commands.looking import keep_look
from sevenpanel.accounts.commands.people import (
    add_person,
    open_customer,
    rename_person,
    set_password,
    suspend_customer,
)
from sevenpanel.accounts.commands.reading import UnableToKeepReading, keep_language, keep_reading
from sevenpanel.accounts.commands.second_factor import (
    make_recovery_codes,
    remove_second_factors,
    spend_app_code,
    spend_recovery_code,
)
from sevenpanel.accounts.commands.security import forget_security_events, tell_person
from sevenpanel.accounts.commands.sessions import (
    UnableToEndSession,
    end_other_sessions,
    end_session,
    note_session,
)

__all__ = [
    "KEYS_PER_CUSTOMER_MAX",
    "UnableToAccept",
    "UnableToChangeKey",
    "UnableToEndSession",
    "UnableToKeepReading",
    "UnableToMakeKey",
    "UnableToRevokeKey",
    "accept",
    "add_person",
    "end_other_sessions",
    "end_session",
    "end_sessions",
    "erase_keys",
    "erase_people",
    "forget_security_events",
    "keep_language",
    "keep_look",
    "keep_reading",
    "limit_key",
    "lock_customer",
    "make_key",
    "make_recovery_codes",
    "note_session",
    "open_customer",
    "record_acceptance",
    "remove_second_factors",
    "rename_person",
    "replace_key",
    "revoke_key",
    "set_password",
    "spend_app_code",
    "spend_recovery_code",
    "suspend_customer",
    "tell_person",
    "unlink_acceptances",
]
