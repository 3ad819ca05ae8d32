"""The address of a database on several machines: orders come to the one that takes them, and nonsense is refused."""

import pytest
from pydantic import ValidationError

from sevenpanel.api.line import addresses
from sevenpanel.settings.base import _database
from sevenpanel.settings.environment import Environment

TAKES_WRITES = "target_session_attrs=read-write"


def read(url: str) -> Environment:
    return Environment.model_validate({"DATABASE_URL": url})


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgresql://desk@one/desk", "postgresql://desk@one/desk"),
        ("postgresql://desk@one,two:5433/desk", f"postgresql://desk@one,two:5433/desk?{TAKES_WRITES}"),
        ("postgresql://desk@one,two", f"postgresql://desk@one,two?{TAKES_WRITES}"),
        ("postgres://one,two/desk?sslmode=require", f"postgres://one,two/desk?sslmode=require&{TAKES_WRITES}"),
        ("postgresql:///desk?host=/run/a,/run/b&", f"postgresql:///desk?host=/run/a,/run/b&{TAKES_WRITES}"),
        (
            "postgresql:///desk?host=one%2Ctwo&port=1%2C2",
            f"postgresql:///desk?host=one%2Ctwo&port=1%2C2&{TAKES_WRITES}",
        ),
        *[
            (given, given)
            for given in (f"postgresql://a,b/d?{TAKES_WRITES}", "postgresql://a,b/?target_session_attrs=primary")
        ],
        ("postgresql://a,b@one/desk", "postgresql://a,b@one/desk"),
    ],
)
def test_several_machines_are_asked_for_the_one_that_takes_writes(given: str, used: str) -> None:
    assert read(given).dsn == used


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("postgresql://desk:secret-phrase@one,two/desk?target_session_attrs=any", "must be read-write"),
        ("postgresql://desk:secret-phrase@one,two/desk?target_session_attrs=prefer-standby", "must be read-write"),
        ("postgresql://desk:secret-phrase@/desk?host=a,b,c&port=1,2", "names 3 hosts and 2 ports"),
        ("postgresql://desk:secret-phrase@[::1/desk", "cannot be read"),
        ("mysql://desk:secret-phrase@one,two/desk", "must begin with postgresql://"),
    ],
)
def test_an_address_that_would_lead_orders_astray_is_refused_without_its_secret(given: str, words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        read(given)

    (error,) = refused.value.errors()
    assert words in error["msg"]
    assert "secret-phrase" not in error["msg"]


def test_a_machine_of_several_that_does_not_answer_is_given_up_in_seconds_unless_the_operator_says_otherwise() -> None:
    alone, among, told = (
        _database(read(f"postgresql://{hosts}").dsn)["OPTIONS"]
        for hosts in ("one/d", "one,two/d", "one,two/d?connect_timeout=7")
    )

    assert isinstance(alone, dict)
    assert isinstance(among, dict)
    assert isinstance(told, dict)
    assert "connect_timeout" not in alone
    assert (among["connect_timeout"], told["connect_timeout"]) == (2, "7")
    assert (among["tcp_user_timeout"], among["target_session_attrs"]) == (10_000, "read-write")


@pytest.mark.parametrize(
    ("url", "places"),
    [
        ("postgresql://desk@one:1,two:2/desk", ["host=one&port=1", "host=two&port=2"]),
        ("postgresql://desk@/desk?host=one,two&port=7", ["host=one&port=7", "host=two&port=7"]),
        ("postgresql://desk@one,two/desk", ["host=one", "host=two"]),
        ("postgresql://desk@[::1]:1,[::2]:2/desk", ["host=%5B%3A%3A1%5D&port=1", "host=%5B%3A%3A2%5D&port=2"]),
        ("postgresql://desk@/desk?host=/run/a,/run/b", ["host=%2Frun%2Fa", "host=%2Frun%2Fb"]),
    ],
)
def test_the_door_knows_each_machine_by_itself(url: str, places: list[str]) -> None:
    assert addresses(_database(read(url).dsn)) == [
        f"postgresql://?{place}&user=desk&dbname=desk&{TAKES_WRITES}" for place in places
    ]


def test_the_door_knows_a_single_machine_and_one_that_is_not_named() -> None:
    assert addresses(_database("postgresql://desk@one:1/desk")) == [
        "postgresql://?host=one&port=1&user=desk&dbname=desk"
    ]
    assert addresses(_database("postgresql:///desk")) == ["postgresql://?dbname=desk"]
