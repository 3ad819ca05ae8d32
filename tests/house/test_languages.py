"""The catalogues hold what the site says, whole and with nothing lost on the way (U-14)."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from scripts import messages

from sevenpanel.accounts.domain import Language

LANGUAGES = messages.languages()
_PLACE = re.compile(r"%(?:\(\w+\))?[sd%]")


def places(text: str) -> set[str]:
    """What is filled in where a message is shown."""
    return set(_PLACE.findall(text))


def wrong_places(message: Message) -> bool:
    """Whether a translation lost a place or has one of its own. A form for one number may leave the number out."""
    if not message.pluralizable:
        return bool(message.string) and places(message.string) != places(message.id)
    known = places("".join(message.id))
    forms = [places(form) for form in message.string if form]
    return bool(forms) and not (all(form <= known for form in forms) and known in forms)


def astray(catalog: Catalog) -> Iterator[str]:
    """The messages whose places are not those of the translation."""
    return (str(each.id) for each in catalog if each.id and wrong_places(each))


def test_every_language_but_english_has_a_catalogue() -> None:
    assert len(LANGUAGES) == len(Language) - 1
    assert [each for each in LANGUAGES if not messages.path_of(each).exists()] == []
    assert messages.PLURALS.keys() == set(LANGUAGES)


def missing(catalog: Catalog) -> list[str]:
    """The messages that are not translated in every form, or not for certain."""
    return [
        str(each.id) for each in catalog if each.id and (each.fuzzy or not messages.is_whole(each, catalog.num_plurals))
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_has_what_the_site_says_and_nothing_else(language: str) -> None:
    """When this is red, `make messages` brings the catalogues up to date (docs/languages.md)."""
    catalog = messages.translated(language)

    assert {(each.id, each.context) for each in catalog if each.id} == set(messages.said())
    assert messages.path_of(language).read_bytes() == messages.written(language, messages.merged(language, catalog))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated(language: str) -> None:
    assert missing(messages.translated(language)) == []


def test_what_is_not_translated_in_every_form_is_seen() -> None:
    catalog = Catalog(locale="ru")
    catalog.mime_headers = [("Plural-Forms", messages.PLURALS["ru"])]
    for message, string, flags in (
        ("whole", "целое", ()),
        ("perhaps", "может быть", ("fuzzy",)),
        ("empty", "", ()),
        (("one", "many"), ("один", "два", ""), ()),
        (("day", "days"), ("день", "дня", "дней"), ()),
    ):
        catalog.add(message, string, flags=flags)

    assert missing(catalog) == ["perhaps", "empty", "('one', 'many')"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_filled_into_a_message_is_filled_into_its_translation(language: str) -> None:
    assert list(astray(messages.translated(language))) == []


@pytest.mark.parametrize(
    ("message", "string", "is_wrong"),
    [
        ("%(n)d of %(m)d", "%(m)d / %(n)d", False),
        ("%(n)d of %(m)d", "%(n)d", True),
        ("%(n)d", "%(number)d", True),
        ("%(n)d", "%(n)s", True),
        ("5 %% of it", "5 %%", False),
        ("5 %% of it", "5 %", True),
        (("%(n)d day", "%(n)d days"), ("one day", "%(n)d days"), False),
        (("%(n)d day", "%(n)d days"), ("one day", "days"), True),
        (("%(n)d day", "%(n)d days"), ("%(k)d day", "%(n)d days"), True),
    ],
)
def test_a_place_that_is_lost_or_invented_is_seen(
    message: str | tuple[str, str], string: str | tuple[str, str], is_wrong: bool
) -> None:
    catalog = Catalog(locale="tr")
    catalog.add(message, string)

    assert bool(list(astray(catalog))) == is_wrong


def test_code_and_templates_are_both_collected() -> None:
    said = {message for message, _context in messages.said()}

    assert {"Skip to the content", "This desk sends no mail. Ask the operator."} <= said
    assert ("within %d day", "within %d days") in said


_SAYS = re.compile(r"^from (?:sevenpanel\.kernel\.said|django\.utils\.translation) import .*\b(?:say|n?gettext)", re.M)


def test_every_room_that_says_something_to_customers_is_collected() -> None:
    says = {path.relative_to(messages.PACKAGE).parts[0] for path in messages.PACKAGE.rglob("*.py") if speaks(path)}

    assert says - set(messages.ROOMS) == {"desk"}, "The operator's desk speaks English; every other room is in ROOMS."


def speaks(path: Path) -> bool:
    """Whether a file has words that are translated."""
    return bool(_SAYS.search(path.read_text(encoding="utf-8")))


# Texts that are typed or compared as they stand: examples of them, and answers of servers.
_AS_THEY_STAND = re.compile(r"[Ss]uch as|like 12\.50|HTTP|Retry-After")
_NO_NUMBER = re.compile(r"%\(\w+\)[sd]|<[^>]*>|\S*[A-Za-z/]\S*|\d+\.\d+\.\d\S*")


def latin_numbers(catalog: Catalog) -> list[str]:
    """The translations that hold a number in Latin digits, beside ids, addresses and what stands as it is."""
    said = [(str(each.id), form) for each in catalog if each.id for form in _forms(each)]
    return [
        form for id_, form in said if not _AS_THEY_STAND.search(id_) and re.search("[0-9]", _NO_NUMBER.sub("", form))
    ]


def _forms(message: Message) -> list[str]:
    return list(message.string) if message.pluralizable else [str(message.string)]


@pytest.mark.parametrize("language", ["fa", "ar"])
def test_u14_numbers_within_a_translation_are_in_the_digits_of_its_language(language: str) -> None:
    assert latin_numbers(messages.translated(language)) == []


def test_a_latin_number_in_a_translation_is_seen() -> None:
    catalog = Catalog(locale="ar")
    for message, string in (
        ("at most 100", "100 على الأكثر"),
        ("%(n)s of UTF-8", "UTF-8 %(n)s"),
        ("such as 12.50", "مثل 12.50"),
        ("90 days", "٩٠ يومًا"),
    ):
        catalog.add(message, string)

    assert latin_numbers(catalog) == ["100 على الأكثر"]
