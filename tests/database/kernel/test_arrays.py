"""Lists of values arrive in the database as they are, whatever stands in them."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sevenpanel.kernel import db
from sevenpanel.kernel.arrays import written

pytestmark = pytest.mark.django_db

INSTANTS = st.datetimes(
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))]),
)
# PostgreSQL stores neither NUL nor halves of surrogate pairs.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


class Word(StrEnum):
    """Two words."""

    ONE = "one"
    OTHER = "the, {other}"


COLUMNS = st.one_of(
    st.tuples(st.just("bigint[]"), st.lists(st.none() | st.integers(-(2**63), 2**63 - 1))),
    st.tuples(st.just("text[]"), st.lists(st.none() | TEXTS | st.sampled_from(Word))),
    st.tuples(st.just("text[]"), st.lists(st.sampled_from(Word))),
    st.tuples(st.just("text[]"), st.lists(st.sampled_from(["NULL", "null", "", "{}", '"', "\\", "a,b", " x ", "%s"]))),
    st.tuples(st.just("boolean[]"), st.lists(st.none() | st.booleans())),
    st.tuples(st.just("timestamptz[]"), st.lists(st.none() | INSTANTS)),
    st.tuples(
        st.just("numeric[]"), st.lists(st.none() | st.decimals(allow_nan=False, allow_infinity=False, places=12))
    ),
    st.tuples(st.just("bytea[]"), st.lists(st.none() | st.binary())),
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(COLUMNS)
def test_a_column_arrives_as_it_is(column: tuple[str, list[Any]]) -> None:
    kind, values = column

    ((arrived,),) = db.rows(f"SELECT %s::{kind}", [values])

    assert [bytes(each) if isinstance(each, memoryview) else each for each in arrived] == values


def test_columns_are_written_by_name_too_and_other_parameters_are_left_alone() -> None:
    told = db.named_rows(
        "SELECT %(one)s::text AS one, cardinality(%(many)s::bigint[]) AS many", {"one": "{}", "many": [1, 2]}
    )

    assert told == [{"one": "{}", "many": 2}]


@pytest.mark.parametrize("value", [[1, "a"], [object()], [1.5], [[1], [2]], (1, 2), "text", None])
def test_what_is_no_column_of_one_known_type_is_the_drivers_affair(value: Any) -> None:
    assert written(value) is value


def test_decimals_keep_their_digits() -> None:
    assert written([Decimal("1.10"), None]) == "{1.10,NULL}"
