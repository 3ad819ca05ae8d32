"""What the rooms said is told in the language of the page; whatever was kept as text stays as it is (U-14, U-15)."""

import struct
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import override_settings
from django.utils.translation import override

from sevenpanel.kernel.money import Sum
from sevenpanel.kernel.said import Count, Moment, kept, listed, passage, say, say_many
from sevenpanel.web.telling import END, ISOLATE, capital, told

FORMS = {"de": "nplurals=2; plural=(n != 1);", "ar": "nplurals=3; plural=(n==1 ? 0 : n==2 ? 1 : 2);"}
WORDS = {
    "de": {
        "Order %(order)s was sent to %(who)s.": "An %(who)s ging Auftrag %(order)s.",
        "the provider": "den Anbieter",
        "It ended.": "Er ist zu Ende.",
        "%(before)s and %(part)s": "%(before)s und %(part)s",
        "%(n)s day\0%(n)s days": "%(n)s Tag\0%(n)s Tage",
        "It waits for %(span)s.": "Er wartet %(span)s.",
        "The provider says “%(words)s”.": "Der Anbieter sagt „%(words)s“.",
    },
    "ar": {
        "Order %(order)s was sent to %(who)s.": "أُرسل الطلب %(order)s إلى %(who)s.",
        "The provider says “%(words)s”.": "يقول المزود «%(words)s».",
        "%(n)s day\0%(n)s days": "%(n)s يوم\0%(n)s يومان\0%(n)s أيام",
        "%(sum)s came back to your balance.": "عاد %(sum)s إلى رصيدك.",
    },
}


def catalogue(words: Mapping[str, str], forms: str) -> bytes:
    """A catalogue as gettext reads it: two tables of lengths and places, then the texts, each ended by a zero."""
    entries = sorted({"": f"Content-Type: text/plain; charset=UTF-8\nPlural-Forms: {forms}\n", **words}.items())
    texts = [[pair[side].encode() for pair in entries] for side in (0, 1)]
    at, tables, body = 28 + 16 * len(entries), b"", b""
    for side in texts:
        for text in side:
            tables += struct.pack("<II", len(text), at + len(body))
            body += text + b"\0"
    header = struct.pack("<7I", 0x950412DE, 0, len(entries), 28, 28 + 8 * len(entries), 0, 0)
    return header + tables + body


@pytest.fixture(autouse=True)
def catalogues(tmp_path: Path) -> Iterator[None]:
    for language, words in WORDS.items():
        folder = tmp_path / language / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "django.mo").write_bytes(catalogue(words, FORMS[language]))
    with override_settings(LOCALE_PATHS=[str(tmp_path)]):
        yield


SENT = say("Order %(order)s was sent to %(who)s.", order=12, who=say("the provider"))
NOON = Moment(datetime(2026, 5, 3, 12, tzinfo=UTC))


def test_english_is_told_as_the_rooms_say_it() -> None:
    with override("en"):
        for said in (SENT, say("It waits for %(span)s.", span=NOON), Sum(-900_000, "USD"), Count(1000, False), "x"):
            assert told(said) == str(said)


def test_a_sentence_is_said_anew_with_its_values_in_the_places_of_the_language() -> None:
    with override("de"):
        assert told(SENT) == "An den Anbieter ging Auftrag 12."
        assert told(say("It waits for %(span)s.", span=say_many("%(n)s day", "%(n)s days", n=2))) == "Er wartet 2 Tage."
        assert told(listed(["a", "b"])) == "a und b"


def test_sentences_in_a_row_are_each_said_and_foreign_ones_left_alone() -> None:
    with override("de"):
        assert told(passage([SENT, "Written by hand.", kept("It ended.")])) == (
            "An den Anbieter ging Auftrag 12. Written by hand. Er ist zu Ende."
        )


@pytest.mark.parametrize(("number", "words"), [(1, "١ يوم"), (2, "٢ يومان"), (5, "٥ أيام")])
def test_a_number_takes_the_form_that_the_language_has_for_it(number: int, words: str) -> None:
    with override("ar"):
        assert told(say_many("%(n)s day", "%(n)s days", n=number)) == words


def test_what_has_no_translation_is_told_in_english() -> None:
    with override("de"):
        assert told(say("Nobody translated %(what)s.", what="this")) == "Nobody translated this."


def test_u_15_foreign_words_are_isolated_where_they_run_the_other_way() -> None:
    english, arabic = (say("The provider says “%(words)s”.", words=words) for words in ("queued", "جارٍ"))
    with override("ar"):
        assert told(english) == f"يقول المزود «{ISOLATE}queued{END}»."
        assert told(say("%(sum)s came back to your balance.", sum=Sum(1_000_000, "USD"))).startswith(f"عاد {ISOLATE}")
        assert told(say("The provider says “%(words)s”.", words=kept("In progress"))) == told(
            say("The provider says “%(words)s”.", words="In progress")
        )
    with override("de"):
        assert told(english) == "Der Anbieter sagt „queued“."
        assert told(arabic) == f"Der Anbieter sagt „{ISOLATE}جارٍ{END}“."


def test_a_percent_sign_in_foreign_words_fills_no_place() -> None:
    with override("de"):
        assert told(say("The provider says “%(words)s”.", words="100 %(n)s")) == "Der Anbieter sagt „100 %(n)s“."


def test_a_capital_letter_is_that_of_the_language() -> None:
    with override("tr"):
        assert capital("iptal") == "İptal"
    with override("en"):
        assert capital("in progress") == "In progress"
        assert capital("") == ""
