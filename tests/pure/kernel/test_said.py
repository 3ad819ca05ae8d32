"""Sentences that know what they were made of: English for whoever takes them as text."""

import copy
import json
import pickle
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sevenpanel.kernel.money import Sum
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.kernel.said import (
    Count,
    Moment,
    Passage,
    Phrase,
    Value,
    kept,
    listed,
    named,
    passage,
    plain,
    say,
    say_many,
)

NAMES = ("order", "link", "sum")
values: st.SearchStrategy[Value] = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=20),
    st.integers(-(10**12), 10**12),
    st.builds(Count, st.integers(0, 10**9), st.booleans()),
    st.builds(Sum, st.integers(-(10**12), 10**12), st.sampled_from(["", "USD"])),
    st.builds(say, st.just("Order %(order)s was sent."), order=st.integers(0, 10**9)),
)
messages = st.lists(
    st.one_of(
        st.sampled_from([f"%({name})s" for name in NAMES]),
        st.text(st.characters(codec="utf-8", exclude_characters="%")),
    ),
    max_size=6,
).map("".join)
phrases = st.builds(
    say, messages, **dict.fromkeys(NAMES, values)
) | st.builds(say_many, st.just("%(n)s order"), st.just("%(n)s orders"), n=st.integers(0, 10**9))  # fmt: skip


@given(messages, st.fixed_dictionaries(dict.fromkeys(NAMES, values)))
def test_a_phrase_is_its_message_filled_in(message: str, inside: dict[str, Value]) -> None:
    assert say(message, **inside) == message % inside


@given(phrases)
def test_a_phrase_survives_being_copied_and_pickled(phrase: Phrase) -> None:
    for again in (copy.copy(phrase), copy.deepcopy(phrase), pickle.loads(pickle.dumps(phrase))):  # noqa: S301
        assert isinstance(again, Phrase)
        assert (again, again.message, again.many, again.number) == (
            phrase, phrase.message, phrase.many, phrase.number,
        )  # fmt: skip
        assert list(map(type, again.values.values())) == list(map(type, phrase.values.values()))


@given(phrases)
def test_a_phrase_is_a_text_to_everything_that_takes_texts(phrase: Phrase) -> None:
    assert type(plain(phrase)) is str
    assert {phrase: 1}[plain(phrase)] == 1
    assert json.loads(json.dumps([phrase])) == [phrase]
    assert msgspec.json.encode([phrase], enc_hook=plain) == msgspec.json.encode([plain(phrase)])


@pytest.mark.parametrize(
    ("said", "english"),
    [
        (say("Nothing was charged."), "Nothing was charged."),
        (say("A band below 5 % is minimal."), "A band below 5 % is minimal."),
        (say("%(percent)s %% of it", percent=5), "5 % of it"),
        (say("Order %(order)s: %(why)s", order=7, why=say("It ended.")), "Order 7: It ended."),
        (say_many("%(n)s hour", "%(n)s hours", n=1), "1 hour"),
        (say_many("%(n)s hour", "%(n)s hours", n=1000), "1,000 hours"),
        (say_many("%(n)s hour", "%(n)s hours", n=0), "0 hours"),
        (say_many("Order %(orders)s works", "Orders %(orders)s work", n=2, orders="1 and 2"), "Orders 1 and 2 work"),
        (Count(1234567), "1,234,567"),
        (Count(1234567, False), "1234567"),
        (Sum(900_000, "USD"), "0.90 USD"),
        (Sum(-12_000_001), "-12.000001"),
        (Moment(datetime(2026, 5, 3, 14, tzinfo=UTC)), "3 May 2026, 14:00 UTC"),
        (Moment(datetime(2026, 5, 3, 1, 0, 7, tzinfo=timezone(timedelta(hours=3)))), "2 May 2026, 22:00:07 UTC"),
        (listed(["a"]), "a"),
        (listed(["a", "b"]), "a and b"),
        (listed(["a", "b", "c", "d"], last="or"), "a, b, c or d"),
        (passage([say("It ended."), "", say("All came back.")]), "It ended. All came back."),
        (passage([]), ""),
        (kept("It ended."), "It ended."),
        (kept(""), ""),
    ],
)
def test_english_is_written_as_it_always_was(said: str, english: str) -> None:
    assert said == english


def test_sentences_that_stand_in_a_row_can_be_said_one_by_one() -> None:
    said = passage([say("It ended."), "in plain words"])

    assert isinstance(copy.deepcopy(said), Passage)
    assert said.sentences == ("It ended.", "in plain words")
    assert isinstance(said.sentences[0], Phrase)


def test_a_message_without_a_value_for_a_place_is_a_fault_at_once() -> None:
    with pytest.raises(KeyError):
        say("Order %(order)s was sent.", link="x")


def test_a_refusal_keeps_the_phrase_that_it_was_made_with() -> None:
    refusal = Refusal(say("There is no order %(order)s.", order=5))

    assert isinstance(refusal.sentence, Phrase)
    assert str(refusal) == refusal.sentence == "There is no order 5."


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


def test_each_word_of_an_enum_is_a_phrase_or_the_program_does_not_start() -> None:
    assert named([say("red"), say("blue")], Colour)[Colour.RED].message == "red"
    with pytest.raises(AssertionError):
        named([say("red")], Colour)
    with pytest.raises(AssertionError):
        named([say("red"), say("blue"), say("green")], Colour)


def test_what_is_no_text_is_not_encoded_as_one() -> None:
    with pytest.raises(TypeError):
        plain(5)
