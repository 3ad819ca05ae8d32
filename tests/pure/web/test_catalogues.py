"""Catalogues are read and written without GNU gettext, and mean what it means by them."""

import gettext
import io
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from hypothesis import given
from hypothesis import strategies as st

from sevenpanel.web import catalogues
from sevenpanel.web.catalogues import NotACatalogue, compiled, lay_out, read

HEAD = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
WORDS = (
    HEAD
    + """
#, python-format
msgid "%(n)d order"
msgid_plural "%(n)d orders"
msgstr[0] "%(n)d Bestellung"
msgstr[1] "%(n)d Bestellungen"

msgid "a \\"quoted\\"\\tword\\\\"
msgstr ""
"auf zwei "
"Zeilen\\n"

msgctxt "month"
msgid "May"
msgstr "Mai"

msgid "not yet"
msgstr ""

#, fuzzy
msgid "perhaps"
msgstr "vielleicht"

#~ msgid "no more"
#~ msgstr "nicht mehr"
"""
)


def spoken(text: str) -> gettext.GNUTranslations:
    return gettext.GNUTranslations(io.BytesIO(compiled(read(text))))


def test_python_s_own_gettext_finds_every_message() -> None:
    german = spoken(WORDS)

    assert german.gettext('a "quoted"\tword\\') == "auf zwei Zeilen\n"
    assert [german.ngettext("%(n)d order", "%(n)d orders", n) for n in (1, 2)] == [
        "%(n)d Bestellung",
        "%(n)d Bestellungen",
    ]
    assert german.pgettext("month", "May") == "Mai"
    assert german.gettext("May") == "May"


@pytest.mark.parametrize("message", ["not yet", "perhaps", "no more"])
def test_what_is_not_translated_or_not_sure_stays_english(message: str) -> None:
    assert spoken(WORDS).gettext(message) == message


@pytest.mark.parametrize("line", ["msgid May", 'msgid "May" more', "<<<<<<< ours", 'msgid "a "b""'])
def test_a_line_that_is_none_of_a_catalogue_is_named(line: str) -> None:
    with pytest.raises(NotACatalogue, match="line 2 "):
        read(f"# a comment\n{line}\n")


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters='\n\t\\"'), min_size=1, max_size=40)


@given(st.dictionaries(TEXTS.filter(str.strip), st.tuples(TEXTS, st.none() | TEXTS), max_size=8))
def test_what_babel_writes_is_read_and_spoken_as_it_was_meant(words: dict[str, tuple[str, str | None]]) -> None:
    catalog = Catalog(locale="de", fuzzy=False)
    for message, (text, context) in words.items():
        catalog.add(message, text, context=context)
    file = io.BytesIO()
    write_po(file, catalog, width=40)

    german = spoken(file.getvalue().decode())

    for message, (text, context) in words.items():
        assert (german.pgettext(context, message) if context else german.gettext(message)) == text


def test_catalogues_are_laid_out_once_and_again_when_they_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "sources" / "de" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    monkeypatch.setattr(catalogues, "SOURCES", tmp_path / "sources")
    source.write_text(WORDS)
    lay_out(tmp_path / "home")
    made = tmp_path / "home" / "locale" / "de" / "LC_MESSAGES" / "django.mo"
    first = made.stat()

    lay_out(tmp_path / "home")
    assert made.stat().st_ino == first.st_ino

    source.write_text(WORDS.replace("Mai", "Wonnemonat"))
    lay_out(tmp_path / "home")
    assert gettext.GNUTranslations(io.BytesIO(made.read_bytes())).pgettext("month", "May") == "Wonnemonat"
    assert [each.name for each in made.parent.iterdir()] == ["django.mo"]


def test_a_home_that_cannot_be_written_to_is_said_and_stops_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "locale").write_text("in the way")

    lay_out(tmp_path)

    assert "No translations" in capsys.readouterr().err
