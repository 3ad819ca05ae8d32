"""What a web process asks of its database comes to an end, and what commands and workers ask does not have to."""

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from tests.journeys.web.visitor import text
from tests.served import dsn, serving
from tests.shop import add_service, make_key, open_customer
from tests.waiting import until

from sevenpanel.kernel import db
from sevenpanel.settings import production
from sevenpanel.settings import serving as limited
from sevenpanel.settings.environment import Environment
from sevenpanel.settings.patience import impatient

pytestmark = pytest.mark.django_db(transaction=True)

LIMITS = ("SEVENPANEL_STATEMENT_SECONDS", "SEVENPANEL_LOCK_SECONDS", "SEVENPANEL_IDLE_SECONDS")
TOLD = "This took too long and was stopped"
# Somebody of the site who works, waits, or keeps a transaction open; the one that locks is idle in its own.
_BUSY = """
SELECT count(*) FROM pg_stat_activity a
 WHERE datname = current_database() AND backend_type = 'client backend' AND pid NOT IN (pg_backend_pid(), %s)
   AND state <> 'idle'
"""
_LOCKED = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@contextmanager
def held(table: str) -> Iterator[int]:
    """Let every statement about a table go on for ever.

    :returns: the pid of whoever holds it.
    """
    with closing(psycopg.connect(dsn())) as connection:
        connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield connection.info.backend_pid


@pytest.mark.parametrize("limit", LIMITS[:2])
def test_a_statement_that_runs_away_ends_with_503_and_nothing_stays_held(
    limit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in LIMITS[:2]:
        monkeypatch.setenv(name, "2" if name == limit else "0")
    alice, service = open_customer("Alice", balance="10"), add_service()
    with serving(tmp_path) as served, served.browser(alice) as browser:
        call = served.client(make_key(alice))
        asked = {"action": "add", "service": service, "link": "t.me/northwind", "quantity": 1000}
        until(lambda: browser.get("/orders/").status_code == 200)
        with held("orders_order") as holder:
            page = browser.get("/orders/")
            assert (page.status_code, page.headers.get("Retry-After")) == (503, "5")
            assert TOLD in text(page)
            assert "ask for less at once" in text(page)
            _status, answer = call.send(**asked)
            assert "Nothing was charged." in answer["error"]
            until(lambda: db.rows(_BUSY, [holder]) == [(0,)])
            until(lambda: db.rows(_LOCKED) == [(0,)])
        until(lambda: browser.get("/orders/").status_code == 200)
        until(lambda: "order" in call.send(**asked)[1])


def test_a_transaction_that_does_nothing_is_ended_and_lets_go_of_what_it_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEVENPANEL_IDLE_SECONDS", "1")
    limits = limited.time_limits(Environment())
    with closing(psycopg.connect(dsn(), options=limits)) as connection:
        pid = connection.info.backend_pid
        connection.execute("LOCK TABLE orders_order IN ACCESS EXCLUSIVE MODE")
        until(lambda: not db.rows("SELECT 1 FROM pg_stat_activity WHERE pid = %s", [pid]))
        with suppress(psycopg.Error):
            connection.rollback()
    assert db.rows("SELECT count(*) FROM orders_order") == [(0,)]


def test_a_server_that_says_nothing_is_given_up_and_what_it_was_asked_for_may_still_be_done() -> None:
    """As long as a commit waits for its disk no limit of the server's reaches it (K-4)."""
    silent = "INSERT INTO kernel_cache SELECT 'given up', '', now() FROM pg_sleep(2)"
    with closing(impatient(0.2).connect(dsn(), autocommit=True)) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
        with pytest.raises(psycopg.OperationalError):
            connection.execute(silent)
        assert connection.closed
    until(lambda: db.rows("SELECT 1 FROM kernel_cache WHERE cache_key = 'given up'") == [(1,)])


def test_a_connection_that_is_refused_something_in_time_is_kept() -> None:
    with closing(impatient(60).connect(dsn(), autocommit=True, options="-c statement_timeout=20ms")) as connection:
        for _ in range(2):
            with pytest.raises(psycopg.OperationalError):
                connection.execute("SELECT pg_sleep(5)")
        assert not connection.closed


def test_only_web_processes_have_limits_and_an_operator_may_lift_them(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in LIMITS:
        monkeypatch.delenv(name, raising=False)
    assert "options" not in production.DATABASES["default"]["OPTIONS"]  # type: ignore[operator]
    pooled = {"OPTIONS": {"pool": {"max_size": 16}}}
    given_up = limited.giving_up(pooled, Environment().statement_seconds)["OPTIONS"]["pool"]
    assert given_up["connection_class"].seconds == 35
    assert limited.giving_up(pooled, 0) == pooled
    assert limited.time_limits(Environment()) == (
        "-c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"
    )
    for name in LIMITS:
        monkeypatch.setenv(name, "0")
    assert limited.time_limits(Environment()) == ""
