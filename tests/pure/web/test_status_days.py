"""Ninety days of the status page: each day is as bad as the worst of what lay in it."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sevenpanel.web.status_days import DAYS, Health, Period, days_of, now_of, worst

NOW = datetime(2026, 5, 30, 15, 20, tzinfo=UTC)
OPENED = NOW - timedelta(days=400)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def period(began: timedelta, ended: timedelta | None, health: Health = Health.DELAYED, *networks: str) -> Period:
    """An interruption that began and ended so long ago."""
    return Period(
        began_at=NOW - began, ended_at=None if ended is None else NOW - ended, health=health, networks=networks
    )


def days(*periods: Period, network: str = "telegram", opened_at: datetime | None = OPENED) -> list[Health]:
    return days_of(network, periods, opened_at=opened_at, now=NOW)


def test_without_interruptions_every_day_is_fine() -> None:
    assert days() == [Health.FINE] * DAYS


def test_days_before_the_shop_opened_are_unknown() -> None:
    assert days(opened_at=None) == [Health.UNKNOWN] * DAYS
    assert days(opened_at=NOW - DAY).count(Health.FINE) == 2


def test_an_interruption_colours_the_days_that_it_lay_in_and_no_others() -> None:
    assert days(period(2 * DAY, DAY))[-4:] == [Health.FINE, Health.DELAYED, Health.DELAYED, Health.FINE]
    assert days(period(16 * HOUR, 15 * HOUR + timedelta(minutes=20)))[-2:] == [Health.DELAYED, Health.FINE]


def test_the_worse_of_two_counts() -> None:
    assert days(period(HOUR, None), period(2 * HOUR, HOUR, Health.STOPPED))[-1] is Health.STOPPED


def test_another_network_is_not_concerned_and_all_networks_are() -> None:
    assert days(period(HOUR, None, Health.STOPPED, "instagram"))[-1] is Health.FINE
    assert days(period(HOUR, None, Health.STOPPED, "instagram", "telegram"))[-1] is Health.STOPPED
    assert days(period(HOUR, None, Health.STOPPED))[-1] is Health.STOPPED


def test_now_is_what_lasts_now_also_when_its_end_is_announced() -> None:
    assert now_of("telegram", [period(HOUR, -HOUR)], now=NOW) is Health.DELAYED
    assert now_of("telegram", [period(2 * HOUR, HOUR), period(-HOUR, None)], now=NOW) is Health.FINE


@given(
    st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 3000), st.sampled_from([Health.DELAYED, Health.STOPPED])))
)
def test_there_are_ninety_days_and_none_is_worse_than_the_worst(given_periods: list[tuple[int, int, Health]]) -> None:
    periods = [period(max(a, b) * HOUR, min(a, b) * HOUR, health) for a, b, health in given_periods]

    found = days(*periods)

    assert len(found) == DAYS
    assert worst(found) in (Health.FINE, worst([each.health for each in periods]))
