"""The desk does the same work whether there is such an account or not, so that its time tells nothing (S-21).

How long answers take is measured by tests/soak/answer_times.py; here no clock is asked.
"""

from itertools import cycle
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.core.cache import cache
from tests.journeys.web.test_accounts import sign_in, sign_up
from tests.journeys.web.visitor import Visitor
from tests.shop import Person, open_customer

from sevenpanel.accounts import queries
from sevenpanel.kernel import db
from sevenpanel.web import password_page

pytestmark = pytest.mark.django_db

NOBODY = "nobody@example.org"


class CountingHasher(MD5PasswordHasher):
    """A hasher that counts how often somebody waited for it."""

    times = 0

    def encode(self, password: str, salt: str) -> str:
        """Count, and do it."""
        CountingHasher.times += 1
        return super().encode(password, salt)


@pytest.fixture
def alice() -> Person:
    return open_customer("Alice")


@pytest.fixture(autouse=True)
def _counted(settings: Any, db: None) -> None:
    cache.clear()
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    settings.HAS_MAIL, settings.ACCOUNT_EMAIL_VERIFICATION = True, "mandatory"


def hashes(ask: Any) -> int:
    CountingHasher.times = 0
    ask()
    return CountingHasher.times


def test_s21_signing_in_hashes_as_often_for_nobody_as_for_somebody(alice: Person) -> None:
    known = hashes(lambda: sign_in(alice.email, "a-wrong-password"))
    unknown = hashes(lambda: sign_in(NOBODY, "a-wrong-password"))

    assert known == unknown == 1


def test_s21_signing_up_does_the_same_work_for_an_address_that_is_taken_and_leaves_nothing(alice: Person) -> None:
    tables = ("accounts_user", "accounts_customer", "accounts_acceptance")
    before = db.rows("SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in tables))

    known = hashes(lambda: sign_up(alice.email))
    after = db.rows("SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in tables))
    unknown = hashes(lambda: sign_up(NOBODY))

    assert known == unknown == 1
    assert after == before
    assert queries.person_of_email(email=NOBODY) is not None
    assert [message.to for message in mail.outbox] == [[alice.email], [NOBODY]]


def test_s21_a_new_password_costs_one_letter_and_no_hash_whether_there_is_somebody_or_not(alice: Person) -> None:
    def ask(email: str) -> int:
        return hashes(lambda: Visitor().post("/accounts/password/reset/", {"email": email}))

    assert [ask(alice.email), ask(NOBODY)] == [0, 0]
    assert [len(message.to) for message in mail.outbox] == [1, 1]


@pytest.mark.parametrize(("took", "rests"), [(0.031, 0.219), (0.028, 0.222), (0.251, 0.249), (0.5, 0.0)])
def test_s21_an_answer_about_a_new_password_takes_whole_steps_whoever_asks(
    alice: Person, monkeypatch: pytest.MonkeyPatch, took: float, rests: float
) -> None:
    rested: list[float] = []
    times = cycle((100.0, 100.0 + took))
    monkeypatch.setattr(password_page, "time", SimpleNamespace(monotonic=lambda: next(times), sleep=rested.append))

    for email in (alice.email, NOBODY):
        Visitor().post("/accounts/password/reset/", {"email": email})

    assert rested == pytest.approx([rests, rests], abs=1e-6)
