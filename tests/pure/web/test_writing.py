"""Numbers and dates as each language writes them, and numbers as people type them (U-14)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation
from django.utils.functional import lazystr
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from sevenpanel.accounts.domain import Calendar, Language, Reading
from sevenpanel.kernel.money import MICROS_PER_UNIT, NotAnAmount, format_amount, parse_amount
from sevenpanel.web import present, writing
from sevenpanel.web.numbers import NotANumber, latin_number, read_whole_number
from sevenpanel.web.templatetags.moments import local_digits, moment

AT = datetime(2026, 3, 21, 20, 45, tzinfo=UTC)
SIGNS = "\u066b\u066c"


@pytest.fixture(autouse=True)
def _english_afterwards() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("language", "count", "money", "percent", "day"),
    [
        ("en", "1,234,567", "−1234.50 USD", "4.5 %", "21 Mar 2026"),
        ("fa", "۱٬۲۳۴٬۵۶۷", "−۱۲۳۴٫۵۰ USD", "۴٫۵٪", "۱ Farvardin ۱۴۰۵"),
        ("ar", "١٬٢٣٤٬٥٦٧", "−١٢٣٤٫٥٠ USD", "٤٫٥٪", "٢١ مارس ٢٠٢٦"),
        ("tr", "1.234.567", "−1234,50 USD", "%4,5", "21 Mart 2026"),
        ("hi", "12,34,567", "−1234.50 USD", "4.5%", "21 मार्च 2026"),
        ("pt-br", "1.234.567", "−1234,50 USD", "4,5%", "21 de Março de 2026"),
        ("ru", "1\xa0234\xa0567", "−1234,50 USD", "4,5\xa0%", "21 марта 2026"),
        ("es", "1.234.567", "−1234,50 USD", "4,5\xa0%", "21 de marzo de 2026"),
    ],
)
def test_each_language_writes_in_its_own_way(language: str, count: str, money: str, percent: str, day: str) -> None:
    with translation.override(language):
        said = (present.count(1_234_567), present.money(-1_234_500_000, "USD"), present.percent(45), present.day(AT))

    # Translated or not, the month of the catalogue is its own affair; so are capitals, which Django's have or have not.
    assert said[:3] == (count, money, percent)
    assert said[3].replace("فروردین", "Farvardin").casefold() == day.casefold()


@pytest.mark.parametrize(("language", "shown"), [("es", "1234"), ("en", "1,234"), ("fa", "۱٬۲۳۴"), ("hi", "1,234")])
def test_four_digits_stand_together_where_that_is_the_habit(language: str, shown: str) -> None:
    with translation.override(language):
        assert present.count(1234) == shown
        assert present.count(-7) == f"-{writing.digits('7')}"


def test_whoever_chose_a_zone_sees_it_with_utc_at_hand() -> None:
    with writing.written_for(Reading(time_zone="Asia/Tehran")):
        at = present.instant(AT)

    assert at == present.Instant(
        iso="2026-03-21T20:45:00+00:00", text="22 Mar 2026, 00:15", utc="21 Mar 2026, 20:45 UTC"
    )
    assert moment(at, "quiet") == (
        '<time class="quiet" datetime="2026-03-21T20:45:00+00:00"'
        ' title="21 Mar 2026, 20:45 UTC">22 Mar 2026, 00:15</time>'
    )
    assert moment(present.instant(AT)) == '<time datetime="2026-03-21T20:45:00+00:00">21 Mar 2026, 20:45 UTC</time>'


@pytest.mark.parametrize(
    ("language", "chosen", "clock"),
    [
        ("fa", None, "fa-u-ca-persian-nu-arabext"),
        ("fa", Calendar.GREGORIAN, "fa-u-ca-gregory-nu-arabext"),
        ("en", Calendar.JALALI, "en-u-ca-persian-nu-latn"),
        ("ar", None, "ar-u-ca-gregory-nu-arab"),
    ],
)
def test_the_calendar_is_the_chosen_one_else_that_of_the_language(
    language: str, chosen: Calendar | None, clock: str
) -> None:
    with translation.override(language), writing.written_for(Reading(calendar=chosen)):
        assert writing.clock() == clock
        assert ("1405" in present.day(AT).translate(str.maketrans("۰۱۲۳۴۵۶۷۸۹", "0123456789"))) == ("persian" in clock)


@pytest.mark.parametrize(
    ("gregorian", "jalali"),
    [
        # New Year's days of Iran's official calendar, among them those after leap years.
        (date(1979, 2, 11), (1357, 11, 22)),
        (date(2016, 3, 20), (1395, 1, 1)),
        (date(2017, 3, 20), (1395, 12, 30)),
        (date(2017, 3, 21), (1396, 1, 1)),
        (date(2021, 3, 20), (1399, 12, 30)),
        (date(2024, 3, 20), (1403, 1, 1)),
        (date(2025, 3, 20), (1403, 12, 30)),
        (date(2025, 3, 21), (1404, 1, 1)),
        (date(2025, 9, 22), (1404, 6, 31)),
        (date(2025, 9, 23), (1404, 7, 1)),
        (date(2026, 3, 20), (1404, 12, 29)),
        (date(2026, 11, 23), (1405, 9, 2)),
    ],
)
def test_known_days_of_the_jalali_calendar(gregorian: date, jalali: tuple[int, int, int]) -> None:
    assert writing.jalali(gregorian) == jalali


@given(st.dates(min_value=date(1925, 3, 22), max_value=date(2088, 3, 19)))
def test_after_every_jalali_day_comes_the_next(day: date) -> None:
    year, month, number = writing.jalali(day)
    after = writing.jalali(day + timedelta(days=1))

    assert after in {(year, month, number + 1), (year, month + 1, 1), (year + 1, 1, 1)}
    assert number <= (31 if month <= 6 else 30)
    assert 1 <= month <= 12


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1000", 1000),
        (" ۱۰۰۰ ", 1000),
        ("١٠٠٠", 1000),
        ("१०००", 1000),
        ("۱٬۰۰۰", 1000),
        ("١٬٢٣٤٬٥٦٧", 1_234_567),
        ("12٬345", 12_345),
        ("", None),
    ],
)
def test_a_quantity_is_read_in_every_digit_of_ours(typed: str, read: int | None) -> None:
    assert read_whole_number(typed) == read


@pytest.mark.parametrize(
    "typed", ["۱٫۵", "1.000", "1,000", "1 000", "۱٬۰", "٬۱۰۰۰", "۱۰۰۰٬", "۱٬۰۰۰۰", "½", "²", "-۵", "۱e۳", "1_000"]
)
def test_what_could_be_two_numbers_is_none(typed: str) -> None:
    with pytest.raises(NotANumber):
        read_whole_number(typed)


@pytest.mark.parametrize(
    ("typed", "micros"),
    [("۱۲٫۵۰", 12_500_000), ("١٬٢٣٤٫٥", 1_234_500_000), ("१२.५", 12_500_000), ("12.5", 12_500_000)],
)
def test_a_sum_is_read_with_the_signs_of_its_keyboard(typed: str, micros: int) -> None:
    assert parse_amount(latin_number(typed)) == micros


@pytest.mark.parametrize("typed", ["۱٫۲٫۳", "۱٫۵٬۰۰۰", "1,5", "٫۵"])
def test_a_sum_that_could_be_two_is_none(typed: str) -> None:
    with pytest.raises(NotAnAmount):
        parse_amount(latin_number(typed))


@given(st.sampled_from(Language), st.integers(0, 10**15 - 1))
def test_what_a_page_shows_can_be_typed_again(language: Language, number: int) -> None:
    """A number that is copied from a page is read as that number, where its language's signs mean one thing each."""
    with translation.override(language):
        shown, price = present.count(number), present.money(number, "USD").removesuffix(" USD")

    if writing.WRITINGS[language].apart == SIGNS[1]:
        assert read_whole_number(shown) == number
    if writing.WRITINGS[language].point != "," and number < 10**12 * MICROS_PER_UNIT:
        assert parse_amount(latin_number(price)) == number
    assert latin_number(price).replace(",", ".") == format_amount(number)


@pytest.mark.parametrize(
    ("text", "placed"),
    [
        ("at least 8 characters", "at least ۸ characters"),
        ("<b>8</b> & 9", "&lt;b&gt;۸&lt;/b&gt; &amp; ۹"),
        (
            SafeString('<ul id="id_password1_error"><li>8 &#x27;characters&#x27;</li></ul>'),
            '<ul id="id_password1_error"><li>۸ &#x27;characters&#x27;</li></ul>',
        ),
        (lazystr(SafeString('<a href="/accounts/2fa/">2 steps</a>')), '<a href="/accounts/2fa/">۲ steps</a>'),
    ],
)
def test_digits_of_others_texts_are_written_anew_outside_of_markup(text: object, placed: str) -> None:
    with translation.override("fa"):
        assert conditional_escape(local_digits(text)) == placed
