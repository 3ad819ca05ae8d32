"""Whether the time of an answer tells that there is an account (S-21): by itself, since it takes a minute.

    python -m pytest -s tests/soak/answer_times.py

Two hundred tries each, one by one, about somebody who is known and somebody who is not, in turn. What counts is the
difference of the medians; Welch's test says beside it how sure it is that the means differ at all.
"""

import itertools
import secrets
import time
from collections.abc import Callable
from math import erfc, sqrt
from statistics import fmean, median, variance
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from tests.journeys.web.visitor import Visitor, fields
from tests.shop import PASSWORD, Person, make_key, open_customer

from sevenpanel.accounts import commands as accounts
from sevenpanel.accounts import queries
from sevenpanel.accounts.domain import key_hash
from sevenpanel.kernel import db

TRIES = 200
WARM_UP = 10
DIFFERENCE_MAX_MS = 10.0
CHANCE_MIN = 0.01

_numbers = itertools.count(1)

Ask = Callable[[bool], Any]


@pytest.fixture(autouse=True)
def _as_in_production(db: None, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    settings.HAS_MAIL, settings.ACCOUNT_EMAIL_VERIFICATION = True, "mandatory"


def stranger() -> str:
    """An address that nobody has."""
    return f"nobody-{next(_numbers)}@example.org"


def signing_in(alice: Person) -> Ask:
    def ask(is_known: bool) -> Any:
        form = {"login": alice.email if is_known else stranger(), "password": secrets.token_hex(8)}
        return Visitor().post("/accounts/login/", form)

    return ask


def asking_for_a_password(alice: Person) -> Ask:
    def ask(is_known: bool) -> Any:
        return Visitor().post("/accounts/password/reset/", {"email": alice.email if is_known else stranger()})

    return ask


def signing_up(alice: Person) -> Ask:
    form = fields(Visitor().get("/accounts/signup/"), "post /accounts/signup/")
    typed = {**form, "password1": PASSWORD, "password2": PASSWORD, "accept": "yes"}

    def ask(is_known: bool) -> Any:
        return Visitor().post("/accounts/signup/", {**typed, "email": alice.email if is_known else stranger()})

    return ask


def showing_a_key(alice: Person) -> Ask:
    """A key that was revoked, and one that never was; the lean door's own statement, beside which nothing is asked."""
    revoked = key_hash(make_key(alice))
    (row,) = queries.keys(customer_id=alice.customer_id)
    accounts.revoke_key(customer_id=alice.customer_id, key_id=row.id, now=row.created_at)

    def ask(is_known: bool) -> Any:
        return db.rows(queries.ADMIT.format("%s"), [[revoked if is_known else secrets.token_bytes(32)]])

    return ask


def measured(ask: Ask) -> tuple[list[float], list[float]]:
    """How long both kinds of answer take, in milliseconds; what is answered has to be the same."""
    times: tuple[list[float], list[float]] = ([], [])
    statuses = set()
    for number in range(WARM_UP + TRIES):
        for is_known in (True, False) if number % 2 else (False, True):
            mail.outbox.clear()
            cache.clear()  # where tries are counted, which would slow all of these
            begun = time.perf_counter()
            statuses.add(getattr(ask(is_known), "status_code", None))
            if number >= WARM_UP:
                times[is_known].append((time.perf_counter() - begun) * 1000)
    assert len(statuses) == 1, statuses
    return times


def welch(first: list[float], second: list[float]) -> float:
    """The chance of a difference of means this large where there is none; of so many, t is as good as normal."""
    error = sqrt(variance(first) / len(first) + variance(second) / len(second))
    return erfc(abs(fmean(first) - fmean(second)) / error / sqrt(2))


@pytest.mark.timeout(900)
@pytest.mark.parametrize("way", [signing_in, asking_for_a_password, signing_up, showing_a_key])
def test_s21_the_time_of_an_answer_does_not_tell_that_there_is_an_account(way: Callable[[Person], Ask]) -> None:
    unknown, known = measured(way(open_customer("Alice")))

    apart, chance = median(known) - median(unknown), welch(known, unknown)
    print(
        f"\n{way.__name__}: known {median(known):.1f} ms, unknown {median(unknown):.1f} ms, apart {apart:+.2f} ms, "
        f"Welch p = {chance:.3f}"
    )
    assert abs(apart) <= DIFFERENCE_MAX_MS
    assert chance > CHANCE_MIN
