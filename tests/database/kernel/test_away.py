"""A server that takes no writes is away like one that is gone, and its connection is not kept."""

from collections.abc import Callable

import pytest
from django.db import Error, IntegrityError, OperationalError, connection
from tests.shop import open_customer

from sevenpanel.fulfilment.commands import persisting
from sevenpanel.fulfilment.commands.persisting import until_recorded
from sevenpanel.kernel import db

pytestmark = pytest.mark.django_db(transaction=True)


def make_read_only() -> None:
    """Let this connection's server take no writes, as far as it can tell."""
    db.rows("SELECT set_config('default_transaction_read_only', 'on', false)")


def write() -> None:
    open_customer("Alice")


def refused(ask: Callable[[], object]) -> Error:
    with pytest.raises(Error) as found:
        ask()
    return found.value


def test_a_refused_write_says_that_the_database_is_away_and_ends_the_connection() -> None:
    make_read_only()
    error = refused(write)

    assert db.is_away(error)
    db.hang_up(error)
    assert connection.connection.closed
    connection.close()
    write()


def test_any_other_error_leaves_the_connection_as_it_is() -> None:
    error = refused(lambda: db.rows("INSERT INTO accounts_customer (id) VALUES (NULL)"))

    assert isinstance(error, IntegrityError)
    assert not db.is_away(error)
    db.hang_up(error)
    assert not connection.connection.closed
    assert db.is_away(OperationalError("server closed the connection"))


def test_what_was_heard_is_recorded_once_the_database_takes_writes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(persisting, "FIRST_PAUSE_SECONDS", 0.01)
    make_read_only()
    tries = []

    def record() -> None:
        tries.append(1)
        write()

    until_recorded(record)

    assert len(tries) == 2
    assert db.rows("SELECT count(*) FROM accounts_customer") == [(1,)]
