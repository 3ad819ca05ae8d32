"""Short links in the database: made for pages of websites only, counted by the day, switched and never redirected."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from tests.shop import NOON, open_customer, staff

from sevenpanel.accounts.domain import Role
from sevenpanel.shortlinks import commands, queries
from sevenpanel.shortlinks.domain import LINKS_A_DAY_MAX, ShortLink, SwitchedBy

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "https://www.example.com/shop/?utm_source=desk"


def make(customer_id: int, page: str = PAGE) -> str:
    return commands.make_short_link(customer_id=customer_id, page=page, now=NOON)


def read(token: str) -> ShortLink:
    found = queries.short_link(token=token)
    assert found is not None
    return found


@pytest.fixture
def alice() -> int:
    return open_customer("Alice").customer_id


@pytest.fixture
def token(alice: int) -> str:
    return make(alice)


def test_a_short_link_leads_to_the_page_as_it_was_typed(token: str) -> None:
    found = read(token)

    assert found.address == "https://www.example.com/shop/?utm_source=desk"
    assert found.target == "https://example.com/shop"
    assert (found.is_on, found.visits, found.last_switch) == (True, 0, None)


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("https://t.me/northwind_news", "page of a website"),
        ("ftp://example.com/", "https://"),
        ("http://127.0.0.1/admin", "number instead of a site"),
        ("http://localhost/admin", "private network"),
        ("javascript:alert(1)", "https://"),
        (f"{settings.PUBLIC_URL}/orders/", "number instead of a site"),
    ],
)
def test_nothing_but_a_public_page_of_a_website_gets_one(alice: int, page: str, words: str) -> None:
    with pytest.raises(commands.UnableToMakeShortLink, match=words):
        make(alice, page)


def test_so_many_a_day_and_no_more(alice: int) -> None:
    for number in range(LINKS_A_DAY_MAX):
        make(alice, f"https://example.com/{number}")

    with pytest.raises(commands.UnableToMakeShortLink, match="within a day"):
        make(alice)
    later = NOON + timedelta(days=1, seconds=1)
    assert commands.make_short_link(customer_id=alice, page=PAGE, now=later)


def test_visits_are_counted_by_the_day(token: str) -> None:
    for moment in (NOON, NOON, NOON + timedelta(days=1)):
        commands.count_visit(token=token, now=moment)

    assert read(token).visits == 3


def test_a_complaint_switches_off_at_once_and_staff_switch_on_with_a_reason(token: str) -> None:
    commands.complain(token=token, words="It was sent to me against my will.", now=NOON)
    commands.complain(token=token, words="again", now=NOON)

    off = read(token)
    assert not off.is_on
    assert off.last_switch is not None
    assert (off.last_switch.by, off.last_switch.words) == (
        SwitchedBy.COMPLAINT,
        "It was sent to me against my will.",
    )
    olga = staff("Olga", Role.SUPPORT).user_id
    with pytest.raises(commands.UnableToSwitchShortLink, match="why"):
        commands.switch(token=token, is_on=True, staff_id=olga, reason=" ", now=NOON)
    commands.switch(token=token, is_on=True, staff_id=olga, reason="A mistake.", now=NOON)

    assert read(token).is_on
    assert [each.token for each in queries.touched()] == [token]


def test_a_link_that_is_not_there_cannot_be_complained_about() -> None:
    with pytest.raises(commands.UnableToSwitchShortLink, match="no such"):
        commands.complain(token="a" * 22, words="", now=NOON)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE shortlinks_shortlink SET address = 'https://elsewhere.example/' WHERE token = %s",
        "DELETE FROM shortlinks_shortlink WHERE token = %s",
        "UPDATE shortlinks_switch SET words = 'never said' WHERE link_id = %s",
        "DELETE FROM shortlinks_switch WHERE link_id = %s",
    ],
)
def test_where_a_link_leads_and_who_switched_it_stays_as_it_was(token: str, statement: str) -> None:
    commands.complain(token=token, words="", now=NOON)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [token])


def test_1_only_its_owner_orders_with_it_and_only_while_it_is_on(alice: int, token: str) -> None:
    typed = [(token, f"https://panel.example/l/{token}")]
    mallory = open_customer("Mallory").customer_id

    (link,) = queries.pages_behind(customer_id=alice, addresses=typed).values()
    assert (link.target, link.address, link.is_private) == ("https://example.com/shop", typed[0][1], True)
    assert queries.pages_behind(customer_id=mallory, addresses=typed) == {}
    commands.complain(token=token, words="", now=NOON)
    assert queries.pages_behind(customer_id=alice, addresses=typed) == {}
