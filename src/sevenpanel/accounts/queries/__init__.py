"""Reads about people, keys, and what was accepted, as frozen rows."""

from sevenpanel.accounts.queries.acceptance import (
    AcceptanceRow,
    Accepted,
    acceptances,
    accepted_another,
    accepted_of,
    broken_invariants,
    labels_of_customer,
    labels_of_person,
    shelf,
    times_accepted,
)
from sevenpanel.accounts.queries.looks import look
from sevenpanel.accounts.queries.people import (
    ADMIT,
    Addressee,
    CustomerRow,
    addressees,
    addresses_of,
    customer,
    customer_of_email,
    customers,
    has_customers_beside,
    keys,
    limits_of,
    live_key_among,
    person_of_email,
    staff_addresses,
)
from sevenpanel.accounts.queries.reading import reading, reading_of
from sevenpanel.accounts.queries.second_factor import PasskeyRow, SecondFactors, second_factors
from sevenpanel.accounts.queries.security import SecurityRow, security_between, security_events, security_events_of
from sevenpanel.accounts.queries.sessions import SessionRow, sessions

__all__ = [
    "ADMIT",
    "AcceptanceRow",
    "Accepted",
    "Addressee",
    "CustomerRow",
    "PasskeyRow",
    "SecondFactors",
    "SecurityRow",
    "SessionRow",
    "acceptances",
    "accepted_another",
    "accepted_of",
    "addressees",
    "addresses_of",
    "broken_invariants",
    "customer",
    "customer_of_email",
    "customers",
    "has_customers_beside",
    "keys",
    "labels_of_customer",
    "labels_of_person",
    "limits_of",
    "live_key_among",
    "look",
    "person_of_email",
    "reading",
    "reading_of",
    "second_factors",
    "security_between",
    "security_events",
    "security_events_of",
    "sessions",
    "shelf",
    "staff_addresses",
    "times_accepted",
]
